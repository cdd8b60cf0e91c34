"""Where the headline of a captured page stands, and the breadcrumb above it or glued to it.

The ways are tried from the surest to the least sure; each returns None when it does not apply. Indices are those of
the lines that hold something.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rotative.importers.captures.breadcrumbs import (
    Trail,
    begins_at_home,
    looks_like_breadcrumb,
    split_trail,
    take_glued_names,
    without_headline,
)
from rotative.importers.captures.chrome import Kind, is_label, kind_outside_story
from rotative.importers.captures.datelines import read_dateline
from rotative.importers.captures.lines import Line, fold, is_headline_like, is_prose

SEARCHED = 400  # lines from the top: a headline further down would be below any menu
NEAR = 12
LONGEST = 250
_TITLE_SEPARATOR = re.compile(r"\s+[-–—|•·»:]\s+")


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


def find_headline(lines: Sequence[Line], names: Mapping[str, str]) -> Headline | None:
    """Find the headline of a captured page, or None when no line can be one."""
    top = [line.text for line in lines[:SEARCHED]]
    folded = [fold(text) if len(text) <= LONGEST * 2 + 100 else "" for text in top]
    return (
        _find_glued_twice(top, folded, names)
        or _find_below_breadcrumb(top, folded, names)
        or _find_repeated(top, folded)
        or _find_in_page_title(top, folded)
        or _find_glued_once(top, names)
        or _find_above_prose(top)
    )


def _find_glued_twice(top: list[str], folded: list[str], names: Mapping[str, str]) -> Headline | None:
    """Find `AccueilPolitiqueThe headline` with `The headline` on one of the next lines."""
    for at, whole in enumerate(folded):
        for below in range(at + 1, min(at + NEAR, len(top))):
            clean = folded[below]
            if not is_headline_like(top[below]) or len(whole) <= len(clean) or not whole.endswith(clean):
                continue
            trail = split_trail(_cut_end(top[at], clean), names)
            if trail is not None:
                return Headline(top[below], below, trail, used={at: Kind.BREADCRUMB})
    return None


def _cut_end(text: str, folded_end: str) -> str:
    """Return `text` without its shortest end that folds to `folded_end`."""
    for start in range(len(text) - 1, max(len(text) - len(folded_end) * 2, 0) - 1, -1):
        if fold(text[start]) == folded_end[0] and fold(text[start:]) == folded_end:
            return text[:start]
    return text


def _find_below_breadcrumb(top: list[str], folded: list[str], names: Mapping[str, str]) -> Headline | None:
    for first in range(len(top)):
        crumb, last = _read_breadcrumb(top, first, names)
        if crumb is None:
            continue
        used = dict.fromkeys(range(first, last + 1), Kind.BREADCRUMB)
        found = _match_last_level(top, folded, crumb, first, last) or _first_below(top, last)
        if found is not None:
            kicker, at = found
            return Headline(top[at], at, without_headline(_shorten(crumb, top[at]), top[at]), kicker, used)
        if crumb.levels and len(crumb.levels[-1].split()) >= 4:
            shortened = Trail(crumb.levels[:-1], crumb.is_certain)
            return Headline(crumb.levels[-1], last, shortened, used=dict(list(used.items())[:-1]), is_certain=False)
    return None


def _read_breadcrumb(top: list[str], first: int, names: Mapping[str, str]) -> tuple[Trail | None, int]:
    """Return the breadcrumb that begins at line `first` and the index of its last line."""
    if looks_like_breadcrumb(top[first], names):
        return split_trail(top[first], names), first
    if not begins_at_home(top[first]) or len(top[first].split()) > 3:
        return None, first
    parts = [top[first]]  # one word a line: Accueil, ›, Politique
    last = first
    while last + 2 < len(top) and _is_separator(top[last + 1]) and len(top[last + 2]) <= LONGEST:
        parts.append(top[last + 2])
        last += 2
    return (split_trail(" › ".join(parts), names), last) if len(parts) > 1 else (None, first)


def _is_separator(text: str) -> bool:
    return len(text) <= 2 and all(sign in "›»>/|→▸-–" for sign in text)


def _match_last_level(top: list[str], folded: list[str], crumb: Trail, first: int, last: int) -> tuple[str, int] | None:
    """Find the line that a long last level repeats; the headline may stand above its breadcrumb."""
    if not crumb.levels or len(crumb.levels[-1].split()) < 3:
        return None
    stump = fold(crumb.levels[-1]).rstrip(". ")
    for at in [*range(last + 1, min(last + NEAR, len(top))), *range(first - 1, max(first - 4, -1), -1)]:
        if folded[at].startswith(stump) and is_headline_like(top[at]):
            return "", at
    return None


def _first_below(top: list[str], last: int) -> tuple[str, int] | None:
    """Return the first line below a breadcrumb that can be the headline, with the kicker above it."""
    for at in range(last + 1, min(last + NEAR, len(top))):
        text = top[at]
        if _is_template(text):
            continue
        if is_prose(text) or len(text) > LONGEST:
            return None
        if len(text.split()) < 2 and not text.isupper():
            continue
        following = next((i for i in range(at + 1, min(at + 4, len(top))) if not _is_template(top[i])), None)
        if following is not None and _is_kicker(text, top[following]):
            return text.rstrip(" :|"), following
        return "", at
    return None


def _is_kicker(text: str, below: str) -> bool:
    shows_it = text.isupper() or text.endswith((":", "|"))
    return shows_it and len(text) <= 60 and is_headline_like(below) and not below.isupper() and not is_prose(below)


def _shorten(crumb: Trail, headline: str) -> Trail:
    """Drop a last level that is no section but another wording of the headline."""
    if crumb.levels and fold(crumb.levels[-1]) != fold(headline) and len(crumb.levels[-1].split()) >= 5:
        return Trail(crumb.levels[:-1], crumb.is_certain)
    return crumb


def _find_repeated(top: list[str], folded: list[str]) -> Headline | None:
    """Find a line that stands twice above the story, as the page's title and as its headline."""
    seen: dict[str, int] = {}
    for at, text in enumerate(top):
        if is_prose(text) and not kind_outside_story(text):
            break  # the story has begun: what stands twice in it is a subheading
        if not is_headline_like(text) or _is_template(text) or is_prose(text):
            continue
        first = seen.setdefault(folded[at], at)
        if first != at and _is_near_prose(top, at):
            return Headline(text, at, used={first: Kind.REPEATED_HEADLINE})
    return None


