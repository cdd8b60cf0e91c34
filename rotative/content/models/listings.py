"""Which article stands in which list, and since when.

A list of a newspaper is "the newest articles of X". Wagtail keeps `live` on its own page table and memberships in
relation tables, so such a list would sort all articles of X at each reading. This table holds one row for each list in
which a live article stands, in the order in which lists are read; one index answers every list, whatever the archive
holds. docs/decisions/0002-one-table-of-listings.md has the measurement.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from rotative.content.models.articles import Article

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


def relist(article: "Article") -> None:
    """Make the rows of `article` equal to the lists in which it stands now."""
    if not article.live:
        Listing.objects.filter(article=article).delete()
        return
    month = month_of(article.published_at) if article.published_at else UNDATED
    listed_at = article.published_at or article.first_published_at or timezone.now()
    wanted = collections_of(article)
    Listing.objects.filter(article=article).exclude(collection__in=wanted).delete()
    Listing.objects.bulk_create(
        [Listing(collection=key, month=month, listed_at=listed_at, article=article) for key in sorted(wanted)],
        update_conflicts=True,
        unique_fields=["article", "collection"],
        update_fields=["month", "listed_at"],
    )
