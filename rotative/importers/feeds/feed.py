"""Feeds of other papers and of agencies: RSS, Atom, JSON Feed. Each entry becomes a story."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from time import struct_time
from typing import Any, Final

import feedparser  # type: ignore[import-untyped]

from rotative.fetching import Fetched, FetchError, fetch
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.filing.sources import Manners, Source, SourceItem
from rotative.importers.story.files import read_file
from rotative.importers.story.markup import read_body
from rotative.importers.story.stories import Doubt, Moment, PictureAt, Repair, Story
from rotative.importers.story.text_repair import one_line

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ENTRIES: Final = 1000
Entry = Mapping[str, Any]  # as feedparser gives it
_PICTURES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")


def read_feed(data: bytes, address: str = "", content_type: str = "") -> list[Story]:
    """Read a feed into stories, the first entry first. Raises SourceRefusedError for what is no feed."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        language, entries = _read_json(data)
    elif b"<!ENTITY" in data[:65536]:
        raise SourceRefusedError(Reason.NO_FEED)  # a document type that defines something: no feed needs one
    else:
        language, entries = _read_xml(data, address, content_type)
    return [_story_of(entry, address, language) for entry in entries[:MOST_ENTRIES]]


def _read_xml(data: bytes, address: str, content_type: str) -> tuple[str, Sequence[Entry]]:
    headers = {"content-location": address, "content-type": content_type or "application/xml"}
    parsed = feedparser.parse(data, response_headers=headers, sanitize_html=False, resolve_relative_uris=True)
    if not parsed.get("version") and not parsed.entries:
        raise SourceRefusedError(Reason.NO_FEED)
    return str(parsed.feed.get("language", "")), parsed.entries


def _read_json(data: bytes) -> tuple[str, Sequence[Entry]]:
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError):
        raise SourceRefusedError(Reason.NO_FEED) from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version", "")):
        raise SourceRefusedError(Reason.NO_FEED)
    return str(feed.get("language", "")), [_entry_of(item) for item in items if isinstance(item, dict)]


def _entry_of(item: Mapping[str, Any]) -> Entry:
    """Return an item of a JSON Feed in the form that feedparser gives to those of RSS and Atom."""
    text = {name: value for name, value in item.items() if isinstance(value, str)}
    listed = defaultdict(list, {name: value for name, value in item.items() if isinstance(value, list)})
    html = text.get("content_html") or escape(text.get("content_text", ""), quote=False)
    authors = [each for each in (*listed["authors"], item.get("author")) if isinstance(each, dict)]
    return {
        "id": item.get("id"),
        "link": text.get("url", ""),
        "title": text.get("title", ""),
        "content": [{"value": html}],
        "summary": text.get("summary", ""),
        "language": text.get("language", ""),
        "authors": authors,
        "published_parsed": _parsed(text.get("date_published", "")),
        "updated_parsed": _parsed(text.get("date_modified", "")),
        "tags": [{"term": tag} for tag in listed["tags"] if isinstance(tag, str)],
        "media_content": [{"url": text.get("image") or text.get("banner_image"), "medium": "image"}],
    }


def _parsed(text: str) -> struct_time | None:
    with suppress(ValueError, OverflowError):
        return datetime.fromisoformat(text).utctimetuple()  # without a zone it is UTC
    return None


# --- entries


def _story_of(entry: Entry, address: str, language: str) -> Story:
    repairs: Counter[Repair] = Counter()
    title, link, summary = (_sound(entry.get(name)) for name in ("title", "link", "summary"))
    contents = [_sound(each.get("value")) for each in entry.get("content", [])]
    html = max([*contents, ""], key=len) or summary
    body = read_body(html, link or address, breaks="<" not in html)
    headline = one_line(unescape(_text(title)), repairs)[:255]
    updated = _moment(entry, "updated_parsed")
    published = _moment(entry, "published_parsed") or updated
    missing = ((Doubt.NO_HEADLINE, headline), (Doubt.NO_BODY, body.blocks), (Doubt.NO_DATE, published))
    names = [author.get("name") for author in entry.get("authors", [])] or [entry.get("author")]
    return Story(
        key=_sound(entry.get("id") or link or sha256(f"{title}\0{html}".encode()).hexdigest())[:290],
        headline=headline,
        blocks=tuple(body.blocks),
        address=link if link.startswith(("http://", "https://")) else "",
        standfirst=one_line(unescape(_text(summary)), repairs)[:600] if summary not in (html, *contents) else "",
        language=str(entry.get("language") or language),
        bylines=_lines(names, 160, repairs),
        published=published,
        updated=updated if updated != published else None,
        topics=_lines([tag.get("term") for tag in entry.get("tags", [])], 100, repairs),
        lead=_picture_of(entry),
        repairs=dict(+(repairs + body.repairs)),
        doubts=(*body.doubts, *((doubt, "") for doubt, said in missing if not said)),
    )


