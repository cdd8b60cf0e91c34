"""Read the text of a captured page: what is the story, and what did the page's template write around it?

Pure: text goes in, a Capture comes out. Nothing is guessed in silence: every line is in the story, or counted under
what it is; what is not certain is a doubt. docs/how-to/import-a-captured-page.md says it for those who import.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rotative.importers.boilerplate.breadcrumbs import is_trail, names_with, without_date
from rotative.importers.boilerplate.chrome import Kind, find_cross_reference, is_label, kind_of, kind_outside_story
from rotative.importers.boilerplate.datelines import (
    Dateline,
    is_dated,
    is_stamp,
    join_signatures,
    read_dateline,
    read_names,
)
from rotative.importers.boilerplate.lines import (
    Line,
    clean_lines,
    fold,
    is_headline_like,
    is_prose,
    is_sentence,
    join_wrapped,
)
from rotative.importers.captures.assembling import assemble
from rotative.importers.captures.capture import Capture, Findings, OtherStory, Page
from rotative.importers.captures.endings import can_be_listed, end_of_text, find_end, twins
from rotative.importers.captures.features import is_name
from rotative.importers.captures.headlines import find_headline, make_headline
from rotative.importers.captures.learning import Template
from rotative.importers.captures.likelihood import Headline
from rotative.importers.captures.segments import Segment, find_segment
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.story.stories import Doubt, Repair

__all__ = ["Capture", "Doubt", "OtherStory", "Repair", "read_capture"]

_FRENCH_WORDS = ("le", "la", "les", "des", "du", "une", "dans", "pour", "que", "qui", "est", "sur", "au", "par")
_ENGLISH_WORDS = ("the", "of", "and", "to", "in", "is", "for", "that", "on", "was", "with", "by", "as", "at")
_ENOUGH = 400  # letters of running text that are a story without a headline
_LONGEST_BOX = 40
_BOX = 3  # headlines in a row that are a box's; the second of two may be the story's subheading
_LONG_ENOUGH = 25  # letters of a headline that no subheading repeats
_MOST_NAMES = 3  # that sign one story
_NEAR = 6  # lines below a headline that may be a standfirst


def read_capture(text: str, known_sections: Iterable[str] = (), template: Template | None = None) -> Capture:
    """Read a captured page. `known_sections` are the names of the paper's sections, `template` what `learn` returned.

    Raises SourceRefusedError when there is no article in it.
    """
    lines = lines_of(text)
    if not lines:
        raise SourceRefusedError(Reason.EMPTY)
    repeating = template.marks(lines) if template is not None else [False] * len(lines)
    page = Page.of(lines, _kinds(lines, repeating))
    headline = find_headline(lines, names_with(known_sections), repeating) or _headline_of_story(page)
    if headline is None:
        raise SourceRefusedError(Reason.NO_HEADLINE if _holds_story(lines) else Reason.NO_ARTICLE)
    start = headline.at + 1
    page = _with_repeated(headline, page)
    end = find_end(page, start)
    segment = find_segment(page.until(end), start)
    if segment is None:
        raise SourceRefusedError(Reason.NO_ARTICLE)
    end = end_of_text(page, segment.last, end)
    findings = Findings()
    _read_above(lines, headline, findings)
    _read_story(page.until(end), headline, _first_of_story(page, start, segment), findings)
    _read_below(lines[end:], findings)
    return assemble(lines, headline, findings)


def lines_of(text: str) -> list[Line]:
    """Return the lines of a captured page as its author wrote them: mended, and joined where a template cut them."""
    return join_signatures(join_wrapped(clean_lines(text)))


def _first_of_story(page: Page, start: int, segment: Segment) -> int:
    """Return the first line of running text, below a standfirst or a caption that the dateline stands under."""
    first = page.prose.index(True, segment.first)
    texts = [line.text for line in page.lines[: segment.last]]
    marks = [at for at, text in enumerate(texts[: start + _NEAR + 3]) if at >= start and _says_when_or_who(text)]
    if not marks or marks[0] < first or sum(page.prose[first : marks[-1]]) > 1:
        return first
    if sum(map(is_stamp, texts[first:])) > 3:
        return first  # a chronicle
    return page.prose.index(True, marks[-1])


def _says_when_or_who(text: str) -> bool:
    dateline = read_dateline(text)
    return is_stamp(text) or (dateline is not None and bool(dateline.names))


def _kinds(lines: Sequence[Line], repeating: Sequence[bool]) -> list[Kind | None]:
    """Tell the template's lines: by their words, by standing twice in a row or on the site's other pages."""
    return [
        kind_of(line.text) or twin or (Kind.MENU if repeats else Kind.BREADCRUMB if is_trail(line.text) else None)
        for line, twin, repeats in zip(lines, twins(lines), repeating, strict=True)
    ]


def _with_repeated(headline: Headline, page: Page) -> Page:
    """Tell the lines below the headline that say it again: the heads of a form, of a player, of comments."""
    whole = fold(headline.text)
    if len(whole) < _LONG_ENOUGH:
        return page
    kinds = list(page.kinds)
    for at, line in enumerate(page.lines):
        if kinds[at] is None and at > headline.at and len(line.text) < 2 * len(whole) and fold(line.text) == whole:
            kinds[at] = Kind.REPEATED_HEADLINE
    told = Page.of(page.lines, kinds)
    return told if any(told.prose[headline.at + 1 :]) else page  # a story of one sentence may be its own headline


def _headline_of_story(page: Page) -> Headline | None:
    """Return the beginning of a story for its headline, when no line is one and there is enough of a story."""
    segment = find_segment(page)
    if segment is None:
        return None
    told = [line.text for line, is_running in zip(page.lines, page.prose, strict=True) if is_running]
    if sum(map(len, told)) < _ENOUGH or not any(is_sentence(text) for text in told):
        return None
    return make_headline(page.lines[page.prose.index(True, segment.first)].text)


def _holds_story(lines: Sequence[Line]) -> bool:
    return any(is_prose(line.text) and not kind_outside_story(line.text) for line in lines)


# --- above the headline


def _read_above(lines: Sequence[Line], headline: Headline, findings: Findings) -> None:
    whole = fold(headline.text)
    for at, line in enumerate(lines[: max(headline.at, 0)]):
        if headline.used.get(at) is Kind.BREADCRUMB and (dateline := _date_of_trail(line.text)) is not None:
            findings.datelines.append(dateline)
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


def _date_of_trail(text: str) -> Dateline | None:
    trail = without_date(text)
    return read_dateline(re.split(r"\s[•·|]\s", text[len(trail) :])[-1]) if trail != text else None


# --- the story


def _read_story(page: Page, headline: Headline, first: int, findings: Findings) -> None:
    last = max(at for at in range(first, len(page)) if page.prose[at])
    ticker = _ticker(page, headline.at + 1, first)
    signed = _read_bare_names(page, headline.at + 1, first, findings)
    day_first = not _is_english(page.lines[first : first + 40])
    above = len(findings.datelines)
    after_insert = False
    for at in sorted({*range(headline.at + 1, len(page))} - signed):
        line, kind, is_running = page.lines[at], page.kinds[at], page.prose[at]
        if kind is not None:
            findings.left_out[kind] += 1
            after_insert = kind is Kind.RELATED
        elif after_insert and not is_running and is_headline_like(line.text):
            findings.other_stories.append(OtherStory("", line.text))
            after_insert = _in_box(page, at)
        elif (named := find_cross_reference(line.text)) is not None:
            findings.other_stories.append(OtherStory("", named))
        elif at in ticker or (at < first and is_running and at > headline.at + _NEAR):
            findings.left_out[Kind.ABOVE] += 1
        elif at < first and not is_running and _is_caption(page, at, is_signed=len(findings.datelines) > above):
            findings.left_out[Kind.PICTURE] += 1
        elif first < at <= last or not _read_around(line, at < first, day_first, headline, findings):
            findings.kept.append(line)
            after_insert = False
    short = [line for line in findings.kept if line.number > page.lines[last].number]
    if len(short) >= 3:
        findings.doubts.append((Doubt.SHORT_LINES_AT_END, str(len(short))))


def _in_box(page: Page, at: int) -> bool:
    """Say whether a headline in a box is followed by another of the same box, and not by a subheading alone."""
    top, bottom = max(at - _LONGEST_BOX, 0), min(at + _LONGEST_BOX, len(page))
    above = next((i for i in range(at, top, -1) if page.kinds[i] is not None), top)
    below = next((i for i in range(at + 1, bottom) if not _may_be_listed(page, i)), bottom)
    return below - above - 1 >= _BOX and below - at > 1


def _may_be_listed(page: Page, at: int) -> bool:
    return page.kinds[at] is None and not page.prose[at] and is_headline_like(page.lines[at].text)


def _ticker(page: Page, start: int, first: int) -> frozenset[int]:
    """Return the lines between headline and story that are headlines of others: more of them than a standfirst has."""
    shaped = [at for at in range(start, first) if _may_be_listed(page, at) and not is_sentence(page.lines[at].text)]
    listed = [at for at in shaped if read_dateline(page.lines[at].text) is None]
    return frozenset(listed if len(listed) > 2 else ())


def _read_bare_names(page: Page, start: int, first: int, findings: Findings) -> set[int]:
    """Read the lines between headline and story that are a name alone; return those that sign: with a date beside."""
    texts = [line.text for line in page.lines]
    unread = (at for at in range(start, first) if page.kinds[at] is None and read_dateline(texts[at]) is None)
    names = [at for at in unread if is_name(texts[at])]
    if not 0 < len(names) <= _MOST_NAMES:
        return set()
    if any(is_dated(texts[at]) for at in (names[0] - 1, names[-1] + 1) if start <= at):
        findings.datelines += [Dateline(names=read_names(texts[at]) or ()) for at in names]
        return set(names)
    findings.doubts += [(Doubt.LINE_ABOVE, texts[at]) for at in names]
    return set()


def _read_around(line: Line, is_before: bool, day_first: bool, headline: Headline, findings: Findings) -> bool:
    """Read a line between the headline and the first running text, or after the last; False when it is the story's."""
    dateline = read_dateline(line.text, day_first=day_first)
    if dateline is not None and (is_before or dateline.names or any(stated.is_labelled for stated in dateline.stated)):
        findings.datelines.append(dateline)
        return True
    signed = {fold(name) for one in findings.datelines for name in one.names}
    kind = _kind_above(line.text, headline) if is_before else Kind.ABOUT_AUTHOR if fold(line.text) in signed else None
    if kind is Kind.MENU:
        findings.labels.append(line.text)
    if kind is not None:
        findings.left_out[kind] += 1
    return kind is not None


