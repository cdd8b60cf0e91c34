"""Feeds of other papers and of agencies: RSS, Atom, JSON Feed. Each entry becomes a story."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from time import struct_time
from typing import Any, Final, Self

import feedparser  # type: ignore[import-untyped]

from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.filing.fetching import Fetched, FetchError, fetch
from rotative.importers.filing.sources import Alias, Manners, SourceItem
from rotative.importers.story.markup import read_body
from rotative.importers.story.stories import Doubt, Moment, PictureAt, Repair, Story
from rotative.importers.story.story_digest import story_digest
from rotative.importers.story.text_repair import one_line

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ENTRIES: Final = 1000
_PICTURES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")


def read_feed(data: bytes, address: str = "", content_type: str = "") -> list[Story]:
    """Read a feed into stories, the first entry first. Raises SourceRefusedError for what is no feed."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _read_json(data, address)
    if b"<!ENTITY" in data[:65536]:
        raise SourceRefusedError(Reason.NO_FEED)  # a document type that defines something: no feed needs one
    headers = {"content-location": address, "content-type": content_type or "application/xml"}
    parsed = feedparser.parse(data, response_headers=headers, sanitize_html=False, resolve_relative_uris=True)
    if not parsed.get("version") and not parsed.entries:
        raise SourceRefusedError(Reason.NO_FEED)
    language = str(parsed.feed.get("language", ""))
    return [_story_of_entry(entry, address, language) for entry in parsed.entries[:MOST_ENTRIES]]


def _story_of_entry(entry: Mapping[str, Any], address: str, language: str) -> Story:
    contents = [str(each.get("value", "")) for each in entry.get("content", [])]
    summary = str(entry.get("summary", ""))
    html = max([*contents, ""], key=len) or summary
    link = str(entry.get("link", ""))
    return _story(
        key=str(entry.get("id") or link),
        title=str(entry.get("title", "")),
        html=html,
        summary=summary if contents and summary not in contents else "",
        link=link,
        base=link or address,
        language=language,
        names=[str(author.get("name", "")) for author in entry.get("authors", [])] or [str(entry.get("author", ""))],
        published=_moment(_parsed(entry, "published_parsed") or _parsed(entry, "updated_parsed")),
        updated=_moment(_parsed(entry, "updated_parsed")),
        topics=[str(tag.get("term", "")) for tag in entry.get("tags", [])],
        lead=_picture_of(entry),
    )


def _story(
    *,
    key: str,
    title: str,
    html: str,
    summary: str,
    link: str,
    base: str,
    language: str,
    names: Iterable[str],
    published: Moment | None,
    updated: Moment | None,
    topics: Iterable[str],
    lead: PictureAt | None,
) -> Story:
    repairs: Counter[Repair] = Counter()
    key, html, link, base = _sound(key), _sound(html), _sound(link), _sound(base)
    body = read_body(html, base, breaks="<" not in html)
    repairs.update(body.repairs)
    headline = one_line(unescape(_text(title)), repairs)[:255]
    doubts = list(body.doubts)
    if not headline:
        doubts.append((Doubt.NO_HEADLINE, ""))
    if not body.blocks:
        doubts.append((Doubt.NO_BODY, ""))
    if published is None:
        doubts.append((Doubt.NO_DATE, ""))
    return Story(
        key=(key or sha256(f"{title}\0{html}".encode("utf-8", "replace")).hexdigest())[:290],
        headline=headline,
        blocks=tuple(body.blocks),
        address=link if link.startswith(("http://", "https://")) else "",
        standfirst=one_line(unescape(_text(summary)), repairs)[:600],
        language=language,
        bylines=tuple(dict.fromkeys(name for name in (one_line(name, repairs)[:160] for name in names) if name)),
        published=published,
        updated=updated if updated and published and updated != published else None,
        topics=tuple(dict.fromkeys(name for name in (one_line(topic, repairs)[:100] for topic in topics) if name)),
        lead=replace(lead, address=_sound(lead.address)) if lead else None,
        repairs=dict(+repairs),
        doubts=tuple(doubts),
    )


def _sound(text: str) -> str:
    """Return a text without halves of letters, which references may name and no database takes."""
    return text.encode("utf-8", "replace").decode()


def _parsed(entry: Mapping[str, Any], name: str) -> struct_time | None:
    # Asked for a date that is not there, feedparser gives another one, and a warning.
    return entry[name] if name in entry.keys() else None  # noqa: SIM118


def _text(html: str) -> str:
    return re.sub(r"<[^<>]*>", " ", html)


