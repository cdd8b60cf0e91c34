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
_PIECE: Final = 40  # letters of a text that is looked for in another
_MOST_PIECES: Final = 400
_COVERED: Final = 0.75
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
    found = sum(len(units[at].key) for at in taken)
    if not taken or found < _ENOUGH * extract.letters:
        return Chosen()
    core = _core(units, taken)
    weight = _weights(units, taken)
    pardoned = _pardoned(units, taken, core, weight, found)
    chosen = Chosen()
    first, last = _bounds(units, taken)
    said = {units[at].key for at in taken}
    written = Counter(unit.key for unit in units if unit.key)  # what stands twice is a template's, or taken already
    parents = {element for at in taken if core in units[at].path for element in units[at].path[-2:-1]}
    for at, unit in enumerate(units):
        in_core = core in unit.path
        kind = _furniture(unit, core, weight, found) if in_core else None
        if at in taken and (kind in pardoned or (kind in _WORDLESS and is_prose(unit.text))):
            kind = None
        is_among = first < at < last and not unit.furniture  # boxes of a story may share no element that is small
        if kind is None and at in taken and (in_core or is_among or len(unit.key) >= _LONG):
            kind = _kind_of_text(unit, headline)
        elif kind is None and not (in_core and written[unit.key] < 2 and _belongs(unit, at, first, last, parents)):
            if first < at < last and unit.key and unit.key not in said:
                # Nobody knows what it is unless its element says so: a passage in a box, or the template's.
                chosen.left_out[unit.furniture[-1][1] if unit.furniture else Kind.BETWEEN] += 1
            continue
        if kind is not None:
            chosen.left_out[kind] += bool(unit.text) and first - 10 <= at <= last + 10
            continue
        chosen.units.append(unit)
    return _without_ends(chosen, headline)


def above(units: Sequence[Unit], chosen: Chosen) -> Sequence[Unit]:
    """Return the units before the first of the story."""
    first = chosen.units[0] if chosen.units else None
    return units[: next((at for at, unit in enumerate(units) if unit is first), len(units))]


def covers(chosen: Chosen, stated: Extract) -> bool:
    """Say whether the units hold most of what the page itself calls the article's words."""
    run = "".join(unit.key for unit in chosen.units)
    pieces = [stated.run[at : at + _PIECE] for at in range(0, len(stated.run) - _PIECE, _PIECE)][:_MOST_PIECES]
    return sum(piece in run for piece in pieces) >= _COVERED * len(pieces)


def running_text(units: Sequence[Unit]) -> Iterator[str]:
    """Yield the running text of a page that no extractor reads: prose outside all furniture."""
    return (unit.text for unit in units if unit.sort is Sort.TEXT and not unit.furniture and is_prose(unit.text))


def _taken(units: Sequence[Unit], extract: Extract) -> set[int]:
    """Return the places of the units whose text the extractor took, each passage once."""
    taken: set[int] = set()
    seen: set[str] = set()
    searches = 0
    for at, unit in enumerate(units):
        if not unit.key or unit.sort not in _READ_SORTS or (len(unit.key) >= _SURE and unit.key in seen):
            continue
        is_in = unit.key in extract.keys
        if not is_in and len(unit.key) >= _SURE and searches < _MOST_SEARCHES:
            searches += 1
            is_in = unit.key in extract.run or _mostly_in(unit, extract)
        if is_in:
            taken.add(at)
            seen.add(unit.key)
    return taken


def _mostly_in(unit: Unit, extract: Extract) -> bool:
    """Say whether a table, a quotation or a long passage is in the text but for a word of the template in it."""
    if unit.sort not in {Sort.TABLE, Sort.QUOTE} and len(unit.key) < 2 * _LONG:
        return False
    pieces = [unit.key[at : at + 30] for at in range(0, len(unit.key) - 29, 30)][:40]
    return bool(pieces) and sum(piece in extract.run for piece in pieces) >= 0.7 * len(pieces)


def _weights(units: Sequence[Unit], taken: set[int]) -> Counter[int]:
    """Count how many letters of the story each element holds."""
    weight: Counter[int] = Counter()
    for at in taken:
        for element in units[at].path:
            weight[element] += len(units[at].key)
    return weight


def _core(units: Sequence[Unit], taken: set[int]) -> int:
    """Return the innermost element that holds most of the story."""
    weight = _weights(units, taken)
    enough = _CORE_SHARE * sum(len(units[at].key) for at in taken)
    heavy = {element for element, held in weight.items() if held >= enough}  # each stands in the one before
    path = max((units[at].path for at in taken), key=lambda path: sum(element in heavy for element in path))
    return next(element for element in reversed(path) if element in heavy)


def _bounds(units: Sequence[Unit], taken: set[int]) -> tuple[int, int]:
    sure = [at for at in taken if len(units[at].key) >= _SURE] or list(taken)
    return min(sure), max(sure)


def _furniture(unit: Unit, core: int, weight: Counter[int], total: int) -> Kind | None:
    """Return the kind of the element within the core that takes this unit out of the story."""
    inside = set(unit.path[unit.path.index(core) + 1 :]) | {unit.path[-1]}
    for element, kind in unit.furniture:
        if (element in inside or element not in unit.path) and weight[element] <= _FURNITURE_SHARE * total:
            return kind
    return None


def _pardoned(units: Sequence[Unit], taken: set[int], core: int, weight: Counter[int], total: int) -> frozenset[Kind]:
    """Return the kinds of furniture that would take much of what the extractor found: on this page they are none.

    A theme may name every paragraph for the subscribers it is shown to.
    """
    lost: Counter[Kind] = Counter()
    for at in taken:
        if core in units[at].path and (kind := _furniture(units[at], core, weight, total)) is not None:
            lost[kind] += len(units[at].key)
    return frozenset(kind for kind, letters in lost.items() if letters > _MOST_LOST * total)


def _belongs(unit: Unit, at: int, first: int, last: int, parents: set[int]) -> bool:
    """Say whether a unit that the extractor left belongs to the story: it stands among its passages, as one of them."""
    if unit.sort in {Sort.FIGURE, Sort.EMBED}:
        return at <= last or (at <= last + 4 and not unit.is_linked)
    if not first < at < last or unit.is_linked:
        return False
    if unit.sort in {Sort.QUOTE, Sort.TABLE}:
        return True
    beside = bool(parents & set(unit.path[-2:]))
    return beside and (unit.sort is Sort.HEADING or is_prose(unit.text))


def _kind_of_text(unit: Unit, headline: str) -> Kind | None:
    """Return what kind of template line a passage is that the extractor took for text."""
    if unit.sort in {Sort.TABLE, Sort.QUOTE}:
        return None
    if fold(unit.text) == fold(headline):
        return Kind.REPEATED_HEADLINE
    if find_cross_reference(unit.text) is not None:
        return Kind.RELATED
    return kind_of(unit.text)


def _without_ends(chosen: Chosen, headline: str) -> Chosen:
    """Take off what stands around a story: datelines above and below it, headings of lists that are gone."""
    units = chosen.units
    prose = [at for at, unit in enumerate(units) if is_prose(unit.text) or len(unit.key) >= _LONG]
    if not prose:
        return chosen
    kept = []
    for at, unit in enumerate(units):
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
