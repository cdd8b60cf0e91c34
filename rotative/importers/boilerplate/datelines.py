"""Lines of a template that say when an article appeared and who signs it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum

from rotative.importers.boilerplate.breadcrumbs import begins_at_home
from rotative.importers.boilerplate.chrome import is_label, kind_outside_story
from rotative.importers.boilerplate.lines import Line, fold_accents, is_prose
from rotative.importers.boilerplate.moment import Moment as Moment

LONGEST = 200

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev feb february",
            "mars mar march",
            "avril avr apr april",
            "mai may",
            "juin jun june",
            "juillet juil jul july",
            "aout aug august",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "lundi monday lun mon",
            "mardi tuesday tue",
            "mercredi wednesday mer wed",
            "jeudi thursday jeu thu",
            "vendredi friday ven fri",
            "samedi saturday sam sat",
            "dimanche sunday dim sun",
        )
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
# Lines are folded letter by letter (see _flatten), so that places in the folded line are places in the line.
_LABEL = (
    r"(?:(?P<updated>(?:derniere )?(?:mise? a jour|modification|modifiee?|actualisee?)|(?:last )?(?:updated|modified))"
    r"|(?P<published>(?:article )?(?:publiee?|postee?|paru|mise? en ligne|ecrit|redige|soumis|creee?"
    r"|date de (?:publication|creation)|published|posted|submitted|publication)))"
    r"\s*(?:on\b|par\b|by\b|le(?=\s*:))?\s*[:,-]?\s*"
)
_DATE = (
    rf"(?:(?:le|on)\s+)?(?:(?P<weekday>{_WEEKDAY})\.?,?\s+(?:le\s+)?)?(?:"
    rf"(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?[\s-]+(?P<month>{_MONTH})\.?,?[\s-]+(?P<year>\d{{4}})"
    rf"|(?P<month_first>{_MONTH})\.?\s+(?P<day_second>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year_last>\d{{4}})"
    r"|(?P<first>\d{1,2})(?P<sign>[/.-])(?P<second>\d{1,2})(?P=sign)(?P<numeric_year>\d{4})"
    r"|(?P<iso_year>\d{4})-(?P<iso_month>\d{2})-(?P<iso_day>\d{2})"
    r")(?!\d)"
)
_TIME = (
    r"(?:\s*(?:,|-|\||•|·|a|at|@|t)?\s*(?P<hour>\d{1,2})\s*(?:h|:|h:)\s*(?P<minute>\d{2})?(?::\d{2})?(?!\d)"
    r"\s*(?:min\b)?\s*(?P<meridiem>[ap]\.?m\b\.?)?\s*\(?(?:(?P<zone>gmt|utc|tu)\b)?\)?)?"
)
_MOMENT = re.compile(rf"(?:(?:{_LABEL})?)(?<!\w){_DATE}{_TIME}")
_PIECES = re.compile(r"\s+[-–—/]\s+|\s*[|•·]\s*|\s{2,}")

_SIGNED = re.compile(
    r"(?:(?:publi[ée]e?|posted|published)\s+)?(?:par|by|r[ée]dig[ée] par|[ée]crit par|written by"
    r"|auteurs?\s*:|author\s*:|propos recueillis par|texte\s*:|reportage de"
    r"|(?:de|avec)(?=\s+(?:notre|nos)\b))\s*:?\s+(?P<names>\S.{1,150})",
    re.IGNORECASE,
)
_SIGNING = frozenset({"par", "by", "redige par", "ecrit par", "publie par", "written by", "posted by", "published by"})
_WORD = r"[^\W\d_a-zß-öø-ÿ][\w’'.\-]*"
_PARTICLE = r"(?:de|du|des|la|le|van|von|ben|ibn|el|al|da|dos|di|bin|ould|mint)"
_NAME = re.compile(rf"{_WORD}(?:\s(?:{_PARTICLE}|d['’]{_WORD}|{_WORD})){{0,5}}")
_DESK = re.compile(
    r"(?:la\s+)?(?:rédaction|redaction)(?:\s.{1,60})?|(?:the\s+)?(?:newsroom|staff|editorial staff)"
    r"|(?:notre|nos|our)\s+(?:correspondante?s?|envoyée?s?|correspondents?).{0,80}",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(r"(?:\s*,\s*|\s+(?:et|and|&|avec|with)\s+)(?![^(]*\))")
_AGENCY = re.compile(
    r"(?:[^\W\d_][\w’'. -]{1,30}\s+)?avec\s+(?:l['’])?"
    r"(?:agences?|AFP|Reuters|AP|APA|APS|AIP|AGP|ANP|AIB|ABP|Xinhua|PANA)",
    re.IGNORECASE,
)
_PLACE = re.compile(rf"(?:[àÀ]|in)\s+{_NAME.pattern}")
_DOMAIN = re.compile(r"(?:www\.)?[\w-]{2,40}\.(?:com|net|org|info|[a-z]{2})", re.IGNORECASE)


class Problem(StrEnum):
    """What keeps a date from being certain."""

    IMPOSSIBLE = "impossible"
    WEEKDAY = "weekday"
    DAY_OR_MONTH = "day or month"


@dataclass(frozen=True)
class Stated:
    """One date of a dateline: the moment, or what is wrong with it."""

    moment: Moment | None
    problem: Problem | None
    is_update: bool
    is_labelled: bool


@dataclass(frozen=True)
class Dateline:
    """A line of a template with dates, names of those who sign, or both."""

    stated: tuple[Stated, ...] = ()
    names: tuple[str, ...] = ()


def read_dateline(text: str, *, day_first: bool = True) -> Dateline | None:
    """Read a line that holds nothing but dates, names of those who sign, and words of the template.

    `day_first` says how 03/04/2023 is meant. Returns None for every other line, above all for prose with a date in it.
    """
    if len(text) > LONGEST or is_prose(text):
        return None
    flat = _flatten(text)
    stated = []
    rest = []
    end = 0
    for match in _MOMENT.finditer(flat):
        stated.append(_state(match, day_first=day_first))
        rest.append(text[end : match.start()])
        end = match.end()
    rest.append(text[end:])
    names: list[str] = []
    for piece in (piece for part in rest for piece in _PIECES.split(part)):
        signed = _read_piece(_trim(piece), with_date=bool(stated), is_beside=bool(stated or names))
        if signed is None:
            return None
        names += signed
    return Dateline(tuple(stated), tuple(names)) if stated or names else None


_ANY_DATE = re.compile(
    r"\b\d{1,2}(?:er|st|nd|rd|th|\.|º)?\s+(?:de\s+|d')?[^\W\d]{3,12}\.?,?\s+(?:de\s+|del\s+)?(?:19|20)\d{2}\b"
    r"|\b[^\W\d]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{2}\b"
    r"|\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}\b|\b(?:19|20)\d{2}[/.-]\d{1,2}[/.-]\d{1,2}\b"
    r"|(?:19|20)\d{2}年\d{1,2}月\d{1,2}日"
    r"|^(?:il y a|hace|vor|há|منذ|fa)\s+\S{1,12}\s+[^\W\d]{1,12}$"
    r"|\b\d{1,3}\s+(?:min(?:ute)?|hour|day|week|month|year)s? ago\b",
    re.IGNORECASE,
)


def is_dated(text: str) -> bool:
    """Say whether a short line is about a date and little else, in any language; it need not be read for that."""
    if len(text) > 120 or is_prose(text) or "://" in text:  # addresses of articles hold dates
        return False
    match = _ANY_DATE.search(text)
    words = re.findall(r"[^\W\d_]{2,}", text[: match.start()] + text[match.end() :]) if match is not None else ()
    is_row = len(re.findall(r"\s[|•·]\s", text)) >= 2  # who | when | under what | how many comments
    return match is not None and ((len(words) <= 7 and len(text) <= 90) or (is_row and len(words) <= 14))


_STAMP = re.compile(
    rf"(?:(?:article )?(?:publiee?|postee?|paru|(?:derniere )?mise? (?:en ligne|a jour)|ecrit|redige|soumis|ajoutee?"
    rf"|date|cree|published|posted|updated|submitted|created|veroffentlicht|publicado|actualizado)\b|(?:le|on|du|the)\s+(?=\d)"
    rf"|(?:{_WEEKDAY})\b\.?,?\s+(?:le\s+)?\d|(?:par|by|von|por)\s+\S.{{2,60}}\d{{4}}|\d{{1,2}}\W{{1,3}}"
    rf"(?:{_MONTH}|\d{{1,2}})\W|\d{{4}}-\d{{2}})",
)


def is_stamp(text: str) -> bool:
    """Say whether a line is about a date and little else, and begins as no headline does: when, or by whom."""
    return is_dated(text) and _STAMP.match(fold_accents(text).lstrip(" -–—|•·(")) is not None


def join_signatures(lines: Sequence[Line]) -> list[Line]:
    """Make one line of `Par` and the name on the next line."""
    joined: list[Line] = []
    for line in lines:
        if joined and _is_signature(joined[-1].text, line.text):
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text} {line.text}")
        else:
            joined.append(line)
    return joined


def _is_signature(word: str, name: str) -> bool:
    return len(word) <= 20 and fold_accents(word).strip(" :") in _SIGNING and len(name) <= 80 and bool(read_names(name))


def read_names(text: str) -> tuple[str, ...] | None:
    """Read `Awa Tossou, correspondante à Niamey et Kossi Amégan`, an entry a person; None for anything else."""
    names: list[str] = []
    for part in _BETWEEN_NAMES.split(text.strip(" .,:;")):
        part = part.strip()
        bare = re.sub(r"\s*\([^)]*\)$", "", part)
        if _NAME.fullmatch(bare) or _DESK.fullmatch(bare):
            names.append(part)
        elif names and bare[:1].islower() and len(bare) <= 80:
            names[-1] += f", {part}"  # what the person does
        else:
            return None
    return tuple(names) if all(len(name) <= 160 for name in names) else None


def is_desk(name: str) -> bool:
    """Say whether a name is that of an office, `la rédaction` or `notre correspondant`, rather than of a person."""
    return _DESK.fullmatch(name) is not None


def _trim(piece: str) -> str:
    """Return a piece without the signs that part it from the next, and without a bracket that has no other."""
    trimmed = piece.strip(" ,-–—|•·/")
    return trimmed if 0 < trimmed.find("(") < trimmed.rfind(")") else trimmed.strip(" ()")


def _read_piece(piece: str, *, with_date: bool, is_beside: bool) -> tuple[str, ...] | None:
    """Return the names in a piece of a dateline, none for a word of the template; None when it is something else."""
    if not piece or fold_accents(piece).strip(" :") in {"le", "on", "a", "at", "par", "by", "publie", "date"}:
        return ()
    signed = _SIGNED.fullmatch(piece)
    if signed:
        return read_names(signed["names"])
    if _AGENCY.fullmatch(piece.rstrip(".")):
        return (piece,)
    if is_beside and (_PLACE.fullmatch(piece) or _DOMAIN.fullmatch(piece)):
        return ()
    if with_date and (kind_outside_story(piece) or is_label(piece) or begins_at_home(piece)):
        return ()
    if with_date and _NAME.fullmatch(piece) and 2 <= len(piece.split()) <= 5:
        return (piece,)
    return None


def _flatten(text: str) -> str:
    """Fold case and accents without changing the length."""
    return "".join(folded if len(folded := fold_accents(letter)) == 1 else letter for letter in text)


def _state(match: re.Match[str], *, day_first: bool) -> Stated:
    read = _date_of(match, day_first=day_first)
    is_update = match["updated"] is not None
    is_labelled = is_update or match["published"] is not None
    if isinstance(read, Problem):
        return Stated(None, read, is_update, is_labelled)
    return Stated(Moment(read, _time_of(match), match["zone"] is not None), None, is_update, is_labelled)


def _date_of(match: re.Match[str], *, day_first: bool) -> date | Problem:
    try:
        if match["iso_year"]:
            return date(int(match["iso_year"]), int(match["iso_month"]), int(match["iso_day"]))
        if match["numeric_year"]:
            return _numeric_date(int(match["first"]), int(match["second"]), int(match["numeric_year"]), day_first)
        month = _MONTHS[match["month"] or match["month_first"]]
        day = int(match["day"] or match["day_second"])
        named = date(int(match["year"] or match["year_last"]), month, day)
    except ValueError:
        return Problem.IMPOSSIBLE
    if match["weekday"] and _WEEKDAYS[match["weekday"]] != named.weekday():
        return Problem.WEEKDAY
    return named


def _numeric_date(first: int, second: int, year: int, day_first: bool) -> date | Problem:
    if first > 12 or (day_first and second <= 12) or first == second:
        return date(year, second, first)
    return date(year, first, second) if second > 12 else Problem.DAY_OR_MONTH


def _time_of(match: re.Match[str]) -> time | None:
    if match["hour"] is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    meridiem = (match["meridiem"] or "")[:1]
    if meridiem == "p" and hour < 12:
        hour += 12
    elif meridiem == "a" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
