"""Decode a text file: accepted when its character encoding is certain, else refused with the place."""

from pathlib import Path

from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.story.files import Decoded, read_file, refuse_no_text, wide_encoding, without_mark

MAX_BYTES = 2 * 1024 * 1024
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<rss", b"<svg", b"{\\rtf", b"warc/")
# What French text holds beyond ASCII. Bytes of another encoding, read as windows-1252, give other characters.
_FRENCH = frozenset("éèêëàâäçîïôöùûüÿœæñÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŸŒÆ«»’‘“”„–—…•·°€£§²³©®ª\u00a0\u00ad")
_FRENCH_LETTERS = frozenset("éèêàçùôûîœ")


def read_source(path: Path) -> Decoded:
    """Read a text file of at most MAX_BYTES. Raises SourceRefusedError."""
    return decode(read_file(path, MAX_BYTES))


def decode(data: bytes) -> Decoded:
    """Decode UTF-8, text that begins with a byte order mark, or windows-1252 that reads as French.

    Raises SourceRefusedError.
    """
    data, marked = without_mark(data)
    name = marked.upper().removesuffix("-LE").removesuffix("-BE") or "UTF-8"
    refuse_no_text(data)
    if name == "UTF-8":
        _refuse_other_forms(data)
    try:
        text = data.decode(marked or "utf-8")
    except UnicodeDecodeError as error:
        if not marked and reads_as_french(data):
            return Decoded(data.decode("windows-1252"), "windows-1252", was_converted=True)
        raise _wrong_encoding(data, error.start, name) from None
    if "\0" in text:
        raise SourceRefusedError(Reason.BINARY)
    return Decoded(text, name, was_converted=name != "UTF-8")


def reads_as_french(data: bytes) -> bool:
    """Say whether `data`, read as windows-1252, is French beyond doubt: every character beyond ASCII belongs there."""
    try:
        text = data.decode("windows-1252")
    except UnicodeDecodeError:
        return False
    beyond = [letter for letter in text if ord(letter) > 127]
    letters = sum(letter in _FRENCH_LETTERS for letter in beyond)
    return letters >= 3 and letters * 2 >= len(beyond) and all(letter in _FRENCH for letter in beyond)


def _refuse_other_forms(data: bytes) -> None:
    """Refuse UTF-16 without its mark, mark-up, and what has too many control characters for a text."""
    if b"\0" in data:
        raise _wrong_encoding(data, 0, "UTF-16") if wide_encoding(data) else SourceRefusedError(Reason.BINARY)
    if data[:200].lstrip().lower().startswith(_MARKUP):
        raise SourceRefusedError(Reason.MARKUP)
    controls = sum(data.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\v\x1b")
    if controls * 50 > len(data):
        raise SourceRefusedError(Reason.BINARY)


def _wrong_encoding(data: bytes, start: int, expected: str = "UTF-8") -> SourceRefusedError:
    return SourceRefusedError(Reason.ENCODING, line=data.count(b"\n", 0, start) + 1, encoding=expected)
