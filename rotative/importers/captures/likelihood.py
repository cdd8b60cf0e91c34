"""The likeliest headline of a page whose template is unknown: judged by where it stands, its shape, and its words.

A headline speaks of its story: its rare words come again in the first paragraphs, whatever the language.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log1p

from rotative.importers.boilerplate.breadcrumbs import Trail, is_trail
from rotative.importers.boilerplate.chrome import Kind, is_label, kind_outside_story
from rotative.importers.boilerplate.datelines import is_dated, is_stamp, read_dateline, read_names
from rotative.importers.boilerplate.lines import Line, fold, is_headline_like, is_prose, is_sentence
from rotative.importers.captures.openings import PARAGRAPHS, find_openings, words_in, words_of
from rotative.importers.captures.segments import Segment, find_segment

LONGEST = 250
ABSENT = -1  # the index of a headline that no line holds
_REACH = 60  # lines above the first running text
_NEAR = 12
_SURE = 2.0
_LONGEST_SENTENCE = 150
_STRAY = 1.0  # by which a headline below the first sentences must be likelier than any above them
_BELOW = 6  # lines between a headline that is a sentence and its story
_LONG_STANDFIRST = 100  # letters
_RIVAL = 1.25  # by which a headline may be less likely than the line below it
LONG_KICKER = 30  # letters; what is longer, and five words, is a headline
_TITLE_SEPARATOR = re.compile(r"\s+[-–—|•·»:]+\s+|\s?[|»]\s?")
_SITE_SEPARATOR = re.compile(r"\s+[-–—|•·»«›/]\s+|\s?\|\s?")
_BAR = re.compile(r"\s?\|\s?|\s+[-–—•·›/]\s+")  # where quotation marks are quotation marks
_SITE_FIRST = re.compile(r"[^|»]{3,30}?\s+[|»]\s+(?=\S)")
_LABELLED = re.compile(
    r"^[@#(©]|https?://|www\.|\b\d{1,2}[:h]\d{2}\b|^(?:posted|photo|foto|image|bild|tags?|source)\b", re.IGNORECASE
)
_SIGNED = re.compile(r"^(?:par|by|von|por|di|da|texte?|redacción)\s+(?-i:[A-ZÀ-Þ])", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}(?:/\S*)?", re.IGNORECASE)
_CHOPPED = re.compile(r"[|/•·].*[|/•·]")

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


@dataclass(frozen=True)
class _Page:
    """The top of a page, and what is known of it before a headline is."""

    top: Sequence[str]
    folded: Sequence[str]
    first: int  # running text
    words: frozenset[str]  # of the first paragraphs
    lead: frozenset[str]  # words of the very first
    opening: int  # the first line that is no template's
    repeats: Sequence[bool]  # on other pages


@dataclass(frozen=True)
class _Top:
    """The top of a page, line by line, and where its running text stands."""

    top: Sequence[str]
    folded: Sequence[str]
    kinds: Sequence[Kind | None]
    prose: Sequence[bool]
    repeats: Sequence[bool]  # on other pages
    segment: Segment


@dataclass(frozen=True)
class _Found:
    """The likeliest headline above one line of running text."""

    headline: Headline | None
    score: float


def find_likeliest(
    lines: Sequence[Line], top: Sequence[str], folded: Sequence[str], repeating: Sequence[bool] = ()
) -> Headline | None:
    """Return the likeliest headline above the running text, or None when no line above it can be one.

    A line that is `repeating` is unlikely: but a story of the day is named on the site's other pages, too.
    """
    repeats = [*repeating[: len(top)], *[False] * (len(top) - len(repeating))]
    kinds, prose = _sort(top, repeats)
    segment = find_segment(lines[: len(top)], kinds, prose)
    if segment is None:
        return None
    page = _Top(top, folded, kinds, prose, repeats, segment)
    first, *others = find_openings(top, prose, segment)
    found = _find_above(page, first)
    for opening in others:
        other = _find_above(page, opening)
        if other.score > found.score + _STRAY:
            found = other
    return found.headline


def _find_above(page: _Top, start: int) -> _Found:
    """Return the likeliest headline of a story that begins at line `start`."""
    first = _below_sentence(page, start)
    parts = _parts_of(page, start, first)
    scored = {at: score for at in range(max(first - _REACH, 0), first) if (score := _score(parts, at)) is not None}
    whole = _from_page_title(parts)
    likeliest = max(scored, key=lambda at: (scored[at], at), default=-1)
    best = scored.get(likeliest, 0.0)
    at = _above_standfirst(parts, scored, likeliest)
    if at < 0 or (whole is not None and best < _SURE and not _is_in_title(parts, at)):
        return _Found(whole, _SURE if whole is not None else 0.0)
    text = _without_site(parts, at)
    used = dict(_repeats(parts, at))
    return _Found(Headline(text, at, used=used, is_certain=text == page.top[at], story=first), best)


def _below_sentence(page: _Top, start: int) -> int:
    """Return the first line of the story, below `start` when that is a headline written as a sentence."""
    is_first = not any(_can_be_headline(text) for text in page.top[:start])
    if (is_first and _can_be_headline(page.top[start])) or _is_headed(page.top, page.folded, start):
        last = page.segment.last if is_first else min(page.segment.last, start + _BELOW)
        if len(page.top[start]) <= _LONGEST_SENTENCE and True in page.prose[start + 1 : last + 1]:
            return page.prose.index(True, start + 1)
    return start


def _can_be_headline(text: str) -> bool:
    return is_headline_like(text) and not is_template(text)


def _parts_of(page: _Top, start: int, first: int) -> _Page:
    opening = next((at for at in range(start + 1) if page.kinds[at] is None and _can_be_headline(page.top[at])), start)
    words = words_in(page.top[first : min(first + PARAGRAPHS, page.segment.last + 1)])
    return _Page(page.top, page.folded, first, words, words_in(page.top[first : first + 1]), opening, page.repeats)


def _sort(top: Sequence[str], repeats: Sequence[bool]) -> tuple[list[Kind | None], list[bool]]:
    """Return the template's kinds of the lines, and which are running text."""
    kinds = [
        kind_outside_story(text) or (Kind.MENU if is_one else Kind.BREADCRUMB if is_trail(text) else None)
        for text, is_one in zip(top, repeats, strict=True)
    ]
    return kinds, [kind is None and is_prose(text) for kind, text in zip(kinds, top, strict=True)]


