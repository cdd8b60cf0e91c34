"""Wires in the background: asked by a process of its own, which begins when one is due and ends with the last.

A server that does not answer takes half a minute, and an import takes hours: neither may hold up the other.
"""

import multiprocessing
from collections.abc import Callable
from typing import Final

import django
from django.db import connections

from rotative.importers.chores import until_stopped
from rotative.importers.wires import asking

LOOK_SECONDS: Final = 2

_process: "multiprocessing.Process | None" = None


def ask_wires() -> int:
    """Start a process that asks the wires that are due, unless one is at work; return how many were started."""
    global _process
    if (_process is not None and _process.is_alive()) or not asking.due().exists():
        return 0
    # An SQLite connection that goes through a fork breaks the database: its locks do not.
    connections.close_all()
    # A daemon is told to stop when the worker ends.
    _process = multiprocessing.Process(target=_work, name="rotative-wires", daemon=True)
    _process.start()
    return 1


def _work() -> None:
    django.setup()
    should_stop = until_stopped()
    while not should_stop() and asking.ask_next(should_stop):
        pass


# By the seconds after which each is done again.
CHORES: tuple[tuple[float, Callable[[], int]], ...] = ((LOOK_SECONDS, ask_wires),)
