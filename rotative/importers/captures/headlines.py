"""Where the headline of a captured page stands, and the breadcrumb above it or glued to it.

The ways are tried from the surest to the least sure; each returns None when it does not apply. Indices are those of
the lines that hold something.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rotative.importers.boilerplate.breadcrumbs import (
    Trail,
    begins_at_home,
    looks_like_breadcrumb,
    split_trail,
    take_glued_names,
    without_headline,
)
from rotative.importers.boilerplate.chrome import Kind
from rotative.importers.boilerplate.lines import Line, beginning_of, fold, is_headline_like, is_prose
from rotative.importers.captures.features import LONGEST, SEARCHED, Top, is_template
from rotative.importers.captures.likelihood import ABSENT, Headline, find_likeliest

NEAR = 12
_LONG_KICKER = 30  # letters; what is longer, and five words, is a headline
_REMARKS_ON = re.compile(
    r"\W*(?:\d{1,4}|une|one)"
    r" (?:commentaires?|comments?|r[ée]flexions?|r[ée]ponses?|responses?|pens[ée]es?|thoughts?|avis)"
    r" (?:sur|on|to|au sujet de) [«“\"]\s?(?P<headline>.{3,200}?)\s?[»”\"]?",
    re.IGNORECASE,
)


def find_headline(lines: Sequence[Line], names: Mapping[str, str], repeating: Sequence[bool] = ()) -> Headline | None:
    """Find the headline of a captured page, or None when no line can be one.

    `repeating` says of each line whether it stands on other pages of the site as well.
    """
    page = Top(lines, repeating)
    found = _find_in_top(page, names)
    return _named_by_remarks(lines, found) or found


def _named_by_remarks(lines: Sequence[Line], found: Headline | None) -> Headline | None:
    """Return the headline that the heading of comments quotes whole, unless a longer one that begins so was found."""
    named = next((match["headline"] for line in lines if (match := _REMARKS_ON.fullmatch(line.text))), None)
    if (
        named is None
        or named.endswith(("…", "..."))
        or (found is not None and fold(found.text).startswith(fold(named)))
    ):
        return None
    at = next((at for at, line in enumerate(lines[:SEARCHED]) if fold(line.text) == fold(named)), ABSENT)
    return replace(found or Headline("", ABSENT), text=named, at=at, kicker="", is_certain=True)


def _find_in_top(page: Top, names: Mapping[str, str]) -> Headline | None:
    top = page.texts
    folded = [text if len(text) <= LONGEST * 2 + 100 else "" for text in page.folded]
    likeliest = find_likeliest(page)
    story = likeliest.story if likeliest is not None else page.story + 1
    for find in (_find_glued_twice, _find_below_breadcrumb, _find_glued_once):
        found = find(top, folded, names)
        if found is not None and found.at < story:  # below the story begin lists of others
            return _below_kicker(found, likeliest, top)
    return likeliest


def _below_kicker(found: Headline, likeliest: Headline | None, top: Sequence[str]) -> Headline:
    """Return what a breadcrumb leads to, or the likeliest headline when a kicker alone stands between."""
    if likeliest is None or not 0 < likeliest.at - found.at <= 2 or top[found.at] != found.text:
        return found
    is_short = len(found.text) < _LONG_KICKER and len(found.text.split()) <= 4
    if not is_short or any(not is_template(between) for between in top[found.at + 1 : likeliest.at]):
        return found
    return replace(found, text=likeliest.text, at=likeliest.at, kicker=found.text.rstrip(" :|"))


def make_headline(text: str) -> Headline:
    """Return the beginning of a story for the headline that its page does not hold: a sentence, or what fits of it."""
    return Headline(beginning_of(text), ABSENT, is_certain=False)


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
        if crumb is None or _is_listed(top, first, names):
            continue
        used = dict.fromkeys(range(first, last + 1), Kind.BREADCRUMB)
        at = _first_below(top, last)
        if at is not None:
            return Headline(top[at], at, without_headline(_shorten(crumb, top[at]), top[at]), used=used)
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
    while last + 1 < len(top) and last - first < 5 and top[last][-1] in "›»>/" and top[last + 1][-1] in "›»>/":
        parts[-1] = parts[-1].rstrip("›»>/ ")  # the sign on the same line: Accueil », Politique »
        parts.append(top[last + 1].rstrip("›»>/ "))
        last += 1
    while last + 2 < len(top) and _is_separator(top[last + 1]) and len(top[last + 2]) <= LONGEST:
        parts.append(top[last + 2])
        last += 2
    return (split_trail(" › ".join(parts), names), last) if len(parts) > 1 else (None, first)


def _is_listed(top: list[str], at: int, names: Mapping[str, str]) -> bool:
    """Say whether a line that is like a breadcrumb is one of a list: `Actualités :: Headline`, again and again."""
    return not begins_at_home(top[at]) and any(
        looks_like_breadcrumb(near, names) and not begins_at_home(near)
        for near in (*top[max(at - 1, 0) : at], *top[at + 1 : at + 2])
    )


def _is_separator(text: str) -> bool:
    return len(text) <= 2 and all(sign in "›»>/|→▸-–" for sign in text)


def _first_below(top: list[str], last: int) -> int | None:
    """Return the first line below a breadcrumb that can be the headline, or its kicker."""
    for at in range(last + 1, min(last + NEAR, len(top))):
        text = top[at]
        if is_template(text):
            continue
        if is_prose(text) or len(text) > LONGEST:
            return None
        if len(text.split()) >= 2 or text.isupper():
            return at
    return None


def _shorten(crumb: Trail, headline: str) -> Trail:
    """Drop a last level that is no section but another wording of the headline."""
    if crumb.levels and fold(crumb.levels[-1]) != fold(headline) and len(crumb.levels[-1].split()) >= 5:
        return Trail(crumb.levels[:-1], crumb.is_certain)
    return crumb


def _find_glued_once(top: list[str], folded: list[str], names: Mapping[str, str]) -> Headline | None:
    """Find `AccueilPolitiqueThe headline` whose headline stands nowhere else."""
    for at, text in enumerate(top):
        if not begins_at_home(text) or is_prose(text) or not _is_near_prose(top, at):
            continue
        for levels, rest in take_glued_names(text, names):
            if is_headline_like(rest) and len(rest.split()) >= 4:
                return Headline(rest, at, Trail(levels, is_certain=True), is_certain=False)
    return None


def _is_near_prose(top: list[str], at: int) -> bool:
    return any(is_prose(text) for text in top[at + 1 : at + 1 + NEAR])
