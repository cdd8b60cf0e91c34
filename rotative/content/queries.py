"""Everything that readers' pages read of the newspaper. A list costs the same whatever the archive holds."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, Protocol

from django.db import connection
from django.db.models import Count, F, Max, Prefetch, QuerySet, prefetch_related_objects
from wagtail.blocks import StreamValue
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from rotative.content.blocks import pictures_of_block
from rotative.content.models import (
    Article,
    Author,
    Byline,
    Correction,
    Edition,
    Home,
    Listing,
    MediaFile,
    MenuItem,
    Newspaper,
    Picture,
    Section,
    SocialAccount,
    StandingPage,
    Topic,
    Withdrawal,
    listings,
)
from rotative.content.models.addresses import address_of
from rotative.content.models.articles import MOST_RELATED
from rotative.content.models.listings import PAPER, UNDATED, articles_key, months_key
from rotative.publishing.keys import collection_key, object_key, path_key, site_key
from rotative.publishing.tracking import note, query, shelf

FRONT_SECONDS = 4
FRONT_COLUMNS = 6
FRONT_OF_SECTION = 4
EDITION_COLUMNS = 20
# As editors put them; of those that have the same number, or none, the older first, in every database.
IN_ORDER = (F("sort_order").asc(nulls_last=True), "pk")
LATEST_BY_COUNTRY = 10


class Collection(Protocol):
    """Something that has a list of articles: a section, an edition, a topic, an author."""

    @property
    def collection_key(self) -> str: ...


# --- pages of the tree


def get_home() -> Home:
    """Return the front page. Raises Home.DoesNotExist before the paper is founded."""
    home: Home = Home.objects.live().get()
    return home


@query("site:root", covers=True, shared=True)
def find_root() -> str | None:
    """Return the url_path below which all pages stand, or None while there is no live front page."""
    homes = _live(Home.objects)
    return str(homes[0].url_path) if homes else None


@query("path:{address}")
def find_page(address: str) -> Home | Section | Edition | Article | StandingPage | None:
    """Return the live page at `address`, with what its page shows, or None."""
    root = find_root()
    if root is None:
        return None
    if address == "/":
        return _live(Home.objects.prefetch_related("stories"))[0]
    slug = address.rstrip("/").rpartition("/")[2]
    # Wagtail keeps no index on url_path, but one on slug: few pages share the last step of an address.
    found = Page.objects.live().filter(slug=slug, url_path=root.rstrip("/") + address).first()
    if found is None:
        return None
    model = found.specific_class
    if model is Article:
        return articles().filter(pk=found.pk).first()
    if model is Section:
        return Section.objects.select_related("desk").get(pk=found.pk)
    if model is Edition:
        return Edition.objects.prefetch_related("stories").get(pk=found.pk)
    return StandingPage.objects.get(pk=found.pk) if model is StandingPage else None


def articles() -> QuerySet[Article]:
    """Articles with everything that an article's own page shows."""
    return (
        cards()
        .select_related("lead_image", "section__desk", "edition")
        .defer(None)
        .prefetch_related(_bylines(), "topics", "corrections", "related_stories")
    )


def _bylines() -> "Prefetch[Any, Any, Any]":
    """Who signs, with the authors of the paper among them, in one statement."""
    return Prefetch("bylines", Byline.objects.select_related("author").order_by(*IN_ORDER))


def cards() -> QuerySet[Article]:
    """Articles as lists show them: no body, everything else in a constant number of queries.

    Editions are read apart: with them the join has too many tables, and PostgreSQL plans longer than it reads.
    """
    return (
        Article.objects.select_related("lead_image").prefetch_related("edition", "lead_image__renditions").defer("body")
    )


def addresses(model: type[Page]) -> Iterator[str]:
    """Yield the address of every live page of one type."""
    for url_path in model.objects.live().order_by("pk").values_list("url_path", flat=True).iterator():
        yield address_of(url_path)


def _live(few: QuerySet[Any]) -> list[Any]:
    """Return the live ones of pages of which there are few, in the order of the tree.

    They are chosen and sorted here: asked for that, a database without statistics may go through all pages of the
    paper to find the few that are of this kind.
    """
    return sorted((page for page in few.order_by() if page.live), key=attrgetter("path"))


# --- lists


@query("{collection}/articles")
def latest(collection: str, limit: int, *, dated_only: bool = False) -> list[Article]:
    """Return the newest live articles of a list; those without a known date come last."""
    return in_order(_newest(collection, limit, dated_only=dated_only))


def _newest(collection: str, limit: int, *, dated_only: bool) -> list[int]:
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


def in_order(keys: Sequence[int]) -> list[Article]:
    """Return the live articles with these keys, in the order of the keys, as cards."""
    return _from_shelf("cards", keys, cards())