def find_story(lines: Sequence[Line], top: Sequence[str]) -> int:
    """Return the first line of running text of a page's story, or how many lines there are."""
    kinds, prose = _sort(top, [False] * len(top))
    segment = find_segment(lines[: len(top)], kinds, prose)
    return prose.index(True, segment.first) if segment is not None else len(top)


def _is_headed(top: Sequence[str], folded: Sequence[str], at: int) -> bool:
    """Say whether a sentence stands as headlines do: with its date below, or named in a title or breadcrumb above."""
    below = any(is_stamp(text) or read_dateline(text) is not None for text in top[at + 1 : at + 3])
    whole = folded[at].rstrip(" .")
    return below or (len(whole) >= 20 and any(whole in above for above in folded[max(at - _NEAR, 0) : at]))


def _above_standfirst(page: _Page, scores: Mapping[int, float], at: int) -> int:
    """Return the line above when the likeliest headline is longer and reads as the standfirst of that line."""
    above = _next_above(page, at)
    if at < 1 or scores.get(above, 0.0) <= 0.0 or len(page.top[above]) * 1.1 >= len(page.top[at]):
        return at
    ends = page.top[at].rstrip().endswith((".", ".»", ". »", "…"))
    words = words_of(page.top[above])
    shared = sum(word in page.words for word in words)
    is_near = scores[above] >= scores[at] - _RIVAL
    is_whole = is_near and shared >= 2 and len(page.top[above]) >= LONG_KICKER and len(page.top[above].split()) >= 5
    if not ends and len(page.top[at]) < (len(page.top[above]) * 1.3 if is_whole else _LONG_STANDFIRST):
        return at
    is_told = shared > 0 and (len(page.top[above].split()) >= 5 and shared >= 0.25 * len(words))
    if any(True for _ in _repeats(page, at)):
        return at
    return above if is_told or (ends and (shared > 0 or above == 0)) else at


