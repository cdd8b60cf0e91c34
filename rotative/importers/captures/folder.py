"""A folder of captures as something to import from. What repeats across the pages of a site is learned first.

One file is a folder of one.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final, Self

from rotative.importers.captures.learning import learn
from rotative.importers.captures.reading import as_story, read_capture
from rotative.importers.decoding import read_source
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.filing import Arrived, Manners
from rotative.importers.jobs import Alias

SUFFIXES: Final = frozenset({".txt", ".text", ""})


class Folder:
    """The text files below a folder, in the order of their paths. Positions count them."""

    name = ""  # captures of many sites are known by what they say
    manners = Manners(makes_authors=False, makes_editions=False)

    def __init__(
        self,
        path: Path,
        sections: Iterable[str] = (),
        country: str = "",
        tell: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        if not path.exists():
            raise SourceRefusedError(Reason.MISSING)
        self.path = path
        self.sections = list(sections)
        self.country = country
        self.total = sum(1 for _file in self._files())
        if not self.total:
            raise SourceRefusedError(Reason.NO_PAGES)
        self.template = learn(self._texts(tell))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def _files(self) -> Iterator[Path]:
        if not self.path.is_dir():
            yield self.path  # named by a person: whatever its suffix
            return
        for directory, folders, names in os.walk(self.path, followlinks=False):
            folders.sort()
            for name in sorted(names):
                path = Path(directory, name)
                if path.suffix.lower() in SUFFIXES and not name.startswith("."):
                    yield path

    def _texts(self, tell: Callable[[int, int], None]) -> Iterator[str]:
        for number, path in enumerate(self._files(), 1):
            tell(number, self.total)
            try:
                yield read_source(path).text
            except SourceRefusedError:
                continue

    def arrivals(self, position: int) -> Iterator[Arrived]:
        for number, path in enumerate(islice(self._files(), position, None), position + 1):
            yield self._arrived(path, number)

    def _arrived(self, path: Path, number: int) -> Arrived:
        name = path.relative_to(self.path).as_posix() if path != self.path else path.name
        report = {"file": name}
        try:
            if path.is_symlink():
                raise SourceRefusedError(Reason.UNREADABLE, cause="")
            capture = read_capture(read_source(path).text, self.sections, self.template)
        except SourceRefusedError as refusal:
            return Arrived(f"file:{name}"[:300], number, refusal=refusal.reason, title=name[-255:], report=report)
        story = as_story(capture, capture.source_digest)
        story = replace(story, country=self.country or story.country)
        return Arrived(
            capture.source_digest,
            number,
            story,
            title=capture.headline,
            story_digest=capture.story_digest,
            report={**report, "still_to_find": [[one.label, one.headline[:250]] for one in capture.other_stories[:50]]},
        )

    def aliases(self) -> Iterable[Alias]:
        return ()
