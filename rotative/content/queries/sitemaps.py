"""Sitemaps: the address of everything, by the month."""

from datetime import datetime

from django.db.models import Max

from rotative.content.models import Author, Correction, Listing, Section, Topic
from rotative.content.models.addresses import address_of
from rotative.content.models.listings import PAPER, UNDATED, articles_key, months_key
from rotative.content.queries.lists import month_sizes
from rotative.content.queries.masthead import standing_pages
from rotative.content.queries.taxonomy import editions
from rotative.publishing.keys import collection_key, object_key, path_key, site_key
from rotative.publishing.tracking import note, query


@query(articles_key(PAPER, UNDATED), months_key(PAPER))
def sitemap_sizes() -> dict[str, int]:
    """Return how many articles the paper has of each month, newest first; the undated are last.

    This walks the whole of the paper's list, but in its index alone: 12 milliseconds for a hundred thousand articles.
    """
    sizes = month_sizes(PAPER)
    note(*(articles_key(PAPER, month) for month in sizes))
    return sizes


@query()
def sitemap_articles(month: str, limit: int, offset: int = 0) -> list[tuple[str, datetime | None]]:
    """Return (address, last change that readers are told of) of the articles of a month, oldest first.

    Two statements and no instances: a month may have thousands. That the change is the latest of these three moments
    follows from `Article.shown_update`.
    """
    note(articles_key(PAPER, month))
    listed = Listing.objects.filter(collection=PAPER, month=month).order_by("month", "listed_at", "article_id")
    rows = list(
        listed.values_list("article", "article__url_path", "article__published_at", "article__updated_at")[
            offset : offset + limit
        ]
    )
    note(*(object_key("article", key) for key, *_rest in rows))
    corrections = Correction.objects.filter(article__listings__collection=PAPER, article__listings__month=month)
    corrected = dict(corrections.order_by().values_list("article").annotate(latest=Max("made_at")))
    return [
        (address_of(url_path), max(filter(None, (*moments, corrected.get(key))), default=None))
        for key, url_path, *moments in rows
    ]


@query(path_key("/"), site_key("frame"), site_key("topics"), site_key("authors"))
def sitemap_addresses() -> list[str]:
    """Return the address of everything that has a page and is no article: the front page first, authors last."""
    # The front page stands for as long as there is a paper; a sitemap without any address would be none.
    addresses = ["/"]
    for key, is_live, url_path in Section.objects.order_by("path").values_list("pk", "live", "url_path"):
        # What changes below a desk does not touch the frame.
        note(object_key("section", key), collection_key(object_key("section", key), "subsections"))
        if is_live:
            addresses.append(address_of(url_path))
    addresses += (page.address for page in (*editions(), *standing_pages()))
    addresses += (
        f"{Topic.address_root}{slug}/" for slug in Topic.objects.order_by("slug").values_list("slug", flat=True)
    )
    addresses += (
        f"{Author.address_root}{slug}/" for slug in Author.objects.order_by("slug").values_list("slug", flat=True)
    )
    return addresses
