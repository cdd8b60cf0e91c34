"""Diff and merge of two versions of a page, paragraph by paragraph: where they differ, and what a choice makes of it.

A version is what a revision stores: a dictionary of JSON. A body is taken apart into pieces, and its texts into their
paragraphs, so that two people who worked on two paragraphs both keep their words. *Theirs* is the version that stands,
*mine* the one that came too late, *base* the one that it was made from, where that is still known.
"""

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

from django.utils.dateparse import parse_datetime
from wagtail.blocks import RichTextBlock
from wagtail.fields import StreamField
from wagtail.models import COMMENTS_RELATION_NAME, Page

Side = Literal["theirs", "mine"]
Version = dict[str, Any]
# Elements that stand side by side in rich text as it is stored.
_TAG = re.compile(r"<(/?)(p|h[1-6]|ul|ol|blockquote)\b[^>]*>|<(?:hr|embed)\b[^>]*>", re.IGNORECASE)
_EDITORS_KEY = re.compile(r'\sdata-block-key="[^"]*"')
_PARENTS = frozenset({"article", "front"})  # what a byline, a correction, a story of a front hang on
_NOT_CONTENT = frozenset({COMMENTS_RELATION_NAME, "comments"})


@dataclass(frozen=True)
class Piece:
    """A block of a body, or one paragraph of a block of text."""

    block: str  # the block's id
    kind: str  # the block's type
    value: Any
    is_paragraph: bool = False

    @cached_property
    def key(self) -> str:
        """What is compared: not the id, nor the keys that the editor gives to paragraphs."""
        value = (
            _EDITORS_KEY.sub("", self.value) if isinstance(self.value, str) else json.dumps(_without_ids(self.value))
        )
        return f"{self.kind}:{value}"


@dataclass(frozen=True)
class Difference:
    """One place where two versions differ. A side that has nothing there is empty."""

    key: str
    name: str
    theirs: Any  # the value of a field, or a tuple of pieces
    mine: Any
    suggested: Side | None  # the side that changed it, if only one did


Stretch = tuple[Piece, ...] | Difference


@dataclass(frozen=True)
class Comparison:
    """All differences of two versions, in the order of the form."""

    theirs: Version
    mine: Version
    fields: tuple[Difference, ...]
    bodies: dict[str, tuple[Stretch, ...]]  # of each field that is a stream: what is the same, and what is not

    @property
    def differences(self) -> list[Difference]:
        streams = [stretch for stretches in self.bodies.values() for stretch in stretches]
        return [*self.fields, *(stretch for stretch in streams if isinstance(stretch, Difference))]

    @property
    def pieces_in_common(self) -> int:
        return sum(len(part) for parts in self.bodies.values() for part in parts if not isinstance(part, Difference))

    def chosen(self, choices: dict[str, Side]) -> Version:
        """Return the version that has the chosen side of each difference, and theirs of everything else."""
        version = dict(self.theirs)
        for difference in self.fields:
            if choices[difference.key] == "mine":
                version[difference.name] = difference.mine
        for name, stretches in self.bodies.items():
            pieces = [piece for stretch in stretches for piece in _taken(stretch, choices)]
            version[name] = json.dumps(list(_blocks(pieces)))
        return version


def compare(
    model: type[Page], names: Sequence[str], theirs: Version, mine: Version, base: Version | None
) -> Comparison:
    """Compare two versions of a page of `model` in the fields and relations called `names`, in that order."""
    fields, bodies = [], {}
    for name in names:
        if name in _NOT_CONTENT or name not in theirs or name not in mine:
            continue
        field = model._meta.get_field(name)
        if isinstance(field, StreamField):
            known = {piece.key for piece in pieces_of(field, base.get(name))} if base else None
            bodies[name] = tuple(
                _compare_pieces(name, pieces_of(field, theirs[name]), pieces_of(field, mine[name]), known)
            )
            continue
        their_value, my_value = theirs[name], mine[name]
        if _normal(their_value) != _normal(my_value):
            suggested = _who_changed(_normal(their_value), _normal(my_value), _normal(base.get(name))) if base else None
            fields.append(Difference(name, name, their_value, my_value, suggested))
    return Comparison(theirs, mine, tuple(fields), bodies)


# --- fields


def _normal(value: Any) -> Any:
    """Return what a value says: without the numbers of rows, and of a date what a form shows, which is the minute."""
    if isinstance(value, list):
        return [_normal(one) for one in value]
    if isinstance(value, dict):
        return {name: _normal(one) for name, one in value.items() if name not in {"pk", "sort_order", *_PARENTS}}
    moment = value if isinstance(value, datetime) else _moment(value)
    if moment:
        return moment.replace(second=0, microsecond=0)
    return value or ""


