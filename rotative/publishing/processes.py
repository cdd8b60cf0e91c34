"""On-demand worker processes: they begin when there is something to do and end with it, and give memory back.

The worker's other chores take a second, an import takes hours, and a server that does not answer half a minute: none
may hold up another. Nor may one wire hold up all: some of them are asked at a time, by processes of their own.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import django
from django.db import connections

from rotative.publishing import heartbeat

ShouldStop = Callable[[], bool]


@dataclass
class WorkApart:
    """Work for processes of its own, of which there are `most` at a time on a machine."""

    name: str
    is_due: Callable[[], bool]
    do_next: Callable[[ShouldStop], bool]  # tells whether there was something
    most: int = 1
    _processes: "list[multiprocessing.Process]" = field(default_factory=list, init=False)

    def start(self) -> int:
        """Start a process unless they are all at work or nothing is due; return how many were started."""
        self._processes = [process for process in self._processes if process.is_alive()]
        if len(self._processes) >= self.most or not self.is_due():
            return 0
        # An SQLite connection that goes through a fork breaks the database: its locks do not.
        connections.close_all()
        # A daemon is told to stop when the worker ends.
        process = multiprocessing.Process(target=self.do_all, name=self.name, daemon=True)
        process.start()
        self._processes.append(process)
        return 1

    def do_all(self) -> None:
        """Do what is due, in this process, until there is nothing more or it is to stop."""
        django.setup()
        heartbeat.start()
        should_stop = until_stopped()
        while not should_stop() and self.do_next(should_stop):
            pass


def until_stopped() -> ShouldStop:
    """Return what tells whether to stop: a signal has come, or the parent has gone."""
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    parent = os.getppid()
    return lambda: stopped.is_set() or os.getppid() != parent
