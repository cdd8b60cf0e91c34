"""Breadcrumbs in text captures: on a line of their own, or glued to the headline as `AccueilNews - InfosPolitique…`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from rotative.importers.boilerplate.lines import fold, fold_accents
from rotative.importers.boilerplate.vocabulary import COUNTRIES, SECTIONS, key_of

LONGEST = 300
_HOME = re.compile(
    r"(?:(?:vous êtes ici|vous etes ici|you are here)\s*:?\s*)?"
    r"(?:page d['’]accueil|accueil du site|accueil|homepage|home|front page)"
    r"|(?:vous êtes ici|vous etes ici|you are here)\s*:",
    re.IGNORECASE,
)
_SIGNS = "›»>/|→▸▶❯⟩\\"
_SEPARATOR = re.compile(rf"\s*[{re.escape(_SIGNS)}]+\s*|\s*::\s*")
_HYPHEN = re.compile(r"\s+[-–—•·]\s+")
_PREFIXED = re.compile(r"[^/|»]{3,40}\S/\s?\S")  # “Bénin/ The headline”, “Bénin/Politique : …”
_GLUE = re.compile(r"(?<=[^\W\d_A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[)!?])(?=[A-ZÀ-ÖØ-Þ])")


# Names by their keys; the value is how the paper writes the name, empty for a name of the common vocabulary.
LEXICON: Mapping[str, str] = dict.fromkeys((*SECTIONS, *COUNTRIES), "")


@dataclass(frozen=True)
class Trail:
    """The levels of a breadcrumb from left to right, without the front page. `is_certain` when no cut was guessed."""

    levels: tuple[str, ...]
    is_certain: bool


def names_with(sections: Iterable[str]) -> Mapping[str, str]:
    """Return the common vocabulary together with the names of sections that the paper already has."""
    return {**LEXICON, **{key_of(name): name for name in sections if key_of(name)}}


def begins_at_home(text: str) -> bool:
    """Say whether a line begins with the word for the front page, as breadcrumbs do."""
    return _HOME.match(text) is not None


_DATED_END = re.compile(r"\s+[•·|]\s.{0,60}\b(?:19|20)\d{2}\b.{0,30}$")


def without_date(text: str) -> str:
    """Return a breadcrumb without the paper's name and the date that some papers write behind it."""
    return _DATED_END.sub("", text) if len(text) <= LONGEST and begins_at_home(text) else text


def is_trail(text: str) -> bool:
    """Say whether a line that may read as a sentence is a breadcrumb: from the front page on, parted by signs."""
    home = _HOME.match(text) if len(text) <= LONGEST else None
    return home is not None and _SEPARATOR.match(text, home.end()) is not None


def split_trail(text: str, names: Mapping[str, str] = LEXICON) -> Trail | None:
    """Split what stands before a headline into levels; None when it is no breadcrumb.

    `names` comes from `names_with`.
    """
    text = without_date(text.strip()).strip(_SIGNS + " :\u00a0")
    if len(text) > LONGEST:
        return None
    home = _HOME.match(text)
    rest = text[home.end() :] if home else text
    trail = _split_at_signs(rest, names) or _split_at_hyphens(rest, names, follows_home=home is not None)
    if trail is None:
        if home is None and _segment(rest, names) is None:
            return None
        trail = split_glued(rest, names)
    if home is None and not trail.levels:
        return None
    return trail


def _split_at_signs(text: str, names: Mapping[str, str]) -> Trail | None:
    if not _SEPARATOR.search(text):
        return None
    levels = tuple(_tidy(part, names) for part in _SEPARATOR.split(text) if part.strip(" -–:"))
    return Trail(levels, is_certain=bool(levels))


def _split_at_hyphens(text: str, names: Mapping[str, str], *, follows_home: bool) -> Trail | None:
    """Split `Accueil - News - Infos - Politique`, keeping together names that hold a hyphen themselves."""
    if not (follows_home and _HYPHEN.match(text)) and _is_known(text, names):
        return Trail((_tidy(text, names),), is_certain=True)
    if not follows_home or not _HYPHEN.match(text):
        return None
    parts = [part.strip() for part in _HYPHEN.split(text) if part.strip()]
    levels: list[str] = []
    while parts:
        joined = " - ".join(parts[:2])
        width = 2 if len(parts) > 1 and _is_known(joined, names) else 1
        levels.append(_tidy(joined if width == 2 else parts[0], names))
        parts = parts[width:]
    return Trail(tuple(levels), is_certain=True)