def _sound(said: object) -> str:
    """Return a text without halves of letters, which references may name and no database takes."""
    return str(said or "").encode("utf-8", "replace").decode()


def _text(html: str) -> str:
    return re.sub(r"<[^<>]*>", " ", html)


def _lines(said: Iterable[object], most: int, repairs: Counter[Repair]) -> tuple[str, ...]:
    lines = (one_line(str(each or ""), repairs)[:most] for each in said)
    return tuple(dict.fromkeys(filter(None, lines)))


def _moment(entry: Entry, name: str) -> Moment | None:
    # Asked for a date that is not there, feedparser gives another one, and a warning.
    parsed: struct_time | None = entry[name] if name in entry.keys() else None  # noqa: SIM118
    if parsed is None:
        return None
    with suppress(ValueError, TypeError):
        moment = datetime(*parsed[:6], tzinfo=UTC)
        return Moment.of(moment) if 1970 <= moment.year <= 2200 else None
    return None


def _picture_of(entry: Entry) -> PictureAt | None:
    """Return the picture that an entry brings: Media RSS, or an enclosure."""
    media = [*entry.get("media_content", []), *entry.get("media_thumbnail", [])]
    enclosed = [{"url": each.get("href"), "type": each.get("type", "")} for each in entry.get("enclosures", [])]
    for each in (*media, *enclosed):
        kind, url = str(each.get("type", "")), _sound(each.get("url"))
        is_picture = kind in _PICTURES or each.get("medium") == "image" or (not kind and each in media)
        if is_picture and url.startswith(("http://", "https://")):
            credit = entry.get("media_credit") or [{}]
            said = str(entry.get("media_description", "") or entry.get("media_title", ""))
            return PictureAt(url, caption=_text(said)[:300], credit=str(credit[0].get("content", ""))[:200])
    return None


# --- as something to import from


def item_of(story: Story, number: int, trail: tuple[str, ...]) -> SourceItem:
    """Return an entry as an import takes it, below the section at the end of `trail`."""
    if not story.headline or not story.blocks:
        return SourceItem(story.key, number, refusal="empty", title=story.headline, address=story.address)
    if trail:
        story = replace(story, sections=trail)
    # An agency's story is elsewhere too: its address is not one of ours.
    kept = replace(story, address="")
    return SourceItem(story.key, number, kept, title=story.headline, address=story.address, story_digest=story.digest)


class Feed(Source):
    """The entries of a feed, the oldest first, so that the newest is published last. Positions count them."""

    def __init__(self, address: str, *, section: str = "", is_draft: bool = False, allow_private: bool = False) -> None:
        self.address, self.name = address, address[:255]
        self.trail = tuple(section.split("/")) if section else ()
        self.manners = Manners(makes_authors=False, makes_editions=False, makes_drafts=is_draft)
        if address.startswith(("http://", "https://")):
            self.stories = stories_at(address, allow_private)
        else:
            self.stories = read_feed(read_file(Path(address), MOST_BYTES), address)
        self.stories.reverse()
        self.total = len(self.stories)

    def items(self, position: int) -> Iterator[SourceItem]:
        for number, story in enumerate(self.stories[position:], position + 1):
            yield item_of(story, number, self.trail)


def stories_at(address: str, allow_private: bool = False) -> list[Story]:
    """Fetch a feed and read it. Raises SourceRefusedError."""
    try:
        return stories_in(fetch_feed(address, allow_private=allow_private))
    except FetchError as error:
        raise SourceRefusedError(Reason.NOT_FETCHED, cause=str(error)) from None


def fetch_feed(address: str, etag: str = "", modified: str = "", allow_private: bool = False) -> Fetched:
    """Ask for a feed. Raises FetchError."""
    return fetch(address, most_bytes=MOST_BYTES, etag=etag, modified=modified, allow_private=allow_private)


def stories_in(fetched: Fetched) -> list[Story]:
    """Read what was fetched. Raises SourceRefusedError for what is no feed, whatever its reader makes of it."""
    try:
        return read_feed(fetched.data, fetched.address, fetched.content_type)
    except SourceRefusedError:
        raise
    except Exception as error:
        raise SourceRefusedError(Reason.NO_FEED) from error
