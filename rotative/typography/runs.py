"""Runs: the text that a reader sees in one stretch, with the tags that stand in it."""

import re
from bisect import bisect_right

from rotative.typography.elements import State
from rotative.typography.languages import Ordinal, typeset_run
from rotative.typography.protected import Span, hide, reveal
from rotative.typography.rules import Rules
from rotative.typography.spaces import PLACEHOLDERS

OBJECT = re.compile(f"[{PLACEHOLDERS}]")
LANGUAGES = ("en", "fr")


class Run:
    """Text, and at given offsets the tags that cut it. Objects stand in the text as one character each."""

    def __init__(self, rules: Rules, state: State) -> None:
        self.rules = rules
        self.texts: list[str] = []
        self.length = 0
        self.cuts: list[int] = []
        self.tags: list[str] = []
        # One more than there are cuts: the state before the first, then after each.
        self.states: list[State] = [state]
        self.objects: list[str] = []

    def add_text(self, text: str) -> None:
        """Add characters."""
        if text:
            self.texts.append(text)
            self.length += len(text)

    def add_object(self, placeholder: str, source: str) -> None:
        """Add something that stands in the text like a word or a line break, with its bytes."""
        self.add_text(placeholder)
        self.objects.append(source)

    def add_tag(self, source: str, state: State) -> None:
        """Add a tag that text flows through; what follows is in `state`."""
        self.cuts.append(self.length)
        self.tags.append(source)
        self.states.append(state)

    def write(self, out: list[str]) -> None:
        """Append the typeset run to `out`, as HTML."""
        text = "".join(self.texts)
        ordinals: list[Ordinal] = []
        if text and not text.isspace():
            text, ordinals = self._typeset(text)
        if not self.cuts and not self.objects and not ordinals:
            out.append(_escape(text))
            return
        self._raise_ordinals(ordinals)
        objects = iter(self.objects)
        at = 0
        for cut, tag in zip([*self.cuts, len(text)], [*self.tags, ""], strict=True):
            piece = _escape(text[at:cut])
            out.append(OBJECT.sub(lambda _: next(objects), piece) if self.objects else piece)
            out.append(tag)
            at = cut

    def _typeset(self, text: str) -> tuple[str, list[Ordinal]]:
        languages = {state.language for state in self.states}
        if len(languages) == 1:
            return typeset_run(text, self.rules, self.states[0].language or "", self.cuts)
        ordinals: list[Ordinal] = []
        for language in LANGUAGES:
            if language in languages:
                text, hidden = hide(text, self._spans_outside(language, len(text)), as_words=False)
                text, ordinals = typeset_run(text, self.rules, language, self.cuts)
                text = reveal(text, hidden)
        return text, ordinals

    def _spans_outside(self, language: str, length: int) -> list[Span]:
        edges = [0, *self.cuts, length]
        return [
            (start, end)
            for start, end, state in zip(edges[:-1], edges[1:], self.states, strict=True)
            if start < end and state.language != language
        ]

    def _raise_ordinals(self, ordinals: list[Ordinal]) -> None:
        """Put <sup> around the raised letters of the ordinals that no tag cuts."""
        if not ordinals:
            return
        places: list[tuple[int, str]] = []
        for start, raised, end in ordinals:
            index = bisect_right(self.cuts, start)
            is_whole = index == len(self.cuts) or self.cuts[index] >= end
            if is_whole and self.states[index].takes_ordinals:
                places += [(raised, "<sup>"), (end, "</sup>")]
        # The sort is stable: a </sup> comes before the end tag at the same place.
        merged = sorted([*places, *zip(self.cuts, self.tags, strict=True)], key=lambda place: place[0])
        self.cuts = [offset for offset, _ in merged]
        self.tags = [tag for _, tag in merged]


def _escape(text: str) -> str:
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    return text.replace(">", "&gt;") if ">" in text else text
