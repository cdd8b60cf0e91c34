"""What trafilatura takes for the text of a page: the well-kept extractor that we begin from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Final

import trafilatura

_NOT_A_LETTER: Final = re.compile(r"[\W_]+")


def key_of(text: str) -> str:
    """Return letters and figures alone: how a passage is compared with the same passage in other mark-up."""
    return _NOT_A_LETTER.sub("", text).casefold()


def agree(one: str, other: str) -> bool:
    """Say whether two headlines are one, of which the other may be the beginning or a good part."""
    shorter, longer = sorted((key_of(one), key_of(other)), key=len)
    return bool(shorter) and (longer.startswith(shorter) or (len(shorter) > 20 and shorter in longer))


@dataclass(frozen=True)
class Extract:
    """The text that was extracted, a passage a line."""

    lines: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    run: str = field(default="", repr=False)  # all keys in a row

    @property
    def letters(self) -> int:
        return len(self.run)

    @property
    def html(self) -> str:
        words = (line.strip("| ") for line in self.lines)  # a row of a table stands between bars
        return "".join(f"<p>{escape(line, quote=False)}</p>" for line in words)


MOST_ELEMENTS: Final = 12_000  # beyond, its passes over the tree cost minutes; a news page has one or two thousand


def extract(html: str) -> Extract:
    """Extract the text of a page; an empty Extract where there is none, or where the page has too many elements."""
    if html.count("<") > 2 * MOST_ELEMENTS:
        return Extract()
    try:
        document = trafilatura.bare_extraction(html, include_comments=False)
    except (ValueError, TypeError, AttributeError, RecursionError):  # seen on broken pages
        return Extract()
    text: str = getattr(document, "text", None) or ""
    return extract_of(text.splitlines())


def extract_of(texts: Iterable[str]) -> Extract:
    """Return what would have been extracted had the extractor taken these passages."""
    lines = tuple(text for text in texts if text.strip())
    keys = [key_of(line) for line in lines]
    return Extract(lines, frozenset(keys), "".join(keys))
