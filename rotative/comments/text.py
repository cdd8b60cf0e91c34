"""What readers type: cleaned once, when it comes in, and folded where it is compared. It never becomes markup."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

LONGEST_TEXT = 5_000  # characters, as Unicode counts them in NFC
LONGEST_NAME = 60
MOST_MARKS = 4  # accents in a row: no language needs more, and towers of them cover the lines above

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})  # controls, directions and joiners, halves of characters, private signs
JOINER = "\u200d"
JOINERS = frozenset({"\u200c", JOINER})
# Scripts whose letters join, and which need to say where they do not: from Arabic, Syriac and N’Ko over those of India
# to Myanmar; Khmer and Mongolian; Phags-pa to Meetei Mayek; Adlam. In others a joiner is seen by nobody.
JOINING = ((0x0600, 0x109F), (0x1780, 0x18AF), (0xA840, 0xABFF), (0x11000, 0x11FFF), (0x1E900, 0x1E95F))
# They look like nothing, but Unicode calls them letters and symbols: a name of them would be empty.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc")
_MANY_LINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
_TRAILING = re.compile(r"[^\S\n]+$", re.MULTILINE)
# What keyboards write in two ways, and Unicode does not take for the same: apostrophes, hyphens, joined letters.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("’‘ʼʻ′´`＇", "'"),
        **dict.fromkeys("‐‑‒–", "-"),
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "ı": "i",
    }
)

_JOINED = {"oe": "[œŒ]", "ae": "[æÆ]", "ss": "[ßẞ]"}
_LETTERS = re.compile(r"oe|ae|ss|.", re.DOTALL)
_BEHIND = "[\u0300-\u036f\u200c\u200d]*"


def clean(text: str) -> str:
    """Return `text` in NFC, without what is invisible or changes the direction of what stands around it."""
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    text = unicodedata.normalize("NFC", "".join(_visible(text)))
    text = _TRAILING.sub("", text)
    return _MANY_LINES.sub("\n\n", text).strip()


def clean_line(text: str) -> str:
    """Return `text` cleaned, on one line."""
    return _SPACES.sub(" ", clean(text)).strip()


def fold(text: str) -> str:
    """Return `text` as it is compared: without accents, capitals and joiners, one kind of apostrophe and of space."""
    plain = unicodedata.normalize("NFKD", text.translate(_ALIKE))
    seen = "".join(letter for letter in plain if unicodedata.category(letter) not in {"Mn", "Cf"})
    return _SPACES.sub(" ", seen.casefold().translate(_ALIKE)).strip()


def pattern_of(words: str) -> str:
    """Return the regular expression, for both databases, that finds words however they were typed."""
    return r"\s+".join("".join(map(_ways_to_write, _LETTERS.findall(word))) for word in fold(words).split(" "))


def _ways_to_write(letters: str) -> str:
    """Return what finds a folded letter, or two that may be joined, with the accents and joiners behind it."""
    if letters in _JOINED:
        apart = "".join(map(_ways_to_write, letters))
        return f"(?:{apart}|{_JOINED[letters]})"
    ways = _accented().get(letters, "")
    return (f"[{letters}{ways}]" if ways else re.escape(letters)) + _BEHIND


@cache
def _accented() -> dict[str, str]:
    """Return, for each letter and sign that is compared, what else people write for it."""
    ways: dict[str, str] = {}
    signs = (chr(code) for code in _ALIKE if isinstance(code, int))
    latin = (chr(code) for first, last in ((0xC0, 0x24F), (0x1E00, 0x1EFF)) for code in range(first, last + 1))
    for letter in {*signs, *latin}:
        folded = fold(letter)
        if len(folded) == 1:
            ways[folded] = ways.get(folded, "") + letter
    return {folded: "".join(sorted(set(letters) - {folded})) for folded, letters in ways.items()}


def paragraphs(text: str) -> list[list[str]]:
    """Return the paragraphs of a cleaned text, each as its lines."""
    return [paragraph.split("\n") for paragraph in text.split("\n\n") if paragraph]


def _visible(text: str) -> Iterator[str]:
    marks = 0
    kept = ""  # the last letter that stays
    for place, letter in enumerate(text):
        category = unicodedata.category(letter)
        if letter in JOINERS:
            if not (_joins(kept) or (letter == JOINER and _joins_pictures(text, place))):
                continue
        else:
            marks = marks + 1 if category in {"Mn", "Me"} else 0
            if letter != "\n" and letter != "\t" and not (_is_shown(letter, category) and marks <= MOST_MARKS):
                continue
        kept = " " if letter == "\t" else letter
        yield kept


def _joins(letter: str) -> bool:
    """Tell whether a letter or mark is of a script that needs joiners to be spelt right."""
    return (
        bool(letter)
        and unicodedata.category(letter)[0] in "LM"
        and any(first <= ord(letter) <= last for first, last in JOINING)
    )


def _is_shown(letter: str, category: str) -> bool:
    return category not in UNSEEN and letter not in BLANKS and not _is_nothing(letter)


def _joins_pictures(text: str, place: int) -> bool:
    """Tell whether the joiner at `place` makes one picture of two: a family, a profession."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return bool(before and after) and _is_picture(before) and unicodedata.category(after) == "So"


def _is_picture(letter: str) -> bool:
    return unicodedata.category(letter) == "So" or letter == "\ufe0f" or "\U0001f3fb" <= letter <= "\U0001f3ff"


def _is_nothing(letter: str) -> bool:
    """Tell whether Unicode promises that no character will ever stand here."""
    return ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF
