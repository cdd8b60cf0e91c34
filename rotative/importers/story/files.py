"""What every reader of files begins with: bytes within a limit, their byte order mark, and whether they are text."""

import codecs
import os
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rotative.importers.errors import Reason, SourceRefusedError

_HEAD: Final = 4096
_BINARY: Final = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x1f\x8b", b"PK\x03\x04", b"%PDF", b"BZh", b"\xfd7zXZ"),
    *(b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd", b"SQLite format 3", b"\xd0\xcf\x11\xe0"),
)
_MARKS: Final = (  # the longer mark first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Decoded:
    """The text of a file. `was_converted` when its encoding is not the one to expect, or some bytes are none of it."""

    text: str
    encoding: str
    was_converted: bool = False


def files_below(folder: Path, suffixes: Container[str]) -> Iterator[Path]:
    """Yield the files with these suffixes below a folder in the order of their paths; no link out of it is followed."""
    for directory, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        paths = (Path(directory, name) for name in sorted(names))
        yield from (path for path in paths if path.suffix.lower() in suffixes)


def read_file(path: Path, most_bytes: int) -> bytes:
    """Return what is in a file; a pipe may never end, and a link may lead anywhere. Raises SourceRefusedError."""
    try:
        if path.is_dir():
            raise SourceRefusedError(Reason.FOLDER)
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise SourceRefusedError(Reason.UNREADABLE, cause="")
        with path.open("rb") as file:
            return bounded(file.read(most_bytes + 1), most_bytes)
    except (ValueError, FileNotFoundError):  # a NUL in the name
        raise SourceRefusedError(Reason.MISSING) from None
    except OSError as error:
        raise SourceRefusedError(Reason.UNREADABLE, cause=error.strerror or "") from None


def bounded(data: bytes, most_bytes: int) -> bytes:
    """Return `data` unless they are too many. Raises SourceRefusedError."""
    if len(data) > most_bytes:
        raise SourceRefusedError(Reason.TOO_LARGE, megabytes=most_bytes // (1024 * 1024))
    return data


def refuse_no_text(data: bytes) -> None:
    """Refuse what is empty, or begins like a picture, an archive or another binary file. Raises SourceRefusedError."""
    if not data.strip(b" \t\n\r\f\v\0"):
        raise SourceRefusedError(Reason.EMPTY)
    if data.startswith(_BINARY):
        raise SourceRefusedError(Reason.BINARY)


def without_mark(data: bytes) -> tuple[bytes, str]:
    """Return what stands behind a byte order mark, and the encoding that it tells; nothing where there is none."""
    return next(((data[len(mark) :], encoding) for mark, encoding in _MARKS if data.startswith(mark)), (data, ""))


def wide_encoding(data: bytes) -> str:
    """Return the kind of UTF-16 that a text without a mark is written in: every other byte is NUL."""
    head = data[:_HEAD]
    half = len(head) // 2
    if head[1::2].count(0) > 0.6 * half:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > 0.6 * half else ""
