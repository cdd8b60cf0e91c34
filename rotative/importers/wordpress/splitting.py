"""Cut an export into its pieces without reading it as XML: one broken item must not cost those behind it.

A piece is what stands right below the channel: an author, a term, an item. Where it begins in the file is known, so
that an import goes on in the middle of a file. At most one piece is in memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

READ_BYTES: Final = 256 * 1024
MOST_BYTES: Final = 32 * 1024 * 1024  # of one piece
MOST_HEAD_BYTES: Final = 1024 * 1024  # before the first piece
# Whatever the prefix is bound to: `parsing` judges that.
_NAMES: Final = rb"item|[A-Za-z_][\w.-]*:(?:(?:wp_)?author|category|tag|term)"
_START: Final = re.compile(rb"<(?P<name>" + _NAMES + rb")(?=[\s>/])")
# What may hide an end: CDATA and comments. An end that stands in neither is one.
_CDATA: Final = b"<![CDATA["
_COMMENT: Final = b"<!--"
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


class Splitter:
    """Reads one export from `start` on. `head` is what stood before the first piece, when reading began at 0."""

    def __init__(self, file: IO[bytes], start: int = 0) -> None:
        self._file = file
        self._file.seek(start)
        self._buffer = bytearray()
        self._offset = start  # of the buffer in the file
        self._is_at_end = False
        self._absent: set[bytes] = set()  # marks that do not come any more
        self.head = b""

    def __iter__(self) -> Iterator[Piece]:
        while (name := self._find_start()) is not None:
            piece = self._take(name)
            self._drop(piece.end - self._offset)
            yield piece

    def _find_start(self) -> str | None:
        """Move the buffer to the start of the next piece; return its name."""
        at = 0
        while True:
            if match := self._search_start(at):
                if not self.head:
                    self.head = bytes(self._buffer[: min(match.start(), MOST_HEAD_BYTES)])
                name = match["name"].decode("ascii", "replace")  # before the bytes it stands in move
                self._drop(match.start())
                return name
            at = max(len(self._buffer) - _LONGEST_MARK, 0)
            if at > MOST_HEAD_BYTES:
                self.head = self.head or bytes(self._buffer[:MOST_HEAD_BYTES])
                self._drop(at)
                at = 0
            if not self._fill():
                self.head = self.head or bytes(self._buffer[:MOST_HEAD_BYTES])
                return None

    def _search_start(self, at: int) -> "re.Match[bytes] | None":
        """Find a start that no comment hides, such as the one in WordPress's own explanation."""
        while match := _START.search(self._buffer, at):
            comment = self._buffer.rfind(_COMMENT, 0, match.start())
            if comment < 0 or self._buffer.find(b"-->", comment, match.start()) >= 0:
                return match
            end = self._buffer.find(b"-->", match.end())
            if end < 0:
                return match  # a comment that never ends hides nothing
            at = end
        return None

    def _take(self, name: str) -> Piece:
        """Return the piece at which the buffer begins, and read as far as it goes."""
        ends = re.compile(rb"</" + re.escape(name.encode()) + rb"\s*>|<!\[CDATA\[|<!--|<item[\s>]")
        if (end := self._find(b">", 1)) is not None and self._buffer[end - 2 : end] == b"/>":
            return self._piece(name, end)
        at = 1
        while True:
            match = ends.search(self._buffer, at)
            if match is None:
                at = max(len(self._buffer) - _LONGEST_MARK, 1)
                if len(self._buffer) > MOST_BYTES:
                    return self._pass_by(name)
                if not self._fill():
                    return self._piece(name, len(self._buffer), is_whole=False)
                continue
            mark = match.group()
            if mark.startswith(b"</"):
                return self._piece(name, match.end())
            if mark.startswith(b"<item"):  # the end of this one is missing: the next begins
                return self._piece(name, match.start(), is_whole=False)
            closing = b"]]>" if mark == _CDATA else b"-->"
            end = self._find(closing, match.end())
            if end is None:
                if len(self._buffer) > MOST_BYTES:
                    return self._pass_by(name)
                # Opened and never closed: it hides nothing, or the rest of the file would be lost.
                at = match.end()
                continue
            at = end

    def _find(self, mark: bytes, at: int) -> int | None:
        """Return where the buffer goes on behind `mark`, reading on for it; None when it does not come."""
        while mark not in self._absent:
            place = self._buffer.find(mark, at)
            if place >= 0:
                return place + len(mark)
            at = max(len(self._buffer) - len(mark), at)
            if len(self._buffer) > MOST_BYTES:
                return None
            if not self._fill():
                # Or a file of nothing but openings would be searched to its end for each of them.
                self._absent.add(mark)
        return None

    def _piece(self, name: str, length: int, *, is_whole: bool = True) -> Piece:
        data = bytes(self._buffer[:length])
        return Piece(name, self._offset, self._offset + length, data, is_whole)

    def _pass_by(self, name: str) -> Piece:
        """Leave out a piece that is too long, keeping nothing but its beginning."""
        start, data = self._offset, bytes(self._buffer[:READ_BYTES])
        end = b"</" + name.encode() + b">"
        while (at := self._buffer.find(end)) < 0:
            self._drop(max(len(self._buffer) - len(end), 0))
            if not self._fill():
                at = len(self._buffer)
                return Piece(name, start, self._offset + at, data, is_whole=False, is_too_long=True)
        return Piece(name, start, self._offset + at + len(end), data, is_whole=False, is_too_long=True)

    def _fill(self) -> bool:
        if self._is_at_end:
            return False
        data = self._file.read(READ_BYTES)
        self._is_at_end = not data
        self._buffer += data
        return bool(data)

    def _drop(self, length: int) -> None:
        del self._buffer[:length]
        self._offset += length
