"""Classify lines of boilerplate by their kind. Whole lines are judged, never a part of a story's line."""

import re
from functools import lru_cache

from rotative.importers.boilerplate.lines import fold_accents, is_prose
from rotative.importers.boilerplate.patterns import Kind, kind_by_shape
from rotative.importers.boilerplate.vocabulary import COUNTRIES, REGIONS, SECTIONS, WORDS, key_of

__all__ = ["Kind", "find_cross_reference", "is_label", "kind_of", "kind_outside_story"]

LONGEST = 200  # a template's own words are short; longer lines are not even looked at (cookie notes apart)

_BY_PHRASE = {phrase: Kind(kind) for kind, phrases in WORDS["anywhere"].items() for phrase in phrases}
_BY_OUTSIDE_PHRASE = {phrase: Kind(kind) for kind, phrases in WORDS["outside"].items() for phrase in phrases}
_SIGNS = ' -*•·|[](){}<>":.!?→←▶►✕×+✓'
_POINTER = re.compile(r"^[^\w\s(\[#@«\"'“©+-][^\w(\[#@«\"'“©+-]{0,9}(?=\w)")


def kind_of(text: str) -> Kind | None:
    """Return what kind of template line this is wherever it stands, or None when it may belong to a story."""
    if len(text) <= LONGEST * 2:
        return _kind_of_short(text)
    is_consent = len(text) <= 2500 and kind_by_shape(fold_accents(text[:200])) is Kind.COOKIES
    return Kind.COOKIES if is_consent else None


@lru_cache(maxsize=4096)  # templates repeat themselves, and a line is asked for more than once
def _kind_of_short(text: str) -> Kind | None:
    folded = fold_accents(text)
    if not folded[:1].isalnum() and len(text) <= LONGEST:  # an arrow, a pointing hand
        bare = _POINTER.sub("", folded)
        if bare != folded and (pointed := _kind_of_short(bare)) is not None:
            return pointed
    kind = _BY_PHRASE.get(folded.strip(_SIGNS)) or kind_by_shape(folded)
    return kind if len(text) <= LONGEST or kind is Kind.COOKIES else None


def kind_outside_story(text: str) -> Kind | None:
    """Return what kind of template line this is above a headline or below a story's end, or None."""
    if len(text) > LONGEST * 2:
        return kind_of(text)
    kind = _BY_OUTSIDE_PHRASE.get(fold_accents(text).strip(_SIGNS)) or kind_of(text)
    if kind:
        return kind
    return Kind.MENU if is_label(text) else None


def is_label(text: str) -> bool:
    """Say whether a line is the name of a section, a country or a region and nothing else."""
    return len(text) <= 60 and _is_short_label(text)


@lru_cache(maxsize=4096)
def _is_short_label(text: str) -> bool:
    key = key_of(text)
    return key in COUNTRIES or key in REGIONS or key in SECTIONS


_CROSS_REFERENCE = re.compile(
    r"[^\w(\[«\"]{0,4}[\[(]?(?:(?:à|a|À|A)\s+)?(?:lire|voir|écouter|ecouter|regarder|(?:also\s+)?read|see|watch)"
    r"\s+(?:aussi|également|egalement|encore|plus|notre article|also|more|next)?\s*[:>|»→]"
    r"\s*(?P<headline>\S.{7,200}?)[\])]?",
    re.IGNORECASE,
)


def find_cross_reference(text: str) -> str | None:
    """Return the headline named by a line such as “Lire aussi : …”, or None."""
    if len(text) > 260:
        return None
    match = _CROSS_REFERENCE.fullmatch(text)
    if match is None or (is_prose(match["headline"]) and len(match["headline"]) > 160):
        return None
    return match["headline"]
