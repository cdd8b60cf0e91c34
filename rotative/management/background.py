"""The background loop: what happens at an hour rather than at a click. `rotative serve` keeps it running."""

import logging
import multiprocessing
import os
import signal
import threading
import time
from types import FrameType

import django
from django.db import connections

from rotative.management.schedule import publish_due

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 10.0
RESTART_SECONDS = 3.0


def run() -> None:
    """Do what is due every ten seconds, until SIGTERM, SIGINT or the death of the parent."""
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    parent = os.getppid()
    while not stopped.is_set():
        work()
        _wait(stopped, parent)


def work() -> None:
    """Do once what is due. An error is logged; the next turn tries again."""
    try:
        publish_due()
    except Exception:
        logger.exception("The background loop failed; it goes on in %s seconds.", int(PAUSE_SECONDS))
    finally:
        # A connection that broke would stay broken: each turn opens its own.
        connections.close_all()


def _wait(stopped: threading.Event, parent: int) -> None:
    until = time.monotonic() + PAUSE_SECONDS
    while time.monotonic() < until and not stopped.wait(0.5):
        if os.getppid() != parent:
            stopped.set()


def start() -> multiprocessing.Process:
    """Start a process that keeps the loop running: a loop that dies is started again, until this process ends.

    The keeper is a process of its own, so that the server's process stays free of threads when it forks its workers.
    """
    keeper = multiprocessing.Process(target=_keep_running, name="rotative-background")
    keeper.start()
    return keeper


def _keep_running() -> None:
    django.setup()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    parent = os.getppid()
    while not stopped.is_set():
        loop = multiprocessing.Process(target=run, name="rotative-worker")
        loop.start()
        while loop.is_alive() and not stopped.is_set():
            loop.join(0.5)
            if os.getppid() != parent:
                stopped.set()
        if stopped.is_set():
            loop.terminate()
            loop.join()
        else:
            logger.error("The background loop ended (code %s); it is started again.", loop.exitcode)
            stopped.wait(RESTART_SECONDS)
