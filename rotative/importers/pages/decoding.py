"""From the bytes of a page to its text. Pages lie about their encoding; their bytes do not."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

import charset_normalizer

from rotative.importers.errors import Reason, SourceRefusedError

MAX_BYTES: Final = 5 * 1024 * 1024  # of which scripts are most; nothing of more than 2 MB reaches a sanitiser
_HEAD: Final = 4096
_SAMPLED: Final = 100_000
_DECLARED: Final = re.compile(
    rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})|<\?xml[^>]{0,80}encoding=[\"']([\w-]{2,40})"
)
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
# What browsers take these names for: a superset, with quotation marks where the standard has control codes.
_READ_AS: Final = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}


@dataclass(frozen=True)
class Decoded:
    """The text of a page. `was_mended` when its encoding is not the one it declares, or some bytes are none of it."""

    text: str
    encoding: str
    was_mended: bool = False


def decode(data: bytes, content_type: str = "") -> Decoded:
    """Decode a page by its mark, its bytes, the header `content_type`, its own declaration, or its letters.

    Raises SourceRefusedError when it is empty, too large, or no text.
    """
    if len(data) > MAX_BYTES:
        raise SourceRefusedError(Reason.TOO_LARGE, megabytes=MAX_BYTES // (1024 * 1024))
    if not data.strip(b" \t\r\n\0"):
        raise SourceRefusedError(Reason.EMPTY)
    if data.startswith(_BINARY):
        raise SourceRefusedError(Reason.BINARY)
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], marked)
    wide = _wide_encoding(data)
    if wide is not None:
        return _lenient(data, wide)
    declared = _declared(data, content_type)
    found = _decode_by_trial(data, declared) or _decode_by_letters(data)
    return Decoded(found.text.replace("\0", ""), found.encoding, found.was_mended)


def _decode_by_trial(data: bytes, declared: list[str]) -> Decoded | None:
    """UTF-8 first, whatever is declared: no other encoding's letters happen to be valid UTF-8."""
    for encoding in dict.fromkeys(["utf-8", *declared]):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        is_expected = not declared or encoding == declared[0] or data.isascii()
        return Decoded(text, encoding, was_mended=not is_expected)
    nearly = _nearly_utf8(data) if "utf-8" in declared else None
    return Decoded(nearly, "utf-8", was_mended=True) if nearly is not None else None


def _nearly_utf8(data: bytes) -> str | None:
    """Decode what is UTF-8 but for a few bytes: a page cut off inside a letter, a comment pasted from elsewhere."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    good = sum(letter > "\x7f" for letter in text[:_SAMPLED]) - wrong
    return text if wrong <= 3 or wrong * 20 < good else None


def _decode_by_letters(data: bytes) -> Decoded:
    best = charset_normalizer.from_bytes(data[:_SAMPLED]).best()
    encoding = best.encoding if best is not None else "cp1252"
    return Decoded(data.decode(encoding, "replace"), encoding, was_mended=True)


def _lenient(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    return Decoded(text.replace("\0", ""), encoding, was_mended="\ufffd" in text)


def _wide_encoding(data: bytes) -> str | None:
    """Return the kind of UTF-16 that a page without a mark is written in: every other byte is NUL."""
    head = data[:_HEAD]
    half = len(head) // 2
    if head[1::2].count(0) > 0.6 * half:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > 0.6 * half else None


def _declared(data: bytes, content_type: str) -> list[str]:
    """Return the encodings that the header and the page name, the header's first."""
    header = _DECLARED.search(content_type.encode("ascii", "replace"))
    named = [header[1]] if header and header[1] else []
    named += [found[1] or found[2] for found in _DECLARED.finditer(data[:_HEAD])]
    return [encoding for name in named if (encoding := _known(name.decode("ascii", "replace")))]


def _known(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    if found.startswith(("utf-16", "utf-32", "utf-7")):  # an ASCII declaration that says so is wrong
        return "utf-8"
    # Python also calls transformations such as base64 and rot13 codecs.
    return _READ_AS.get(found, found) if codecs.lookup(name)._is_text_encoding else None
