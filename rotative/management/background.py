"""The publisher's process and the worker's, and the keeper that starts them again. `rotative serve` runs all three."""

import logging
import multiprocessing
import time
from collections.abc import Callable

import django
from django.conf import settings
from django.db import connections

from rotative.accounts.chores import CHORES as ACCOUNTS
from rotative.comments.chores import CHORES
from rotative.importers.chores import CHORES as IMPORTS
from rotative.importers.processes import until_stopped
from rotative.importers.wires.chores import CHORES as WIRES
from rotative.management import worker
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
LOOK_SECONDS = 0.5


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
    should_stop = until_stopped()
    with sole_publisher() as confirm:
        run(make_publisher(processes), make_waker(), should_stop, confirm)


def work() -> None:
    """Do the chores until SIGTERM, SIGINT or the death of the parent."""
    worker.run((*CHORES, *IMPORTS, *WIRES, *ACCOUNTS), until_stopped())


def start() -> multiprocessing.Process:
    """Start a process that keeps publisher and worker running: one that dies is started again, until this one ends.

    The keeper is a process of its own, so that the server's process stays free of threads when it forks its workers.
    """
    # An SQLite connection that goes through a fork breaks the database: its locks do not.
    connections.close_all()
    keeper = multiprocessing.Process(target=_keep_running, name="rotative-keeper")
    keeper.start()
    return keeper


def _keep_running() -> None:
    django.setup()
    should_stop = until_stopped()
    kept = {name: _start(name) for name in LOOPS}
    while not should_stop():
        time.sleep(LOOK_SECONDS)
        for name, loop in kept.items():
            if not loop.is_alive() and not should_stop():
                logger.error("%s ended (code %s); it is started again.", name, loop.exitcode)
                time.sleep(RESTART_SECONDS)
                kept[name] = _start(name)
    for loop in kept.values():
        loop.terminate()
    for loop in kept.values():
        loop.join()


def _start(name: str) -> multiprocessing.Process:
    loop = multiprocessing.Process(target=LOOPS[name], name=name)
    loop.start()
    return loop


def _publish_here() -> None:
    try:
        publish()
    except AnotherPublisherError:
        logger.warning("Another publisher is at work: this one waits for its end.")


LOOPS: dict[str, Callable[[], None]] = {"rotative-publisher": _publish_here, "rotative-worker": work}
