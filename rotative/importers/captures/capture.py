"""What a captured page holds, and what is gathered while it is read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from rotative.importers.captures.chrome import Kind
from rotative.importers.captures.datelines import Dateline, Moment
from rotative.importers.captures.lines import Line, fold


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
    NO_HEADLINE = "no headline"
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
        return digest_of([fold(self.headline), *(fold(paragraph) for paragraph in self.paragraphs)])


@dataclass
class Findings:
    """What is gathered while the lines are read from top to bottom."""

    left_out: Counter[Kind] = field(default_factory=Counter)
    kept: list[Line] = field(default_factory=list)
    datelines: list[Dateline] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    other_stories: list[OtherStory] = field(default_factory=list)
    doubts: list[tuple[Doubt, str]] = field(default_factory=list)


def digest_of(lines: Iterable[str]) -> str:
    return sha256("\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()
