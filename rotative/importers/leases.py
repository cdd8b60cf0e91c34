"""Who runs a job says so every few seconds, also while an old site lets its pictures wait for minutes."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, connection
from django.utils import timezone

from rotative.importers.models import ImportJob, JobState

logger = logging.getLogger(__name__)

BEAT_SECONDS: Final = 15.0


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


def renew(number: int) -> None:
    """Say that a job is still run; nothing of one that has ended."""
    at_work = ImportJob.objects.filter(pk=number, state__in=[JobState.RUNNING, JobState.FINISHING])
    at_work.filter(seen_at__isnull=False).update(seen_at=timezone.now())
