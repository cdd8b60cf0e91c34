"""Read the text of a captured page: what is the story, and what did the page's template write around it?

Pure: text goes in, a Capture comes out. Nothing is guessed in silence: every line is in the story, or counted under
what it is; what is not certain is a doubt. docs/how-to/import-a-captured-page.md says it for those who import.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from rotative.importers.captures.breadcrumbs import Trail, names_with
from rotative.importers.captures.chrome import Kind, find_cross_reference, is_label, kind_of, kind_outside_story
from rotative.importers.captures.datelines import Dateline, Moment, Problem, Stated, join_signatures, read_dateline
from rotative.importers.captures.headlines import Headline, find_headline
from rotative.importers.captures.lines import (
    Line,
    clean_lines,
    fold,
    fold_accents,
    is_headline_like,
    is_prose,
    join_wrapped,
)
from rotative.importers.captures.vocabulary import COUNTRIES, key_of
from rotative.importers.errors import Reason, SourceRefusedError

_LEADING_COUNTRY = re.compile(r"([^\W\d_][\w .’'-]{2,30}?)\s?:\s")
_FRENCH_WORDS = ("le", "la", "les", "des", "du", "une", "dans", "pour", "que", "qui", "est", "sur", "au", "par")
_ENGLISH_WORDS = ("the", "of", "and", "to", "in", "is", "for", "that", "on", "was", "with", "by", "as", "at")
_INSERTS = frozenset(  # headings that interrupt a story as often as they end it
    {
        *("a lire", "a lire aussi", "lire aussi", "a voir aussi", "voir aussi", "lire egalement", "a lire egalement"),
        *("sur le meme sujet", "sur le meme theme", "read also", "read more", "see also", "also read", "read next"),
    }
)
_READER = re.compile(r".{1,60}\b(?:dit|says|a dit|a écrit)\s*:|(?:répondre|reply)", re.IGNORECASE)
_TEASER_ENDS = ("…", "...", "lire la suite", "read more")


class Repair(StrEnum):
    """What was mended in the lines that became the article."""

    SPACES = "spaces"
    INVISIBLE = "invisible"
    GARBLED = "garbled"
    JOINED = "joined"


class Doubt(StrEnum):
    """What an editor should look at."""

    NO_SECTION = "no section"
    TRAIL_NOT_SPLIT = "trail not split"
    LEVELS_DROPPED = "levels dropped"
    HEADLINE_CUT = "headline cut"
    NO_DATE = "no date"
    DATES_DIFFER = "dates differ"
    DATE_IMPOSSIBLE = "date impossible"
    DATE_WEEKDAY = "date weekday"
    DATE_DAY_OR_MONTH = "date day or month"
    LINE_ABOVE = "line above"
    LINE_BELOW = "line below"
    SHORT_LINES_AT_END = "short lines at end"


@dataclass(frozen=True)
class OtherStory:
    """A story that the page points at: its label (a country, a section, or nothing) and its headline."""

    label: str
    headline: str


@dataclass(frozen=True)
class Capture:
    """What a captured page holds."""

    headline: str
    paragraphs: tuple[str, ...]
    sections: tuple[str, ...] = ()
    country: str = ""
    kicker: str = ""
    bylines: tuple[str, ...] = ()
    published: Moment | None = None
    updated: Moment | None = None
    other_stories: tuple[OtherStory, ...] = ()
    left_out: Mapping[Kind, int] = field(default_factory=dict)
    repairs: Mapping[Repair, int] = field(default_factory=dict)
    doubts: tuple[tuple[Doubt, str], ...] = ()
    source_digest: str = ""

    @property
    def story_digest(self) -> str:
        """Digest of headline and body alone: the same for two captures of one story on different days."""
        return _digest([fold(self.headline), *(fold(paragraph) for paragraph in self.paragraphs)])


@dataclass
class _Findings:
    """What is gathered while the lines are read from top to bottom."""

    left_out: Counter[Kind] = field(default_factory=Counter)
    kept: list[Line] = field(default_factory=list)
    datelines: list[Dateline] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    other_stories: list[OtherStory] = field(default_factory=list)
    doubts: list[tuple[Doubt, str]] = field(default_factory=list)


def read_capture(text: str, known_sections: Iterable[str] = ()) -> Capture:
    """Read a captured page. `known_sections` are the names of the paper's sections.

    Raises SourceRefusedError when there is no article in it.
    """
    lines = join_signatures(join_wrapped(clean_lines(text)))
    if not lines:
        raise SourceRefusedError(Reason.EMPTY)
    headline = find_headline(lines, names_with(known_sections))
    if headline is None:
        raise SourceRefusedError(Reason.NO_HEADLINE if _holds_story(lines) else Reason.NO_ARTICLE)
    kinds = [kind_of(line.text) for line in lines]
    prose = [kind is None and is_prose(line.text) for line, kind in zip(lines, kinds, strict=True)]
    start = headline.at + 1
    end = _find_end(lines, kinds, prose, start)
    if not any(prose[start:end]):
        raise SourceRefusedError(Reason.NO_ARTICLE)
    findings = _Findings()
    _read_above(lines, headline, findings)
    _read_story(lines, kinds, prose, headline, end, findings)
    _read_below(lines[end:], findings)
    return _assemble(lines, headline, findings)


def _holds_story(lines: Sequence[Line]) -> bool:
    return any(is_prose(line.text) and not kind_outside_story(line.text) for line in lines)


# --- above the headline


def _read_above(lines: Sequence[Line], headline: Headline, findings: _Findings) -> None:
    whole = fold(headline.text)
    for at, line in enumerate(lines[: headline.at]):
        kind = headline.used.get(at) or kind_outside_story(line.text)
        if kind is None and fold(line.text[: len(headline.text) * 2 + 100]).startswith(whole):
            kind = Kind.REPEATED_HEADLINE
        if kind is None:
            kind = Kind.ABOVE
            dateline = read_dateline(line.text) if headline.at - at <= 4 else None
            if dateline is not None and (dateline.names or any(stated.is_labelled for stated in dateline.stated)):
                findings.datelines.append(dateline)
                continue
            if line.text.rstrip(" :|") == headline.kicker:
                continue
            if is_prose(line.text):
                findings.doubts.append((Doubt.LINE_ABOVE, line.text))
        findings.left_out[kind] += 1
    above = [line.text for line in lines[max(headline.at - 2, 0) : headline.at]]
    if above and is_label(above[-1]) and not (len(above) > 1 and is_label(above[0])):
        findings.labels.append(above[-1])  # a label of its own; two in a row are a menu


# --- where the story ends


@dataclass(frozen=True)
class _Amount:
    """How much running text stands before and after one line; `stories` is what follows without teasers of lists."""

    before: int
    after: int
    stories: int


def _find_end(lines: Sequence[Line], kinds: Sequence[Kind | None], prose: Sequence[bool], start: int) -> int:
    """Return the index of the first line that is no longer the story's.

    Forms, comments and footers first: what readers write below them must not look like the rest of the story
    when a list of other stories is judged.
    """
    for ends in (_ends_page, _ends_story):
        end = next(
            (at for at, amount in _amounts(lines, prose, start) if amount.before and ends(lines, kinds, at, amount)),
            len(lines),
        )
        lines, kinds, prose = lines[:end], kinds[:end], prose[:end]
    return len(lines)


def _amounts(lines: Sequence[Line], prose: Sequence[bool], start: int) -> Iterator[tuple[int, _Amount]]:
    """Yield each index with how much running text stands before and after it."""
    teasers = [is_one and _is_teaser(line.text) for is_one, line in zip(prose, lines, strict=True)]
    before, after, teased = 0, sum(prose[start:]), sum(teasers[start:])
    for at in range(start, len(lines)):
        before += prose[at]
        after -= prose[at]
        teased -= teasers[at]
        yield at, _Amount(before, after, after - teased)


def _is_teaser(text: str) -> bool:
    return text[-40:].casefold().rstrip(' ]»"').endswith(_TEASER_ENDS)


def _ends_page(lines: Sequence[Line], kinds: Sequence[Kind | None], at: int, amount: _Amount) -> bool:
    """Say whether what follows was written by readers or belongs to the whole site."""
    kind = kinds[at]
    if kind in {Kind.COMMENT_FORM, Kind.CAPTCHA}:
        return True
    if kind is Kind.COMMENTS:
        # Below a headline, “2 commentaires” is a link; below a story it is their heading.
        return amount.before >= 2 or amount.after == 0 or _readers_follow(lines, kinds, at)
    return kind in {Kind.FOOTER, Kind.NEIGHBOURS, Kind.ABOUT_AUTHOR} and amount.after <= max(2, amount.before)


def _ends_story(lines: Sequence[Line], kinds: Sequence[Kind | None], at: int, amount: _Amount) -> bool:
    """Say whether a list of other stories, or of words, begins here that the story does not come back from."""
    kind = kinds[at]
    if kind is None:
        return _begins_pairs(lines, kinds, at)
    if kind is Kind.TAGS:
        return amount.after == 0
    if kind is not Kind.RELATED:
        return False
    is_insert = fold_accents(lines[at].text).strip(' :!*"') in _INSERTS
    return amount.after == 0 or (not is_insert and amount.stories <= 2 * amount.before + 2)


def _readers_follow(lines: Sequence[Line], kinds: Sequence[Kind | None], at: int) -> bool:
    near = range(at + 1, min(at + 7, len(lines)))
    return any(kinds[i] in {Kind.COMMENT_FORM, Kind.CAPTCHA} or _READER.fullmatch(lines[i].text[:80]) for i in near)


def _begins_pairs(lines: Sequence[Line], kinds: Sequence[Kind | None], at: int) -> bool:
    """Say whether a list of (country, headline) begins here: two pairs in a row."""
    if not is_label(lines[at].text):
        return False
    following = [i for i in range(at, min(at + 10, len(lines))) if kinds[i] is None][:4]
    if len(following) < 4:
        return False
    texts = [lines[i].text for i in following]
    headlines = (texts[1], texts[3])
    return is_label(texts[2]) and all(_can_be_listed(text) and not is_prose(text) for text in headlines)


# --- the story


def _read_story(
    lines: Sequence[Line],
    kinds: Sequence[Kind | None],
    prose: Sequence[bool],
    headline: Headline,
    end: int,
    findings: _Findings,
) -> None:
    first = prose.index(True, headline.at + 1)
    last = max(at for at in range(first, end) if prose[at])
    day_first = not _is_english(lines[first : min(end, first + 40)])
    after_insert = False
    for at in range(headline.at + 1, end):
        line, kind = lines[at], kinds[at]
        if kind is not None:
            findings.left_out[kind] += 1
            after_insert = kind is Kind.RELATED
        elif after_insert and not prose[at] and is_headline_like(line.text):
            findings.other_stories.append(OtherStory("", line.text))
            after_insert = False
        elif (named := find_cross_reference(line.text)) is not None:
            findings.other_stories.append(OtherStory("", named))
        elif first < at <= last or not _read_around(line, at < first, day_first, headline, findings):
            findings.kept.append(line)
            after_insert = False
    short = [line for line in findings.kept if line.number > lines[last].number]
    if len(short) >= 3:
        findings.doubts.append((Doubt.SHORT_LINES_AT_END, str(len(short))))


def _read_around(line: Line, is_before: bool, day_first: bool, headline: Headline, findings: _Findings) -> bool:
    """Read a line between the headline and the first running text, or after the last; False when it is the story's."""
    dateline = read_dateline(line.text, day_first=day_first)
    if dateline is not None and (is_before or dateline.names or any(stated.is_labelled for stated in dateline.stated)):
        findings.datelines.append(dateline)
        return True
    if is_before and fold(line.text) == fold(headline.text):
        findings.left_out[Kind.REPEATED_HEADLINE] += 1
        return True
    if is_before and not any(letter.isalpha() for letter in line.text) and len(line.text) <= 6:
        findings.left_out[Kind.COUNTERS] += 1  # a dash between name and date, a number of views
        return True
    if not is_before and fold(line.text) in {fold(name) for one in findings.datelines for name in one.names}:
        findings.left_out[Kind.ABOUT_AUTHOR] += 1
        return True
    if is_before and is_label(line.text):
        findings.left_out[Kind.MENU] += 1
        findings.labels.append(line.text)
        return True
    return False


