"""The background worker: a loop over periodic jobs (chores), with backoff. One that fails holds up no other."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import close_old_connections

from rotative.publishing import heartbeat
from rotative.publishing.backoff import exponential_backoff

logger = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 3600.0
LOOK_SECONDS = 0.5

Chore = Callable[[], int]


@dataclass
class _Turn:
    """When a chore is done next, and how often it has failed in a row."""

    every_seconds: float
    chore: Chore
    due_at: float = 0.0
    failures: int = 0


def run(chores: Sequence[tuple[float, Chore]], should_stop: Callable[[], bool]) -> None:
    """Do each chore as soon as its seconds have passed, until told to stop."""
    turns = [_Turn(seconds, chore) for seconds, chore in chores]
    while not should_stop():
        for turn in turns:
            heartbeat.note_progress()
            if turn.due_at <= time.monotonic() and not should_stop():
                _do(turn)
        time.sleep(LOOK_SECONDS)


def _do(turn: _Turn) -> None:
    close_old_connections()
    try:
        turn.chore()
    except Exception:
        turn.failures += 1
        pause = exponential_backoff(max(turn.every_seconds, 1.0), LONGEST_PAUSE_SECONDS, turn.failures + 1)
        logger.exception("A chore failed (%s); next try in %.0f s.", getattr(turn.chore, "__name__", turn.chore), pause)
    else:
        turn.failures, pause = 0, turn.every_seconds
    turn.due_at = time.monotonic() + pause
