"""Apostrophes: the typewriter's ' becomes ’ where French elides a vowel."""

import re

from rotative.typography.edits import Edit
from rotative.typography.spaces import OPAQUE, SPACES

# A letter before, and a word or its opening sign after. What follows a digit is a minute or a foot (5' 30"), what
# opens or ends a word is a single quotation mark ('mot'): neither is an apostrophe.
ELISION = re.compile(rf"'(?<=[^\W\d_]')(?=[\w{OPAQUE}«“\"(\[@#])", re.DOTALL)
# The same with a space slipped in ("l' eau"): only after the words that elide.
LOOSE_ELISION = re.compile(
    rf"'(?=[{SPACES}]++\w)(?:(?<=\b[cdjlmnst]')|(?<=\bqu')|(?<=\bjusqu')|(?<=\blorsqu')|(?<=\bpuisqu')|(?<=\bquoiqu'))",
    re.IGNORECASE,
)


def find_apostrophes(text: str) -> list[Edit]:
    """Find the straight apostrophes that elide a vowel."""
    if "'" not in text:
        return []
    offsets = {match.start() for match in ELISION.finditer(text)}
    offsets.update(match.start() for match in LOOSE_ELISION.finditer(text))
    return [(offset, offset + 1, "’") for offset in sorted(offsets)]
