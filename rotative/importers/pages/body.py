"""Which units of a page are its story: those whose text the extractor took, and what newspapers put between them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from rotative.importers.boilerplate.chrome import Kind, find_cross_reference, kind_of
from rotative.importers.boilerplate.datelines import read_dateline
from rotative.importers.boilerplate.lines import fold, is_prose
from rotative.importers.pages.extractor import Extract
from rotative.importers.pages.units import Sort, Unit

_LONG: Final = 60  # letters of a passage that no other passage of a page repeats
_SURE: Final = 25
_MOST_SEARCHES: Final = 4000  # of a passage within all the text
_CORE_SHARE: Final = 0.75
_FURNITURE_SHARE: Final = 0.3  # an element that holds more of the story than this is no furniture, whatever its name
_MOST_LOST: Final = 0.2  # of the extractor's text that one kind of furniture may take
_ENOUGH: Final = 0.6  # of the extractor's text must be found again in the page's own mark-up
_EDGE: Final = 10  # units of a story's edge
_PIECE: Final = 30  # letters of a text that is looked for in another
_MOST_PIECES: Final = 100
_MOSTLY: Final = 0.7  # of the pieces
# Elements of these names hold labels, numbers and links: what is prose there bears the name of a theme's layout.
_WORDLESS: Final = frozenset(
    {Kind.BREADCRUMB, Kind.COUNTERS, Kind.MENU, Kind.NEIGHBOURS, Kind.PLAYER, Kind.SHARE_BAR, Kind.TAGS}
)
_READ_SORTS: Final = frozenset({Sort.TEXT, Sort.HEADING, Sort.ITEM, Sort.QUOTE, Sort.TABLE})


@dataclass
class Chosen:
    """The story's units in their order, and what was left out between them by its kind."""

    units: list[Unit] = field(default_factory=list)
    left_out: Counter[Kind] = field(default_factory=Counter)

    @property
    def html(self) -> str:
        """The units as HTML; the items of a list stand in one list again."""
        parts = []
        for wrapper, group in groupby(self.units, key=lambda unit: unit.wrapper):
            joined = "".join(unit.html for unit in group)
            parts.append(f"<{wrapper}>{joined}</{wrapper}>" if wrapper else joined)
        return "".join(parts)


def choose(units: Sequence[Unit], extract: Extract, headline: str) -> Chosen:
    """Return the units that are the story's; none when the extractor's text is not found again in the page."""
    taken = _taken(units, extract)
    if not taken or sum(len(units[at].key) for at in taken) < _ENOUGH * extract.letters:
        return Chosen()
    story = _Story(units, taken, headline)
    chosen = Chosen()
    for at, unit in enumerate(units):
        kind = story.kind_of(at)
        if kind is None:
            chosen.units.append(unit)
        elif story.is_missed(at, kind):
            chosen.left_out[kind] += 1
    return _without_ends(chosen)


def above(units: Sequence[Unit], chosen: Chosen) -> Sequence[Unit]:
    """Return the units before the first of the story."""
    first = chosen.units[0] if chosen.units else None
    return units[: next((at for at, unit in enumerate(units) if unit is first), len(units))]


def covers(chosen: Chosen, stated: Extract) -> bool:
    """Say whether the units hold most of what the page itself calls the article's words."""
    return _mostly_in("".join(unit.key for unit in chosen.units), stated.run)


def running_text(units: Sequence[Unit]) -> Iterator[str]:
    """Yield the running text of a page that no extractor reads: prose outside all furniture."""
    return (unit.text for unit in units if unit.sort is Sort.TEXT and not unit.furniture and is_prose(unit.text))


def _taken(units: Sequence[Unit], extract: Extract) -> set[int]:
    """Return the places of the units whose text the extractor took, each passage once."""
    taken: set[int] = set()
    seen: set[str] = set()
    searches = 0
    for at, unit in enumerate(units):
        is_sure = len(unit.key) >= _SURE
        if not unit.key or unit.sort not in _READ_SORTS or (is_sure and unit.key in seen):
            continue
        is_in = unit.key in extract.keys
        if not is_in and is_sure and searches < _MOST_SEARCHES:
            searches += 1
            is_in = _is_read(unit, extract)
        if is_in:
            taken.add(at)
            seen.add(unit.key)
    return taken


def _is_read(unit: Unit, extract: Extract) -> bool:
    """Say whether the extractor took a unit; of a table, a quotation or a long passage but for a template's word."""
    if unit.key in extract.run:
        return True
    is_long = unit.sort in {Sort.TABLE, Sort.QUOTE} or len(unit.key) >= 2 * _LONG
    return is_long and _mostly_in(extract.run, unit.key)


