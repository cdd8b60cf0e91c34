"""Job runner with checkpoints: read, fetch pictures, file, batch by batch; then finish. It resumes where it died.

How far it is stands in the transaction that took it there, so that nothing is done twice or left out. While it goes on
the publisher waits (`hold_everything`); at the end everything is rendered once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_noop

from rotative.content import actions
from rotative.content.models import Home, Newspaper
from rotative.importers.filing import finishing
from rotative.importers.filing.batches import file_batch
from rotative.importers.filing.bodies import wanted_by
from rotative.importers.filing.leases import JobBusyError, Lease, leased
from rotative.importers.filing.naming import Names
from rotative.importers.filing.sources import Source, SourceItem, refused
from rotative.importers.filing.uploads import Shelves, bring_in, shelves_of
from rotative.importers.models import ImportJob
from rotative.importers.story.stories import FileAt, PictureAt
from rotative.progress import Tell, say_nothing

BATCH: Final = 100
READING: Final = gettext_noop("Reading")
# What stops an import, and may pass: the job goes on behind the last whole batch.
NOT_OF_AN_ITEM: Final = (JobBusyError, OperationalError, InterfaceError, OSError, MemoryError)


def run(
    job: ImportJob,
    source: Source,
    shelves: Shelves | None = None,
    tell: Tell = say_nothing,
    should_stop: Callable[[], bool] = lambda: False,
) -> ImportJob:
    """Run a job to its end, or until it is to stop; return it as it is then. Raises JobBusyError."""
    with leased(job) as lease:

        def is_to_stop() -> bool:
            return should_stop() or lease.is_stop_asked()

        is_read = bool(job.phase) or _Reading(lease, source, shelves or shelves_of(job)).run(tell, is_to_stop)
        lease.is_done = is_read and finishing.finish(lease, source.aliases, tell, is_to_stop)
    return job


class _Reading:
    """Reads the source of a job, from where the job is, and files it batch by batch."""

    def __init__(self, lease: Lease, source: Source, shelves: Shelves) -> None:
        self.lease, self.job = lease, lease.job
        self.source = source
        self.shelves = shelves
        self.names = Names(self.job)

    def run(self, tell: Tell, is_to_stop: Callable[[], bool]) -> bool:
        """Tell whether it came to the end of the source."""
        total, number = self.source.total, self.job.lines.count()
        self.lease.move(total=total)
        seen = Counter(key.partition("#")[0] for key in self.job.lines.values_list("key", flat=True).iterator())
        arrivals = _each_by_its_own_key(self.source.items(self.job.position), seen)
        while batch := list(islice(arrivals, BATCH)):
            if is_to_stop():
                return False
            self.file(batch, number)
            number += len(batch)
            tell(READING, self.job.position, total)
        self.lease.move(position=total)
        return True

    def file(self, batch: Sequence[SourceItem], number: int) -> None:
        """File a batch; an item that cannot be filed is found by filing each alone, and is a line that says so."""
        wanted: list[PictureAt | FileAt] = [item.upload for item in batch if item.upload]
        wanted += [file for item in batch if item.story for file in wanted_by(item.story)]
        if not Home.objects.exists() and any(item.story or item.term for item in batch):
            actions.found_newspaper(Newspaper.load().name)
        known_files = bring_in(self.job, wanted, self.shelves)
        try:
            with self.lease.step(position=batch[-1].end):
                file_batch(self.job, self.names, batch, known_files, self.source.manners, number)
        except NOT_OF_AN_ITEM:
            raise
        except Exception as error:
            self.names = Names(self.job)  # what was made in a transaction that failed is forgotten with it
            self._file_alone(batch, number, error)

    def _file_alone(self, batch: Sequence[SourceItem], number: int, error: Exception) -> None:
        if len(batch) > 1:
            for place, item in enumerate(batch):
                self.file([item], number + place)
        elif batch[0].refusal:
            raise error
        else:
            self.file([refused(batch[0], error)], number)


def _each_by_its_own_key(arrivals: Iterable[SourceItem], seen: Counter[str]) -> Iterator[SourceItem]:
    """Number those that have the key of one before them: exports that were put together by hand have them."""
    for arrived in arrivals:
        item = _without_nul(arrived)
        seen[item.key] += 1
        if seen[item.key] == 1:
            yield item
            continue
        key = f"{item.key}#{seen[item.key]}"
        yield replace(item, key=key, report={**item.report, "doubled": item.key})


def _without_nul(item: SourceItem) -> SourceItem:
    """PostgreSQL takes no NUL in a text; what a source is called may hold one."""
    if "\0" not in item.key + item.title + item.address:
        return item
    return replace(item, **{name: getattr(item, name).replace("\0", "") for name in ("key", "title", "address")})
