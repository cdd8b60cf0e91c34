"""Features of headline candidates: what a reader sees of a line at the top of a captured page, as named numbers.

A headline has the shape of one, stands where headlines stand, and speaks of the story below it: its rare words come
again in the first paragraphs, whatever the language.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from math import log1p

from rotative.importers.boilerplate.breadcrumbs import is_trail
from rotative.importers.boilerplate.chrome import Kind, is_label, kind_outside_story
from rotative.importers.boilerplate.datelines import is_dated, is_stamp, read_dateline, read_names
from rotative.importers.boilerplate.lines import (
    Line,
    fold,
    fold_accents,
    is_headline_like,
    is_prose,
    is_sentence,
    parts_words,
)
from rotative.importers.captures.capture import Page
from rotative.importers.captures.segments import find_segment

LineFeatures = Mapping[str, float]

LONGEST = 250  # letters of a headline
SEARCHED = 400  # lines from the top: a headline further down would be below any menu
PAGE_TITLE = 5  # lines from the top among which the page's title may stand
_SHORTEST = 4  # letters of a headline
_LONGEST_SENTENCE = 150
_MOST_ABOVE = 0.3  # of a page's running text may stand above its headline
_BEGUN = 600  # letters of a run of running text within which a line is a subheading
_ALIKE = 0.3  # of the words above that a story says which begins further below
_DATED = 4  # words of a headline that names a date
_PARAGRAPHS = 24  # in which the words of a headline are looked for
_ENOUGH = 5  # of these words tell a story as well as more would
_LETTERS = 6000  # of these paragraphs
_LENGTHS = (15, 25, 40, 60, 100, 150)
_FROM_STORY = (-8, -1, 0, 1, 2, 4, 8, 15, 30)
_NEAR = 8
_WORD = re.compile(r"\w{4,}")
_ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}(?:/\S*)?", re.IGNORECASE)
_LABELLED = re.compile(
    r"^[@#(©]|https?://|www\.|\b\d{1,2}[:h]\d{2}\b|^(?:posted|photo|foto|image|bild|tags?|source)\b", re.IGNORECASE
)


def words_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of several lines, so many as tell what a story is about."""
    return frozenset(words_of(" ".join(texts)[:_LETTERS]))


def words_of(text: str) -> list[str]:
    """Return the words that tell stories apart: long ones, cut short so that endings do not matter.

    A script that does not part words gives its pairs of letters.
    """
    folded = fold_accents(text)
    if not parts_words(text):
        return ["".join(pair) for pair in pairwise(letter for letter in folded if letter.isalnum())]
    return [word[:6] for word in _WORD.findall(folded)]


def is_template(text: str) -> bool:
    """Say whether a line is a template's, or a dateline."""
    return kind_outside_story(text) is not None or is_label(text) or read_dateline(text) is not None or is_stamp(text)


