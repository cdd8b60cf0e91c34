"""Slugs: addresses made of words, in letters that survive being typed, sent and printed.

One table for all: the form, where Wagtail's script applies these very rules while a title is typed (`SlugInput` hands
them to it), what comes in from elsewhere, and the demonstration. So a rule is a regular expression that Python and
browsers read alike, without flags.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from anyascii import anyascii
from django.utils.text import slugify

LONGEST: Final = 255
# What titles of our papers are written in, and their neighbours' names: Latin with the letters of Fon, Ewe, Yoruba,
# Hausa and Fula; Greek, Cyrillic, Armenian, Hebrew, Arabic, N'Ko, Georgian, Vietnamese, Tifinagh, ligatures, Adlam.
_ALPHABETS: Final = (
    *((0x00AA, 0x02AF), (0x02B0, 0x036F), (0x0370, 0x0587), (0x0591, 0x06FF), (0x07C0, 0x07FF), (0x10A0, 0x10FF)),
    *((0x1D00, 0x1DFF), (0x1E00, 0x1FFF), (0x2C60, 0x2C7F), (0x2D30, 0x2D7F), (0xA720, 0xA7FF), (0xFB00, 0xFB4F)),
    (0x1E900, 0x1E95F),
)
# Joiners, soft hyphens and marks of direction stand within words; so do the variants of emoji.
_UNSEEN: Final = "\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff"


def _letters_of(character: str) -> str | None:
    """Return the plain letters that stand for a letter, a digit or a mark; None for what parts words."""
    kind, written = unicodedata.category(character), anyascii(character).lower()
    letters = re.sub(r"[^a-z0-9]", "", written)
    if kind.startswith("M") or kind == "Lo":  # an accent alone, or a letter for which Latin has only an apostrophe
        return letters
    if kind.startswith("L"):
        return letters or None
    return written if kind.startswith("N") and written.isdigit() else None  # ½ is no 12


def _rules() -> Iterator[tuple[str, str]]:
    """Yield each rule as (regular expression, what stands instead), in the order in which they apply."""
    written_as = defaultdict(list)
    for first, last in _ALPHABETS:
        for character in map(chr, range(first, last + 1)):
            letters = _letters_of(character)
            if letters is not None:
                written_as[letters].append(ord(character))
    for letters, numbers in sorted(written_as.items()):
        yield f"[{''.join(_spans(numbers))}{'' if letters else _UNSEEN}]", letters
    yield "[^A-Za-z0-9_]+", "-"
    yield "^[-_]+|[-_]+$", ""


def _spans(numbers: list[int]) -> Iterator[str]:
    """Yield the members of a character class, neighbours as a span."""
    start = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] != numbers[at - 1] + 1:
            first, last = chr(numbers[start]), chr(numbers[at - 1])
            yield first if first == last else f"{first}-{last}"
            start = at


RULES: Final = tuple(_rules())
_COMPILED: Final = [(re.compile(pattern), letters) for pattern, letters in RULES]


def slug_from(words: str) -> str:
    """Return the step of an address that words give, such as `l-eau-d-abomey`; nothing for words without letters."""
    for pattern, letters in _COMPILED:
        words = pattern.sub(letters, words)
    return words.lower()[:LONGEST].rstrip("-_")


def slugs_from(words: str) -> list[str]:
    """Return the addresses at which a thing with this name may stand: that of now, and that of papers begun earlier.

    Earlier letters without an accent form were lost, and an apostrophe joined what it parts: `leau-dabomey`.
    """
    return list(dict.fromkeys(filter(None, (slug_from(words), slugify(words)))))
