"""Denormalised data, by which lists need not be counted or sorted: compared with the facts, and put right.

The tree says of each page how many stand below it and what its address is; sections and articles say again what stands
above them; the table of listings says in which lists an article stands, and in which month. Each is written together
with what it follows from. Code that writes below the models, a restored table or another time zone can leave it wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.functions import Length
from wagtail.models import Page

from rotative.content.models import Article, Listing, Section
from rotative.content.models.addresses import address_of, lead_on
from rotative.content.models.listings import places_of, relist, wanted_places
from rotative.publishing.invalidation import invalidate_all
from rotative.publishing.keys import object_key, path_key, site_key
from rotative.publishing.marking import chunks
from rotative.publishing.writing import writing

CAUSE: Final = "recompute"
CHUNK: Final = 200  # pages in one transaction, and in memory
PLACES: Final[dict[type[Page], str]] = {Section: "desk", Article: "section"}


@dataclass(frozen=True)
class Mismatch:
    """A value that does not follow from what it is derived from; without `right` nobody can know what it should be."""

    where: str
    what: str
    stored: str
    right: str | None


def mismatches(*, mend: bool = False, sample: int | None = None) -> Iterator[Mismatch]:
    """Yield what is wrong, of all pages or, beside those that have others below them, of a sample of articles.

    With `mend` each part is put right, in one transaction with its invalidations, before its mismatches are yielded.
    """
    # From the top: the address of a page follows from the one above it.
    for part in parts(Page.objects.filter(depth__gt=1).exclude(content_type__model="article"), "path"):
        yield from _examine(_examine_tree, part, mend)
    chosen = Article.objects.order_by("?").values_list("pk", flat=True)[:sample] if sample else ()
    for part in chunks(chosen, CHUNK) if sample else parts(Article.objects.all()):
        yield from _examine(_examine_articles, part, mend)


def parts(rows: "QuerySet[Any]", column: str = "pk", size: int = CHUNK) -> Iterator[list[int]]:
    """Yield the keys of rows, so many at once, in the order of a unique column; nothing stays open in between."""
    found = list(rows.order_by(column).values_list("pk", column)[:size])
    while found:
        yield [key for key, _place in found]
        found = list(rows.filter(**{f"{column}__gt": found[-1][1]}).order_by(column).values_list("pk", column)[:size])


Examine = Callable[[Sequence[int], bool], Iterator[Mismatch]]


def _examine(examine: Examine, keys: Sequence[int], mend: bool) -> list[Mismatch]:
    with writing() if mend else nullcontext():
        return list(examine(keys, mend))


def _examine_articles(keys: Sequence[int], mend: bool) -> Iterator[Mismatch]:
    yield from _examine_tree(keys, mend)
    articles = Article.objects.filter(pk__in=keys).select_related("section").order_by("pk")
    listed: dict[int, list[Listing]] = {}
    for row in Listing.objects.filter(article__in=keys):
        listed.setdefault(row.article_id, []).append(row)
    for article in articles.prefetch_related("other_editions", "topics", "bylines"):
        stored = places_of(listed.get(article.pk, ()))
        right = wanted_places(article, stored)
        for name in sorted(stored.keys() | right.keys()):
            if stored.get(name) != right.get(name):
                yield Mismatch(article.address, name, _told(stored.get(name)), _told(right.get(name)))
        if mend and stored != right:
            relist(article)


def _told(place: Any) -> str:
    return f"{place[0] or '–'} ({place[1]:%Y-%m-%d %H:%M})" if place else "–"


# --- the tree


def _examine_tree(keys: Sequence[int], mend: bool) -> Iterator[Mismatch]:
    for page in Page.objects.filter(pk__in=keys).order_by("path"):
        # Read one after another: what stands above may just have been mended.
        parent = Page.objects.filter(path=page.path[: -Page.steplen]).first()
        if parent is None:
            yield Mismatch(page.url_path, "parent", "–", None)
            continue
        right = {
            "depth": len(page.path) // Page.steplen,
            "numchild": _count_children(page),
            "url_path": f"{parent.url_path}{page.slug}/",
        }
        wrong = {name: value for name, value in right.items() if getattr(page, name) != value}
        for name, value in wrong.items():
            yield Mismatch(page.url_path, name, str(getattr(page, name)), str(value))
        if mend and wrong:
            Page.objects.filter(pk=page.pk).update(**wrong)
            if "url_path" in wrong:
                _follow_mended_address(page, right["url_path"])
        yield from _examine_place(page, parent, mend)


def _count_children(page: Page) -> int:
    # Paths are indexed, and the alphabet of their steps has no small letters.
    below = Page.objects.filter(path__gt=page.path, path__lt=page.path + "a").annotate(length=Length("path"))
    return int(below.filter(length=len(page.path) + Page.steplen).count())


def _follow_mended_address(page: Page, url_path: Any) -> None:
    """Lead from the address at which a page was shown to the one that it has."""
    if not (page.live or page.first_published_at):
        return
    old, new = address_of(page.url_path), address_of(url_path)
    lead_on([(old, page.pk)] if page.live else [])
    kind = page.specific_class._meta.model_name if page.specific_class else ""
    invalidate_all([path_key(old), path_key(new), object_key(kind, page.pk), site_key("frame")], cause=CAUSE)


def _examine_place(page: Page, parent: Page, mend: bool) -> Iterator[Mismatch]:
    """Compare the columns in which a section and an article say again what stands above them."""
    model: Any = page.specific_class
    if model not in PLACES:
        return
    name = PLACES[model]
    stored = model.objects.filter(pk=page.pk).values_list(name, flat=True).first()
    right = parent.pk if parent.specific_class is Section else None
    if stored != right:
        yield Mismatch(page.url_path, name, str(stored or "–"), str(right or "–"))
        if mend:
            model.objects.filter(pk=page.pk).update(**{name: right})
