"""Ordinals: which letters of 1er, 2e and XXIe are raised, in HTML."""

import re

from rotative.typography.spaces import OPAQUE

# Romans up to 39, with I, V and X only: "Ce", "Le", "De" and "Me" are words.
ROMAN = "X{0,3}(?:IX|IV|V?I{0,3})"
ORDINAL = re.compile(
    rf"[0-9IVX](?<![\w.,'’{OPAQUE}].)(?:"
    rf"(?<=1)(?P<first>ers?|res?)|(?<=I)(?P<roman_first>er|re)|(?<=2)(?P<second>nde?)"
    rf"|(?<=\d)\d{{0,3}}+(?P<nth>es?)|(?<=[IVX])[IVX]{{0,8}}+(?P<roman_nth>es?)"
    rf")(?![\w'’{OPAQUE}])",
    re.DOTALL,
)
WHOLE_ROMAN = re.compile(ROMAN)


def find_ordinals(text: str) -> list[tuple[int, int, int]]:
    """Find the ordinals: where each starts, where its raised letters start, where both end."""
    found: list[tuple[int, int, int]] = []
    for match in ORDINAL.finditer(text):
        name = match.lastgroup or ""
        raised = match.start(name)
        if name == "roman_nth" and not _is_roman(text[match.start() : raised]):
            continue
        found.append((match.start(), raised, match.end()))
    return found


def _is_roman(letters: str) -> bool:
    return letters != "I" and WHOLE_ROMAN.fullmatch(letters) is not None
