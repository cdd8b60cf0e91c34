"""From what was gathered on a captured page to its story: sections, country, dates, each only when it is certain."""

import re
from collections import Counter
from collections.abc import Sequence
from html import escape

from rotative.importers.boilerplate.breadcrumbs import Trail
from rotative.importers.boilerplate.datelines import Moment, Problem, Stated
from rotative.importers.boilerplate.lines import Line
from rotative.importers.boilerplate.vocabulary import COUNTRIES, key_of
from rotative.importers.captures.capture import Capture, Findings, digest_of
from rotative.importers.captures.likelihood import ABSENT, Headline
from rotative.importers.story.stories import Doubt, Repair, Story, Text

_LEADING_COUNTRY = re.compile(r"([^\W\d_][\w .’'-]{2,30}?)\s?:\s")


def assemble(lines: Sequence[Line], headline: Headline, findings: Findings) -> Capture:
    trail = headline.trail
    labels = [label for label in findings.labels if key_of(label) not in COUNTRIES]
    if not trail.levels and labels:
        trail = Trail((labels[0],), is_certain=True)
    sections, country = _sort_levels(trail, findings)
    named = _LEADING_COUNTRY.match(headline.text)
    if not country and named and key_of(named[1]) in COUNTRIES:
        country = named[1].strip()
    if not headline.is_certain:
        doubt = Doubt.NO_HEADLINE if headline.at == ABSENT else Doubt.HEADLINE_CUT
        findings.doubts.insert(0, (doubt, headline.text))
    published, updated = _settle_dates(findings)
    paragraphs = tuple(line.text for line in findings.kept)
    story = Story(
        key=digest_of(line.text for line in lines),
        headline=headline.text,
        blocks=(Text("".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs)),),
        kicker=headline.kicker,
        bylines=tuple(dict.fromkeys(name for dateline in findings.datelines for name in dateline.names)),
        sections=sections,
        country=country,
        published=published,
        updated=updated,
        repairs=_repairs(findings.kept if headline.at == ABSENT else [lines[headline.at], *findings.kept]),
        doubts=tuple(findings.doubts),
        left_out={kind.value: count for kind, count in findings.left_out.items()},
    )
    return Capture(story, paragraphs, tuple(dict.fromkeys(findings.other_stories)))


def _repairs(used: Sequence[Line]) -> dict[Repair, int]:
    repairs = Counter(
        {
            Repair.SPACES: sum(line.spaces for line in used),
            Repair.INVISIBLE: sum(line.invisible for line in used),
            Repair.GARBLED: sum(line.garbled for line in used),
            Repair.JOINED: sum(line.joined for line in used),
        }
    )
    return dict(+repairs)


def _sort_levels(trail: Trail, findings: Findings) -> tuple[tuple[str, ...], str]:
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


def _settle_dates(findings: Findings) -> tuple[Moment | None, Moment | None]:
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


def _only_one(stated: Sequence[Stated], findings: Findings) -> Moment | None:
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
