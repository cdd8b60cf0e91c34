"""Languages: the rules of each language, applied in order to one run of text."""

import re

from rotative.typography.apostrophes import find_apostrophes
from rotative.typography.dashes import find_dashes
from rotative.typography.edits import apply, uncut
from rotative.typography.ellipsis import find_ellipses
from rotative.typography.numbers import find_numbers
from rotative.typography.ordinals import find_ordinals
from rotative.typography.protected import find_protected, hide, reveal
from rotative.typography.punctuation import find_punctuation
from rotative.typography.quotes import find_english_quotes, find_french_quotes
from rotative.typography.rules import Rules
from rotative.typography.spaces import find_doubled
from rotative.typography.titles import find_titles

Ordinal = tuple[int, int, int]

# Words with one plain space between, and no capital that could begin a title or a Roman number: most of a menu.
QUIET = re.compile(r"[^\W\dIVXMDP]++(?: [^\W\dIVXMDP]++)*")


def primary_language(tag: str) -> str:
    """Return the language of a language tag, without region or script: "fr" for "fr-BJ"."""
    return tag.strip().replace("_", "-").partition("-")[0].lower()


def typeset_run(text: str, rules: Rules, language: str, cuts: list[int]) -> tuple[str, list[Ordinal]]:
    """Return one run of text typeset, and the ordinals found in it.

    A run is what a reader sees as one stretch of text: a paragraph, a heading, a line. `cuts` are the offsets where
    tags stand; they are moved in place. A language without rules comes back as it was.
    """
    if language not in ("fr", "en") or QUIET.fullmatch(text):
        return text, []
    spans = find_protected(text)
    hidden = ""
    if spans:
        text, hidden = hide(text, spans)
    if language == "fr":
        text = _typeset_french(text, rules, cuts)
        ordinals = find_ordinals(text)
    else:
        text = apply(text, find_english_quotes(text), cuts)
        ordinals = []
    return (reveal(text, hidden) if hidden else text), ordinals


def _typeset_french(text: str, rules: Rules, cuts: list[int]) -> str:
    """Apply the rules of French in the order that makes a second time change nothing.

    Doubled spaces first, for the rules after see gaps of one space; then the signs, which decide where gaps may be
    added; then the gaps; dashes last, for they ask whether there are spaces around.
    """
    text = apply(text, find_doubled(text, cuts), cuts)
    text = apply(text, uncut(find_ellipses(text), cuts), cuts)
    text = apply(text, find_apostrophes(text), cuts)
    text = apply(text, find_french_quotes(text), cuts)
    text = apply(text, find_punctuation(text, rules), cuts)
    text = apply(text, find_titles(text), cuts)
    text = apply(text, find_numbers(text, rules), cuts)
    return apply(text, uncut(find_dashes(text), cuts), cuts)
