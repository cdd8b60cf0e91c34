"""Titles and abbreviations that stay on the line of what follows: M. Dossou, Me Sossa, p. 12."""

import re

from rotative.typography.edits import Edit
from rotative.typography.spaces import NO_BREAK_SPACE, OPAQUE, SPACES

CAPITAL = "A-ZÀ-ÖØ-ÞŒ"
ABBREVIATIONS = "|".join(rf"(?<=\b{word}\.)" for word in ("p", "pp", "art", "al", "chap", "vol", "fig"))
# The look-behinds follow a rare first character so that the search can skip to it.
# "Me" and "Dr" need a capital after them ("Me voilà"); "M." and "Mme" do not ("M. le maire").
TITLE = re.compile(
    rf"[MDP.](?:"
    rf"(?<![\w.]M)(?<=M)(?:M?\.|mes?|lles?)(?P<any>[{SPACES}]++)(?=[\w{OPAQUE}])"
    rf"|(?<![\w.][MDP])(?:(?<=M)(?:e|gr)|(?<=[DP])rs?\.?)(?P<name>[{SPACES}]++)(?=[{CAPITAL}{OPAQUE}])"
    rf"|(?:{ABBREVIATIONS})(?P<number>[{SPACES}]*+)(?=[\dIVXL])"
    rf")",
    re.DOTALL,
)


def find_titles(text: str) -> list[Edit]:
    """Find the gaps after a title or an abbreviation that should not break."""
    edits: list[Edit] = []
    for match in TITLE.finditer(text):
        start, end = match.span(match.lastgroup or 0)
        if start == end:
            edits.append((start - 1, start, "." + NO_BREAK_SPACE))
        elif text[start:end] != NO_BREAK_SPACE:
            edits.append((start, end, NO_BREAK_SPACE))
    return edits