def _moment(parsed: struct_time | None) -> Moment | None:
    if parsed is None:
        return None
    try:
        moment = datetime(*parsed[:6], tzinfo=UTC)
    except (ValueError, TypeError):
        return None
    return Moment.of(moment) if 1970 <= moment.year <= 2200 else None


def _picture_of(entry: Mapping[str, Any]) -> PictureAt | None:
    """Return the picture that an entry brings: Media RSS, or an enclosure."""
    media = [*entry.get("media_content", []), *entry.get("media_thumbnail", [])]
    enclosed = [{"url": each.get("href"), "type": each.get("type", "")} for each in entry.get("enclosures", [])]
    for each in (*media, *enclosed):
        kind, url = str(each.get("type", "")), str(each.get("url") or "")
        is_picture = kind in _PICTURES or each.get("medium") == "image" or (not kind and each in media)
        if is_picture and url.startswith(("http://", "https://")):
            credit = entry.get("media_credit") or [{}]
            said = str(entry.get("media_description", "") or entry.get("media_title", ""))
            return PictureAt(url, caption=_text(said)[:300], credit=str(credit[0].get("content", ""))[:200])
    return None


# --- JSON Feed


def _read_json(data: bytes, address: str) -> list[Story]:
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError):
        raise SourceRefusedError(Reason.NO_FEED) from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version", "")):
        raise SourceRefusedError(Reason.NO_FEED)
    language = str(feed.get("language", ""))
    return [_story_of_item(item, address, language) for item in items[:MOST_ENTRIES] if isinstance(item, dict)]


def _story_of_item(item: Mapping[str, Any], address: str, language: str) -> Story:
    def text(name: str) -> str:
        value = item.get(name)
        return value if isinstance(value, str) else ""

    def listed(name: str) -> list[Any]:
        value = item.get(name)
        return value if isinstance(value, list) else []

    authors = [*listed("authors"), item.get("author")]
    image = text("image") or text("banner_image")
    return _story(
        key=str(item.get("id") or text("url")),
        title=text("title"),
        html=text("content_html") or escape(text("content_text"), quote=False),
        summary=text("summary"),
        link=text("url"),
        base=text("url") or address,
        language=text("language") or language,
        names=[str(author.get("name") or "") for author in authors if isinstance(author, dict)],
        published=_iso(text("date_published")),
        updated=_iso(text("date_modified")),
        topics=[tag for tag in listed("tags") if isinstance(tag, str)],
        lead=PictureAt(image) if image.startswith(("http://", "https://")) else None,
    )


def _iso(text: str) -> Moment | None:
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return Moment.of(moment if moment.tzinfo else moment.replace(tzinfo=UTC)) if moment.year >= 1970 else None
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
    return SourceItem(
        story.key, number, kept, title=story.headline, address=story.address, story_digest=story_digest(story)
    )


class Feed:
    """The entries of a feed, the oldest first, so that the newest is published last. Positions count them."""

    def __init__(
        self,
        address: str,
        *,
        section: str = "",
        is_draft: bool = False,
        allow_private: bool = False,
        etag: str = "",
        modified: str = "",
    ) -> None:
        self.address = address
        self.section = section
        self.manners = Manners(makes_authors=False, makes_editions=False, makes_drafts=is_draft)
        self.fetched = _fetch(address, allow_private, etag, modified)
        data = self.fetched.data
        is_new = not self.fetched.is_unchanged
        self.stories = list(reversed(read_feed(data, address, self.fetched.content_type))) if is_new else []
        self.total = len(self.stories)

    @property
    def name(self) -> str:
        return self.address[:255]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def items(self, position: int) -> Iterator[SourceItem]:
        for number, story in enumerate(self.stories[position:], position + 1):
            yield item_of(story, number, tuple(self.section.split("/")) if self.section else ())

    def aliases(self) -> Iterable[Alias]:
        return ()


def _fetch(address: str, allow_private: bool, etag: str, modified: str) -> Fetched:
    if not address.startswith(("http://", "https://")):
        path = Path(address)
        if not path.is_file():
            raise SourceRefusedError(Reason.MISSING)
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise SourceRefusedError(Reason.TOO_LARGE, megabytes=MOST_BYTES // 1024 // 1024)
        return Fetched(data, "", address)
    try:
        return fetch(address, most_bytes=MOST_BYTES, etag=etag, modified=modified, allow_private=allow_private)
    except FetchError as error:
        raise SourceRefusedError(Reason.NOT_FETCHED, cause=str(error)) from None