def _is_english(lines: Iterable[Line]) -> bool:
    words = Counter(word for line in lines for word in line.text[:2000].lower().split())
    return sum(words[word] for word in _ENGLISH_WORDS) > sum(words[word] for word in _FRENCH_WORDS)


# --- below the story


def _read_below(lines: Sequence[Line], findings: _Findings) -> None:
    in_list = in_tags = False
    at = 0
    while at < len(lines):
        text = lines[at].text
        below = lines[at + 1].text if at + 1 < len(lines) else ""
        if is_label(text) and _can_be_listed(below):
            findings.other_stories.append(OtherStory(text, below))
            at += 2
            continue
        at += 1
        kind = kind_outside_story(text)
        named = find_cross_reference(text)
        if kind is not None:
            findings.left_out[kind] += 1
            in_list = kind in {Kind.RELATED, Kind.NEIGHBOURS} or (
                in_list and kind not in {Kind.COMMENT_FORM, Kind.COMMENTS}
            )
            in_tags = kind is Kind.TAGS
        elif named is not None:
            findings.other_stories.append(OtherStory("", named))
        elif in_list and read_dateline(text) is not None:
            findings.left_out[Kind.RELATED] += 1
        elif in_list and _can_be_listed(text):
            findings.other_stories.append(OtherStory("", text))
        elif in_tags and len(text.split()) <= 4:
            findings.left_out[Kind.TAGS] += 1
        else:
            findings.left_out[Kind.BELOW] += 1
            findings.doubts.append((Doubt.LINE_BELOW, text))


