"""A diff as a person is shown it: the words of each side, and which of them the other lacks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext
from wagtail.admin.compare import diff_text
from wagtail.admin.panels import Panel
from wagtail.blocks import Block, ListBlock, RichTextBlock, StructBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from rotative.content.conflicts import Comparison, Difference, Piece, Side

_LINK = re.compile(r'<a\b[^>]*?\b(?:href|id)="([^"]*)"[^>]*>(.*?)</a>', re.IGNORECASE | re.DOTALL)
_END_OF_LINE = re.compile(r"</(?:p|h[1-6]|li)>|<br\s*/?>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Passage:
    """One difference as it stands on the screen: a heading, and the words of both sides."""

    key: str
    heading: str
    theirs: SafeString
    mine: SafeString
    chosen: Side | None


def headings_of(panel: Panel) -> dict[str, str]:
    """Return the names of the fields and relations in a form, in their order, each with what stands above it."""
    name = getattr(panel, "field_name", None) or getattr(panel, "relation_name", None)
    if name:
        return {name: str(panel.heading) or _own_name(panel.model, name)}
    found: dict[str, str] = {}
    for child in getattr(panel, "children", ()):
        found |= headings_of(child)
    return found


def _own_name(model: type[models.Model], name: str) -> str:
    try:
        return capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    except (AttributeError, LookupError):
        return name


def passages_of(
    comparison: Comparison, headings: dict[str, str], pages: tuple[Any, Any], chosen: dict[str, Side]
) -> list[Passage]:
    """Return what is shown of each difference. `pages` are the two versions as pages: theirs, and mine."""
    return [_passage(one, headings, pages, chosen.get(one.key) or one.suggested) for one in comparison.differences]


def _passage(one: Difference, headings: dict[str, str], pages: tuple[Any, Any], chosen: Side | None) -> Passage:
    heading = headings[one.name]
    if isinstance(one.theirs, tuple):
        field = pages[0]._meta.get_field(one.name)
        blocks = field.stream_block.child_blocks
        words = tuple(_words_of_pieces(side, blocks) for side in (one.theirs, one.mine))
        kinds = {piece.kind: None for piece in (*one.theirs, *one.mine)}
        heading = f"{heading} – {', '.join(str(blocks[kind].label) for kind in kinds if kind in blocks)}"
    else:
        words = tuple(_words_of_field(page, one.name) for page in pages)
    theirs, mine = _marked(*words)
    return Passage(one.key, heading, theirs, mine, chosen)


def _marked(theirs: str, mine: str) -> tuple[SafeString, SafeString]:
    """Return both texts as HTML, with what the other lacks marked."""
    changes = diff_text(theirs, mine).changes
    return _side(changes, "deletion"), _side(changes, "addition")


def _side(changes: Sequence[tuple[str, str]], own: str) -> SafeString:
    parts = [(kind == own, words) for kind, words in changes if kind in {"equal", own}]
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", words) if is_own else words,) for is_own, words in parts)
    )


def _words_of_field(page: Any, name: str) -> str:
    field = page._meta.get_field(name)
    if not field.concrete or field.many_to_many:
        return "\n".join(str(one) for one in getattr(page, name).all())
    value = getattr(page, name, None)
    if value is None:
        return ""
    if isinstance(field, models.BooleanField):
        return gettext("Yes") if value else gettext("No")
    if isinstance(field, models.DateTimeField):
        return date_format(localtime(value), "DATETIME_FORMAT")
    return str(value)


# --- pieces of a body


def _words_of_pieces(pieces: Sequence[Piece], blocks: dict[str, Block]) -> str:
    return "\n".join(
        _words_of_block(blocks[one.kind], blocks[one.kind].to_python(one.value)) for one in pieces if one.kind in blocks
    )


def _words_of_block(block: Block, value: Any) -> str:
    return "\n".join(line for line in _lines_of_block(block, value) if line.strip())


def _lines_of_block(block: Block, value: Any) -> Iterator[str]:
    if value is None:
        return
    if isinstance(block, RichTextBlock):
        yield words_of(value.source)
    elif isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            words = _words_of_block(child, value.get(name))
            yield gettext("%(label)s: %(words)s") % {"label": child.label, "words": words} if words else ""
    elif isinstance(block, ListBlock):
        for one in value:
            yield _words_of_block(block.child_block, one)
    elif isinstance(block, TypedTableBlock):
        yield " | ".join(column["heading"] for column in value.columns)
        for row in value.rows:
            yield " | ".join(_words_of_block(cell.block, cell.value) for cell in row)
    else:
        yield str(value)


def words_of(html: str) -> str:
    """Return the words of rich text, a line for each paragraph, and after a link where it leads."""
    text = _LINK.sub(lambda link: f"{link[2]} (→ {link[1]})", html)
    text = _ANY_TAG.sub("", _END_OF_LINE.sub("\n", text))
    return unescape(text).strip()
