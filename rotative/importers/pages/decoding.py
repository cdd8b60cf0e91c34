"""From the bytes of a page to its text. Pages lie about their encoding; their bytes do not."""

import codecs
import re
from dataclasses import replace
from typing import Final

import charset_normalizer

from rotative.importers.story.files import Decoded, bounded, refuse_no_text, wide_encoding, without_mark

MAX_BYTES: Final = 5 * 1024 * 1024  # of which scripts are most; nothing of more than 2 MB reaches a sanitiser
_HEAD: Final = 4096
_SAMPLED: Final = 100_000
_DECLARED: Final = re.compile(
    rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})|<\?xml[^>]{0,80}encoding=[\"']([\w-]{2,40})"
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


def decode(data: bytes, content_type: str = "") -> Decoded:
    """Decode a page by its mark, its bytes, the header `content_type`, its own declaration, or its letters.

    Raises SourceRefusedError when it is empty, too large, or no text.
    """
    refuse_no_text(bounded(data, MAX_BYTES))
    data, marked = without_mark(data)
    if certain := marked or wide_encoding(data):
        text = data.decode(certain, "replace")
        found = Decoded(text, certain, was_converted="\ufffd" in text)
    else:
        found = _decode_by_trial(data, _declared(data, content_type)) or _decode_by_letters(data)
    return replace(found, text=found.text.replace("\0", ""))


def _decode_by_trial(data: bytes, declared: list[str]) -> Decoded | None:
    """UTF-8 first, whatever is declared: no other encoding's letters happen to be valid UTF-8."""
    for encoding in dict.fromkeys(["utf-8", *declared]):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        is_expected = not declared or encoding == declared[0] or data.isascii()
        return Decoded(text, encoding, was_converted=not is_expected)
    nearly = _nearly_utf8(data) if "utf-8" in declared else None
    return Decoded(nearly, "utf-8", was_converted=True) if nearly is not None else None


def _nearly_utf8(data: bytes) -> str | None:
    """Decode what is UTF-8 but for a few bytes: a page cut off inside a letter, a comment pasted from elsewhere."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    good = sum(letter > "\x7f" for letter in text[:_SAMPLED]) - wrong
    return text if wrong <= 3 or wrong * 20 < good else None


def _decode_by_letters(data: bytes) -> Decoded:
    best = charset_normalizer.from_bytes(data[:_SAMPLED]).best()
    encoding = best.encoding if best is not None else "cp1252"
    return Decoded(data.decode(encoding, "replace"), encoding, was_converted=True)


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