def _can_be_listed(text: str) -> bool:
    return is_headline_like(text) and not is_label(text) and kind_of(text) is None


# --- the whole


def _assemble(lines: Sequence[Line], headline: Headline, findings: _Findings) -> Capture:
    trail = headline.trail
    labels = [label for label in findings.labels if key_of(label) not in COUNTRIES]
    if not trail.levels and labels:
        trail = Trail((labels[0],), is_certain=True)
    sections, country = _sort_levels(trail, findings)
    named = _LEADING_COUNTRY.match(headline.text)
    if not country and named and key_of(named[1]) in COUNTRIES:
        country = named[1].strip()
    if not headline.is_certain:
        findings.doubts.insert(0, (Doubt.HEADLINE_CUT, headline.text))
    used = [lines[headline.at], *findings.kept]
    repairs = Counter(
        {
            Repair.SPACES: sum(line.spaces for line in used),
            Repair.INVISIBLE: sum(line.invisible for line in used),
            Repair.GARBLED: sum(line.garbled for line in used),
            Repair.JOINED: sum(line.joined for line in used),
        }
    )
    published, updated = _settle_dates(findings)
    return Capture(
        headline=headline.text,
        paragraphs=tuple(line.text for line in findings.kept),
        sections=sections,
        country=country,
        kicker=headline.kicker,
        bylines=tuple(dict.fromkeys(name for dateline in findings.datelines for name in dateline.names)),
        published=published,
        updated=updated,
        other_stories=tuple(dict.fromkeys(findings.other_stories)),
        left_out=dict(findings.left_out),
        repairs=dict(+repairs),
        doubts=tuple(findings.doubts),
        source_digest=_digest([line.text for line in lines]),
    )


