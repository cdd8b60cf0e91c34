"""Captured pages as something to import from: files, folders of them. What repeats across a site's pages is learned."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from rotative.content.models import Section
from rotative.importers.boilerplate.vocabulary import key_of
from rotative.importers.captures.learning import learn
from rotative.importers.captures.reading import read_capture
from rotative.importers.captures.text_files import read_source
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.filing.sources import Hear, Manners, Source, SourceItem
from rotative.importers.models import ImportJob
from rotative.importers.story.files import files_below
from rotative.importers.story.stories import Doubt, Story

SUFFIXES: Final = frozenset({".txt", ".text", ""})
LISTED: Final = 50  # of the other stories that a page points at


class Folder(Source):
    """The files that a person named below a folder, and the text files of folders. Positions count them.

    One file is a folder of one. `sections` are the paper's, each as the titles that lead to it.
    """

    name = ""  # captures of many sites are known by what they say

    def __init__(
        self,
        root: Path,
        names: Sequence[str] = ("",),
        sections: Iterable[tuple[str, ...]] = (),
        country: str = "",
        hear: Hear = lambda done, total: None,
    ) -> None:
        if not root.exists():
            raise SourceRefusedError(Reason.MISSING)
        self.root = root
        self.named = [root / name for name in names]
        self.sections = list(sections)
        self.manners = Manners(makes_authors=False, makes_editions=False, wants_edition=True, country=country)
        self.total = sum(1 for _file in self._files())
        if not self.total:
            raise SourceRefusedError(Reason.NO_PAGES)
        self.template = learn(self._texts(hear))

    def _files(self) -> Iterator[Path]:
        for path in self.named:
            if path.is_dir():
                yield from (file for file in files_below(path, SUFFIXES) if not file.name.startswith("."))
            else:
                yield path  # named by a person: whatever its suffix

    def _texts(self, hear: Hear) -> Iterator[str]:
        for number, path in enumerate(self._files(), 1):
            hear(number, self.total)
            try:
                yield read_source(path).text
            except SourceRefusedError:
                continue

    def items(self, position: int) -> Iterator[SourceItem]:
        for number, path in enumerate(islice(self._files(), position, None), position + 1):
            yield self._item(path, number)

    def _item(self, path: Path, number: int) -> SourceItem:
        name = path.relative_to(self.root).as_posix() if path != self.root else path.name
        report: dict[str, Any] = {"file": name}
        try:
            if path.is_symlink():
                raise SourceRefusedError(Reason.UNREADABLE, cause="")
            decoded = read_source(path)
            capture = read_capture(decoded.text, (trail[-1] for trail in self.sections), self.template)
        except SourceRefusedError as refusal:
            report |= {"facts": refusal.facts}
            return SourceItem(f"file:{name}"[:300], number, refusal=refusal.reason, title=name[-255:], report=report)
        story = self._placed(capture.story)
        if decoded.was_converted:
            report["converted"] = decoded.encoding
        others = [[other.label, other.headline[:250]] for other in capture.other_stories[:LISTED]]
        return SourceItem(
            story.key,
            number,
            story,
            title=story.headline,
            story_digest=capture.story_digest,
            report={**report, "still_to_find": others},
        )

    def _placed(self, story: Story) -> Story:
        """Return a story below the desk of its section, without a date to come."""
        story = replace(story, sections=self._trail_of(story.sections))
        if story.published is None or story.published.on <= (timezone.now() + timedelta(days=1)).date():
            return story
        doubt = (Doubt.DATE_IN_FUTURE, story.published.on.isoformat())
        return replace(story, published=None, updated=None, doubts=(*story.doubts, doubt))

    def _trail_of(self, titles: tuple[str, ...]) -> tuple[str, ...]:
        """Return the trail to a section that a page names without its desk, when only one is called so."""
        same = [trail for trail in self.sections if len(titles) == 1 and key_of(trail[-1]) == key_of(titles[0])]
        return same[0] if len(same) == 1 else titles


def open_folder(job: ImportJob, hear: Hear) -> Folder:
    """Open what a job reads. Raises SourceRefusedError."""
    sections = Section.objects.select_related("desk").order_by("path")
    trails = [(section.desk.title, section.title) if section.desk else (section.title,) for section in sections]
    names, country = job.options.get("files") or [""], job.options.get("country", "")
    return Folder(Path(job.source), names, trails, country, hear)