def _find_in_page_title(top: list[str], folded: list[str]) -> Headline | None:
    """Find the line that the page's title, `Headline - Name of the paper`, begins with."""
    places = {key: at for at, key in reversed(list(enumerate(folded)))}
    for at, text in enumerate(top[:5]):
        for cut in _TITLE_SEPARATOR.finditer(text[: LONGEST * 2]):
            below = places.get(fold(text[: cut.start()]), at)
            if below > at and is_headline_like(top[below]) and len(text) - cut.end() <= 80:
                return Headline(top[below], below, used={at: Kind.REPEATED_HEADLINE})
    return None


def _find_glued_once(top: list[str], names: Mapping[str, str]) -> Headline | None:
    """Find `AccueilPolitiqueThe headline` whose headline stands nowhere else."""
    for at, text in enumerate(top):
        if not begins_at_home(text) or is_prose(text) or not _is_near_prose(top, at):
            continue
        for levels, rest in take_glued_names(text, names):
            if is_headline_like(rest) and len(rest.split()) >= 4:
                return Headline(rest, at, Trail(levels, is_certain=True), is_certain=False)
    return None


def _find_above_prose(top: list[str]) -> Headline | None:
    """Find the nearest line above the first running text that can be a headline."""
    first = next((at for at, text in enumerate(top) if is_prose(text) and not kind_outside_story(text)), None)
    if first is None:
        return None
    signed = next((at for at in range(first - 1, max(first - NEAR, -1), -1) if read_dateline(top[at])), None)
    if signed is not None:
        found = next(_candidates(top, signed, reach=4), None)
        if found is not None:
            return found
    return next(_candidates(top, first, reach=NEAR), None)


def _candidates(top: list[str], below: int, reach: int) -> Iterator[Headline]:
    for at in range(below - 1, max(below - reach, -1) - 1, -1):
        if at < 0 or _is_template(top[at]) or is_prose(top[at]) or not is_headline_like(top[at]):
            continue
        above = top[at - 1] if at else ""
        ends_like_a_sentence = top[at].endswith(".") and not top[at].endswith("...")
        if ends_like_a_sentence and is_headline_like(above) and not _is_template(above) and not above.endswith("."):
            continue  # a short standfirst
        yield Headline(top[at], at)


def _is_near_prose(top: list[str], at: int) -> bool:
    return any(is_prose(text) for text in top[at + 1 : at + 1 + NEAR])


def _is_template(text: str) -> bool:
    return kind_outside_story(text) is not None or is_label(text) or read_dateline(text) is not None