def split_glued(text: str, names: Mapping[str, str] = LEXICON) -> Trail:
    """Split names that are written without anything between them: `News - InfosPolitique`."""
    text = text.strip(" -–:")
    if not text:
        return Trail((), is_certain=True)
    pieces = _segment(text, names)
    if pieces:
        return Trail(tuple(_tidy(piece, names) for piece in pieces), is_certain=True)
    pieces = [piece.strip() for piece in _GLUE.split(text) if piece.strip()]
    if len(pieces) == 1:
        # The front page on its left and the headline on its right: nothing was cut.
        return Trail((text,), is_certain=len(text) <= 60)
    unknown = [piece for piece in pieces if not _is_known(piece, names)]
    is_certain = len(pieces) <= 3 and len(unknown) == 1 and 4 <= len(unknown[0]) <= 40
    return Trail(tuple(_tidy(piece, names) for piece in pieces), is_certain=is_certain)


def take_glued_names(text: str, names: Mapping[str, str] = LEXICON) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each way to read known names off the beginning of `text`, with what is left: the most names first."""
    home = _HOME.match(text)
    if home is None or len(text) > LONGEST + 250:
        return
    readings: list[tuple[tuple[str, ...], str]] = []

    def read(start: int, taken: tuple[str, ...]) -> None:
        rest = text[start:]
        if taken and _starts_afresh(rest):
            readings.append((taken, rest))
        if len(taken) < 3:
            for end in _ends_of_names(text, start, names):
                read(end, (*taken, _tidy(text[start:end], names)))

    read(home.end(), ())
    yield from sorted(readings, key=lambda reading: (-len(reading[0]), len(reading[1])))


def _segment(text: str, names: Mapping[str, str]) -> list[str] | None:
    """Cut `text` into known names that follow one another without a space; the fewest cuts win."""
    cuts: dict[int, list[int]] = {0: [0]}
    for start in range(len(text)):
        if start not in cuts:
            continue
        for end in _ends_of_names(text, start, names):
            path = [*cuts[start], end]
            if (end == len(text) or _starts_afresh(text[end:])) and len(path) < len(cuts.get(end, [*path, 0])):
                cuts[end] = path
    if len(text) not in cuts:
        return None
    return [text[start:end] for start, end in pairwise(cuts[len(text)])]


def _ends_of_names(text: str, start: int, names: Mapping[str, str]) -> list[int]:
    longest = min(len(text), start + 60)
    return [end for end in range(start + 2, longest + 1) if _is_known(text[start:end], names)]


def _starts_afresh(text: str) -> bool:
    return bool(text) and (text[0].isupper() or text[0].isdigit() or text[0] in "«\"“'‘¿¡")


def _is_known(name: str, names: Mapping[str, str]) -> bool:
    return name == name.strip() and key_of(name) in names


def _tidy(name: str, names: Mapping[str, str]) -> str:
    """Return a name as the paper writes it when it has it; a hyphen between spaces becomes a dash."""
    key = key_of(name)
    if names.get(key):
        return names[key]
    if len(name) > 4 and name.isupper() and key in SECTIONS:
        name = SECTIONS[key]
    return _HYPHEN.sub(" – ", name.strip())


def without_headline(trail: Trail, headline: str) -> Trail:
    """Drop a last level that repeats the headline, whole or cut short with an ellipsis."""
    if not trail.levels:
        return trail
    last, whole = fold(trail.levels[-1]), fold(headline)
    stump = last.rstrip(". ")
    if last == whole or (len(stump) >= 10 and whole.startswith(stump)):
        return Trail(trail.levels[:-1], trail.is_certain)
    return trail


def looks_like_breadcrumb(text: str, names: Mapping[str, str] = LEXICON) -> bool:
    """Say whether a whole line is a breadcrumb: it begins at home, or all its parts are known names."""
    if len(text) > LONGEST:
        return False
    text = without_date(text)
    home = _HOME.match(text)
    rest = text[home.end() :] if home else text
    parts = [part.strip() for part in _SEPARATOR.split(rest) if part.strip()]
    if home is None:
        if _PREFIXED.match(text) and len(parts) == 2:
            return False
        return 2 <= len(parts) <= 4 and all(_is_known(part, names) for part in parts[:-1]) and _ends_trail(parts[-1])
    if _looks_like_menu(rest, parts, names):
        return False
    if _SEPARATOR.match(rest) or _HYPHEN.match(rest) or ":" in home.group():
        return bool(parts)
    return bool(rest.strip()) and _segment(rest.strip(), names) is not None


def _looks_like_menu(rest: str, parts: list[str], names: Mapping[str, str]) -> bool:
    """Say whether a line that begins at home is a menu: more names than the levels that a newspaper has."""
    levels = sum(_is_known(part, names) for part in parts)
    is_directed = any(sign in rest for sign in "›»>→▸")
    return levels >= (4 if is_directed else 3) and not _ends_trail(parts[-1], only_headlines=True)


def _ends_trail(last: str, *, only_headlines: bool = False) -> bool:
    is_headline = len(fold_accents(last).split()) >= 4
    return is_headline or (not only_headlines and key_of(last) in LEXICON)