def _from_shelf(name: str, keys: Sequence[int], stories: QuerySet[Article]) -> list[Article]:
    """Return live articles by key; what another page of the batch has read is not read again.

    After a publication most lists show the same newest articles.
    """
    kept: dict[int, Article | None] = shelf(name)
    missing = [key for key in keys if key not in kept]
    if missing:
        found = {story.pk: story for story in stories.filter(live=True, pk__in=missing).order_by()}
        kept.update({key: found.get(key) for key in missing})
    shown = [kept[key] for key in keys]
    note(*(object_key("article", key) for key in keys))
    for story in filter(None, shown):
        note(*_keys_of_card(story))
    return [story for story in shown if story]


def _keys_of_card(story: Article) -> Iterator[str]:
    """Yield the keys of what a card shows beside the article; of what was prefetched, nothing else is read."""
    prefetched = getattr(story, "_prefetched_objects_cache", {})
    if story.lead_image_id:
        yield object_key("picture", story.lead_image_id)
    if story.edition_id:
        yield object_key("edition", story.edition_id)
    if "bylines" in prefetched:
        yield object_key("section", story.section_id)
        yield from (object_key("author", line.author_id) for line in story.bylines.all() if line.author_id)


# --- fronts


@dataclass(frozen=True)
class Front:
    """A front as it is laid out: no story stands on it twice."""

    lead: Article | None
    seconds: list[Article]
    columns: list[Article]
    sections: list[tuple[Section, list[Article]]] = field(default_factory=list)


@query()
def front_of(page: Home | Edition) -> Front:
    """Lay out a front: what editors chose, in their order, then the newest articles."""
    columns = FRONT_COLUMNS if isinstance(page, Home) else EDITION_COLUMNS
    wanted = 1 + FRONT_SECONDS + columns
    collection = PAPER if isinstance(page, Home) else page.collection_key
    note(page.key, articles_key(collection))
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
    note(*(object_key("article", key) for key in keys))
    live = set(Listing.objects.filter(collection=PAPER, article__in=keys).values_list("article", flat=True))
    return [key for key in keys if key in live]


def _section_blocks(shown: list[int]) -> list[tuple[Section, list[int]]]:
    used = set(shown)
    blocks = []
    for desk in _desks():
        note(articles_key(desk.collection_key))
        candidates = _newest(desk.collection_key, len(used) + FRONT_OF_SECTION, dated_only=True)
        keys = [key for key in candidates if key not in used][:FRONT_OF_SECTION]
        used.update(keys)
        if keys:
            blocks.append((desk, keys))
    return blocks


def _without_repeats(keys: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(keys))


# --- the rest of the paper


@dataclass(frozen=True)
class Frame:
    """What stands above and below every page."""

    newspaper: Newspaper
    desks: list[Section]
    editions: list[Edition]
    standing_pages: list[StandingPage]
    menu: list[tuple[str, str]]
    social_accounts: list[SocialAccount]


@query("site:frame", covers=True, shared=True)
def frame() -> Frame:
    """Return masthead and foot, read once for all pages of a batch."""
    newspaper = _newspaper()
    desks = _desks()
    return Frame(
        newspaper=newspaper,
        desks=desks,
        editions=editions(),
        standing_pages=standing_pages(),
        menu=_menu_of(newspaper) or [(desk.title, desk.address) for desk in desks],
        social_accounts=list(SocialAccount.objects.filter(newspaper=newspaper.pk).order_by(*IN_ORDER)),
    )


def get_newspaper() -> Newspaper:
    """Return the paper's settings, with the copies of its nameplate."""
    return frame().newspaper


def _newspaper() -> Newspaper:
    newspaper = Newspaper.objects.select_related("nameplate").first() or Newspaper()
    if newspaper.nameplate:
        prefetch_related_objects([newspaper.nameplate], "renditions")
    return newspaper


def _menu_of(newspaper: Newspaper) -> list[tuple[str, str]]:
    """Return (label, address) of the menu that editors have made."""
    items = MenuItem.objects.filter(newspaper=newspaper.pk).select_related("page").order_by(*IN_ORDER)
    menu = []
    for item in items:
        if item.page is None:
            menu.append((item.label, item.path))
        elif item.page.live:
            menu.append((item.label or item.page.title, address_of(item.page.url_path)))
    return menu


def _desks() -> list[Section]:
    """Return the live sections of the first level, in the order of the tree."""
    return list(Section.objects.live().filter(desk=None).order_by("path"))


def desks() -> list[Section]:
    """Return the live sections of the first level, in the order of the tree."""
    return frame().desks


@query("{section.key}/subsections")
def subsections(section: Section) -> list[Section]:
    return list(Section.objects.live().filter(desk=section).order_by("path"))


@query("site:frame", covers=True)
def editions() -> list[Edition]:
    return _live(Edition.objects)


@query("site:frame", covers=True)
def standing_pages() -> list[StandingPage]:
    return _live(StandingPage.objects)


@query("path:/sujets/{slug}/")
def find_topic(slug: str) -> Topic | None:
    return Topic.objects.filter(slug=slug).first()


