"""Repair mojibake, spaces and invisible characters: mended and counted. What is not certain stays as it is."""

import re
from collections import Counter
from typing import Final

import ftfy

from rotative.importers.boilerplate.lines import GARBLED, INVISIBLE
from rotative.importers.story.stories import Repair

_SPACES: Final = re.compile(
    "[ \t\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]{2,}|[\t\u0085\u2028\u2029]"
)
_NO_BREAK: Final = "\u00a0\u202f"
# Beside these a no-break space belongs in French; between two words it is one that an editor program left.
_STRAY: Final = re.compile("(?<=[^\\W\\d_]{3})\u00a0(?=[^\\W\\d_]{3})")


def mend(text: str, repairs: "Counter[Repair]") -> str:
    """Return `text` with garbled accents, invisible characters, doubled and stray no-break spaces mended."""
    if text.isascii() and "  " not in text and text.isprintable():
        return text
    if GARBLED.search(text):
        mended = ftfy.fix_encoding(text)
        repairs[Repair.GARBLED] += mended != text
        text = mended
    text, count = INVISIBLE.subn("", text)
    repairs[Repair.INVISIBLE] += count
    text, count = _SPACES.subn(_one_space, text)
    repairs[Repair.SPACES] += count
    text, count = _STRAY.subn(" ", text)
    repairs[Repair.SPACES] += count
    return text


def _one_space(run: re.Match[str]) -> str:
    """Of several spaces one that breaks stays, unless all of them forbid a break."""
    spaces = run.group()
    return spaces[0] if set(spaces) <= set(_NO_BREAK) else " "


def one_line(text: str, repairs: "Counter[Repair]") -> str:
    """Return a headline or a name: mended, in one line, without spaces at its ends."""
    return " ".join(mend(text.replace("\n", " "), repairs).split(" ")).strip(" \t\r\n\u00a0\u202f")
