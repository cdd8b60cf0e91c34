"""Sitemaps: every address of the paper, for search engines. The articles of a month stand together."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from django.urls import register_converter
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from rotative.addresses import SITEMAP
from rotative.content import queries
from rotative.content.models.listings import PAPER, UNDATED, months_key
from rotative.frontend.metadata import absolute
from rotative.frontend.pages.archives import UNDATED_STEP
from rotative.publishing.keys import site_key
from rotative.publishing.page_types import Document, NotOnThisPathError, PageType

# The protocol allows 50 000; a fifth of them takes 0.2 seconds and a megabyte. Only an import brings a month, or
# the stories without a date, to a second part: they have to be found all the same.
PART = 10_000

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MONTH = re.compile(rf"{PAPER}/articles/(\d{{4}}-\d\d|undated)")
_COUNTED = {site_key("topics"), site_key("authors")}


class PartConverter:
    """What tells the parts of a long sitemap apart: nothing for the first, then `-2`, `-3`."""

    regex = r"(?:-(?:[2-9]|[1-9][0-9]{1,3}))?"

    def to_python(self, value: str) -> int:
        return int(value.removeprefix("-") or 1)

    def to_url(self, value: int) -> str:
        return f"-{value}" if value > 1 else ""


register_converter(PartConverter, "sitemap_part")


def render_index() -> Document:
    paths = [*_page_paths(), *month_paths()]
    return _document("sitemapindex", ("<sitemap>" + _location(path) + "</sitemap>\n" for path in paths))


def render_month(month: str, part: int) -> Document:
    articles = queries.sitemap_articles(month, PART, (part - 1) * PART)
    return _render_addresses(articles)


def render_pages(part: int) -> Document:
    addresses = queries.sitemap_addresses()[(part - 1) * PART : part * PART]
    return _render_addresses([(address, None) for address in addresses])


def _render_addresses(addresses: list[tuple[str, datetime | None]]) -> Document:
    if not addresses:
        raise NotOnThisPathError
    return _document(
        "urlset",
        (f"<url>{_location(address)}{_change(changed_at)}</url>\n" for address, changed_at in addresses),
    )


def _document(element: str, lines: Iterable[str]) -> Document:
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<{element} xmlns="{_NAMESPACE}">\n{"".join(lines)}</{element}>\n'
    return Document(xml.encode(), content_type="application/xml; charset=utf-8")


def _location(address: str) -> str:
    return f"<loc>{escape(iri_to_uri(absolute(address)))}</loc>"


def _change(changed_at: datetime | None) -> str:
    if changed_at is None:
        return ""
    return f"<lastmod>{timezone.localtime(changed_at).isoformat(timespec='seconds')}</lastmod>"


def _parts(name: str, count: int) -> Iterator[str]:
    """Yield the paths of the sitemaps that hold `count` addresses."""
    for part in range(1, (count + PART - 1) // PART + 1):
        yield f"/sitemaps/{name}{f'-{part}' if part > 1 else ''}.xml"


def _page_paths() -> Iterator[str]:
    return _parts("pages", len(queries.sitemap_addresses()))


def month_paths() -> Iterator[str]:
    for month, count in queries.sitemap_sizes().items():
        yield from _parts(month or UNDATED_STEP, count)


def index_announced_by(key: str) -> Iterator[str]:
    if key == months_key(PAPER):
        yield SITEMAP


def month_announced_by(key: str) -> Iterator[str]:
    """Yield the paths of a month into which an article came."""
    if found := _MONTH.fullmatch(key):
        month = UNDATED if found[1] == "undated" else found[1]
        yield from _parts(month or UNDATED_STEP, queries.count_month(PAPER, month))


def pages_announced_by(key: str) -> Iterator[str]:
    """Yield the sitemaps of everything else when there may be more of it: topics and authors come by the thousand."""
    if key in _COUNTED:
        yield from _page_paths()


PAGE_TYPES = [
    PageType("sitemap", SITEMAP[1:], render_index, lambda: [SITEMAP], announced_by=index_announced_by),
    PageType(
        "sitemap-pages",
        "sitemaps/pages<sitemap_part:part>.xml",
        render_pages,
        _page_paths,
        announced_by=pages_announced_by,
    ),
    PageType(
        "sitemap-month",
        "sitemaps/<month:month><sitemap_part:part>.xml",
        render_month,
        month_paths,
        announced_by=month_announced_by,
    ),
]
