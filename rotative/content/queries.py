"""Everything that readers' pages read of the newspaper. A list costs the same whatever the archive holds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import connection
from django.db.models import F, QuerySet, prefetch_related_objects
from wagtail.models import Page

from rotative.content.models import (
    Article,
    Author,
    Edition,
    Home,
    Listing,
    MenuItem,
    Newspaper,
    Picture,
    Section,
    SocialAccount,
    StandingPage,
    Topic,
)
from rotative.content.models.articles import MOST_RELATED
from rotative.content.models.listings import PAPER, UNDATED
from rotative.content.models.pages import address_of

FRONT_SECONDS = 4
FRONT_COLUMNS = 6
FRONT_OF_SECTION = 4
EDITION_COLUMNS = 20
LATEST_BY_COUNTRY = 10


class Collection(Protocol):
    """Something that has a list of articles: a section, an edition, a topic, an author."""

    @property
    def collection_key(self) -> str: ...


# --- pages of the tree


def get_home() -> Home:
    """Return the front page. Raises Home.DoesNotExist before the paper is founded."""
    return _live(Home).get()


def find_page(address: str) -> Home | Section | Edition | Article | StandingPage | None:
    """Return the live page at `address`, with what its page shows, or None."""
    home = _live(Home).first()
    if home is None or address == "/":
        return home
    slug = address.rstrip("/").rpartition("/")[2]
    # Wagtail keeps no index on url_path, but one on slug: few pages share the last step of an address.
    found = Page.objects.live().filter(slug=slug, url_path=home.url_path.rstrip("/") + address).first()
    if found is None:
        return None
    model = found.specific_class
    if model is Article:
        return articles().filter(pk=found.pk).first()
    if model is Section:
        return Section.objects.select_related("desk").get(pk=found.pk)
    if model in (Edition, StandingPage):
        return model.objects.get(pk=found.pk)
    return None


def articles() -> QuerySet[Article]:
    """Articles with everything that an article's own page shows."""
    return (
        cards()
        .select_related("lead_image", "section__desk", "edition")
        .defer(None)
        .prefetch_related("bylines__author", "topics", "other_editions", "corrections", "related_stories")
    )


def cards() -> QuerySet[Article]:
    """Articles as lists show them: no body, everything else in a constant number of queries.

    Sections and editions are read apart: with them the join has nine tables, and PostgreSQL plans longer than it reads.
    """
    return (
        Article.objects.select_related("lead_image")
        .prefetch_related("section__desk", "edition", "lead_image__renditions")
        .defer("body")
    )


def addresses(model: type[Page]) -> Iterator[str]:
    """Yield the address of every live page of one type."""
    for url_path in model.objects.live().order_by("pk").values_list("url_path", flat=True).iterator():
        yield address_of(url_path)


def _live(model: type[Page]) -> Any:
    """Live pages of a kind of which there are few, found from their own small table.

    Without statistics SQLite may go through all pages of the paper to find the few that are of this kind.
    """
    return model.objects.filter(pk__in=list(model.objects.order_by().values_list("pk", flat=True)), live=True)


# --- lists


def latest(collection: str, limit: int, *, dated_only: bool = False) -> list[Article]:
    """Return the newest live articles of a list; those without a known date come last."""
    return in_order(_newest(collection, limit, dated_only=dated_only))


def _newest(collection: str, limit: int, *, dated_only: bool) -> list[int]:
    """Return the keys of the newest articles of a list."""
    listed = Listing.objects.filter(collection=collection)
    if dated_only:
        listed = listed.filter(month__gt=UNDATED)
    return list(listed.order_by("-month", "-listed_at", "-article").values_list("article", flat=True)[:limit])


def of_month(collection: str, month: str, limit: int, offset: int = 0) -> list[Article]:
    """Return the articles of a list in one month (`2026-09`, or UNDATED), oldest first.

    Oldest first, so that the parts of a long month do not shift when something is published.
    """
    listed = Listing.objects.filter(collection=collection, month=month)
    # Two short steps, the index first and then the rows by key, leave the database no room for a slow plan.
    keys = listed.order_by("month", "listed_at", "article").values_list("article", flat=True)[offset : offset + limit]
    return in_order(list(keys))


def count_month(collection: str, month: str) -> int:
    return Listing.objects.filter(collection=collection, month=month).count()


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


def find_neighbours(collection: str, month: str) -> tuple[str | None, str | None]:
    """Return the nearest months before and after `month` in which a list has articles."""
    listed = Listing.objects.filter(collection=collection, month__gt=UNDATED)
    before = listed.filter(month__lt=month).order_by("-month").values_list("month", flat=True).first()
    after = listed.filter(month__gt=month).order_by("month").values_list("month", flat=True).first()
    return before, after


def find_ongoing() -> Article | None:
    """Return the newest story that is happening now, for the live mark of the masthead."""
    ongoing = Article.objects.live().filter(is_ongoing=True)
    return ongoing.order_by(F("published_at").desc(nulls_last=True), "-pk").first()


