"""Lists of articles: the newest, by month, related ones."""

from django.db import connection
from django.db.models import Count, F

from rotative.content.models import Article, Listing, listings
from rotative.content.models.listings import UNDATED, articles_key
from rotative.content.models.related import MOST_RELATED
from rotative.content.queries.cards import bylines, cards, from_batch_cache, in_order
from rotative.publishing.keys import object_key
from rotative.publishing.tracking import note, query

LATEST_BY_COUNTRY = 10


@query("{collection}/articles")
def latest(collection: str, limit: int, *, dated_only: bool = False) -> list[Article]:
    """Return the newest live articles of a list; those without a known date come last."""
    return in_order(newest(collection, limit, dated_only=dated_only))


def newest(collection: str, limit: int, *, dated_only: bool) -> list[int]:
    """Return the keys of the newest articles of a list."""
    listed = Listing.objects.filter(collection=collection)
    if dated_only:
        listed = listed.filter(month__gt=UNDATED)
    return list(listed.order_by("-month", "-listed_at", "-article").values_list("article", flat=True)[:limit])


@query()
def of_month(collection: str, month: str, limit: int, offset: int = 0) -> list[Article]:
    """Return the articles of a list in one month (`2026-09`, or UNDATED), oldest first.

    Oldest first, so that the parts of a long month do not shift when something is published.
    """
    note(articles_key(collection, month))
    listed = Listing.objects.filter(collection=collection, month=month)
    # Two short steps, the index first and then the rows by key, leave the database no room for a slow plan.
    keys = listed.order_by("month", "listed_at", "article").values_list("article", flat=True)[offset : offset + limit]
    return in_order(list(keys))


@query()
def count_month(collection: str, month: str) -> int:
    """Return how many articles of a list are of one month."""
    note(articles_key(collection, month))
    return Listing.objects.filter(collection=collection, month=month).count()


@query("{collection}/months")
def months(collection: str) -> list[str]:
    """Return the months in which a list has articles, newest first: one index step a month, not one an article."""
    table = Listing._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH RECURSIVE found(month) AS (
                SELECT max(month) FROM {table} WHERE collection = %s
                UNION ALL
                SELECT (SELECT max(month) FROM {table} WHERE collection = %s AND month < found.month)
                FROM found WHERE found.month IS NOT NULL AND found.month > ''
            )
            SELECT month FROM found WHERE month > ''
            """,  # noqa: S608 (the table's name is ours)
            [collection, collection],
        )
        return [month for (month,) in cursor.fetchall()]


def month_sizes(collection: str) -> dict[str, int]:
    """Return how many articles a list has of each month, newest first, the undated last: for who names all paths."""
    counted = Listing.objects.filter(collection=collection).order_by("-month").values_list("month")
    return dict(counted.annotate(count=Count("*")))


@query("{collection}/neighbours/{month}")
def find_neighbours(collection: str, month: str) -> tuple[str | None, str | None]:
    """Return the nearest months before and after `month` in which a list has articles."""
    return listings.find_neighbours(collection, month)


@query("site:ongoing")
def find_ongoing() -> Article | None:
    """Return the newest story that is happening now, for the live mark of the masthead."""
    ongoing = Article.objects.live().filter(is_ongoing=True)
    return ongoing.order_by(F("published_at").desc(nulls_last=True), "-pk").first()


@query()
def related_to(article: Article) -> list[Article]:
    """Return the stories below an article: those pinned by editors, then those computed at its publication."""
    pinned = [related.story_id for related in article.related_stories.all()]
    note(*(object_key("article", key) for key in (*pinned, *article.computed_related)))
    keys = [key for key in dict.fromkeys([*pinned, *article.computed_related]) if key != article.pk]
    keys = keys[: max(MOST_RELATED, len(set(pinned)))]
    # Below an article stand headlines alone: what cards show of pictures, sections and editions is not read.
    stories = Article.objects.live().filter(pk__in=keys).defer("body").order_by()
    found = {story.pk: story for story in stories} if keys else {}
    return [found[key] for key in keys if key in found]


@query("{collection}/articles")
def feed_stories(collection: str, limit: int) -> list[Article]:
    """Return the newest dated articles of a list as cards, with those who sign them."""
    signed = cards().prefetch_related(bylines(), "section")
    return from_batch_cache("signed", newest(collection, limit, dated_only=True), signed)
