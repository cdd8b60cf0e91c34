"""Serialise the blocks of a story for the field of a body. Files of the old site are known by their addresses."""

from collections.abc import Iterator
from html import escape
from typing import Any, Final
from urllib.parse import unquote
from uuid import UUID, uuid5

import nh3

from rotative.content.blocks import AUDIO_EXTENSIONS, VIDEO_EXTENSIONS
from rotative.importers.story.old_addresses import parts_of
from rotative.importers.story.stories import (
    Block,
    Embed,
    FactBox,
    FileAt,
    Gallery,
    Image,
    KnownFiles,
    Media,
    PictureAt,
    Quotation,
    Table,
    Text,
)

NAMES: Final = UUID("5d4d1a4c-5f8e-4b0a-9a55-9a3f6b3a9c11")  # of blocks: the same story has the same ones
TAGS: Final = {"p", "h2", "h3", "ul", "ol", "li", "b", "i", "strong", "em", "sup", "a", "br"}
SCHEMES: Final = {"http", "https", "mailto", "tel"}
MOST_IN_GALLERY: Final = 20
PLAYED: Final = {"audio": AUDIO_EXTENSIONS, "video": VIDEO_EXTENSIONS}


def clean(html: str) -> str:
    """Return HTML with nothing but what a body's text may hold: readers of sources write nothing else; this is sure."""
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)


def article_body(key: str, blocks: tuple[Block, ...], known_files: KnownFiles) -> list[dict[str, Any]]:
    """Return the stored form of an article's body. A file that is not in is left out; the account lists it."""
    return _numbered(key, (value for block in blocks for value in _article_values(block, known_files)))


def standing_body(key: str, blocks: tuple[Block, ...], known_files: KnownFiles) -> list[dict[str, Any]]:
    """Return the stored form of a standing page's body, which knows fewer kinds of blocks."""
    return _numbered(key, (value for block in blocks for value in _standing_values(block, known_files)))


def pictures_of(blocks: tuple[Block, ...], lead: PictureAt | None) -> list[PictureAt]:
    """Return every picture that a story shows, the lead image first."""
    pictures = [lead] if lead else []
    for block in blocks:
        if isinstance(block, Image):
            pictures.append(block.picture)
        elif isinstance(block, Gallery):
            pictures += block.pictures
        elif isinstance(block, Media) and block.poster:
            pictures.append(block.poster)
    return list({picture.address: picture for picture in pictures if picture.address}.values())


def files_of(blocks: tuple[Block, ...]) -> list[FileAt]:
    """Return the sounds and films of a story that the paper can play itself."""
    files = [block.file for block in blocks if isinstance(block, Media) and _is_playable(block)]
    return list({file.address: file for file in files}.values())


def _is_playable(media: Media) -> bool:
    return media.file.extension in PLAYED.get(media.kind, ())


def _numbered(key: str, values: Iterator[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"type": kind, "value": value, "id": str(uuid5(NAMES, f"{key}/{number}"))}
        for number, (kind, value) in enumerate(values)
    ]


def _article_values(block: Block, known_files: KnownFiles) -> Iterator[tuple[str, Any]]:
    match block:
        case Text(html):
            yield "text", clean(html)
        case Image(picture):
            yield from _image(picture, known_files)
        case Gallery(shown, title):
            yield from _gallery(shown, title, known_files)
        case Quotation(text, attribution):
            yield "quotation", {"text": text, "attribution": attribution[:160]}
        case FactBox(title, html):
            yield "fact_box", {"title": title[:120], "text": clean(html)}
        case Table():
            yield "table", _table(block)
        case Embed(url, title):
            yield "embed", _card(url, title)
        case Media():
            yield _played(block, known_files)


def _standing_values(block: Block, known_files: KnownFiles) -> Iterator[tuple[str, Any]]:
    match block:
        case Gallery(shown, _title):
            for picture in shown:
                yield from _image(picture, known_files)
        case Quotation(text, attribution):
            lines = [*text.split("\n\n"), *([f"— {attribution}"] if attribution else [])]
            yield "text", "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)
        case Embed(url, title):
            yield "text", clean(f'<p><a href="{escape(url)}">{escape(title or url, quote=False)}</a></p>')
        case Media(_kind, address, title):
            yield "text", clean(f'<p><a href="{escape(address)}">{escape(title or address, quote=False)}</a></p>')
        case _:
            yield from _article_values(block, known_files)


def _image(picture: PictureAt, known_files: KnownFiles) -> Iterator[tuple[str, Any]]:
    if number := known_files.pictures.get(picture.address):
        yield "image", _shown(picture, number)


def _shown(picture: PictureAt, number: int) -> dict[str, Any]:
    return {"image": number, "caption": picture.caption[:300], "credit": picture.credit[:200]}


def _gallery(shown: tuple[PictureAt, ...], title: str, known_files: KnownFiles) -> Iterator[tuple[str, Any]]:
    numbers = known_files.pictures
    there = [(picture, numbers[picture.address]) for picture in shown if numbers.get(picture.address)]
    for start in range(0, len(there), MOST_IN_GALLERY):
        part = there[start : start + MOST_IN_GALLERY]
        if len(part) == 1:
            yield "image", _shown(*part[0])
            continue
        items = [
            {"type": "item", "value": _shown(picture, number), "id": str(uuid5(NAMES, f"{picture.address}/{number}"))}
            for picture, number in part
        ]
        yield "gallery", {"title": title[:120], "pictures": items}


def _played(media: Media, known_files: KnownFiles) -> tuple[str, dict[str, Any]]:
    """Return a player for what is in, else a card that leads to where it was."""
    title = media.title or unquote(parts_of(media.address).path.rpartition("/")[2])
    number = known_files.media.get(media.address)
    if number is None or not _is_playable(media):
        return "embed", _card(media.address, title)
    value = {"title": title[:160], "file": number, "transcript": ""}
    if media.kind == "video":
        value["poster"] = known_files.pictures.get(media.poster.address) if media.poster else None
    return media.kind, value


def _table(table: Table) -> dict[str, Any]:
    rows = list(table.rows)
    head = [_without_tags(cell) for cell in rows.pop(0)] if table.has_head and len(rows) > 1 else [""] * len(rows[0])
    return {
        "columns": [{"type": "rich_text", "heading": heading} for heading in head],
        "rows": [{"values": [clean(cell) for cell in row]} for row in rows],
        "caption": table.caption,
    }


def _without_tags(html: str) -> str:
    from html import unescape

    return unescape(nh3.clean(html, tags=set()))


def _card(url: str, title: str) -> dict[str, Any]:
    host = parts_of(url).hostname or url
    return {"url": url, "title": (title.strip() or host)[:160], "description": "", "thumbnail": None, "megabytes": ""}
