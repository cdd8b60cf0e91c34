"""A captured page: its lines as they are told apart, what is gathered from them, and what the page holds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from rotative.importers.boilerplate.chrome import Kind
from rotative.importers.boilerplate.datelines import Dateline
from rotative.importers.boilerplate.lines import Line, fold, is_prose
from rotative.importers.story.stories import Doubt, Story


@dataclass(frozen=True)
class Page:
    """The lines of a page, what each is that the template wrote, and which are running text."""

    lines: Sequence[Line]
    kinds: Sequence[Kind | None]
    prose: Sequence[bool]

    @classmethod
    def of(cls, lines: Sequence[Line], kinds: Sequence[Kind | None]) -> "Page":
        prose = [kind is None and is_prose(line.text) for line, kind in zip(lines, kinds, strict=True)]
        return cls(lines, kinds, prose)

    def __len__(self) -> int:
        return len(self.lines)

    def until(self, end: int) -> "Page":
        return Page(self.lines[:end], self.kinds[:end], self.prose[:end])


@dataclass(frozen=True)
class OtherStory:
    """A story that the page points at: its label (a country, a section, or nothing) and its headline."""

    label: str
    headline: str


@dataclass(frozen=True)
class Capture:
    """What a captured page holds: a story, and the others that it points at. The story's key is the page's digest."""

    story: Story
    paragraphs: tuple[str, ...]
    other_stories: tuple[OtherStory, ...] = ()

    @property
    def story_digest(self) -> str:
        """Digest of headline and body alone: the same for two captures of one story on different days."""
        return digest_of([fold(self.story.headline), *(fold(paragraph) for paragraph in self.paragraphs)])


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