def is_template(text: str) -> bool:
    """Say whether a line is a template's, or a dateline."""
    return kind_outside_story(text) is not None or is_label(text) or read_dateline(text) is not None or is_stamp(text)


def _score(page: _Page, at: int) -> float | None:
    """Return how likely a line is the headline, or None when it cannot be."""
    text = page.top[at]
    is_twice = any(above < at - 1 or at <= 3 for above, _ in _repeats(page, at))  # twice in a row is a picture's name
    words = words_of(text)
    told = sum(word in page.words for word in words)
    shared, leading = (count / (len(words) + 0.5) for count in (told, sum(word in page.lead for word in words)))
    if is_template(text) or len(text) > LONGEST or _DOMAIN.fullmatch(text) or _is_title_of_below(page, at):
        return None
    is_short = not is_headline_like(text)
    begins = at == 0 and _begins_story(page)
    if is_short and (len(text) < 8 or not (is_twice or begins or shared >= 0.4)):
        return None
    is_shown = at == page.opening or _is_headed(page.top, page.folded, at)
    if is_prose(text) and (not is_shown or len(text) > _LONGEST_SENTENCE):
        return None  # a headline may be a sentence, but then it stands where headlines do
    score = 2.5 * shared + 0.5 * log1p(told) + 0.5 * leading + (0.3 if len(words) >= 2 else 0.0)
    score += 0.8 if shared >= 0.3 and len(text) >= 30 and _has_standfirst(page, at) else 0.0
    score += (1.0 if 25 <= len(text) <= 150 else 0.0) - (0.5 if is_short else 0.0)
    score += 1.7 if is_twice else 0.0
    score += 0.8 if at == page.opening else 0.0
    score += 0.5 if page.first - at <= 4 else 0.0
    score += 1.0 if begins else 0.0
    score += 1.2 if any(_says_when(below) for below in page.top[at + 1 : at + 3]) else 0.0
    score += _under(page, at) if shared >= 0.3 and not is_short else 0.0
    score -= 0.9 if text.endswith((".", ",", ";", ":")) and not text.endswith("...") else 0.0
    score -= 1.0 if _LABELLED.search(text) and not is_twice else 0.0
    score -= 1.5 if _CHOPPED.search(text) else 0.0
    score -= 0.3 if any(True for _ in _separator(text).finditer(text)) else 0.0
    score -= 1.5 if _SIGNED.search(text) or is_dated(text) else 0.0
    score -= 1.0 if _is_signature(page, at) else 0.0
    score -= 0.7 if text[:1].islower() else 0.0
    score -= 2.0 if page.repeats[at] else 0.0
    return score


def _under(page: _Page, at: int) -> float:
    """Return how much likelier a line is a headline because of the line above it: a date, or the name of a section.

    A date that stands below a headline of the same story says nothing for the line below it.
    """
    above = page.top[at - 1] if at else ""
    if is_label(above) or is_trail(above):
        return 0.6
    if not _says_when(above):
        return 0.0
    before = page.top[max(_next_above(page, at), 0)]
    words = words_of(before) if len(before.split()) >= 5 and not is_sentence(before) else []
    is_told = sum(word in page.words for word in words) > 0.3 * len(words)
    return 0.0 if is_told else 0.9


