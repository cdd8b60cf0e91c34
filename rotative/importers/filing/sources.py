"""The contract between a source and the jobs that import it, and the registry of the kinds of sources.

Filing knows no kind of source: each registers what opens it (`importers/apps.py`), as `admin.site.register` does.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Final, Protocol, Self

from django.utils.module_loading import import_string

from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.models import ImportJob
from rotative.importers.story.stories import FileAt, PictureAt, Story

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class NamedTerm:
    """Something that a source names beside its stories: a section, an edition, a topic, an author."""

    kind: str
    names: tuple[str, ...]
    description: str = ""


@dataclass(frozen=True)
class SourceItem:
    """Something that a source holds. `end` is the checkpoint behind it, where the source goes on."""

    key: str
    end: int
    story: Story | None = None
    term: NamedTerm | None = None
    upload: PictureAt | FileAt | None = None  # a file of the old site, whether a story shows it or not
    refusal: str = ""  # why it is neither
    title: str = ""
    address: str = ""
    # Of headline and text, where a source may hold one story at several addresses: duplicates come in once.
    story_digest: str = ""
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return what is equal while the source says the same."""
        said = asdict(self.story) if self.story else [self.refusal, self.title, self.address]
        return sha256(json.dumps(said, default=str, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Alias:
    """An old address that leads to something of the paper that is no story: a section, a topic, an author."""

    path: str
    kind: str  # section, edition, topic, author, page, address
    names: tuple[str, ...]


@dataclass(frozen=True)
class Manners:
    """How a kind of source is filed."""

    makes_authors: bool = True  # else names are guests
    makes_editions: bool = True
    makes_drafts: bool = False  # whatever the source says: an editor publishes
    wants_edition: bool = False  # a story without one is told
    country: str = ""  # of every story, whatever it says


class Source(Protocol):
    """Something to import from. Positions rise; behind each of them it can be taken up again."""

    name: str  # which tells its site from others
    total: int
    manners: Manners

    def items(self, position: int) -> Iterator[SourceItem]: ...

    def aliases(self) -> Iterable[Alias]:
        return ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None


# --- the registry

Hear = Callable[[int, int], None]  # how far a source has been looked through
_OPENERS: Final[dict[str, str]] = {}


def register(kind: str, opener: str) -> None:
    """Let jobs of a kind read what the function with this dotted name opens, given the job and who hears how far."""
    _OPENERS[kind] = opener


def open_source(job: ImportJob, hear: Hear = lambda done, total: None) -> Source:
    """Open what a job reads, when it begins and when it goes on. Raises SourceRefusedError."""
    if job.kind not in _OPENERS:
        raise SourceRefusedError(Reason.UNREADABLE, cause=job.kind)
    source: Source = import_string(_OPENERS[job.kind])(job, hear)
    return source


def reopen_source(job: ImportJob) -> Source:
    """Open what a job that goes on reads. Raises SourceRefusedError, also when it is not what it was."""
    source = open_source(job)
    if job.total and job.total != source.total:
        source.__exit__()
        raise SourceRefusedError(Reason.CHANGED)
    return source


# --- items that fail


def or_refused(read: Callable[[], SourceItem], nothing: SourceItem) -> SourceItem:
    """Return what is read; an item that its reader or the paper stumbles over is a line of its own."""
    try:
        return read()
    except Exception as error:  # whatever it is: the items behind it come in
        return refused(nothing, error)


def refused(item: SourceItem, error: Exception) -> SourceItem:
    """Return an item that failed as one that does not come in."""
    logger.exception("The item %s failed, and is left out.", item.key, exc_info=error)
    report = {**item.report, "failed": f"{type(error).__name__}: {error}"[:300]}
    return SourceItem(item.key, item.end, refusal="failed", title=item.title, address=item.address, report=report)
