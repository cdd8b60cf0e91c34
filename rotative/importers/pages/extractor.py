"""What trafilatura takes for the text of a page: the well-kept extractor that we begin from."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

import trafilatura

_NOT_A_LETTER: Final = re.compile(r"[\W_]+")
_TAGS: Final = {"p": "p", "head": "h2", "quote": "blockquote", "item": "li", "list": "ul", "code": "pre", "row": "p"}


def key_of(text: str) -> str:
    """Return letters and figures alone: how a passage is compared with the same passage in other mark-up."""
    return _NOT_A_LETTER.sub("", text).casefold()


@dataclass(frozen=True)
class Extract:
    """The text that was extracted, a passage a line, and the same as HTML without the page's own mark-up."""

    lines: tuple[str, ...] = ()
    html: str = ""
    keys: frozenset[str] = frozenset()
    run: str = field(default="", repr=False)  # all keys in a row

    @property
    def letters(self) -> int:
        return len(self.run)


MOST_ELEMENTS: Final = 12_000  # beyond, its passes over the tree cost minutes; a news page has one or two thousand


def extract(html: str) -> Extract:
    """Extract the text of a page; an empty Extract where there is none, or where the page has too many elements."""
    if html.count("<") > 2 * MOST_ELEMENTS:
        return Extract()
    best = _extract(html)
    if best.letters < 250:
        generous = _extract(html, favor_recall=True)
        best = max(best, generous, key=lambda one: one.letters)
    return best


def extract_of(texts: Iterable[str]) -> Extract:
    """Return what would have been extracted had the extractor taken these passages."""
    lines = tuple(texts)
    keys = [key_of(line) for line in lines]
    html = "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)
    return Extract(lines, html, frozenset(keys), "".join(keys))


def _extract(html: str, **options: Any) -> Extract:
    try:
        found = trafilatura.bare_extraction(
            html, include_comments=False, include_tables=True, with_metadata=False, **options
        )
    except (ValueError, TypeError, AttributeError, RecursionError):  # seen on broken pages
        return Extract()
    if found is None or isinstance(found, dict) or found.body is None:
        return Extract()
    lines = tuple(line for line in (found.text or "").splitlines() if line.strip())
    keys = [key_of(line) for line in lines]
    return Extract(lines, "".join(_html(found.body)), frozenset(keys), "".join(keys))


def _html(element: Any) -> Iterator[str]:
    for child in element:
        tag = _TAGS.get(str(child.tag))
        if tag is None:
            yield from _html(child)
        elif tag in {"ul", "blockquote"}:
            yield f"<{tag}>{escape(child.text or '')}{''.join(_html(child))}</{tag}>"
        else:
            text = " ".join(" ".join(child.itertext()).split())
            yield f"<{tag}>{escape(text)}</{tag}>" if text else ""
        if child.tail and child.tail.strip():
            yield f"<p>{escape(child.tail.strip())}</p>"
