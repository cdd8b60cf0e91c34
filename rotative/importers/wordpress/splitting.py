"""Cut an export into its pieces without reading it as XML: one broken item must not cost those behind it.

A piece is what stands right below the channel: an author, a term, an item. Where it begins in the file is known, so
that an import goes on in the middle of a file. At most one piece is in memory: the file is read through a window, which
grows as long as a piece does not end in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import IO, Final

READ_BYTES: Final = 256 * 1024
MOST_BYTES: Final = 32 * 1024 * 1024  # of one piece
MOST_HEAD_BYTES: Final = 1024 * 1024  # before the first piece
# Whatever the prefix is bound to: `parsing` judges that.
_NAMES: Final = rb"item|[A-Za-z_][\w.-]*:(?:(?:wp_)?author|category|tag|term)"
_START: Final = re.compile(rb"<(?P<name>" + _NAMES + rb")(?=[\s>/])")
# What may hide an end. An end that stands in neither is one.
_CLOSINGS: Final = {b"<![CDATA[": b"]]>", b"<!--": b"-->"}
_LONGEST_MARK: Final = 64


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of one element, from its first `<` on. `is_whole` is false when the file ends in it, or it is too long."""

    name: str
    start: int  # in the file
    end: int
    data: bytes
    is_whole: bool = True
    is_too_long: bool = False


def head_of(file: IO[bytes]) -> bytes:
    """Return what stands before the first piece."""
    file.seek(0)
    window = file.read(MOST_HEAD_BYTES)
    first = _find_start(window, 0, is_decided=True)
    return window[: first.start()] if first else window


def split(file: IO[bytes], start: int = 0) -> Iterator[Piece]:
    """Yield the pieces of an export from `start` on."""
    size, absent = READ_BYTES, set[bytes]()
    while True:
        file.seek(start)
        window, at = file.read(size), 0
        is_last = len(window) < size
        while match := _find_start(window, at, is_decided=is_last or size > MOST_HEAD_BYTES):
            if (end := _end_of(window, match, absent, is_last=is_last)) is None:
                break
            at, is_whole = end
            name, data = match["name"].decode("ascii", "replace"), window[match.start() : at]
            yield Piece(name, start + match.start(), start + at, data, is_whole)
        if match is None and is_last:
            return
        passed = match.start() if match else at
        if match and size > MOST_BYTES and not passed:
            yield (piece := _too_long(file, match["name"], start))
            start, size = piece.end, READ_BYTES
        elif match is None and size > MOST_HEAD_BYTES and not passed:
            start, size = start + size - _LONGEST_MARK, READ_BYTES
        else:
            start, size = start + passed, READ_BYTES if passed else min(2 * size, MOST_BYTES + 1)


def _find_start(window: bytes, at: int, *, is_decided: bool) -> "re.Match[bytes] | None":
    """Find a start that no comment hides, such as the one in WordPress's own explanation."""
    first = at
    while match := _START.search(window, at):
        comment = window.rfind(b"<!--", first, match.start())
        if comment < 0 or window.find(b"-->", comment, match.start()) >= 0:
            return match
        at = window.find(b"-->", match.end())
        if at < 0:
            return match if is_decided else None  # a comment that never ends hides nothing
    return None


@cache
def _marks_of(name: bytes) -> "re.Pattern[bytes]":
    return re.compile(rb"</" + re.escape(name) + rb"\s*>|<!\[CDATA\[|<!--|<item[\s>]")


def _end_of(window: bytes, start: "re.Match[bytes]", absent: set[bytes], *, is_last: bool) -> tuple[int, bool] | None:
    """Return where a piece ends, and whether it is whole; None when that stands behind the window.

    `absent` are the closings that do not come any more: a file of nothing but openings would be searched to its end for
    each of them.
    """
    at = window.find(b">", start.start())
    if window[at - 1 : at + 1] == b"/>":
        return at + 1, True
    at = start.end()
    while match := _marks_of(start["name"]).search(window, at):
        mark = match.group()
        if mark.startswith(b"</"):
            return match.end(), True
        if mark.startswith(b"<item"):  # the end of this one is missing: the next begins
            return match.start(), False
        closing = _CLOSINGS[mark]
        place = -1 if closing in absent else window.find(closing, match.end())
        if place < 0 and not is_last:
            return None
        if place < 0:  # opened and never closed: it hides nothing, or the rest of the file would be lost
            absent.add(closing)
        at = match.end() if place < 0 else place + len(closing)
    return (len(window), False) if is_last else None


def _too_long(file: IO[bytes], name: bytes, start: int) -> Piece:
    """Pass by a piece that is too long, keeping nothing but its beginning."""
    file.seek(start)
    end, at, data = b"</" + name + b">", start, file.read(READ_BYTES)
    part = data
    while part and (place := part.find(end)) < 0:
        at += max(len(part) - len(end), 1)
        file.seek(at)
        part = file.read(READ_BYTES)
    at += place + len(end) if part else 0
    return Piece(name.decode("ascii", "replace"), start, at, data, is_whole=False, is_too_long=True)
