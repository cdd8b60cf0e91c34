"""The taxonomy: sections, editions, topics, authors."""

from wagtail.models import Page

from rotative.addresses import AUTHORS
from rotative.content.models import Author, Edition, Section, Topic
from rotative.content.models.addresses import address_of
from rotative.content.queries.pages import live
from rotative.publishing.tracking import query


def read_desks() -> list[Section]:
    """Return the live sections of the first level, in the order of the tree."""
    return list(Section.objects.live().filter(desk=None).order_by("path"))


@query("{section.key}/subsections")
def subsections(section: Section) -> list[Section]:
    return list(Section.objects.live().filter(desk=section).order_by("path"))


@query("site:frame", covers=True)
def editions() -> list[Edition]:
    return live(Edition.objects)


@query("path:/sujets/{slug}/")
def find_topic(slug: str) -> Topic | None:
    return Topic.objects.filter(slug=slug).first()


@query(f"path:{AUTHORS}{{slug}}/")
def find_author(slug: str) -> Author | None:
    return Author.objects.select_related("portrait").prefetch_related("portrait__renditions").filter(slug=slug).first()


@query("site:topics", covers=True)
def topics() -> list[Topic]:
    # By slug, which is a name without accents and capitals: databases do not agree on where Élodie stands.
    return list(Topic.objects.order_by("slug"))


@query("site:authors", covers=True)
def authors() -> list[Author]:
    return list(Author.objects.order_by("slug"))


def find_place_address(kind: str, number: int | str) -> str | None:
    """Return the address of a live section or edition, of a topic or an author, or None; no page reads it."""
    if kind in {"topic", "author"}:
        owner = (Topic if kind == "topic" else Author).objects.filter(pk=number).first()
        return owner.address if owner else None
    model: type[Page] = {"section": Section, "edition": Edition}[kind]
    url_path = model.objects.live().filter(pk=number).values_list("url_path", flat=True).first()
    return address_of(url_path) if url_path else None
