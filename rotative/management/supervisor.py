"""The process supervisor: starts the processes of a service, and restarts whichever dies or hangs.

It is the first process of `rotative serve` and of `rotative web`, does nothing else, and takes all others with it when
it dies: systemd, or whoever started it, sees a service that has ended. Nothing of it can go on unseen.
"""

import ctypes
import logging
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

from rotative.publishing import heartbeat
from rotative.publishing.backoff import exponential_backoff

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.2
# A process that is stopped, or whose interpreter is, does not beat. The busiest machine lets one through in that time.
SILENT_SECONDS: Final = 20.0
# What lived as long is started again at once, what dies young after a pause.
YOUNG_SECONDS: Final = 10.0
PAUSE_SECONDS: Final = (0.5, 4.0)
MOST_DEATHS: Final = 8  # of a vital process in a row, each young
STOP_SECONDS: Final = 15.0
WATCHDOG_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Work:
    """What a process does, until it is told to stop."""

    do: Callable[[], None]
    # How long a step of it may take; it is killed and started again when one takes longer.
    stuck_seconds: float = float("inf")
    # Without it there is no service: when it cannot be children, all ends with an error.
    is_vital: bool = False


@dataclass
class _Child:
    """A process that is supervised."""

    name: str
    work: Work
    process: multiprocessing.Process | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    deaths: int = field(default=0)  # in a row, each young

    def start(self, watchdog: heartbeat.Watchdog) -> None:
        self.process = multiprocessing.Process(target=_do, args=(self.name, self.work), name=self.name)
        self.process.start()
        self.started_at = time.monotonic()
        watchdog.expect(self.process.pid or 0)

    def is_alive(self) -> bool:
        return self.process is not None and self.process.is_alive()

    def note_death(self) -> None:
        now = time.monotonic()
        self.deaths = self.deaths + 1 if now - self.started_at < YOUNG_SECONDS else 0
        self.start_at = now + (exponential_backoff(*PAUSE_SECONDS, self.deaths) if self.deaths else 0.0)
        code = self.process.exitcode if self.process else None
        logger.error("%s ended (code %s); it is started again.", self.name, code)
        self.process = None


def supervise(works: Mapping[str, Work], is_ready: Callable[[], bool]) -> None:
    """Do all works, each in a process, until SIGTERM or Ctrl-C. `is_ready` is asked until it says so.

    Ends with 1 when a vital work dies again and again.
    """
    should_stop = _until_stopped()
    end_children_with_this_process()
    watchdog = heartbeat.Watchdog()
    children = [_Child(name, work) for name, work in works.items()]
    try:
        _watch(children, watchdog, is_ready, should_stop)
    finally:
        heartbeat.tell_systemd("STOPPING=1")
        _stop([child.process for child in children if child.process])


def _watch(
    children: list[_Child], watchdog: heartbeat.Watchdog, is_ready: Callable[[], bool], should_stop: Callable[[], bool]
) -> None:
    said_ready, tell_at = False, 0.0
    while not should_stop():
        for child in children:
            if child.process is not None and not child.process.is_alive():
                child.note_death()
                if child.work.is_vital and child.deaths >= MOST_DEATHS:
                    logger.error("%s cannot be kept; everything ends.", child.name)
                    sys.exit(1)
            if child.process is None and time.monotonic() >= child.start_at:
                child.start(watchdog)
        for number in watchdog.listen(SILENT_SECONDS):
            logger.error("Process %s has not been heard of for %.0f s; it was killed.", number, SILENT_SECONDS)
        if not said_ready and is_ready():
            said_ready = True
            heartbeat.tell_systemd("READY=1")
        if time.monotonic() >= tell_at:
            tell_at = time.monotonic() + WATCHDOG_SECONDS
            heartbeat.tell_systemd("WATCHDOG=1")
        time.sleep(LOOK_SECONDS)


def _stop(processes: list[multiprocessing.Process]) -> None:
    until = time.monotonic() + STOP_SECONDS
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()


def _do(name: str, work: Work) -> None:
    with suppress(OSError):  # for those who look at the processes of a machine
        Path("/proc/self/comm").write_text(name)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)  # until the work sets its own
    heartbeat.start(work.stuck_seconds)
    work.do()


def _until_stopped() -> Callable[[], bool]:
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return lambda: stopped


def end_children_with_this_process() -> None:
    """Let processes forked from now on, and those that they fork, be killed when their parent dies, even if stopped."""
    if sys.platform != "linux":
        return
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG of prctl(2)
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def note_parent() -> None:
        nonlocal parent
        parent = os.getpid()

    def follow_parent() -> None:
        prctl(set_parent_death_signal, signal.SIGKILL)
        if os.getppid() != parent:  # it died before
            os._exit(1)

    os.register_at_fork(before=note_parent, after_in_child=follow_parent)
