"""Captured pages of our own writing, each line with its label, to hold the reader of captures to and to fit it on.

A line of a file is a label, a space, and a line of the page: `H` headline, `K` kicker, `S` signature, `B` body, `.` for
all that is not the story's. The name of a file begins with its language.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class LabelledPage:
    name: str
    lines: tuple[tuple[str, str], ...]

    def labelled(self, label: str) -> list[str]:
        return [text for one, text in self.lines if one == label]

    @cached_property
    def capture(self) -> str:
        return "\n".join(text for _label, text in self.lines)


def load_labelled_pages() -> list[LabelledPage]:
    return [_load(path) for path in sorted(Path(__file__).parent.glob("*.txt"))]


def _load(path: Path) -> LabelledPage:
    written = (line.partition(" ") for line in path.read_text(encoding="utf-8").splitlines())
    return LabelledPage(path.stem, tuple((label, text) for label, _, text in written))