class Top:
    """The top of a page: what is known of its lines before a headline is."""

    def __init__(self, lines: Sequence[Line], repeating: Sequence[bool] = ()) -> None:
        top = lines[:SEARCHED]
        self.texts = [line.text for line in top]
        self.folded = [fold(text[: 3 * LONGEST]) for text in self.texts]
        self.repeats = [*repeating[: len(top)], *[False] * (len(top) - len(repeating))]
        parted = sum(line.follows_blank for line in top) * 2 > len(top)  # by blank lines, as paragraphs are
        self.unparted = [parted and not line.follows_blank for line in top]
        self.templates = [is_template(text) for text in self.texts]
        kinds = [
            kind_outside_story(text) or (Kind.MENU if repeats else Kind.BREADCRUMB if is_trail(text) else None)
            for text, repeats in zip(self.texts, self.repeats, strict=True)
        ]
        page = Page.of(top, kinds)
        self.prose = [at for at, is_running in enumerate(page.prose) if is_running]
        self.segment = find_segment(page)
        lengths = (len(text) * is_running for text, is_running in zip(self.texts, page.prose, strict=True))
        self.above = list(accumulate(lengths, initial=0))  # letters of running text above each line
        self.words_below = cache(self._words_below)
        self.kinship = cache(self._kinship)

    def candidates(self) -> dict[int, dict[str, float]]:
        """Return the lines that may be the headline, with their features."""
        if self.segment is None:
            return {}
        found = {at: dict(self._features(at)) for at in range(len(self.texts)) if self._may_be_headline(at)}
        opening = next((at for at in found if is_headline_like(self.texts[at]) and not self.repeats[at]), None)
        if opening is not None:
            found[opening]["opening"] = 1.0
        return found

    @property
    def story(self) -> int:
        """Return the first line of running text of the story, or how many lines there are."""
        return self.story_below(self.segment.first - 1) if self.segment else len(self.texts)

    def story_below(self, at: int) -> int:
        """Return the first running text below a line, or how many lines there are."""
        below = bisect_right(self.prose, at)
        return self.prose[below] if below < len(self.prose) else len(self.texts)

    def beside(self, at: int, step: int) -> int | None:
        """Return the nearest line above (-1) or below (1) that is no template's, if there is one near."""
        near = range(at + step, max(min(at + step * _NEAR, len(self.texts)), -1), step)
        return next((i for i in near if not self.templates[i]), None)

    def is_under_label(self, at: int) -> bool:
        return self._class(at - 1) in {"label", "trail"}

    def told(self, at: int, of: int) -> int:
        """Return how many of the words of a line the story below line `of` says as well."""
        below = self.words_below(self.story_below(of))
        return sum(word in below for word in words_of(self.texts[at][: 2 * LONGEST]))

    def _words_below(self, first: int) -> frozenset[str]:
        last = max(self.segment.last if self.segment else 0, first)
        return words_in(self.texts[first : min(first + _PARAGRAPHS, last + 1)])

    def _kinship(self, first: int) -> float:
        """Return how many of the words above line `first` the story below says: others' sentences have next to none."""
        above = words_in(self.texts[at] for at in self.prose if at < first)
        return len(above & self.words_below(first)) / max(len(above), 1)

    def _may_be_headline(self, at: int) -> bool:
        text = self.texts[at]
        is_date = is_dated(text) and len(words_of(text)) < _DATED
        if self.templates[at] or is_date or _ADDRESS.fullmatch(text) or not any(map(str.isalpha, text)):
            return False
        if is_prose(text) and (len(text) > _LONGEST_SENTENCE or not self._opens(at)):
            return False
        return _SHORTEST <= len(text) <= LONGEST and self._stands_above_a_story(at)

    def _opens(self, at: int) -> bool:
        """Say whether a sentence stands where headlines do: first of all, or with its date below."""
        opening = next(
            i for i in range(at + 1) if i == at or (is_headline_like(self.texts[i]) and not self.templates[i])
        )
        return opening == at or not {self._class(at + 1), self._class(at + 2)}.isdisjoint({"date", "signature"})

    def _stands_above_a_story(self, at: int) -> bool:
        story = self.story_below(at)
        if story == len(self.texts) or self.above[at] > _MOST_ABOVE * self.above[-1]:
            return False
        return not self.above[at] or (self._told_above(at) < _BEGUN and self.kinship(story) < _ALIKE)

    def _told_above(self, at: int) -> int:
        """Return how many letters of the story stand above a line: a subheading has some, a headline none."""
        first = self.segment.first if self.segment else at
        return self.above[at] - self.above[min(first, at)]

    def _features(self, at: int) -> Iterator[tuple[str, float]]:
        yield from self._words(at)
        facts = {**_shape(self.texts[at]), **self._echoes(at), **self._neighbours(at), "repeats": self.repeats[at]}
        yield from ((name, 1.0) for name, holds in facts.items() if holds)
        yield from ((name, 1.0) for name in self._places(at))

    def _words(self, at: int) -> Iterator[tuple[str, float]]:
        """Yield how far a line speaks of the story below it."""
        words = words_of(self.texts[at])
        lead = words_in([self.texts[self.story_below(at)]])
        told = self.told(at, at)
        yield "told", told / (len(words) + 0.5)
        yield "told words", log1p(min(told, _ENOUGH))
        yield "kin above", self.kinship(self.story_below(at))
        yield "leading", sum(word in lead for word in words) / (len(words) + 0.5)

    def _places(self, at: int) -> Iterator[str]:
        assert self.segment is not None
        yield f"letters {bisect_left(_LENGTHS, len(self.texts[at]))}"
        yield f"to story {bisect_left(_FROM_STORY, self.segment.first - at)}"
        yield f"above {self._class(at - 1)}"
        yield f"below {self._class(at + 1)}"
        near = range(max(at - 4, 0), min(at + 5, len(self.texts)))
        yield f"dates {min(sum(self._class(i) == 'date' for i in near), 3)}"

    def _echoes(self, at: int) -> dict[str, bool]:
        """Tell whether a line stands again on the page, or in a line near: a page's title, a breadcrumb."""
        same = self.folded[at]
        again = [i for i, other in enumerate(self.folded[:at]) if other == same]
        holding = [other for other in self.folded[max(at - _NEAR, 0) : at] if len(other) > len(same) >= 10]
        return {
            "again above": any(i < at - 1 or at <= 3 for i in again),  # twice in a row is a picture's name
            "again below": same in self.folded[at + 2 : self.story_below(at)],
            "in title": any(_holds(title, same) for title in self.folded[: min(at, PAGE_TITLE)]),
            "begins above": any(other.startswith(same) for other in holding),
            "ends above": any(other.endswith(same) and len(other) < 2 * len(same) for other in holding),
        }

    def _neighbours(self, at: int) -> dict[str, bool]:
        below = {self._class(i) for i in range(at + 1, at + 4)}
        return {
            "date below": "date" in below,
            "signature below": "signature" in below,
            "no blank above": self.unparted[at],
            "standfirst below": self._is_above_standfirst(at),
        }

    def _is_above_standfirst(self, at: int) -> bool:
        """Say whether a longer line that speaks of the story stands between a line and the story."""
        below = self.beside(at, 1)
        if below is None or below >= self.story_below(at):
            return False
        return len(self.texts[at]) < len(self.texts[below]) <= 2 * LONGEST and self.told(below, at) > 0

    def _class(self, at: int) -> str:
        return _class_of(self.texts[at]) if 0 <= at < len(self.texts) else "edge"