def _sort_levels(trail: Trail, findings: _Findings) -> tuple[tuple[str, ...], str]:
    """Return the sections of a breadcrumb, at most two, and the country it names."""
    written = " › ".join(trail.levels)
    if not trail.is_certain:
        findings.doubts.append((Doubt.TRAIL_NOT_SPLIT, written))
        return (), ""
    country = next((level for level in trail.levels if key_of(level) in COUNTRIES), "")
    levels = [level for level in trail.levels if key_of(level) not in COUNTRIES and len(level) <= 60]
    if len(levels) > 2:
        findings.doubts.append((Doubt.LEVELS_DROPPED, " › ".join(levels[1:-1])))
        levels = [levels[0], levels[-1]]
    if not levels:
        findings.doubts.append((Doubt.NO_SECTION, written))
    return tuple(levels), country


def _settle_dates(findings: _Findings) -> tuple[Moment | None, Moment | None]:
    """Return the dates of first publication and of the last update, each only when it is certain."""
    stated = [one for dateline in findings.datelines for one in dateline.stated]
    first = [one for one in stated if not one.is_update]
    published = _only_one([one for one in first if one.is_labelled] or first, findings)
    if published is None:
        if not any(doubt.startswith("date") for doubt, _ in findings.doubts):
            findings.doubts.append((Doubt.NO_DATE, ""))
        return None, None
    updates = [one.moment for one in stated if one.is_update and one.moment is not None]
    return published, updates[0] if len(set(updates)) == 1 else None


def _only_one(stated: Sequence[Stated], findings: _Findings) -> Moment | None:
    problems = {
        Problem.IMPOSSIBLE: Doubt.DATE_IMPOSSIBLE,
        Problem.WEEKDAY: Doubt.DATE_WEEKDAY,
        Problem.DAY_OR_MONTH: Doubt.DATE_DAY_OR_MONTH,
    }
    wrong = [one.problem for one in stated if one.problem is not None]
    moments = {one.moment for one in stated if one.moment is not None}
    if wrong:
        findings.doubts.append((problems[wrong[0]], ""))
        return None
    days = {moment.on for moment in moments}
    if len(days) > 1:
        findings.doubts.append((Doubt.DATES_DIFFER, ", ".join(sorted(day.isoformat() for day in days))))
        return None
    # The same day with and without an hour is one date; two hours are not.
    with_hour = [moment for moment in moments if moment.at is not None]
    return with_hour[0] if len(with_hour) == 1 else next(iter(moments), None) if not with_hour else None


def _digest(lines: Iterable[str]) -> str:
    return sha256("\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()
