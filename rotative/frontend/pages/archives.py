"""The archive, by month: of the paper, and of each section, edition, topic and author.

Months are listed oldest first in parts of a hundred, so that the address of a part never shows other stories later.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby

from django.urls import register_converter
from django.utils import formats
from django.utils.translation import gettext as _

from rotative.addresses import ARCHIVES, PAPER_ARCHIVES
from rotative.content import queries
from rotative.content.models import Edition, Section
from rotative.content.models.listings import PAPER, UNDATED
from rotative.frontend.pages.lists import render_index, trail_of
from rotative.frontend.rendering import Trail, render_page
from rotative.publishing import page_types
from rotative.publishing.page_types import Document, NotOnThisPathError, PageType

PART = 100
UNDATED_STEP = "sans-date"


class MonthConverter:
    """A month in an address: `2026-09`, or the step of stories whose date is unknown."""

    regex = rf"[0-9]{{4}}-(?:0[1-9]|1[0-2])|{UNDATED_STEP}"

    def to_python(self, value: str) -> str:
        return UNDATED if value == UNDATED_STEP else value

    def to_url(self, value: str) -> str:
        return value or UNDATED_STEP


class LaterPartConverter:
    """A part of a month in an address. The first has no number; no other can be written in two ways, as `02`.

    Whatever answers is stored: one page must not stand at as many addresses as somebody cares to ask for.
    """

    regex = r"[2-9]|[1-9][0-9]{1,3}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(MonthConverter, "month")
register_converter(LaterPartConverter, "later_part")


def render_paper() -> Document:
    return _render_months("/", PAPER, [(_("Front page"), "/")], "")


def render_place(place: str) -> Document:
    return _render_months(*_find_place(place))


def render_paper_month(month: str, part: int = 1) -> Document:
    return _render_month("/", PAPER, [(_("Front page"), "/")], "", month, part)


def render_place_month(place: str, month: str, part: int = 1) -> Document:
    return _render_month(*_find_place(place), month, part)


def stands(address: str) -> bool:
    """Tell whether a page of the archive of a section, an edition, a topic or an author stands at `address`."""
    found = next((found for found in page_types.match(address) if found.page_type in PLACE_TYPES), None)
    return found is not None and _has(**found.arguments)


def _has(place: str, month: str | None = None, part: int = 1) -> bool:
    try:
        _base, collection, _trail, _name = _find_place(place)
    except NotOnThisPathError:
        return False
    return month is None or queries.count_month(collection, month) > (part - 1) * PART


def _find_place(place: str) -> tuple[str, str, Trail, str]:
    """Return address, collection, breadcrumb and name of what has an archive at `place`."""
    kind, _slash, slug = place.partition("/")
    found: object = None
    if kind == "sujets":
        found = queries.find_topic(slug)
    elif kind == "auteurs":
        found = queries.find_author(slug)
    else:
        found = queries.find_page(f"/{place}/")
    if isinstance(found, Section):
        return found.address, found.collection_key, trail_of(found), found.title
    if isinstance(found, Edition):
        return found.address, found.collection_key, [(_("Front page"), "/"), (found.title, found.address)], found.title
    if found is None or not hasattr(found, "collection_key"):
        raise NotOnThisPathError
    return found.address, found.collection_key, [(_("Front page"), "/"), (str(found), found.address)], str(found)


def _render_months(base: str, collection: str, trail: Trail, name: str) -> Document:
    months = queries.months(collection)
    groups = [
        (year, [(_month_name(month), f"{base}{ARCHIVES}{month}/") for month in sorted(group)])
        for year, group in groupby(months, key=lambda month: month[:4])
    ]
    if queries.count_month(collection, UNDATED):
        groups.append(("", [(_("Date unknown"), f"{base}{ARCHIVES}{UNDATED_STEP}/")]))
    title = _("Archive: %(name)s") % {"name": name} if name else _("Archive")
    return render_index(f"{base}{ARCHIVES}", title, groups, trail=trail)


def _render_month(base: str, collection: str, trail: Trail, name: str, month: str, part: int) -> Document:
    stories = queries.of_month(collection, month, PART + 1, (part - 1) * PART)
    if not stories:
        raise NotOnThisPathError
    address = f"{base}{ARCHIVES}{month or UNDATED_STEP}/"
    when = _month_name(month, with_year=True) if month else _("Date unknown")
    earlier, later = queries.find_neighbours(collection, month) if month else (None, None)
    before = (_month_name(earlier, with_year=True), f"{base}{ARCHIVES}{earlier}/") if earlier else None
    after = (_month_name(later, with_year=True), f"{base}{ARCHIVES}{later}/") if later else None
    if part > 1:
        before = (_("Earlier in the month"), address if part == 2 else f"{address}{part - 1}/")
    if len(stories) > PART:
        after = (_("Later in the month"), f"{address}{part + 1}/")
    return render_page(
        "frontend/list.html",
        address if part == 1 else f"{address}{part}/",
        f"{name} – {when}" if name else when,
        styles=("cards",),
        stories=stories[:PART],
        heading="h3",
        by_day=True,
        pictured=False,
        trail=[*trail, (_("Archive"), f"{base}{ARCHIVES}")],
        before=before,
        after=after,
    )


def _month_name(month: str, with_year: bool = False) -> str:
    first = date(int(month[:4]), int(month[5:]), 1)
    return formats.date_format(first, "F Y" if with_year else "F").capitalize()


def _places() -> Iterator[tuple[str, str]]:
    """Yield (address, collection) of everything that has an archive but the paper itself."""
    for topic in queries.topics():
        yield topic.address, topic.collection_key
    for author in queries.authors():
        yield author.address, author.collection_key
    for section in Section.objects.live().order_by("path"):
        yield section.address, section.collection_key
    for edition in queries.editions():
        yield edition.address, edition.collection_key


def place_index_paths() -> Iterator[str]:
    return (f"{address}{ARCHIVES}" for address, _collection in _places())


def _month_paths(base: str, collection: str) -> Iterator[tuple[str, int]]:
    for month, count in queries.month_sizes(collection).items():
        for part in range(1, (count + PART - 1) // PART + 1):
            yield f"{base}{ARCHIVES}{month or UNDATED_STEP}/", part


def paper_month_paths() -> Iterator[str]:
    return (path for path, part in _month_paths("/", PAPER) if part == 1)


def paper_part_paths() -> Iterator[str]:
    return (f"{path}{part}/" for path, part in _month_paths("/", PAPER) if part > 1)


def place_month_paths() -> Iterator[str]:
    return (path for place in _places() for path, part in _month_paths(*place) if part == 1)


def place_part_paths() -> Iterator[str]:
    return (f"{path}{part}/" for place in _places() for path, part in _month_paths(*place) if part > 1)


# --- what comes into being


_MONTH_KEY = re.compile(r"(paper|section:\d+|edition:\d+|topic:\d+|author:\d+)/articles/(\d{4}-\d\d|undated)")
_PLACE_KEY = re.compile(r"(section|edition|topic|author):\d+")


def _announced_months(key: str) -> Iterator[tuple[str, int]]:
    """Yield (path, part) of the parts of a month that `key` names."""
    found = _MONTH_KEY.fullmatch(key)
    base = _base_of(found[1]) if found else None
    if found and base:
        month = UNDATED if found[2] == "undated" else found[2]
        count = queries.count_month(found[1], month)
        for part in range(1, (count + PART - 1) // PART + 1):
            yield f"{base}{ARCHIVES}{month or UNDATED_STEP}/", part


def _base_of(collection: str) -> str | None:
    return "/" if collection == PAPER else queries.find_place_address(*collection.split(":"))


def _is_paper(key: str) -> bool:
    return key.startswith(f"{PAPER}/")


def announce_paper_months(key: str) -> Iterable[str]:
    return [path for path, part in _announced_months(key) if part == 1] if _is_paper(key) else ()


def announce_paper_parts(key: str) -> Iterable[str]:
    return [f"{path}{part}/" for path, part in _announced_months(key) if part > 1] if _is_paper(key) else ()


def announce_place_months(key: str) -> Iterable[str]:
    return () if _is_paper(key) else [path for path, part in _announced_months(key) if part == 1]


def announce_place_parts(key: str) -> Iterable[str]:
    return () if _is_paper(key) else [f"{path}{part}/" for path, part in _announced_months(key) if part > 1]


def announce_index(key: str) -> Iterable[str]:
    base = _base_of(key) if _PLACE_KEY.fullmatch(key) else None
    return [f"{base}{ARCHIVES}"] if base else ()


def announce_moved_months(key: str) -> Iterable[str]:
    """A place that has moved takes all its months along."""
    base = _base_of(key) if _PLACE_KEY.fullmatch(key) else None
    return [path for path, part in _month_paths(base, key) if part == 1] if base else ()


def announce_moved_parts(key: str) -> Iterable[str]:
    base = _base_of(key) if _PLACE_KEY.fullmatch(key) else None
    return [f"{path}{part}/" for path, part in _month_paths(base, key) if part > 1] if base else ()


def _either(*announce: Callable[[str], Iterable[str]]) -> Callable[[str], Iterable[str]]:
    return lambda key: [path for one in announce for path in one(key)]


PAPER_TYPES = [
    PageType("archive", ARCHIVES, render_paper, lambda: [PAPER_ARCHIVES]),
    PageType(
        "month", ARCHIVES + "<month:month>/", render_paper_month, paper_month_paths, announced_by=announce_paper_months
    ),
    PageType(
        "month-part",
        ARCHIVES + "<month:month>/<later_part:part>/",
        render_paper_month,
        paper_part_paths,
        announced_by=announce_paper_parts,
    ),
]
PLACE_TYPES = [
    PageType("place-archive", "<path:place>/" + ARCHIVES, render_place, place_index_paths, announced_by=announce_index),
    PageType(
        "place-month",
        f"<path:place>/{ARCHIVES}<month:month>/",
        render_place_month,
        place_month_paths,
        announced_by=_either(announce_place_months, announce_moved_months),
    ),
    PageType(
        "place-month-part",
        f"<path:place>/{ARCHIVES}<month:month>/<later_part:part>/",
        render_place_month,
        place_part_paths,
        announced_by=_either(announce_place_parts, announce_moved_parts),
    ),
]
PAGE_TYPES = [*PAPER_TYPES, *PLACE_TYPES]