@query("path:/auteurs/{slug}/")
def find_author(slug: str) -> Author | None:
    return Author.objects.select_related("portrait").prefetch_related("portrait__renditions").filter(slug=slug).first()


@query("site:topics", covers=True)
def topics() -> list[Topic]:
    # By slug, which is a name without accents and capitals: databases do not agree on where Élodie stands.
    return list(Topic.objects.order_by("slug"))


@query("site:authors", covers=True)
def authors() -> list[Author]:
    return list(Author.objects.order_by("slug"))


@query()
def prepare_body(stream: StreamValue) -> None:
    """Read all that the blocks of a body name, pictures with their copies, before a template walks through them."""
    pictures = []
    for block in stream:
        pictures += pictures_of_block(block)
        if block.block_type == "related" and (story := block.value["story"]):
            note(object_key("article", story.pk))
        elif block.block_type in ("audio", "video") and (file := block.value["file"]):
            _weigh(file)
    prefetch_related_objects(list(dict.fromkeys(pictures)), "renditions")


def _weigh(file: MediaFile) -> None:
    """Give a file of an old row its size; Wagtail would save it, which were a write inside a read."""
    if file.file_size is None:
        with suppress(OSError):  # the file is not there
            file.file_size = file.file.size


@query()
def copies_of(picture: Picture, specs: Iterable[str]) -> dict[str, Any]:
    """Return the copies of a picture by their filter; one that is missing is made."""
    note(picture.key)
    wanted = list(specs)
    # Wagtail would read each filter anew to find the copies, which takes longer than the rest of the picture.
    copies = {copy.filter_spec: copy for copy in picture.renditions.all() if not copy.focal_point_key}
    if missing := [spec for spec in wanted if spec not in copies]:
        copies |= picture.get_renditions(*missing)
    return {spec: copies[spec] for spec in wanted}


def copy_of(picture: Picture, spec: str) -> Any:
    """Return one copy of a picture."""
    return copies_of(picture, [spec])[spec]


# --- what stands where no page does


@query("path:{address}")
def was_withdrawn(address: str) -> bool:
    """Tell whether a page once stood at `address`, with a slash at both ends, and was taken back."""
    root = find_root()
    if root is None:
        return False
    slug = address.rstrip("/").rpartition("/")[2]
    withdrawn = Page.objects.filter(live=False, first_published_at__isnull=False, slug=slug)
    return withdrawn.filter(url_path=root.rstrip("/") + address).exists()


@query("path:{address}")
def find_withdrawal(address: str) -> Withdrawal | None:
    """Return how the article was taken down that stood at `address`, with a slash at both ends."""
    return Withdrawal.objects.filter(address=address).first()


@dataclass(frozen=True)
class Lead:
    """Where an old address leads; final when a page of the tree stands there now, and not when it was taken back."""

    target: str
    is_final: bool = False
    is_taken_back: bool = False


@query("path:{address}")
def find_redirect(address: str) -> Lead | None:
    """Return where `address`, with a slash at both ends, leads: to a page where it stands now, or elsewhere."""
    redirect = Redirect.objects.filter(old_path=Redirect.normalise_path(address)).order_by("site", "pk").first()
    if redirect is None:
        return None
    if redirect.redirect_page_id is None:
        return Lead(str(redirect.redirect_link)) if redirect.redirect_link else None
    # The root of the tree, above the front page, stands nowhere.
    target = Page.objects.filter(pk=redirect.redirect_page_id, depth__gt=1)
    row = target.values_list("content_type__model", "live", "url_path").first()
    if row is None:
        return None
    model, is_live, url_path = row
    note(object_key(model, redirect.redirect_page_id))
    return Lead(address_of(url_path), is_final=is_live, is_taken_back=not is_live)


def stands(address: str) -> bool:
    """Tell whether a page of the tree, a topic or an author stands at `address`."""
    kind, _slash, slug = address.strip("/").partition("/")
    if kind == "sujets":
        return find_topic(slug) is not None
    if kind == "auteurs":
        return find_author(slug) is not None
    return find_page(address) is not None


# --- feeds and sitemaps


@query("{collection}/articles")
def feed_stories(collection: str, limit: int) -> list[Article]:
    """Return the newest dated articles of a list as cards, with those who sign them."""
    signed = cards().prefetch_related(_bylines(), "section")
    return _from_shelf("signed", _newest(collection, limit, dated_only=True), signed)


def find_place_address(kind: str, number: int | str) -> str | None:
    """Return the address of a live section or edition, of a topic or an author, or None; no page reads it."""
    if kind in {"topic", "author"}:
        owner = (Topic if kind == "topic" else Author).objects.filter(pk=number).first()
        return owner.address if owner else None
    model: type[Page] = {"section": Section, "edition": Edition}[kind]
    url_path = model.objects.live().filter(pk=number).values_list("url_path", flat=True).first()
    return address_of(url_path) if url_path else None


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
