"""The publisher's process, and the keeper that starts it again. `rotative serve` runs both."""

import logging
import multiprocessing
import os
import signal
import threading
from types import FrameType

import django
from django.conf import settings
from django.db import connections

from rotative.management.clock import Clock
from rotative.management.schedule import publish_due
from rotative.publishing.lock import AnotherPublisherError, sole_publisher
from rotative.publishing.pool import Here, Processes
from rotative.publishing.publisher import Publisher, run
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from rotative.publishing.waking import make_waker

logger = logging.getLogger(__name__)

RESTART_SECONDS = 3.0


def make_publisher(processes: int = 1) -> Publisher:
    """Make the publisher of this machine, with what is due at an hour as its ticks."""
    clock = Clock()

    def publish_what_is_due() -> None:
        if clock.is_trusted():
            publish_due()

    renderer = Processes(processes) if processes > 1 else Here()
    return Publisher(Disk(Store(settings.STORE_ROOT)), ticks=[publish_what_is_due], renderer=renderer)


def publish(processes: int = 1) -> None:
    """Publish until SIGTERM, SIGINT or the death of the parent. Raises AnotherPublisherError when one is at work."""
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    parent = os.getppid()

    def should_stop() -> bool:
        return stopped.is_set() or os.getppid() != parent

    with sole_publisher() as confirm:
        run(make_publisher(processes), make_waker(), should_stop, confirm)


def start() -> multiprocessing.Process:
    """Start a process that keeps the publisher running: one that dies is started again, until this process ends.

    The keeper is a process of its own, so that the server's process stays free of threads when it forks its workers.
    """
    # An SQLite connection that goes through a fork breaks the database: its locks do not.
    connections.close_all()
    keeper = multiprocessing.Process(target=_keep_running, name="rotative-keeper")
    keeper.start()
    return keeper


def _keep_running() -> None:
    django.setup()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    parent = os.getppid()
    while not stopped.is_set():
        loop = multiprocessing.Process(target=_publish_here, name="rotative-publisher")
        loop.start()
        while loop.is_alive() and not stopped.is_set():
            loop.join(0.5)
            if os.getppid() != parent:
                stopped.set()
        if stopped.is_set():
            loop.terminate()
            loop.join()
        else:
            logger.error("The publisher ended (code %s); it is started again.", loop.exitcode)
            stopped.wait(RESTART_SECONDS)


def _publish_here() -> None:
    try:
        publish()
    except AnotherPublisherError:
        logger.warning("Another publisher is at work: this one waits for its end.")
