"""Protected passages: addresses, names and signs inside a text that no rule may touch."""

import re

from rotative.typography.spaces import BREAK, OPAQUE, PLACEHOLDERS, SIGN, SPACES

Span = tuple[int, int]

ADDRESS_END = r"\s<>\"«»“”" + PLACEHOLDERS
URL = re.compile(rf"(?:[a-z][a-z0-9+.-]{{0,30}}+(?<=[a-z0-9]))?://[^{ADDRESS_END}]++|\bwww\.[^{ADDRESS_END}]++", re.I)
# The look-behinds follow the colon so that the search can skip to it.
SCHEME = re.compile(r":(?:(?<=\bhttp:)|(?<=\bhttps:)|(?<=\bftp:)|(?<=\bmailto:))(?!\w)", re.I)
HANDLE = re.compile(rf"[@#][^{ADDRESS_END}]*+")
BEFORE_AT = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-%")
SHORTCODE = re.compile(r":(?<![\w:].)[a-z0-9_+-]{1,40}+:(?![\w:])", re.I | re.DOTALL)
EMOTICON = re.compile(rf"[:;](?<![^{SPACES}{BREAK}{SIGN}«“\"].)-?[()DPp|](?!\w)", re.DOTALL)
COORDINATE = re.compile(rf"\d'[{SPACES}]?\d{{1,2}}(?:[.,]\d{{1,6}})?\"")
SPACE = re.compile(f"[{SPACES}{BREAK}]")
OTHER_THAN_SPACE = re.compile(f"[^{BREAK}]")
OTHER_THAN_WORD = re.compile(rf"[^\w{OPAQUE}{BREAK}]")
WORD = re.compile(r"\w")
# A character reference that the reader is meant to see: its semicolon is part of it.
REFERENCE = re.compile(r"&(?:[A-Za-z][a-z]{1,30}+\d{0,2}|#\w{1,8}+);")
HIDDEN = re.compile(f"[{PLACEHOLDERS}]+")

TRAILING = ".,;:!?…)]}'’*"


def find_protected(text: str) -> list[Span]:
    """Find the passages that no rule may touch, sorted and apart."""
    spans: list[Span] = []
    if "://" in text or "www." in text or "WWW." in text:
        spans += [_trimmed(text, match.span()) for match in URL.finditer(text)]
    if "@" in text or "#" in text:
        spans += _handles(text)
    if ":" in text or ";" in text:
        for pattern in (SCHEME, SHORTCODE, EMOTICON):
            spans += [match.span() for match in pattern.finditer(text)]
    if "&" in text and ";" in text:
        spans += [match.span() for match in REFERENCE.finditer(text)]
    if "'" in text and '"' in text:
        spans += [match.span() for match in COORDINATE.finditer(text)]
    return _apart(spans) if len(spans) > 1 else spans


def hide(text: str, spans: list[Span], *, as_words: bool = True) -> tuple[str, str]:
    """Return `text` with each span replaced by as many placeholders, and all the characters under placeholders.

    A space becomes a BREAK, so that what stands beside the span still stands beside an edge. All the rest becomes
    OPAQUE, or, when the spans are not `as_words`, a SIGN where it is not a letter or a digit.
    """
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts.append(text[at:start])
        span = SPACE.sub(BREAK, text[start:end])
        if not as_words:
            span = OTHER_THAN_WORD.sub(SIGN, span)
        parts.append((OTHER_THAN_SPACE if as_words else WORD).sub(OPAQUE, span))
        at = end
    parts.append(text[at:])
    masked = "".join(parts)
    hidden = "".join([text[match.start() : match.end()] for match in HIDDEN.finditer(masked)])
    return masked, hidden


def reveal(masked: str, hidden: str) -> str:
    """Return the text with its placeholders, in order, replaced by `hidden`: the reverse of `hide`."""
    at = 0

    def take(match: re.Match[str]) -> str:
        nonlocal at
        start, at = at, at + len(match[0])
        return hidden[start:at]

    return HIDDEN.sub(take, masked)


def _handles(text: str) -> list[Span]:
    """Find @names, #tags and e-mail addresses: the sign, what is glued after it and, for @, before it."""
    spans: list[Span] = []
    floor = 0
    for match in HANDLE.finditer(text):
        start, end = _trimmed(text, match.span())
        while text[match.start()] == "@" and start > floor and text[start - 1] in BEFORE_AT:
            start -= 1
        if end - start > 1:
            spans.append((start, end))
        floor = match.end()
    return spans


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while end > start and text[end - 1] in TRAILING:
        end -= 1
    return start, end


def _apart(spans: list[Span]) -> list[Span]:
    """Merge the spans that touch or overlap."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged
