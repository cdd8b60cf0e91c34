"""The likeliest headline of a page whose template is unknown: a conditional logit model over its candidate lines.

Each feature of a line has a weight; the softmax of their sums is the probability of each candidate, and of none of
them, to be the headline. `script/bench captures PAGES --fit` makes the weights.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import exp
from pathlib import Path

from rotative.importers.boilerplate.breadcrumbs import Trail
from rotative.importers.boilerplate.chrome import Kind
from rotative.importers.boilerplate.lines import fold, is_headline_like, is_sentence
from rotative.importers.captures.features import LONGEST, PAGE_TITLE, LineFeatures, Top, words_of

ABSENT = -1  # the index of a headline that no line holds
NONE = "no headline"  # the weight of a page on which no candidate is one
_LEAST = 0.02  # probability for a line to be taken for the headline
_WHOLE = 4  # words of a headline that goes before a likelier line below it
_RIVAL = 0.17  # of the probability of the line below, for a line above it to be the headline
_REPEATS = -2.0  # of a line that is on the site's other pages; labelled pages stand alone and cannot say it
_SITE = re.compile(r"\s+[-–—|•·»«›/]\s+|\s?\|\s?")
_SITE_BESIDE_QUOTES = re.compile(r"\s?\|\s?|\s+[-–—•·›/]\s+")  # where guillemets quote somebody
_SIGNS_OF_SITES = frozenset("|»«›")

NO_TRAIL = Trail((), is_certain=True)


@dataclass(frozen=True)
class Headline:
    """The headline, the index of its line, and what the lines above turned out to be."""

    text: str
    at: int
    trail: Trail = NO_TRAIL
    kicker: str = ""
    used: Mapping[int, Kind] = field(default_factory=dict)
    is_certain: bool = True
    story: int = 0  # the first line of running text below, where that is known


def find_likeliest(top: Top) -> Headline | None:
    """Return the likeliest headline of a page, or None when it is likelier that no line is one."""
    odds = probabilities(top.candidates(), load_weights())
    at = max(odds, key=odds.__getitem__, default=ABSENT)
    if at == ABSENT or odds[at] < _LEAST:
        return None
    at = _above_standfirst(top, odds, at)
    text = _without_site(top, at)
    used = dict.fromkeys(_repeats(top, at, text), Kind.REPEATED_HEADLINE)
    return Headline(text, at, used=used, is_certain=text == top.texts[at], story=top.story_below(at))


@cache
def load_weights() -> Mapping[str, float]:
    weights = json.loads(Path(__file__).with_name("weights.json").read_text(encoding="utf-8"))
    return {"repeats": _REPEATS, **weights}


def probabilities(candidates: Mapping[int, LineFeatures], weights: Mapping[str, float]) -> dict[int, float]:
    """Return the probability of each candidate to be the headline; what is missing to 1 is that of none."""
    scores = {
        at: sum(weights.get(name, 0.0) * value for name, value in features.items())
        for at, features in candidates.items()
    }
    none = weights.get(NONE, 0.0)
    most = max(none, *scores.values()) if scores else none
    odds = {at: exp(score - most) for at, score in scores.items()}
    total = sum(odds.values()) + exp(none - most)
    return {at: odd / total for at, odd in odds.items()}


def _above_standfirst(top: Top, odds: Mapping[int, float], at: int) -> int:
    """Return the line above when it may be the headline, too, and the line below it reads as its standfirst."""
    above = top.beside(at, -1)
    if above is None or odds.get(above, 0.0) < _RIVAL * odds[at]:
        return at
    text, below = top.texts[above], top.texts[at]
    is_standfirst = len(text) < len(below) or (is_sentence(below) and not is_sentence(text))
    tells = top.told(above, at) >= (2 if above == at - 1 else 1)
    return above if is_standfirst and tells and len(text.split()) >= _WHOLE and not top.is_under_label(at) else at


def _without_site(top: Top, at: int) -> str:
    """Return a line near the top without the names of section and paper that a page's title ends with.

    A tail is the paper's when the story does not speak of it.
    """
    text = top.texts[at]
    if at >= PAGE_TITLE:
        return text
    told = top.words_below(top.story_below(at))
    separator = _SITE_BESIDE_QUOTES if "«" in text and "»" in text else _SITE
    for cut in reversed(list(separator.finditer(text))):
        head, tail = text[: cut.start()], text[cut.end() :]
        is_marked = cut.group().strip() in _SIGNS_OF_SITES
        is_named = is_marked or tail[:1].isupper() or "." in tail
        if not is_named or len(tail.split()) > 6 or not is_headline_like(head):
            break
        if not is_marked and not told.isdisjoint(words_of(tail)):
            break
        text = head
    return text


def _repeats(top: Top, at: int, text: str) -> Iterator[int]:
    """Yield the lines above that are the headline, or the page's title that begins with it."""
    same = fold(text)
    for above, other in enumerate(top.folded[:at]):
        is_title = above < PAGE_TITLE and len(other) <= len(same) + LONGEST and other.startswith(same)
        if same and (other == same or is_title):
            yield above
