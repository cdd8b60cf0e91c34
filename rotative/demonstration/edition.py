"""Print the demo newspaper, from its manuscripts to published articles. A second run adds nothing."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils.translation import gettext_noop
from wagtail.models import Page, Site

from rotative.comments.models import Comment
from rotative.content import actions
from rotative.content.blocks import TableBlock
from rotative.content.models import (
    Article,
    Author,
    Byline,
    Correction,
    Edition,
    EditionStory,
    Home,
    HomeStory,
    MenuItem,
    Newspaper,
    Picture,
    Section,
    SocialAccount,
    StandingPage,
    Topic,
)
from rotative.content.models.images import make_copies
from rotative.content.models.newspaper import Network
from rotative.demonstration import illustrations
from rotative.demonstration.comments import write_comments
from rotative.demonstration.manuscripts import BadManuscriptError, Table, read_newspaper, read_stories
from rotative.progress import Tell, say_nothing
from rotative.publishing.writing import writing

ILLUSTRATIONS = range(1, 25)
CREDIT = "Illustration : Rotative"
UNDESCRIBED = "Motif dessiné d’après les textiles d’Afrique de l’Ouest"

# What the editors of L’Estuaire put on their fronts today; the first is the lead.
ONGOING = "crue-fleuve-niger-tounga-beri-heure-par-heure"
FRONT_PAGE = (
    ONGOING,
    "lome-listes-electorales-files-du-soir",
    "vaccin-paludisme-quatrieme-dose",
    "cacao-tracabilite-prix-d-un-sac-zebouo",
    "abidjan-cable-sous-marin-debit",
)
FRONT_OF_BENIN = (
    "cantines-scolaires-agbodekan-proces-factures",
    ONGOING,
    "pelicans-nokoue-cavaliers-nikki",
    "editorial-borne-fontaine-ruban",
)

PICTURES = gettext_noop("Pictures")
ARTICLES = gettext_noop("Articles")


@dataclass
class Paper:
    """What stands around the articles, by the names that manuscripts use."""

    home: Home
    sections: dict[str, Section] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)
    authors: dict[str, Author] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    pictures: dict[int, Picture] = field(default_factory=dict)
    made: Counter[type[Model]] = field(default_factory=Counter)


def print_edition(now: datetime, tell: Tell = say_nothing) -> Counter[type[Model]]:
    """Bring the demo newspaper into the database, its dates counted back from `now`.

    Returns how many were made of each model. Raises BadManuscriptError when one of its files cannot be used.
    """
    newspaper, stories = read_newspaper(), read_stories()
    paper = found(newspaper)
    paper.pictures = find_or_make_pictures(descriptions_in(stories), paper.made, tell)
    publish_stories(paper, stories, now, tell)
    paper.made[Comment] = write_comments(now)
    return paper.made


# --- what stands around the articles


@writing()
def found(newspaper: Table) -> Paper:
    """Make the front page, sections, editions, authors, topics, standing pages and settings where they are missing."""
    is_new = not Home.objects.exists()
    paper = Paper(actions.found_newspaper(newspaper.text("name")))
    for entry in newspaper.tables("sections"):
        _find_or_make_section(paper, entry)
    for entry in newspaper.tables("editions"):
        slug = entry.text("slug")
        paper.editions[slug] = _find_or_make_page(paper, paper.home, Edition(title=entry.text("name"), slug=slug))
    for entry in newspaper.tables("authors"):
        fields = {key: entry.text(key, "") for key in ("role", "biography", "email")}
        paper.authors[entry.text("slug")] = _find_or_make(paper, Author, entry, **fields)
    for entry in newspaper.tables("topics"):
        paper.topics[entry.text("slug")] = _find_or_make(paper, Topic, entry, description=entry.text("description", ""))
    for entry in newspaper.tables("pages"):
        page = StandingPage(
            title=entry.text("title"), slug=entry.text("slug"), body=[("text", entry.text("html").strip())]
        )
        _find_or_make_page(paper, paper.home, page)
    if is_new or _is_unsettled(Newspaper.load()):
        _settle_newspaper(paper, newspaper)
    return paper


def _find_or_make_section(paper: Paper, entry: Table) -> None:
    path = entry.text("path")
    desk, _, slug = path.rpartition("/")
    if desk and desk not in paper.sections:
        raise entry.wrong("path", f"below a section that stands before it; “{desk}” does not")
    parent = paper.sections[desk] if desk else paper.home
    section = Section(title=entry.text("name"), slug=slug, description=entry.text("description", ""))
    paper.sections[path] = _find_or_make_page(paper, parent, section)


def _find_or_make_page(paper: Paper, parent: Page, page: Page) -> Any:
    model = type(page)
    found = model.objects.child_of(parent).filter(slug=page.slug).first()
    if found is None:
        Page.objects.get(pk=parent.pk).add_child(instance=page)
        page.save_revision(clean=True).publish()
        paper.made[model] += 1
        found = model.objects.get(pk=page.pk)
    return found


def _find_or_make(paper: Paper, model: type[Author] | type[Topic], entry: Table, **fields: str) -> Any:
    defaults = {"name": entry.text("name"), **fields}
    found, is_new = model.objects.get_or_create(slug=entry.text("slug"), defaults=defaults)
    paper.made[model] += is_new
    return found


def _is_unsettled(newspaper: Newspaper) -> bool:
    """Tell whether every setting has its default value still: nobody has written anything that could be lost."""
    fields = [field for field in newspaper._meta.concrete_fields if not field.primary_key]
    return (
        all(field.value_from_object(newspaper) == field.get_default() for field in fields)
        and not newspaper.menu_items.exists()
        and not newspaper.social_accounts.exists()
    )


def _settle_newspaper(paper: Paper, entry: Table) -> None:
    newspaper = Newspaper.load()
    contact, networks = entry.table("contact"), set(Network.values)
    newspaper.name, newspaper.motto = entry.text("name"), entry.text("motto")
    newspaper.description = entry.text("description", f"{newspaper.name}. {newspaper.motto}.")
    newspaper.email, newspaper.telephone = contact.text("email"), contact.text("phone")
    newspaper.postal_address = contact.text("address")
    for key in ("publisher", "director", "host", "copyright_notice"):
        setattr(newspaper, key, entry.text(key, ""))
    newspaper.social_accounts = [
        SocialAccount(network=account.text("network").lower(), url=account.text("url"), sort_order=order)
        for order, account in enumerate(entry.tables("social"))
        if account.text("network").lower() in networks
    ]
    desks = [section for path, section in paper.sections.items() if "/" not in path]
    newspaper.menu_items = [MenuItem(page=desk, sort_order=order) for order, desk in enumerate(desks)]
    newspaper.save()
    Site.objects.filter(is_default_site=True).update(site_name=newspaper.name)
    # Read anew: saving the page that was read before its children were made would forget them.
    home = Home.objects.get(pk=paper.home.pk)
    if home.title != newspaper.name:
        home.title = newspaper.name
        home.save_revision(clean=True).publish()


# --- pictures


def descriptions_in(stories: Sequence[Table]) -> dict[int, str]:
    """Return what the manuscripts say that each illustration shows; the first to describe it is believed."""
    found: dict[int, str] = {}
    for story in stories:
        for table in (story, *story.tables("body")):
            if "image" in table.values:
                found.setdefault(int(table.number("image")), table.text("alt"))
            if "images" in table.values:
                for number, description in zip(table.items("images", int), table.items("alt", str), strict=False):
                    found.setdefault(number, description)
    return found


def find_or_make_pictures(
    descriptions: dict[int, str], made: Counter[type[Model]] | None = None, tell: Tell = say_nothing
) -> dict[int, Picture]:
    """Return the illustrations by number, drawn where they are missing, each with the copies that pages offer."""
    made = Counter() if made is None else made
    pictures = {}
    for done, number in enumerate(ILLUSTRATIONS, 1):
        picture = Picture.objects.filter(title=f"Illustration {number}", credit=CREDIT).first()
        if picture is None:
            picture = Picture.objects.create(
                title=f"Illustration {number}",
                description=descriptions.get(number, UNDESCRIBED),
                credit=CREDIT,
                file=ContentFile(illustrations.jpeg(number), name=f"illustration-{number:02}.jpg"),
            )
            made[Picture] += 1
        # Here and not when the articles are saved, because encoding takes long and a transaction holds others up.
        make_copies([picture])
        pictures[number] = picture
        tell(PICTURES, done, len(ILLUSTRATIONS))
    return pictures


def pictures() -> list[Picture]:
    """Return the illustrations that are in the database, in the order of their numbers."""
    found = Picture.objects.filter(title__startswith="Illustration ", credit=CREDIT).order_by("pk")
    return sorted(found, key=lambda picture: (len(picture.title), picture.title))


# --- articles


@writing()
def publish_stories(paper: Paper, stories: Sequence[Table], now: datetime, tell: Tell) -> None:
    """Publish the stories that are not there yet, all of them or none, and lay out the fronts."""
    incomplete = []
    for done, story in enumerate(stories, 1):
        slug = story.text("slug")
        if not Article.objects.filter(slug=slug).exists():
            article = _publish(paper, story, now)
            if len(article.body) < len(story.tables("body")):
                incomplete.append((article, story))
        tell(ARTICLES, done, len(stories))
    # A story may point to one that is published after it.
    for article, story in incomplete:
        article.body = _body(paper, story)
        article.save_revision(clean=True).publish()
    if paper.made[Article]:
        _lay_out(paper.home, HomeStory, FRONT_PAGE)
        _lay_out(paper.editions["benin"], EditionStory, FRONT_OF_BENIN)


def _publish(paper: Paper, story: Table, now: datetime) -> Article:
    section = paper.sections[story.one_of("section", paper.sections)]
    article = _article(paper, story, now)
    try:
        article = actions.publish_article(section, article)
    except ValidationError as error:
        raise BadManuscriptError(f"{story.file} cannot be published: {' '.join(error.messages)}") from error
    paper.made[Article] += 1
    return article


def _article(paper: Paper, story: Table, now: datetime) -> Article:
    published_at = _ago(now, story, "age_hours")
    article = Article(
        title=story.text("headline"),
        slug=story.text("slug"),
        kicker=story.text("kicker", ""),
        standfirst=story.text("standfirst"),
        place=story.text("place", ""),
        lead_image=_picture(paper, story) if "image" in story.values else None,
        lead_caption=story.text("caption", ""),
        edition=paper.editions[story.one_of("edition", paper.editions)],
        published_at=published_at,
        first_published_at=published_at,
        updated_at=_ago(now, story, "updated_hours") if "updated_hours" in story.values else None,
        is_ongoing=story.text("slug") == ONGOING,
        is_sensitive=story.boolean("sensitive", False),
        comments_closed=story.boolean("comments_closed", False),
        body=_body(paper, story),
    )
    authors = [Byline(author=paper.authors[slug]) for slug in story.some_of("authors", paper.authors)]
    bylines = authors + [Byline(guest=name) for name in story.items("guests", str, [])]
    article.bylines = bylines  # type: ignore[misc] # modelcluster takes them
    corrections = [
        Correction(made_at=_ago(now, correction, "age_hours"), text=correction.text("text"))
        for correction in story.tables("corrections")
    ]
    article.corrections = corrections  # type: ignore[misc] # modelcluster takes them
    article.other_editions = [paper.editions[slug] for slug in story.some_of("other_editions", paper.editions)]
    article.topics = [paper.topics[slug] for slug in story.some_of("topics", paper.topics)]
    return article


def _ago(now: datetime, table: Table, key: str) -> datetime:
    return now - timedelta(hours=table.number(key))


def _lay_out(front: Home | Edition, model: type[HomeStory] | type[EditionStory], slugs: Sequence[str]) -> None:
    """Put articles on a front whose order no editor has chosen."""
    front = type(front).objects.get(pk=front.pk)
    if front.stories.exists():
        return
    stories = {article.slug: article for article in Article.objects.live().filter(slug__in=slugs)}
    chosen = [model(story=stories[slug]) for slug in slugs if slug in stories]
    front.stories = chosen  # type: ignore[misc] # modelcluster takes them
    front.save_revision(clean=True).publish()


# --- bodies


def _body(paper: Paper, story: Table) -> list[tuple[str, Any]]:
    """Return the body as its blocks take it; related stories that are not published yet are left out."""
    blocks = []
    for table in story.tables("body"):
        kind = table.one_of("type", BLOCKS)
        value = BLOCKS[kind](paper, table)
        if value is not None:
            blocks.append((kind, value))
    return blocks


def _picture(paper: Paper, table: Table) -> Picture:
    return _picture_of(paper, table, "image", table.number("image"))


def _picture_of(paper: Paper, table: Table, key: str, number: float) -> Picture:
    if number not in paper.pictures:
        raise table.wrong(key, f"the number of an illustration, 1 to {len(ILLUSTRATIONS)}; {number:g} is not")
    return paper.pictures[int(number)]


def _text(paper: Paper, table: Table) -> str:
    return table.text("html").strip()


def _quotation(paper: Paper, table: Table) -> dict[str, Any]:
    return {"text": table.text("text"), "attribution": table.text("attribution", "")}


def _embed(paper: Paper, table: Table) -> dict[str, Any]:
    texts = {"title": table.text("title"), "description": table.text("description", "")}
    return {"url": table.text("url"), "thumbnail": None, "megabytes": "", **texts}


def _image(paper: Paper, table: Table) -> dict[str, Any]:
    return {"image": _picture(paper, table), "caption": table.text("caption", ""), "credit": ""}


def _gallery(paper: Paper, table: Table) -> dict[str, Any]:
    pictures = map(partial(_picture_of, paper, table, "images"), table.items("images", int))
    captions = table.items("captions", str)
    if len(captions) != len(table.items("images", int)):
        raise table.wrong("captions", "as many as there are images")
    return {
        "title": table.text("title", ""),
        "pictures": [
            {"image": picture, "caption": caption, "credit": ""}
            for picture, caption in zip(pictures, captions, strict=True)
        ],
    }


def _fact_box(paper: Paper, table: Table) -> dict[str, Any]:
    return {"title": table.text("title"), "text": table.text("html").strip()}


def _table(paper: Paper, table: Table) -> Any:
    columns, rows = table.items("columns", str), table.items("rows", list)
    if any(len(row) != len(columns) for row in rows):
        raise table.wrong("rows", f"lists of {len(columns)} texts, one for each column")
    return TableBlock().to_python(
        {
            "columns": [{"type": "text", "heading": heading} for heading in columns],
            "rows": [{"values": [str(cell) for cell in row]} for row in rows],
            "caption": table.text("caption", ""),
        }
    )


def _related(paper: Paper, table: Table) -> dict[str, Any] | None:
    story = Article.objects.live().filter(slug=table.text("slug")).first()
    return {"story": story} if story else None


BLOCKS: dict[str, Callable[[Paper, Table], Any]] = {
    "text": _text,
    "image": _image,
    "gallery": _gallery,
    "quotation": _quotation,
    "fact_box": _fact_box,
    "table": _table,
    "related": _related,
    "embed": _embed,
}