def related_to(article: Article) -> list[Article]:
    """Return the stories below an article: those pinned by editors, then those computed at its publication."""
    pinned = [related.story_id for related in article.related_stories.all()]
    keys = [key for key in dict.fromkeys([*pinned, *article.computed_related]) if key != article.pk]
    return in_order(keys[: max(MOST_RELATED, len(set(pinned)))])


def in_order(keys: Sequence[int]) -> list[Article]:
    """Return the live articles with these keys, in the order of the keys."""
    found = {article.pk: article for article in cards().filter(live=True, pk__in=keys)} if keys else {}
    return [found[key] for key in keys if key in found]


# --- fronts


@dataclass(frozen=True)
class Front:
    """A front as it is laid out: no story stands on it twice."""

    lead: Article | None
    seconds: list[Article]
    columns: list[Article]
    sections: list[tuple[Section, list[Article]]] = field(default_factory=list)


def front_of(page: Home | Edition) -> Front:
    """Lay out a front: what editors chose, in their order, then the newest articles."""
    columns = FRONT_COLUMNS if isinstance(page, Home) else EDITION_COLUMNS
    wanted = 1 + FRONT_SECONDS + columns
    collection = PAPER if isinstance(page, Home) else page.collection_key
    # Everything is chosen by key and read once: a front reads as many lists as there are desks.
    top = _without_repeats([*_chosen(page), *_newest(collection, wanted, dated_only=True)])[:wanted]
    blocks = _section_blocks(top) if isinstance(page, Home) else []
    cards_by_key = {
        article.pk: article for article in in_order([*top, *(key for _desk, keys in blocks for key in keys)])
    }
    stories = [cards_by_key[key] for key in top if key in cards_by_key]
    return Front(
        lead=stories[0] if stories else None,
        seconds=stories[1 : 1 + FRONT_SECONDS],
        columns=stories[1 + FRONT_SECONDS :],
        sections=[(desk, [cards_by_key[key] for key in keys if key in cards_by_key]) for desk, keys in blocks],
    )


def _chosen(page: Home | Edition) -> list[int]:
    """Return the keys of the live articles that editors put on a front, in their order."""
    keys = [story.story_id for story in page.stories.all()]
    live = set(Listing.objects.filter(collection=PAPER, article__in=keys).values_list("article", flat=True))
    return [key for key in keys if key in live]


def _section_blocks(shown: list[int]) -> list[tuple[Section, list[int]]]:
    used = set(shown)
    blocks = []
    for desk in desks():
        candidates = _newest(desk.collection_key, len(used) + FRONT_OF_SECTION, dated_only=True)
        keys = [key for key in candidates if key not in used][:FRONT_OF_SECTION]
        used.update(keys)
        if keys:
            blocks.append((desk, keys))
    return blocks


def _without_repeats(keys: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(keys))


# --- the rest of the paper


def desks() -> list[Section]:
    """Return the live sections of the first level, in the order of the tree."""
    return list(Section.objects.live().filter(desk=None).order_by("path"))


def subsections(section: Section) -> list[Section]:
    return list(Section.objects.live().filter(desk=section).order_by("path"))


def editions() -> list[Edition]:
    return list(_live(Edition).order_by("path"))


def standing_pages() -> list[StandingPage]:
    return list(_live(StandingPage).order_by("path"))


def find_topic(slug: str) -> Topic | None:
    return Topic.objects.filter(slug=slug).first()


def find_author(slug: str) -> Author | None:
    return Author.objects.select_related("portrait").filter(slug=slug).first()


def topics() -> list[Topic]:
    # By slug, which is a name without accents and capitals: databases do not agree on where Élodie stands.
    return list(Topic.objects.order_by("slug"))


def authors() -> list[Author]:
    return list(Author.objects.order_by("slug"))


def get_newspaper() -> Newspaper:
    """Return the paper's settings, with its nameplate."""
    return Newspaper.objects.select_related("nameplate").first() or Newspaper()


def menu_of(newspaper: Newspaper, otherwise: Sequence[Section] = ()) -> list[tuple[str, str]]:
    """Return (label, address) of the menu; the desks in `otherwise` when editors have not made one."""
    items = MenuItem.objects.filter(newspaper=newspaper.pk).select_related("page").order_by("sort_order")
    menu = []
    for item in items:
        if item.page is None:
            menu.append((item.label, item.path))
        elif item.page.live:
            menu.append((item.label or item.page.title, address_of(item.page.url_path)))
    return menu or [(desk.title, desk.address) for desk in otherwise]


def social_accounts_of(newspaper: Newspaper) -> list[SocialAccount]:
    return list(SocialAccount.objects.filter(newspaper=newspaper.pk).order_by("sort_order"))


def prefetch_copies(pictures: Iterable[Picture]) -> None:
    """Read the copies of all `pictures` in one query."""
    prefetch_related_objects(list(pictures), "renditions")


def was_withdrawn(address: str) -> bool:
    """Tell whether a page once stood at `address` and was taken back."""
    home = Home.objects.first()
    if home is None:
        return False
    address = address.rstrip("/") + "/"
    slug = address.rstrip("/").rpartition("/")[2]
    withdrawn = Page.objects.filter(live=False, first_published_at__isnull=False, slug=slug)
    return withdrawn.filter(url_path=home.url_path.rstrip("/") + address).exists()
