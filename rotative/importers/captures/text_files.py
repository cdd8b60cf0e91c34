"""Decode a text file: accepted when its character encoding is certain, else refused with the place."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from rotative.importers.errors import Reason, SourceRefusedError

MAX_BYTES = 2 * 1024 * 1024

_SIGNATURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"%PDF",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"\x28\xb5\x2f\xfd",
    b"SQLite format 3",
    b"\xd0\xcf\x11\xe0",
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<rss", b"<svg", b"{\\rtf", b"warc/")
_MARKS = (  # the longer mark first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What French text holds beyond ASCII. Bytes of another encoding, read as windows-1252, give other characters.
_FRENCH = frozenset("éèêëàâäçîïôöùûüÿœæñÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŸŒÆ«»’‘“”„–—…•·°€£§²³©®ª\u00a0\u00ad")
_FRENCH_LETTERS = frozenset("éèêàçùôûîœ")


@dataclass(frozen=True)
class Decoded:
    """The text of a file. `was_converted` when its encoding is not the one expected, but certain all the same."""

    text: str
    encoding: str
    was_converted: bool


def read_source(path: Path) -> Decoded:
    """Read a text file of at most MAX_BYTES. Raises SourceRefusedError."""
    try:
        if path.is_dir():
            raise SourceRefusedError(Reason.FOLDER)
        if not path.exists():
            raise SourceRefusedError(Reason.MISSING)
        if not path.is_file():  # a pipe or a device may never end
            raise SourceRefusedError(Reason.UNREADABLE, cause="")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except ValueError:  # a NUL in the name
        raise SourceRefusedError(Reason.MISSING) from None
    except OSError as error:
        raise SourceRefusedError(Reason.UNREADABLE, cause=error.strerror or "") from None
    if len(data) > MAX_BYTES:
        raise SourceRefusedError(Reason.TOO_LARGE, megabytes=MAX_BYTES // (1024 * 1024))
    return decode(data)


def decode(data: bytes) -> Decoded:
    """Decode UTF-8, text that begins with a byte order mark, or windows-1252 that reads as French.

    Raises SourceRefusedError.
    """
    if not data.strip():
        raise SourceRefusedError(Reason.EMPTY)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding)
    _refuse_what_is_no_text(data)
    try:
        return Decoded(data.decode("utf-8"), "UTF-8", was_converted=False)
    except UnicodeDecodeError as error:
        if reads_as_french(data):
            return Decoded(data.decode("windows-1252"), "windows-1252", was_converted=True)
        raise _wrong_encoding(data, error.start) from None


def reads_as_french(data: bytes) -> bool:
    """Say whether `data`, read as windows-1252, is French beyond doubt: every character beyond ASCII belongs there."""
    try:
        text = data.decode("windows-1252")
    except UnicodeDecodeError:
        return False
    beyond = [letter for letter in text if ord(letter) > 127]
    letters = sum(letter in _FRENCH_LETTERS for letter in beyond)
    return letters >= 3 and letters * 2 >= len(beyond) and all(letter in _FRENCH for letter in beyond)


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    name = encoding.upper().removesuffix("-LE").removesuffix("-BE")
    if not data.strip(b"\0\t\n\r "):
        raise SourceRefusedError(Reason.EMPTY)
    if encoding == "utf-8":
        _refuse_what_is_no_text(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(data, error.start, name) from None
    if "\0" in text:
        raise SourceRefusedError(Reason.BINARY)
    return Decoded(text, name, was_converted=name != "UTF-8")


def _refuse_what_is_no_text(data: bytes) -> None:
    if data.startswith(_SIGNATURES):
        raise SourceRefusedError(Reason.BINARY)
    if b"\0" in data:
        half = len(data) // 2
        looks_wide = max(data[0::2].count(0), data[1::2].count(0)) > 0.6 * half
        raise _wrong_encoding(data, 0, "UTF-16") if looks_wide else SourceRefusedError(Reason.BINARY)
    if data[:200].lstrip().lower().startswith(_MARKUP):
        raise SourceRefusedError(Reason.MARKUP)
    controls = sum(data.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\v\x1b")
    if controls * 50 > len(data):
        raise SourceRefusedError(Reason.BINARY)


def _wrong_encoding(data: bytes, start: int, expected: str = "UTF-8") -> SourceRefusedError:
    return SourceRefusedError(Reason.ENCODING, line=data.count(b"\n", 0, start) + 1, encoding=expected)