def _kind_above(text: str, headline: Headline) -> Kind | None:
    """Return what a line between headline and story is, or None for a standfirst."""
    if fold(text) == fold(headline.text):
        return Kind.REPEATED_HEADLINE
    if not any(map(str.isalpha, text)) and len(text) <= 6:
        return Kind.COUNTERS  # a dash between name and date, a number of views
    if is_dated(text) or _is_scrap(text):
        return Kind.ABOVE
    return Kind.MENU if is_label(text) else None


def _is_caption(page: Page, at: int, *, is_signed: bool) -> bool:
    """Say whether a line above the story stands beside the name of a photographer.

    Below the line that signs the story (`is_signed`), what is no sentence belongs to the picture; a standfirst stands
    above that line.
    """
    beside = [*page.kinds[max(at - 1, 0) : at], *page.kinds[at + 1 : at + 2]]
    text = page.lines[at].text
    is_likely = Kind.PICTURE in beside or (is_signed and not is_sentence(text) and not is_label(text))
    return is_likely and len(text) <= 250 and not is_dated(text) and read_dateline(text) is None


def _is_scrap(text: str) -> bool:
    """Say whether a line between headline and story is too little to be a standfirst."""
    return (
        not is_sentence(text)
        and not is_label(text)
        and (len(text.split()) < 5 or len(text) < 25)
        and text.isprintable()
    )


def _is_english(lines: Iterable[Line]) -> bool:
    words = Counter(word for line in lines for word in line.text[:2000].lower().split())
    return sum(words[word] for word in _ENGLISH_WORDS) > sum(words[word] for word in _FRENCH_WORDS)


# --- below the story


def _read_below(lines: Sequence[Line], findings: Findings) -> None:
    in_list = in_tags = False
    at = 0
    while at < len(lines):
        text = lines[at].text
        below = lines[at + 1].text if at + 1 < len(lines) else ""
        if is_label(text) and can_be_listed(below):
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
        elif in_list and can_be_listed(text):
            findings.other_stories.append(OtherStory("", text))
        elif in_tags and len(text.split()) <= 4:
            findings.left_out[Kind.TAGS] += 1
        else:
            findings.left_out[Kind.BELOW] += 1
            findings.doubts.append((Doubt.LINE_BELOW, text))