def _moment(value: Any) -> datetime | None:
    try:
        return parse_datetime(value) if isinstance(value, str) and value[:4].isdigit() else None
    except ValueError:
        return None


def _who_changed(theirs: Any, mine: Any, base: Any) -> Side | None:
    if theirs == base:
        return "mine"
    return "theirs" if mine == base else None


# --- bodies


def pieces_of(field: StreamField, stored: Any) -> list[Piece]:
    """Return the pieces of a body as a version stores it."""
    blocks = json.loads(stored) if isinstance(stored, str) and stored else stored or []
    return [piece for block in blocks for piece in _pieces_of_block(field, block)]


def _pieces_of_block(field: StreamField, block: dict[str, Any]) -> Iterator[Piece]:
    number, kind, value = str(block.get("id") or ""), block["type"], block["value"]
    if isinstance(field.stream_block.child_blocks.get(kind), RichTextBlock) and isinstance(value, str):
        for paragraph in paragraphs_of(value):
            yield Piece(number, kind, paragraph, is_paragraph=True)
    else:
        yield Piece(number, kind, value)


def paragraphs_of(html: str) -> list[str]:
    """Cut rich text between its paragraphs, headings and lists: put together they are `html` again, byte for byte."""
    parts, start, depth = [], 0, 0
    for tag in _TAG.finditer(html):
        if tag[2]:
            depth += -1 if tag[1] else 1
        if depth < 0:
            return [html]
        if depth == 0:
            parts.append(html[start : tag.end()])
            start = tag.end()
    rest = html[start:]
    if depth or not parts:
        return [html]
    if rest:
        parts[-1] += rest
    return parts


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_ids(one) for name, one in sorted(value.items()) if name != "id"}
    return [_without_ids(one) for one in value] if isinstance(value, list) else value


def _compare_pieces(
    name: str, theirs: Sequence[Piece], mine: Sequence[Piece], known: set[str] | None
) -> Iterator[Stretch]:
    matcher = SequenceMatcher(None, [piece.key for piece in theirs], [piece.key for piece in mine], autojunk=False)
    number = 0
    for operation, start, end, my_start, my_end in matcher.get_opcodes():
        if operation == "equal":
            yield tuple(theirs[start:end])
            continue
        for their_part, my_part in _paired(theirs[start:end], mine[my_start:my_end]):
            yield Difference(
                f"{name}-{number}", name, their_part, my_part, _who_changed_pieces(their_part, my_part, known)
            )
            number += 1


def _paired(theirs: Sequence[Piece], mine: Sequence[Piece]) -> Iterator[tuple[tuple[Piece, ...], tuple[Piece, ...]]]:
    """Lay the pieces of one stretch beside each other: those of the same block, and the rest against the rest."""
    together = len(theirs) if len(theirs) == len(mine) else 0
    for their_piece, my_piece in zip(theirs[together:], mine[together:], strict=False):
        if not their_piece.block or their_piece.block != my_piece.block:
            break
        together += 1
    for their_piece, my_piece in zip(theirs[:together], mine[:together], strict=True):
        yield (their_piece,), (my_piece,)
    if theirs[together:] or mine[together:]:
        yield tuple(theirs[together:]), tuple(mine[together:])


def _who_changed_pieces(theirs: Sequence[Piece], mine: Sequence[Piece], known: set[str] | None) -> Side | None:
    if known is None:
        return None
    if _as_before(theirs, mine, known):
        return "mine"
    return "theirs" if _as_before(mine, theirs, known) else None


def _as_before(side: Sequence[Piece], other: Sequence[Piece], known: set[str]) -> bool:
    """Tell whether one side has not touched a place: what it has was there, or what it lacks was not."""
    if side:
        return all(piece.key in known for piece in side)
    return not any(piece.key in known for piece in other)


def _taken(stretch: Stretch, choices: dict[str, Side]) -> Sequence[Piece]:
    if not isinstance(stretch, Difference):
        return stretch
    pieces: Sequence[Piece] = stretch.mine if choices[stretch.key] == "mine" else stretch.theirs
    return pieces


def _blocks(pieces: Sequence[Piece]) -> Iterator[dict[str, Any]]:
    """Put pieces together again; paragraphs of one block that still stand together are one block."""
    used: set[str] = set()
    for (number, kind, is_paragraph), group in groupby(pieces, lambda one: (one.block, one.kind, one.is_paragraph)):
        values = [piece.value for piece in group]
        for value in ["".join(values)] if is_paragraph else values:
            is_new = not number or number in used
            used.add(number)
            yield {"type": kind, "value": value, "id": str(uuid.uuid4()) if is_new else number}
