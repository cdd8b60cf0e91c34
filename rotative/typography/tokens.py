"""Tokens: an HTML text cut into its pieces, whose bytes put together again are the text.

It follows the tokenisation chapter of the HTML standard as far as it decides what is text. Patterns are possessive:
a hostile text is read once, never twice.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

TEXT = "text"
START = "start"
END = "end"
# Nothing to read: a comment, a doctype, a tag that the end of the file cuts short.
MARKUP = "markup"
# The content of a script or a style, and what is read as characters only.
RAW = "raw"
# A drawing or a formula, whole.
FOREIGN = "foreign"

WS = r"\t\n\f\r "
ATTRIBUTE = (
    rf"(?:=[^{WS}/>=]*+|[^{WS}/>=]++)"
    rf"(?:[{WS}]*+=[{WS}]*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^{WS}>\"'][^{WS}>]*+|(?=>)|\Z))?+"
)
TAG = re.compile(rf"<(/?)([A-Za-z][^{WS}/>]*+)(?:[{WS}/]++|{ATTRIBUTE})*+>")
ATTRIBUTES = re.compile(
    rf"(=[^{WS}/>=]*+|[^{WS}/>=]++)"
    rf"(?:[{WS}]*+=[{WS}]*+(?:\"([^\"]*+)\"|'([^']*+)'|([^{WS}>\"'][^{WS}>]*+)|(?=>)))?+"
)
TAG_NAME = re.compile(rf"</?[A-Za-z][^{WS}/>]*+")
COMMENT_END = re.compile(r"--!?>")
LETTER = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

RAW_ELEMENTS = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))
FOREIGN_ELEMENTS = frozenset(("svg", "math"))
RAW_ENDS = {name: re.compile(rf"</{name}(?=[{WS}/>])", re.IGNORECASE) for name in RAW_ELEMENTS}
SCRIPT_MARKS = re.compile(rf"<!--|-->|<(/?)script(?=[{WS}/>])", re.IGNORECASE)


class Token(NamedTuple):
    """A piece of HTML: its kind, its bytes, and the lower-case name of its tag."""

    kind: str
    source: str
    name: str = ""


def read_tokens(html: str) -> Iterator[Token]:
    """Yield the tokens of `html`, a document or a fragment; joined, their sources are `html`."""
    at = text_start = 0
    while (less := html.find("<", at)) >= 0:
        token = _read_markup(html, less)
        if token is None:
            at = less + 1
            continue
        if text_start < less:
            yield Token(TEXT, html[text_start:less])
        yield token
        at = less + len(token.source)
        if token.kind == START and token.name in RAW_ELEMENTS:
            end = _raw_end(html, at, token.name)
            if at < end:
                yield Token(RAW, html[at:end], token.name)
            at = end
        elif token.kind == START and token.name == "plaintext":
            yield Token(RAW, html[at:], token.name)
            at = len(html)
        text_start = at
    if text_start < len(html):
        yield Token(TEXT, html[text_start:])


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a start tag, in lower-case names; the first of a name counts."""
    name = TAG_NAME.match(tag)
    found: dict[str, str] = {}
    for match in ATTRIBUTES.finditer(tag, name.end() if name else 0, len(tag) - 1):
        found.setdefault(match[1].lower(), match[2] or match[3] or match[4] or "")
    return found


def _read_markup(html: str, less: int) -> Token | None:
    """Return the token that starts with the `<` at `less`, or None when that `<` is a character."""
    following = html[less + 1 : less + 2]
    if following in LETTER:
        return _read_tag(html, less)
    if following == "/":
        after = html[less + 2 : less + 3]
        if after in LETTER:
            return _read_tag(html, less)
        return _until(html, less, html.find(">", less + 2) + 1) if after else None
    if following == "!":
        if html.startswith("--", less + 2):
            return _read_comment(html, less)
        return _until(html, less, html.find(">", less + 2) + 1)
    if following == "?":
        return _until(html, less, html.find(">", less + 2) + 1)
    return None


def _read_tag(html: str, less: int) -> Token:
    match = TAG.match(html, less)
    if not match:
        return Token(MARKUP, html[less:])
    name = match[2].lower()
    if match[1]:
        return Token(END, match[0], name)
    if name in FOREIGN_ELEMENTS and not match[0].endswith("/>"):
        return Token(FOREIGN, html[less : _foreign_end(html, match.end(), name)], name)
    if name in FOREIGN_ELEMENTS:
        return Token(FOREIGN, match[0], name)
    return Token(START, match[0], name)


def _read_comment(html: str, less: int) -> Token:
    start = less + 4
    if html.startswith(">", start):
        return Token(MARKUP, html[less : start + 1])
    if html.startswith("->", start):
        return Token(MARKUP, html[less : start + 2])
    match = COMMENT_END.search(html, start)
    return _until(html, less, match.end() if match else 0)


def _until(html: str, start: int, end: int) -> Token:
    return Token(MARKUP, html[start:end] if end else html[start:])


def _raw_end(html: str, start: int, name: str) -> int:
    if name == "script":
        return _script_end(html, start)
    match = RAW_ENDS[name].search(html, start)
    return match.start() if match else len(html)


def _script_end(html: str, start: int) -> int:
    """Return where a script ends: not inside the element of a comment (`<!--<script>…</script>-->`)."""
    is_comment = is_nested = False
    at = start
    while match := SCRIPT_MARKS.search(html, at):
        mark = match[0]
        at = match.end()
        if mark == "<!--":
            if not is_comment:
                is_comment = True
                at = match.end() - 2
        elif mark == "-->":
            is_comment = is_nested = False
        elif not match[1]:
            is_nested = is_comment
        elif is_nested:
            is_nested = False
        else:
            return match.start()
    return len(html)


def _foreign_end(html: str, start: int, name: str) -> int:
    """Return where a drawing or a formula ends; everything to the end of the text when nothing closes it."""
    depth = 1
    at = start
    while (less := html.find("<", at)) >= 0:
        if html.startswith("<![CDATA[", less):
            close = html.find("]]>", less)
            if close < 0:
                break
            at = close + 3
            continue
        following = html[less + 1 : less + 2]
        if following in LETTER or (following == "/" and html[less + 2 : less + 3] in LETTER):
            match = TAG.match(html, less)
            if not match:
                break
            at = match.end()
            if match[2].lower() == name and not match[0].endswith("/>"):
                depth += -1 if match[1] else 1
                if not depth:
                    return at
            continue
        token = _read_markup(html, less)
        at = less + (len(token.source) if token else 1)
    return len(html)
