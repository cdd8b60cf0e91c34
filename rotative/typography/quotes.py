"""Quotes: straight and English quotation marks become those of the language."""

import re
from dataclasses import dataclass

from rotative.typography.edits import Edit
from rotative.typography.spaces import BREAK, SIGN, SPACES, gap_end

MARKS = re.compile('"++|[«»“”]')
STRAIGHT = '"'
OPENING = {"«": "»", "“": "”"}
CLOSING = {"»": "«", "”": "“"}

OPENS_AFTER = frozenset(SPACES + BREAK + SIGN + "([{«“‹—–-/’'")
CLOSES_BEFORE = frozenset(SPACES + BREAK + SIGN + ")]}»”›—–-/’'.,;:!?…")

Marks = tuple[str, str]
# An opening mark without its closing one so far: its kind, its offset, how many typographic ones were open.
Waiting = tuple[str, int, int]
GUILLEMETS: Marks = ("«", "»")
ENGLISH: Marks = ("“", "”")


@dataclass(slots=True)
class Pair:
    """Two marks that belong together, and how many typographic quotations were open before the first."""

    opening: int
    closing: int
    kind: str
    depth: int


def find_french_quotes(text: str) -> list[Edit]:
    """Find the marks to change: « … » outside, “ … ” inside another quotation. A mark without its pair stays."""
    if STRAIGHT not in text and "“" not in text:
        return []
    edits: list[Edit] = []
    for pair, depth in _with_depth(match_marks(text)):
        marks = ENGLISH if depth else GUILLEMETS
        if pair.kind == STRAIGHT or (pair.kind == "“" and not depth):
            edits += _replace(pair, marks)
    return sorted(edits)


def find_english_quotes(text: str) -> list[Edit]:
    """Find the straight marks to change into “ … ”; a mark without its pair stays."""
    if STRAIGHT not in text:
        return []
    edits: list[Edit] = []
    for pair in match_marks(text):
        if pair.kind == STRAIGHT:
            edits += _replace(pair, ENGLISH)
    return sorted(edits)


def match_marks(text: str) -> list[Pair]:
    """Pair the quotation marks of a text: each closing mark takes the nearest opening one of its kind.

    A straight mark without a pair between the two is passed over. A typographic one makes their pair doubtful, and it
    is left out: once changed, it could be matched otherwise. Linear: each mark is pushed and popped once.
    """
    pairs: list[Pair] = []
    waiting: list[Waiting] = []
    stray = -1
    count = {STRAIGHT: 0, "«": 0, "“": 0}
    for match in MARKS.finditer(text):
        opens, closes = _read(text, match, is_straight_open=count[STRAIGHT] > 0)
        for offset in range(*match.span()):
            if opens:
                waiting.append((opens, offset, count["«"] + count["“"]))
                count[opens] += 1
            elif closes and count[closes]:
                pair = _close(waiting, count, closes, offset)
                if pair and pair.opening > stray and not _is_empty(text, pair):
                    pairs.append(pair)
            elif closes and closes != STRAIGHT:
                stray = offset
    return pairs


def _read(text: str, match: re.Match[str], *, is_straight_open: bool) -> tuple[str, str]:
    """Return the kind of quotation that a mark opens, or closes; two empty strings when it does neither.

    Two straight marks side by side both open or both close; three are no quotation.
    """
    mark = match[0]
    if mark in OPENING:
        return mark, ""
    if mark in CLOSING:
        return "", CLOSING[mark]
    start, end = match.span()
    may_open = start == 0 or text[start - 1] in OPENS_AFTER
    may_close = end == len(text) or text[end] in CLOSES_BEFORE
    if may_open and may_close and len(mark) == 1:
        may_open, may_close = not is_straight_open, is_straight_open
    if may_open == may_close or len(mark) > 2:
        return "", ""
    return (STRAIGHT, "") if may_open else ("", STRAIGHT)


def _close(waiting: list[Waiting], count: dict[str, int], closes: str, closing: int) -> Pair | None:
    """Pop the marks down to the nearest of the kind `closes`; None when a typographic one was among the others."""
    is_balanced = True
    while True:
        kind, opening, depth = waiting.pop()
        count[kind] -= 1
        if kind == closes:
            return Pair(opening, closing, kind, depth) if is_balanced else None
        is_balanced = is_balanced and kind == STRAIGHT


def _is_empty(text: str, pair: Pair) -> bool:
    return gap_end(text, pair.opening + 1) >= pair.closing


def _with_depth(pairs: list[Pair]) -> list[tuple[Pair, int]]:
    """Add to each pair the straight pairs around it, which will be typographic ones in a moment."""
    result: list[tuple[Pair, int]] = []
    around: list[int] = []
    for pair in sorted(pairs, key=lambda pair: pair.opening):
        while around and around[-1] < pair.opening:
            around.pop()
        result.append((pair, pair.depth + len(around)))
        if pair.kind == STRAIGHT:
            around.append(pair.closing)
    return result


def _replace(pair: Pair, marks: Marks) -> list[Edit]:
    return [
        (pair.opening, pair.opening + 1, marks[0]),
        (pair.closing, pair.closing + 1, marks[1]),
    ]
