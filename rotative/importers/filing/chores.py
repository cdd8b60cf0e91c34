"""Background jobs: what an editor lets go on or takes back is done by a process of its own.

It may be killed anywhere: the lease of its job runs out, and the job is retried. A failed job waits for a person.
"""

import logging
from collections.abc import Callable
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from rotative.importers.account_book.wording import explain
from rotative.importers.errors import SourceRefusedError
from rotative.importers.filing import jobs, leases, sources, undoing
from rotative.importers.models import ImportJob, JobState
from rotative.publishing.processes import WorkApart

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 2
# An option of jobs that the newsroom let go on. Those of the command line are taken up by whoever typed it.
BACKGROUND: Final = "background"
# Where and when a job was taken up, for the estimate of the time left.
TAKEN_AT: Final = "taken_at"
TAKEN_FROM: Final = "taken_from"


def due() -> QuerySet[ImportJob]:
    """Return the jobs that wait for the worker, the oldest first."""
    died = Q(state__in=leases.AT_WORK, **{f"options__{BACKGROUND}": True})
    waits = Q(state=JobState.WAITING) | (leases.is_free() & (Q(state=JobState.UNDOING) | died))
    return ImportJob.objects.filter(waits).order_by("pk")


def do_next(should_stop: Callable[[], bool] = lambda: False) -> bool:
    """Do the job that has waited longest, as far as it goes; tell whether there was one."""
    job = due().first()
    if job is None:
        return False
    try:
        if job.state == JobState.UNDOING:
            _undo(job, should_stop)
        else:
            _run(job, should_stop)
    except leases.JobBusyError:
        return False  # another machine's worker was quicker
    return True


def _run(job: ImportJob, should_stop: Callable[[], bool]) -> None:
    try:
        source = sources.reopen_source(job)
    except SourceRefusedError as refusal:
        _fail(job, f"{job.source}: {explain(refusal)}")
        return
    except Exception as error:
        # A job that stayed as it is would be tried every two seconds.
        logger.exception("The source of import %s cannot be opened.", job.pk)
        _fail(job, f"{type(error).__name__}: {error}")
        return
    with source:
        job.options |= {BACKGROUND: True, TAKEN_AT: timezone.now().isoformat(), TAKEN_FROM: job.position}
        job.save(update_fields=["options"])
        try:
            jobs.run(job, source, should_stop=should_stop)
        except leases.JobBusyError:
            raise
        except Exception:
            logger.exception("Import %s failed.", job.pk)  # the job says it as well
            return
    if should_stop():  # nobody but the end of the worker: the next one goes on
        ImportJob.objects.filter(pk=job.pk, state=JobState.STOPPED).update(state=JobState.WAITING)


def _undo(job: ImportJob, should_stop: Callable[[], bool]) -> None:
    ImportJob.objects.filter(pk=job.pk).update(error="")
    try:
        undoing.undo(job, should_stop=should_stop)
    except leases.JobBusyError:
        raise
    except Exception as error:
        # It stays half undone, and is tried again when its lease has run out.
        logger.exception("Import %s could not be undone.", job.pk)
        said = f"{type(error).__name__}: {error}"[:1000]
        ImportJob.objects.filter(pk=job.pk).update(error=said, seen_at=timezone.now())


def _fail(job: ImportJob, sentence: str) -> None:
    mine = ImportJob.objects.filter(pk=job.pk, state=job.state)
    mine.update(state=JobState.FAILED, error=sentence[:1000], seen_at=None)


IMPORTS: Final = WorkApart("rotative-import", lambda: due().exists(), do_next)
# By the seconds after which each is done again.
CHORES: tuple[tuple[float, Callable[[], int]], ...] = ((LOOK_SECONDS, IMPORTS.start),)
