"""Spaces: which characters are spaces, what a gap is, and doubled spaces."""

import re

from rotative.typography.edits import Edit, holds_a_cut

NO_BREAK_SPACE = "\u00a0"
NARROW_NO_BREAK_SPACE = "\u202f"

# What may stand in a gap. The wider Unicode spaces (em, en, ideographic) are layout and are left alone.
SPACES = " \t\n\r\f\u00a0\u2007\u2009\u200a\u202f"
SOFT_SPACES = " \t\n\r\f"

# Stand in the text of a run for what the rules must see but never touch: a word, the end of a line, another sign.
OPAQUE = "\ufffc"
BREAK = "\u2028"
SIGN = "\u2029"
PLACEHOLDERS = OPAQUE + BREAK + SIGN

DOUBLED = re.compile(f"[{SPACES}]{{2,}}+")


def gap_start(text: str, end: int) -> int:
    """Return where the gap (the spaces, perhaps none) that ends at `end` starts."""
    while end and text[end - 1] in SPACES:
        end -= 1
    return end


def gap_end(text: str, start: int) -> int:
    """Return where the gap (the spaces, perhaps none) that starts at `start` ends."""
    while start < len(text) and text[start] in SPACES:
        start += 1
    return start


def find_doubled(text: str, cuts: list[int]) -> list[Edit]:
    """Find the gaps that should be one plain space; `cuts` are the places where tags stand.

    A gap of soft spaces that holds a line break or a tag is the indentation of the source: browsers already show
    one space there, and an empty element in the middle may be an icon.
    """
    edits: list[Edit] = []
    for match in DOUBLED.finditer(text):
        start, end = match.span()
        if start == 0 or end == len(text) or text[start - 1] == BREAK or text[end] == BREAK:
            continue
        if not match[0].strip(SOFT_SPACES):
            is_source_layout = match[0].strip(" ") != "" or holds_a_cut(cuts, start, end)
            if is_source_layout:
                continue
        edits.append((start, end, " "))
    return edits
