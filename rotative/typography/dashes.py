"""Dashes: a hyphen between spaces is a dash, and one between two numbers is a range."""

import re

from rotative.typography.edits import Edit
from rotative.typography.spaces import OPAQUE, SPACES

DASH = "–"
# After a space and before another, or before the sign that follows what two dashes enclose: “- dit-elle -, puis”.
LOOSE_HYPHENS = re.compile(rf"-(?<=[{SPACES}]-)-?(?=[{SPACES}]|[,;.)](?!\w))")
NEAR_RANGE = rf"\w/:\-–+{OPAQUE}"
HYPHEN_IN_NUMBERS = re.compile(r"-(?<=\d-)(?=\d)")
RANGE = re.compile(
    rf"(?<![{NEAR_RANGE}.,'’])(?<!\d[{SPACES}])(\d{{1,4}})(-)(\d{{1,4}})(?![{NEAR_RANGE}]|[.,]\d|[{SPACES}]\d)"
)
# "L. 12-15" and "article 49-3" are the numbers of one article.
ARTICLE = re.compile(rf"(?:\b[LRD]|\bart)\.[{SPACES}]?\Z|\barticles?[{SPACES}]\Z", re.IGNORECASE)
MOST_DIGITS = 4
LONGEST_ARTICLE = len("xarticles ")


def find_dashes(text: str) -> list[Edit]:
    """Find the hyphens that stand for a dash."""
    if "-" not in text:
        return []
    edits = [(match.start(), match.end(), DASH) for match in LOOSE_HYPHENS.finditer(text)]
    for hyphen in HYPHEN_IN_NUMBERS.finditer(text):
        match = RANGE.match(text, _number_start(text, hyphen.start()))
        if match and _is_range(match[1], match[3]) and not _follows_article(text, match.start()):
            edits.append((match.start(2), match.end(2), DASH))
    return sorted(edits)


def _number_start(text: str, end: int) -> int:
    """Return where the digits that end at `end` start; only the last few count."""
    start = end
    while start and end - start < MOST_DIGITS and text[start - 1].isdecimal():
        start -= 1
    return start


def _is_range(first: str, last: str) -> bool:
    """Tell a range (12-15, 2020-2024) from a score (3-1), an aeroplane (737-800), a telephone (555-1234)."""
    if first[0] == "0" or last[0] == "0" or int(first) >= int(last):
        return False
    are_short = len(first) <= 2 and len(last) <= 2
    are_years = len(first) == len(last) == 4
    return are_short or are_years


def _follows_article(text: str, start: int) -> bool:
    return ARTICLE.search(text[max(0, start - LONGEST_ARTICLE) : start]) is not None
