"""Job runner with checkpoints: read, fetch pictures, file, batch by batch; then finish. It resumes where it died.

How far it is stands in the transaction that took it there, so that nothing is done twice or left out. While it goes on
the publisher waits (`hold_everything`); at the end everything is rendered once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from rotative.content import actions
from rotative.content.models import Home, Newspaper
from rotative.importers.filing import finishing, leases
from rotative.importers.filing.batches import file_batch
from rotative.importers.filing.bodies import wanted_by
from rotative.importers.filing.leases import AT_WORK, JobBusyError, held_by, let_go, step
from rotative.importers.filing.naming import Names
from rotative.importers.filing.sources import Manners, Source, SourceItem, refused
from rotative.importers.filing.uploads import Shelves, bring_in
from rotative.importers.models import ImportJob, JobState
from rotative.importers.story.stories import FileAt, PictureAt
from rotative.progress import Tell, say_nothing

BATCH: Final = 100
READING: Final = gettext_noop("Reading")
# What stops an import, and may pass: the job goes on behind the last whole batch.
NOT_OF_AN_ITEM: Final = (JobBusyError, OperationalError, InterfaceError, OSError, MemoryError)
# Who may be taken up again.
OPEN: Final = (
    JobState.PLANNED,
    JobState.WAITING,
    JobState.STOPPED,
    JobState.FAILED,
    JobState.RUNNING,
    JobState.FINISHING,
)


def run(
    job: ImportJob,
    source: Source,
    shelves: Shelves | None = None,
    tell: Tell = say_nothing,
    should_stop: Callable[[], bool] = lambda: False,
) -> ImportJob:
    """Run a job to its end, or until it is to stop; return it as it is then. Raises JobBusyError."""
    _take(job)
    try:
        with leases.held(job.pk):
            is_read = job.phase or _read(job, source, shelves or Shelves(), tell, should_stop)
            is_done = is_read and finishing.finish(job, source.aliases, tell, lambda: _is_to_stop(job, should_stop))
        _end(job, JobState.DONE if is_done else JobState.STOPPED)
    except JobBusyError:
        raise  # whoever has it by now says how it ends
    except Exception as error:
        _end(job, JobState.FAILED, f"{type(error).__name__}: {error}")
        raise
    return job


def _take(job: ImportJob) -> None:
    now = timezone.now()
    state = JobState.FINISHING if job.phase else JobState.RUNNING
    mine = ImportJob.objects.filter(leases.is_free() | ~Q(state__in=AT_WORK), pk=job.pk, state__in=OPEN)
    if not mine.update(state=state, seen_at=now, started_at=job.started_at or now, stop_asked=False, error=""):
        raise JobBusyError
    job.refresh_from_db()


def _end(job: ImportJob, state: JobState, error: str = "") -> None:
    ended_at = timezone.now() if state is JobState.DONE else None
    with transaction.atomic():
        mine = held_by(job)
        if not mine.update(state=state, error=error[:1000], seen_at=None, stop_asked=False, ended_at=ended_at):
            raise JobBusyError
        let_go(job)
    job.refresh_from_db()


def _is_to_stop(job: ImportJob, should_stop: Callable[[], bool]) -> bool:
    return should_stop() or ImportJob.objects.filter(pk=job.pk, stop_asked=True).exists()


def _read(job: ImportJob, source: Source, shelves: Shelves, tell: Tell, should_stop: Callable[[], bool]) -> bool:
    """Read the source from where the job is; tell whether it came to the end."""
    if job.total != source.total:
        ImportJob.objects.filter(pk=job.pk).update(total=source.total)
        job.total = source.total
    seen = Counter(key.partition("#")[0] for key in job.lines.values_list("key", flat=True).iterator())
    number = job.lines.count()
    arrivals = _each_by_its_own_key(source.items(job.position), seen)
    names = Names(job)
    while batch := list(islice(arrivals, BATCH)):
        if _is_to_stop(job, should_stop):
            return False
        names = _file(job, names, source.manners, shelves, batch, number)
        number += len(batch)
        tell(READING, job.position, job.total)
    with step(job, position=job.total):
        return True


def _file(
    job: ImportJob, names: Names, manners: Manners, shelves: Shelves, batch: Sequence[SourceItem], number: int
) -> Names:
    """File a batch; an item that cannot be filed is found by filing each alone, and is a line that says so."""
    wanted: list[PictureAt | FileAt] = [item.upload for item in batch if item.upload]
    wanted += [file for item in batch if item.story for file in wanted_by(item.story)]
    if not Home.objects.exists() and any(item.story or item.term for item in batch):
        actions.found_newspaper(Newspaper.load().name)
    known_files = bring_in(job, wanted, shelves)
    try:
        with step(job, position=batch[-1].end):
            file_batch(job, names, batch, known_files, manners, number)
    except NOT_OF_AN_ITEM:
        raise
    except Exception as error:
        # What was made in a transaction that failed is forgotten with it.
        if len(batch) > 1:
            for place, item in enumerate(batch):
                _file(job, Names(job), manners, shelves, [item], number + place)
        elif batch[0].refusal:
            raise
        else:
            _file(job, Names(job), manners, shelves, [refused(batch[0], error)], number)
        return Names(job)
    return names


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
