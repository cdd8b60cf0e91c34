"""Markup: a fragment or a document of HTML, typeset in its text and nowhere else.

Decision record 0003 says why this keeps the tags' bytes instead of writing a parsed tree anew.
"""

import re
from html import unescape

from rotative.typography.elements import (
    EMBEDS,
    TRANSPARENT,
    UNTOUCHED,
    VOID,
    WITHOUT_ORDINALS,
    WORDLIKE,
    Stack,
    State,
)
from rotative.typography.languages import primary_language
from rotative.typography.plain import DEFAULT_RULES
from rotative.typography.rules import Rules
from rotative.typography.runs import Run
from rotative.typography.spaces import BREAK, OPAQUE, PLACEHOLDERS
from rotative.typography.tokens import END, FOREIGN, MARKUP, RAW, START, TEXT, Token, attributes, read_tokens

# A character reference that cannot be written as its character keeps its bytes.
KEPT = re.compile(rf"&#(?:[xX][0-9a-fA-F]+|[0-9]+);?|[{PLACEHOLDERS}]")
MAY_NEED_DECODING = re.compile(f"[&{PLACEHOLDERS}]")
UNWRITABLE = frozenset(("", "\r", "\0", *PLACEHOLDERS))
MAY_MATTER = ("lang", "translate", "class")


def typeset_html(html: str, rules: Rules = DEFAULT_RULES, language: str = "fr") -> str:
    """Return a fragment or a document with the typography of its languages.

    `language` is that of the text outside any `lang` attribute. Tags, attributes, comments, scripts and code come
    back byte for byte; text comes back with `&amp; &lt; &gt;` escaped and every other character written as itself.
    """
    return _Typesetter(rules, primary_language(language)).typeset(html)


class _Typesetter:
    """One pass over the tokens: text gathers in a run until a block begins or ends."""

    def __init__(self, rules: Rules, language: str) -> None:
        self.stack = Stack(State(language))
        self.run = Run(rules, self.stack.state)
        self.out: list[str] = []

    def typeset(self, html: str) -> str:
        for token in read_tokens(html):
            if token.kind == TEXT:
                self._add_text(token.source)
            elif token.kind == START:
                self._start(token)
            elif token.kind == END:
                self._end(token)
            elif token.kind == FOREIGN:
                self.run.add_object(OPAQUE, token.source)
            elif token.kind == RAW:
                self._add_raw(token)
            elif token.kind == MARKUP:
                self.run.add_tag(token.source, self.stack.state)
        self._flush()
        return "".join(self.out)

    def _start(self, token: Token) -> None:
        name = token.name
        self.stack.close_implied(name)
        if name == "br":
            self.run.add_object(BREAK, token.source)
            return
        if name in VOID and name in WORDLIKE:
            self.run.add_object(OPAQUE, token.source)
            return
        if name not in VOID:
            self.stack.open(name, self._state_in(token))
        if name in TRANSPARENT or name in WORDLIKE:
            self.run.add_tag(token.source, self.stack.state)
        else:
            self._flush(token.source)

    def _end(self, token: Token) -> None:
        self.stack.close(token.name)
        if token.name in TRANSPARENT or token.name in WORDLIKE:
            self.run.add_tag(token.source, self.stack.state)
        else:
            self._flush(token.source)

    def _add_text(self, source: str) -> None:
        if not MAY_NEED_DECODING.search(source):
            self.run.add_text(source)
            return
        at = 0
        for match in KEPT.finditer(source):
            is_reference = match[0][0] == "&"
            if is_reference and unescape(match[0]) not in UNWRITABLE:
                continue
            self.run.add_text(unescape(source[at : match.start()]))
            self.run.add_object(OPAQUE if is_reference else match[0], match[0])
            at = match.end()
        self.run.add_text(unescape(source[at:]))

    def _add_raw(self, token: Token) -> None:
        if token.name == "title":
            self._add_text(token.source)
        elif token.name in WORDLIKE:
            self.run.add_object(OPAQUE, token.source)
        else:
            self.run.add_tag(token.source, self.stack.state)

    def _state_in(self, token: Token) -> State:
        """Return the state of the text in an element that starts."""
        state = self.stack.state
        language, takes_ordinals = state.language, state.takes_ordinals
        if language is None:
            return state
        if token.name in UNTOUCHED:
            return State(None)
        if token.name in WITHOUT_ORDINALS:
            takes_ordinals = False
        if len(token.source) > len(token.name) + 2:
            lowered = token.source.lower()
            if any(name in lowered for name in MAY_MATTER):
                language = _language_in(token.source, language)
        is_same = language == state.language and takes_ordinals == state.takes_ordinals
        return state if is_same else State(language, takes_ordinals)

    def _flush(self, source: str = "") -> None:
        """End the run, then write the tag that ended it."""
        self.run.write(self.out)
        if source:
            self.out.append(source)
        self.run = Run(self.run.rules, self.stack.state)


def _language_in(tag: str, language: str) -> str | None:
    """Return the language that a start tag gives to its content; None when nothing in it may be touched."""
    found = attributes(tag)
    if found.get("translate", "").lower() == "no" or not EMBEDS.isdisjoint(found.get("class", "").split()):
        return None
    return primary_language(found["lang"]) if "lang" in found else language
