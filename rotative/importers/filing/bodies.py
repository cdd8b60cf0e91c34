"""Serialise the blocks of a story for the field of a body. Files of the old site are known by their addresses."""

from collections.abc import Iterator, Sequence
from html import escape, unescape
from typing import Any, Final
from urllib.parse import unquote
from uuid import UUID, uuid5

import nh3

from rotative.addresses import parts_of
from rotative.content.blocks import AUDIO_EXTENSIONS, VIDEO_EXTENSIONS
from rotative.importers.filing.batch_items import BatchItem
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
    Story,
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


def set_bodies(batch: Sequence[BatchItem], known_files: KnownFiles) -> None:
    """Give the stories that are to be written their bodies, and their lead images if those are in."""
    for placed in [one.placed for one in batch if one.placed]:
        placed.body = body_of(placed.story, known_files)
        placed.lead_image_id = known_files.pictures.get(placed.story.lead.address) if placed.story.lead else None


def body_of(story: Story, known_files: KnownFiles) -> list[dict[str, Any]]:
    """Return the stored form of a body. A file that is not in is left out; the account lists it."""
    values_of = _standing_values if story.is_standing else _article_values
    values = (value for block in story.blocks for value in values_of(block, known_files))
    return [
        {"type": kind, "value": value, "id": str(uuid5(NAMES, f"{story.key}/{number}"))}
        for number, (kind, value) in enumerate(values)
    ]


def wanted_by(story: Story) -> list[PictureAt | FileAt]:
    """Return the files of a story: every picture, and the sounds and films that the paper can play itself."""
    files = [block.file for block in story.blocks if isinstance(block, Media) and _is_playable(block)]
    return [*story.pictures, *{file.address: file for file in files}.values()]


def _is_playable(media: Media) -> bool:
    return media.file.extension in PLAYED.get(media.kind, ())


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
        case Media():
            yield _played(block, known_files)
        case Embed(url, title):
            yield "embed", _card(url, title)


def _standing_values(block: Block, known_files: KnownFiles) -> Iterator[tuple[str, Any]]:
    """Return the values of a block in a standing page, which knows fewer kinds of blocks."""
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
    return unescape(nh3.clean(html, tags=set()))


def _card(url: str, title: str) -> dict[str, Any]:
    host = parts_of(url).hostname or url
    return {"url": url, "title": (title.strip() or host)[:160], "description": "", "thumbnail": None, "megabytes": ""}
