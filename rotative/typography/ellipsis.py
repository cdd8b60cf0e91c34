"""Ellipsis: three dots become one character."""

import re

from rotative.typography.edits import Edit

# Four dots and more are left alone: one of them would have to disappear.
THREE_DOTS = re.compile(r"\.(?<!\.\.)\.\.(?!\.)")


def find_ellipses(text: str) -> list[Edit]:
    """Find the groups of exactly three dots."""
    if "..." not in text:
        return []
    return [(match.start(), match.end(), "…") for match in THREE_DOTS.finditer(text)]
