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

from django.db import DatabaseError, connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from rotative.importers.models import ImportJob, JobState
from rotative.publishing.invalidation import hold_everything, release
from rotative.publishing.writing import writing

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
BEAT_SECONDS: Final = 15.0
AT_WORK: Final = (JobState.RUNNING, JobState.FINISHING)
# What says how far a job is.
PLACE: Final = ("position", "phase", "cursor")


class JobBusyError(Exception):
    """Raised when somebody else is running a job, or it has ended."""


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


@contextmanager
def step(job: ImportJob, **changes: Any) -> Iterator[None]:
    """Take a job further in one transaction, whole or not at all, while the publisher waits. Raises JobBusyError.

    `changes` are fields of the job; the object has them when they are written.
    """
    with writing():
        if not held_by(job).update(seen_at=timezone.now(), **changes):
            raise JobBusyError
        yield
        hold(job)
    for name, value in changes.items():
        setattr(job, name, value)


def held_by(job: ImportJob) -> QuerySet[ImportJob]:
    """Return the row of a job if it is at work, and where this process left it."""
    return ImportJob.objects.filter(pk=job.pk, state__in=AT_WORK, **{name: getattr(job, name) for name in PLACE})
