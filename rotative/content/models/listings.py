"""The index of lists, denormalised: which article stands in which list, and since when.

A list of a newspaper is "the newest articles of X". Wagtail keeps `live` on its own page table and memberships in
relation tables, so such a list would sort all articles of X at each reading. This table holds one row for each list in
which a live article stands, in the order in which lists are read; one index answers every list, whatever the archive
holds. docs/decisions/0002-one-table-of-listings.md has the measurement.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rotative.publishing.invalidation import invalidate_all
from rotative.publishing.keys import collection_key
from rotative.publishing.writing import writing

if TYPE_CHECKING:
    from rotative.content.models.articles import Article

Place = tuple[str, datetime]
PAPER = "paper"
UNDATED = ""


class Listing(models.Model):
    """An article's place in one list. It exists exactly while the article is live."""

    collection = models.CharField(max_length=40)
    month = models.CharField(max_length=7, blank=True)  # "2026-09" in the paper's time zone; empty when undated
    listed_at = models.DateTimeField()
    article = models.ForeignKey("content.Article", on_delete=models.CASCADE, related_name="listings")

    class Meta:
        verbose_name = _("listing")
        constraints = [models.UniqueConstraint(fields=["article", "collection"], name="listed_once")]
        # The month comes first so that one index serves "the newest" and "of this month", and puts the undated last.
        indexes = [models.Index(fields=["collection", "-month", "-listed_at", "-article"], name="newest_of_collection")]

    def __str__(self) -> str:
        return f"{self.collection}: {self.article_id}"


def month_of(moment: datetime) -> str:
    """Return the month of `moment` in the paper's time zone, as `2026-09`."""
    return timezone.localtime(moment).strftime("%Y-%m")


def collections_of(article: "Article") -> set[str]:
    """Return the lists in which a live `article` stands; the names are the collection keys of the engine."""
    section = article.section
    keys = {PAPER, f"section:{section.pk}"}
    if section.desk_id:
        keys.add(f"section:{section.desk_id}")
    editions = {edition.pk for edition in article.other_editions.all()} | {article.edition_id}
    keys |= {f"edition:{edition}" for edition in editions if edition}
    keys |= {f"topic:{topic.pk}" for topic in article.topics.all()}
    keys |= {f"author:{byline.author_id}" for byline in article.bylines.all() if byline.author_id}
    return keys


@writing()
def relist(article: "Article") -> None:
    """Make the rows of `article` equal to the lists in which it stands now, and invalidate those that change."""
    before = places_of(Listing.objects.filter(article=article))
    after = wanted_places(article, before)
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    if not changed:
        return
    Listing.objects.filter(article=article, collection__in=changed - after.keys()).delete()
    Listing.objects.bulk_create(
        [
            Listing(collection=key, month=after[key][0], listed_at=after[key][1], article=article)
            for key in sorted(changed & after.keys())
        ],
        update_conflicts=True,
        unique_fields=["article", "collection"],
        update_fields=["month", "listed_at"],
    )
    touched: set[str] = set()
    for key in changed:
        months = [place[0] for place in (before.get(key), after.get(key)) if place]
        touched |= touched_lists(key, months, [article.pk])
    invalidate_all(touched, cause=f"list article:{article.pk}")


def announce(articles: "Iterable[Article]", cause: str) -> None:
    """Invalidate what shows articles that are new, whose rows were written in bulk."""
    by_number = {article.pk: article for article in articles}
    touched = {key for article in by_number.values() for key in article.facets()}
    rows = Listing.objects.filter(article__in=by_number).values_list("collection", "month").distinct()
    for collection, month in rows.order_by():
        touched |= touched_lists(collection, [month], list(by_number))
    invalidate_all(touched, cause=cause)


def places_of(listings: "Iterable[Listing]") -> dict[str, Place]:
    """Return month and moment of rows of one article, by list."""
    return {row.collection: (row.month, row.listed_at) for row in listings}


def wanted_places(article: "Article", before: Mapping[str, Place]) -> dict[str, Place]:
    """Return month and moment that an article should have, by list; one without any date stays where it stood."""
    if not article.live:
        return {}
    month = month_of(article.published_at) if article.published_at else UNDATED
    listed_at = article.published_at or article.first_published_at
    if listed_at is None:
        listed_at = min((place[1] for place in before.values()), default=timezone.now())
    return dict.fromkeys(collections_of(article), (month, listed_at))


def touched_lists(collection: str, months: Sequence[str], articles: Sequence[int]) -> set[str]:
    """Return the keys of what lists `collection`, after `articles` have entered, left, or changed their place there.

    `months` are the one they left and the one they entered. A month that begins or ceases to have articles changes the
    list of months, and the pages of the months beside it, which lead to it.
    """
    keys = {articles_key(collection), *(articles_key(collection, month) for month in months)}
    has_moved_within = len(months) == 2 and months[0] == months[1]
    for month in () if has_moved_within else months:
        others = Listing.objects.filter(collection=collection, month=month).exclude(article__in=articles)
        if month != UNDATED and not others.exists():
            keys.add(months_key(collection))
            keys |= {neighbours_key(collection, beside) for beside in find_neighbours(collection, month) if beside}
    return keys


def find_neighbours(collection: str, month: str) -> tuple[str | None, str | None]:
    """Return the nearest months before and after `month` in which a list has articles."""
    listed = Listing.objects.filter(collection=collection, month__gt=UNDATED)
    before = listed.filter(month__lt=month).order_by("-month").values_list("month", flat=True).first()
    after = listed.filter(month__gt=month).order_by("month").values_list("month", flat=True).first()
    return before, after


# --- the keys of lists


def articles_key(collection: str, month: str | None = None) -> str:
    """Name the articles of a list, or of one month of it."""
    if month is None:
        return collection_key(collection, "articles")
    return collection_key(collection, "articles", month or "undated")


def months_key(collection: str) -> str:
    """Name the months in which a list has articles."""
    return collection_key(collection, "months")


def neighbours_key(collection: str, month: str) -> str:
    """Name the months beside one in which a list has articles."""
    return collection_key(collection, "neighbours", month)
