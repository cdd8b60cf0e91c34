"""Leases with a heartbeat: who runs a job says so every few seconds, also while an old site lets its pictures wait.

A process that stood still for longer than a lease may wake up when another has taken its job. So each step is written
by who left the job where it is: the one who comes too late writes nothing.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from rotative.importers.models import ImportJob, JobState
from rotative.publishing.invalidation import hold_everything, release
from rotative.publishing.writing import writing

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
BEAT_SECONDS: Final = 15.0
AT_WORK: Final = (JobState.RUNNING, JobState.FINISHING)
# Who may be taken up again.
OPEN: Final = (JobState.PLANNED, JobState.WAITING, JobState.STOPPED, JobState.FAILED, *AT_WORK)
# What says how far a job is.
PLACE: Final = ("position", "phase", "cursor")


class JobBusyError(Exception):
    """Raised when somebody else is running a job, or it has ended."""


class Lease:
    """The right to run a job, up to the moment when somebody else takes it."""

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        self.is_done = False  # whoever runs the job says so

    def is_stop_asked(self) -> bool:
        return ImportJob.objects.filter(pk=self.job.pk, stop_asked=True).exists()

    @contextmanager
    def step(self, **changes: Any) -> Iterator[None]:
        """Take the job further in one transaction, whole or not at all, while the publisher waits. Raises JobBusyError.

        `changes` are fields of the job; the object has them when they are written.
        """
        with writing():
            self._write(seen_at=timezone.now(), **changes)
            yield
            hold(self.job)
        for name, value in changes.items():
            setattr(self.job, name, value)

    def move(self, **changes: Any) -> None:
        """Take the job further where there is nothing else to write."""
        with self.step(**changes):
            pass

    def end(self, state: JobState, error: str = "") -> None:
        """Give the job back in its last state. Raises JobBusyError."""
        ended_at = timezone.now() if state is JobState.DONE else None
        with transaction.atomic():
            self._write(state=state, error=error[:1000], seen_at=None, stop_asked=False, ended_at=ended_at)
            let_go(self.job)
        self.job.refresh_from_db()

    def _write(self, **changes: Any) -> None:
        """Change the row of the job if it is at work, and where this process left it."""
        place = {name: getattr(self.job, name) for name in PLACE}
        if not ImportJob.objects.filter(pk=self.job.pk, state__in=AT_WORK, **place).update(**changes):
            raise JobBusyError


@contextmanager
def leased(job: ImportJob) -> Iterator[Lease]:
    """Take a job up and give it back: done, stopped, or failed by what is raised. Raises JobBusyError."""
    _take(job)
    lease = Lease(job)
    try:
        with held(job.pk):
            yield lease
        lease.end(JobState.DONE if lease.is_done else JobState.STOPPED)
    except JobBusyError:
        raise  # whoever has it by now says how it ends
    except Exception as error:
        lease.end(JobState.FAILED, f"{type(error).__name__}: {error}")
        raise


def _take(job: ImportJob) -> None:
    now = timezone.now()
    state = JobState.FINISHING if job.phase else JobState.RUNNING
    mine = ImportJob.objects.filter(is_free() | ~Q(state__in=AT_WORK), pk=job.pk, state__in=OPEN)
    if not mine.update(state=state, seen_at=now, started_at=job.started_at or now, stop_asked=False, error=""):
        raise JobBusyError
    job.refresh_from_db()


@contextmanager
def held(number: int) -> Iterator[None]:
    """Keep others from taking the job up while this process lives: a thread renews its lease."""
    ended = threading.Event()
    thread = threading.Thread(target=_beat, args=[number, ended], name=f"import-{number}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(number: int, ended: threading.Event) -> None:
    while not ended.wait(BEAT_SECONDS):
        try:
            renew(number)
        except DatabaseError:  # it is busy: the next beat comes in time
            logger.debug("The lease of import %s was not renewed.", number, exc_info=True)
        finally:
            connection.close()


def is_free() -> Q:
    """Match the jobs that nobody has, or whose lease has run out."""
    return Q(seen_at__isnull=True) | Q(seen_at__lt=timezone.now() - LEASE)


def renew(number: int) -> None:
    """Say that a job is still run; nothing of one that has ended."""
    at_work = ImportJob.objects.filter(pk=number, state__in=AT_WORK)
    at_work.filter(seen_at__isnull=False).update(seen_at=timezone.now())


def cause_of(job: ImportJob) -> str:
    """Name a job where it is asked why something was rendered."""
    return f"import {job.pk}"


def hold(job: ImportJob) -> None:
    """Let the publisher wait for an import that touches the whole paper. It goes on by itself if the import dies."""
    if not job.is_delivery:
        hold_everything(cause_of(job), 2 * LEASE.total_seconds())


def let_go(job: ImportJob) -> None:
    """Let the publisher render what an import has touched."""
    if not job.is_delivery:
        release(cause_of(job))