def _next_above(page: _Page, at: int) -> int:
    """Return the nearest line above that is no template's, or -1."""
    return next((i for i in range(at - 1, max(at - _NEAR // 2, 0) - 1, -1) if not is_template(page.top[i])), -1)


def _says_when(text: str) -> bool:
    return read_dateline(text) is not None or is_dated(text)


def _begins_story(page: _Page) -> bool:
    """Say whether the page begins at its headline: below its first line stand only when, who, and the story.

    A standfirst may stand there, and a word or two of the template.
    """
    between = [text for text in page.top[1 : page.first] if not is_template(text) and not is_dated(text)]
    return len(page.top[0].split()) >= 2 and len(between) <= 2 and page.first <= _NEAR


def _is_signature(page: _Page, at: int) -> bool:
    """Say whether a line is a person's name, and perhaps whom they write for, with a date beside it."""
    text = page.top[at].partition(",")[0]
    if not 2 <= len(text.split()) <= 4 or len(text) > 50 or not text.istitle() or read_names(text) is None:
        return False
    return any(is_dated(near) for near in (*page.top[max(at - 1, 0) : at], *page.top[at + 1 : at + 3]))


def _without_site(page: _Page, at: int) -> str:
    """Return a line near the top without the names of section and paper that a page's title ends with.

    A tail is the paper's when the story does not speak of it.
    """
    text = page.top[at]
    if at > max(page.opening, 4):
        return text
    for cut in reversed(list(_separator(text).finditer(text))):
        head, tail = text[: cut.start()], text[cut.end() :]
        words = words_of(tail)
        is_told = any(word in page.words for word in words)
        if (
            len(tail.split()) > 6
            or not is_headline_like(head)
            or (is_told and cut.group().strip() not in {"|", "»", "«", "›"})
        ):
            break
        text = head
    found = _SITE_FIRST.match(text) if "«" not in text else None
    return text[found.end() :] if found and is_headline_like(text[found.end() :]) else text


def _separator(text: str) -> re.Pattern[str]:
    """Return what may part a headline from the paper's name: no guillemet where the line quotes somebody."""
    return _BAR if "«" in text and "»" in text else _SITE_SEPARATOR


def _has_standfirst(page: _Page, at: int) -> bool:
    below = page.top[at + 1] if at + 1 < page.first else ""
    is_longer = len(page.top[at]) < len(below) <= LONGEST * 2 and not is_template(below)
    return is_longer and any(word in page.words for word in words_of(below))


def _repeats(page: _Page, at: int) -> Iterator[tuple[int, Kind]]:
    """Yield the lines above that are the same, or the page's title that begins with it."""
    same = page.folded[at]
    for above in range(max(at - _REACH * 2, 0), at):
        if (same and page.folded[above] == same) or (
            above < 5 and same and page.folded[above].startswith(same) and _is_cut(page.top[above], same)
        ):
            yield above, Kind.REPEATED_HEADLINE


def _is_title_of_below(page: _Page, at: int) -> bool:
    """Say whether a line is the headline with the paper's name, and the headline stands below on its own."""
    text = page.top[at]
    heads = {fold(text[: cut.start()]) for cut in _separator(text).finditer(text)}
    return bool(heads) and not heads.isdisjoint(page.folded[at + 1 : page.first])


def _is_cut(title: str, headline: str) -> bool:
    cuts = _TITLE_SEPARATOR.finditer(title[: LONGEST * 2])
    return any(fold(title[: cut.start()]) == headline and len(title) - cut.end() <= 80 for cut in cuts)


def _is_in_title(page: _Page, at: int) -> bool:
    return any(above < 5 for above, _ in _repeats(page, at))


def _from_page_title(page: _Page) -> Headline | None:
    """Return what `Headline - Name of the paper` begins with, when the headline stands nowhere else."""
    for at in range(min(page.opening + 1, 3, page.first)):
        text = page.top[at]
        whole = _without_site(page, at)
        if whole != text and is_headline_like(whole) and any(word in page.words for word in words_of(whole)):
            return Headline(whole, at, is_certain=False, story=page.first)
    return None
