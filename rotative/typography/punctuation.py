"""Punctuation: the no-break spaces before ; ! ? : and inside « »."""

import re

from rotative.typography.edits import Edit
from rotative.typography.rules import Rules
from rotative.typography.spaces import BREAK, NO_BREAK_SPACE, OPAQUE, SPACES, gap_end, gap_start

STRAIGHT = '"'
SIGNS = re.compile("[;!?:]++|[«»]")

# After these, a sign is not the end of a word: "(!)", "« ? »". A straight mark may still be either side of a
# quotation, so nothing is added or removed beside it.
OPENS = frozenset(BREAK + "([{«“‘\"'/\\<=&#@*_")
# A sign glued to one of these is part of something else: "index.php?page", "a!=b".
GLUE = frozenset(OPAQUE + "_=/&@#\\")
# "a;(" would become an emoticon once a space stands before it.
EMOTICON_MOUTHS = frozenset("(-")
ENDS_BEFORE_COLON_SPACE = frozenset(SPACES + BREAK + '«»“”"')


def find_punctuation(text: str, rules: Rules) -> list[Edit]:
    """Find the gaps around double punctuation that are not the right space."""
    edits: list[Edit] = []
    for match in SIGNS.finditer(text):
        start, end = match.span()
        sign = match[0]
        if sign == "«":
            edit = _after_guillemet(text, start, rules.guillemet_space)
        elif sign == "»":
            edit = _before_guillemet(text, start, rules.guillemet_space)
        elif sign[0] == ":":
            edit = _before_sign(text, start, end, NO_BREAK_SPACE)
        else:
            edit = _before_sign(text, start, end, rules.narrow_space)
        if edit:
            edits.append(edit)
    return edits


def _before_sign(text: str, start: int, end: int, space: str) -> Edit | None:
    gap = gap_start(text, start)
    if gap == 0 or text[gap - 1] in OPENS:
        return None
    following = text[end : end + 1]
    if gap < start:
        is_right = text[gap:start] == space or following == "="
        return None if is_right else (gap, start, space)
    if _ends_a_phrase(text[start], following):
        return (start, start + 1, space + text[start])
    return None


def _ends_a_phrase(sign: str, following: str) -> bool:
    """Tell whether a sign glued to its word ends it, and is not part of an address, a time or a ratio."""
    if not following:
        return True
    if sign == ":":
        return following in ENDS_BEFORE_COLON_SPACE
    if sign == ";" and following in EMOTICON_MOUTHS:
        return False
    return not following.isalnum() and following not in GLUE


def _after_guillemet(text: str, offset: int, space: str) -> Edit | None:
    start = offset + 1
    end = gap_end(text, start)
    following = text[end : end + 1]
    if following in ("", BREAK, STRAIGHT) or (following == "»" and start == end):
        return None
    return _set_gap(text, start, end, space) or (None if start < end else (offset, start, "«" + space))


def _before_guillemet(text: str, offset: int, space: str) -> Edit | None:
    start = gap_start(text, offset)
    if start == 0 or text[start - 1] in (BREAK, STRAIGHT, "«"):
        return None
    return _set_gap(text, start, offset, space) or (None if start < offset else (offset, offset + 1, space + "»"))


def _set_gap(text: str, start: int, end: int, space: str) -> Edit | None:
    if start == end or text[start:end] == space:
        return None
    return (start, end, space)
