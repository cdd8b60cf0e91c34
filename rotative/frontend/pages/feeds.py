"""Feeds: the newest stories of the paper, of each section and of each edition, as RSS 2.0."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed, rfc2822_date
from wagtail.images.models import SourceImageIOError

from rotative.addresses import FEED, FEEDS
from rotative.content import queries
from rotative.content.models import Article, Edition, Newspaper, Picture, Section
from rotative.content.models.images import copy_spec
from rotative.content.models.listings import PAPER
from rotative.frontend.metadata import absolute
from rotative.frontend.rendering import rules_of
from rotative.publishing.models import Priority
from rotative.publishing.page_types import Document, NotOnThisPathError, PageType
from rotative.typography import typeset

ADDRESS = f"{FEEDS}/{FEED}"
LONGEST = 20

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLACE = re.compile(r"(section|edition):(\d+)")


def address_below(address: str) -> str:
    """Return where the feed of the section or edition at `address` stands."""
    return f"{FEEDS}{address}{FEED}"


def stands(address: str) -> bool:
    """Tell whether the page at `address` has a feed."""
    return isinstance(queries.find_page(address), Section | Edition)


def render_paper() -> Document:
    newspaper = queries.get_newspaper()
    return _render(newspaper, ADDRESS, "/", newspaper.name, newspaper.description or newspaper.motto, PAPER)


def render_place(place: str) -> Document:
    page = queries.find_page(f"/{place}/")
    if not isinstance(page, Section | Edition):
        raise NotOnThisPathError
    newspaper = queries.get_newspaper()
    title = f"{newspaper.name} – {page.title}"
    text = page.search_description or getattr(page, "description", "")
    return _render(newspaper, address_below(page.address), page.address, title, text, page.collection_key)


def _render(newspaper: Newspaper, feed_address: str, address: str, title: str, text: str, collection: str) -> Document:
    rules = rules_of(newspaper)

    def plain(source: str) -> str:
        return without_forbidden(typeset(source, rules, settings.LANGUAGE_CODE))

    feed = _Feed(
        title=plain(title),
        link=absolute(address),
        description=_as_html(plain(text or title)),
        language=settings.LANGUAGE_CODE,
        feed_url=absolute(feed_address),
    )
    for story in queries.feed_stories(collection, LONGEST):
        feed.add_item(
            title=plain(story.headline),
            link=absolute(story.address),
            description=_as_html(plain(story.standfirst)),
            authors=[plain(str(byline)) for byline in story.bylines.all()],
            pubdate=timezone.localtime(story.published_at),
            unique_id=permanent_name(story),
            unique_id_is_permalink=False,
            categories=[plain(story.section.title)],
            copy=_find_copy(story.lead_image) if story.lead_image else None,
        )
    return Document(feed.writeString("utf-8").encode(), content_type=_Feed.content_type)


def permanent_name(story: Article) -> str:
    """Return the name by which feed readers know a story again.

    It is the number that Wagtail gives a page when it is made. An address changes with a headline, a row's number with
    an import into another database, a `tag:` with the paper's domain: all of them would show old stories as unread.
    """
    return str(story.translation_key.urn)


def without_forbidden(text: str) -> str:
    """Drop the characters that XML does not know, not even escaped; one of them would break the whole feed."""
    return _FORBIDDEN.sub("", text)


def _as_html(text: str) -> str:
    # A description is HTML by the specification; of a title it is left open, and plain text is what all readers show.
    return escape(text)


def _find_copy(picture: Picture) -> Any | None:
    """Return the copy of a picture that feeds show, made if it is missing; None for a file that is lost or damaged."""
    with suppress(OSError, SourceImageIOError):
        return queries.copy_of(picture, copy_spec(960, "jpeg"))
    return None


class _Feed(Rss201rev2Feed):
    """RSS 2.0 with several authors and a picture a story, and without a clock."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
        }

    def add_root_elements(self, handler: Any) -> None:
        # Django would write the hour of rendering into a feed without stories.
        handler.addQuickElement("title", self.feed["title"])
        handler.addQuickElement("link", self.feed["link"])
        handler.addQuickElement("description", self.feed["description"])
        handler.addQuickElement(
            "atom:link", None, {"rel": "self", "href": self.feed["feed_url"], "type": "application/rss+xml"}
        )
        handler.addQuickElement("language", self.feed["language"])
        if self.items:
            handler.addQuickElement("lastBuildDate", rfc2822_date(max(item["pubdate"] for item in self.items)))

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.addQuickElement("dc:creator", author)
        if copy := item["copy"]:
            handler.addQuickElement(
                "media:content",
                None,
                {
                    "url": absolute(copy.url),
                    "medium": "image",
                    "type": "image/jpeg",
                    "width": str(copy.width),
                    "height": str(copy.height),
                },
            )


def place_paths() -> Iterator[str]:
    for model in (Section, Edition):
        for address in queries.addresses(model):
            yield address_below(address)


def announced_by(key: str) -> Iterator[str]:
    """Yield the path of the feed that may come into being when a section or an edition is touched."""
    if found := _PLACE.fullmatch(key):
        address = queries.find_place_address(found[1], int(found[2]))
        if address:
            yield address_below(address)


PAGE_TYPES = [
    PageType("feed", ADDRESS[1:], render_paper, lambda: [ADDRESS], Priority.HOT),
    PageType(
        "place-feed",
        f"{FEEDS[1:]}/<path:place>/{FEED}",
        render_place,
        place_paths,
        Priority.HOT,
        announced_by=announced_by,
    ),
]