def _mostly_in(run: str, text: str) -> bool:
    step = max(_PIECE, len(text) // _MOST_PIECES)
    pieces = [text[at : at + _PIECE] for at in range(0, len(text) - _PIECE + 1, step)]
    return bool(pieces) and sum(piece in run for piece in pieces) >= _MOSTLY * len(pieces)


class _Story:
    """Where on a page the extractor's text stands; each unit is judged by that."""

    def __init__(self, units: Sequence[Unit], taken: set[int], headline: str) -> None:
        self.units = units
        self.taken = taken
        self.headline = fold(headline)
        sure = [at for at in taken if len(units[at].key) >= _SURE] or list(taken)
        self.first, self.last = min(sure), max(sure)
        self.letters = sum(len(units[at].key) for at in taken)
        self.weight: Counter[int] = Counter()  # letters of the story that each element holds
        for at in sorted(taken):
            self.weight.update(dict.fromkeys(units[at].path, len(units[at].key)))
        # The elements that hold most of it stand in one another; the innermost of them came last.
        enough = _CORE_SHARE * self.letters
        self.core = next(element for element in reversed(self.weight) if self.weight[element] >= enough)
        self.parents = {element for at in taken if self.core in units[at].path for element in units[at].path[-2:-1]}
        self.said = {"", *(units[at].key for at in taken)}
        self.written = Counter(unit.key for unit in units)
        self.pardoned = self._pardoned()

    def kind_of(self, at: int) -> Kind | None:
        """Return what a unit is that is not the story's, or None."""
        unit, is_inside = self.units[at], self.core in self.units[at].path
        kind = self._furniture(unit) if is_inside else None
        if at in self.taken:
            if kind in self.pardoned or (kind in _WORDLESS and is_prose(unit.text)):
                kind = None
            # The boxes of a story may share no element that is small.
            is_among = self.first < at < self.last and not unit.furniture
            if kind is None and (is_inside or is_among or len(unit.key) >= _LONG):
                return self._kind_of_text(unit)
        elif kind is None and is_inside and self._belongs(at):
            return None
        return kind or (unit.furniture[-1][1] if unit.furniture else Kind.BETWEEN)

    def is_missed(self, at: int, kind: Kind) -> bool:
        """Say whether somebody may miss a unit: new words between passages, furniture of the story itself."""
        unit = self.units[at]
        if kind is Kind.BETWEEN or self.core not in unit.path:
            return self.first < at < self.last and unit.key not in self.said
        return bool(unit.text) and self.first - _EDGE <= at <= self.last + _EDGE

    def _furniture(self, unit: Unit) -> Kind | None:
        """Return the kind of the element that takes this unit out of the story."""
        most = _FURNITURE_SHARE * self.letters
        return next((kind for element, kind in unit.furniture if self.weight[element] <= most), None)

    def _pardoned(self) -> frozenset[Kind]:
        """Return the kinds of furniture that would take much of what the extractor found: on this page they are none.

        A theme may name every paragraph for the subscribers it is shown to.
        """
        lost: Counter[Kind] = Counter()
        for unit in (self.units[at] for at in self.taken if self.core in self.units[at].path):
            if kind := self._furniture(unit):
                lost[kind] += len(unit.key)
        return frozenset(kind for kind, letters in lost.items() if letters > _MOST_LOST * self.letters)

    def _belongs(self, at: int) -> bool:
        """Say whether a unit that the extractor left stands among the story's passages, as one of them."""
        unit = self.units[at]
        if unit.sort in {Sort.FIGURE, Sort.EMBED}:
            return at <= self.last or (at <= self.last + 4 and not unit.is_linked)
        # What stands twice is a template's, or was taken already.
        if not self.first < at < self.last or unit.is_linked or self.written[unit.key] > 1:
            return False
        if unit.sort in {Sort.QUOTE, Sort.TABLE}:
            return True
        is_beside = bool(self.parents & set(unit.path[-2:]))
        return is_beside and (unit.sort is Sort.HEADING or is_prose(unit.text))

    def _kind_of_text(self, unit: Unit) -> Kind | None:
        """Return what kind of template line a passage is that the extractor took for text."""
        if unit.sort in {Sort.TABLE, Sort.QUOTE}:
            return None
        if fold(unit.text) == self.headline:
            return Kind.REPEATED_HEADLINE
        return Kind.RELATED if find_cross_reference(unit.text) is not None else kind_of(unit.text)


def _without_ends(chosen: Chosen) -> Chosen:
    """Take off what stands around a story: datelines above and below it, headings of lists that are gone."""
    prose = [at for at, unit in enumerate(chosen.units) if is_prose(unit.text) or len(unit.key) >= _LONG]
    if not prose:
        return chosen
    kept = []
    for at, unit in enumerate(chosen.units):
        is_outside = at < prose[0] or at > prose[-1]
        if is_outside and unit.sort in {Sort.TEXT, Sort.ITEM} and _is_dateline(unit, after=at > prose[-1]):
            chosen.left_out[Kind.ABOVE if at < prose[0] else Kind.BELOW] += 1
        elif at > prose[-1] and unit.sort is Sort.HEADING:
            chosen.left_out[Kind.RELATED] += 1
        else:
            kept.append(unit)
    return replace(chosen, units=kept)


def _is_dateline(unit: Unit, *, after: bool) -> bool:
    dateline = read_dateline(unit.text)
    return dateline is not None and (not after or bool(dateline.stated))
