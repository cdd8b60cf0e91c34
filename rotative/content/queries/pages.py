"""Pages of the tree, by their address."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page

from rotative.content.models import Article, Edition, Home, Section, StandingPage
from rotative.content.models.addresses import address_of
from rotative.content.queries.cards import bylines, cards
from rotative.publishing.tracking import query


def get_home() -> Home:
    """Return the front page. Raises Home.DoesNotExist before the paper is founded."""
    home: Home = Home.objects.live().get()
    return home


@query("site:root", covers=True, shared=True)
def find_root() -> str | None:
    """Return the url_path below which all pages stand, or None while there is no live front page."""
    homes = live(Home.objects)
    return str(homes[0].url_path) if homes else None


@query("path:{address}")
def find_page(address: str) -> Home | Section | Edition | Article | StandingPage | None:
    """Return the live page at `address`, with what its page shows, or None."""
    root = find_root()
    if root is None:
        return None
    if address == "/":
        return live(Home.objects.prefetch_related("stories"))[0]
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
        .prefetch_related(bylines(), "topics", "corrections", "related_stories")
    )


def addresses(model: type[Page]) -> Iterator[str]:
    """Yield the address of every live page of one type."""
    for url_path in model.objects.live().order_by("pk").values_list("url_path", flat=True).iterator():
        yield address_of(url_path)


def live(few: QuerySet[Any]) -> list[Any]:
    """Return the live ones of pages of which there are few, in the order of the tree.

    They are chosen and sorted here: asked for that, a database without statistics may go through all pages of the
    paper to find the few that are of this kind.
    """
    return sorted((page for page in few.order_by() if page.live), key=attrgetter("path"))