def _holds(longer: str, beginning: str) -> bool:
    return len(longer) > len(beginning) >= 10 and longer.startswith(beginning)


def _shape(text: str) -> dict[str, bool]:
    return {
        "headline-like": is_headline_like(text),
        "sentence": is_sentence(text),
        "prose": is_prose(text),
        "stop": text.endswith("."),
        "open end": text.endswith((",", ";", ":")),
        "lower case": text[:1].islower(),
        "capitals": text.isupper(),
        "dated": is_dated(text),
        "labelled": _LABELLED.search(text) is not None,
    }


@lru_cache(maxsize=4096)  # templates repeat themselves
def _class_of(text: str) -> str:
    """Return what a neighbour looks like, the most telling first."""
    dateline = read_dateline(text)
    classes = {
        "signature": dateline is not None and bool(dateline.names),
        "date": dateline is not None or is_dated(text),
        "name": is_name(text),
        "label": is_label(text),
        "trail": is_trail(text),
        "template": kind_outside_story(text) is not None,
        "prose": is_prose(text),
        "sentence": is_sentence(text),
        "headline-like": is_headline_like(text),
    }
    return next((name for name, holds in classes.items() if holds), "short")


def is_name(text: str) -> bool:
    """Say whether a line is a person's name, and perhaps whom they write for."""
    name = text.partition(",")[0]
    return len(name) <= 50 and 2 <= len(name.split()) <= 4 and name.istitle() and read_names(name) is not None


def is_signature(text: str) -> bool:
    """Say whether a line names those who sign the story, alone or in a dateline."""
    dateline = read_dateline(text)
    return is_name(text) or (dateline is not None and bool(dateline.names))
