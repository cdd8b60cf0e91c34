"""The background processes, publisher and worker. `rotative serve` runs both beside the web."""

import logging

from django.conf import settings

from rotative.accounts.chores import CHORES as ACCOUNTS
from rotative.comments.chores import CHORES
from rotative.content.chores import CHORES as CONTENT
from rotative.importers.filing.chores import CHORES as IMPORTS
from rotative.importers.wires.chores import CHORES as WIRES
from rotative.management import worker
from rotative.management.clock import Clock
from rotative.management.schedule import publish_due
from rotative.management.supervisor import Work
from rotative.publishing.leader_lock import AnotherPublisherError, sole_publisher
from rotative.publishing.processes import until_stopped
from rotative.publishing.publisher import Publisher, run
from rotative.publishing.renderers import InProcessRenderer, ProcessRenderer
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from rotative.publishing.waking import make_waker

logger = logging.getLogger(__name__)


def make_publisher(processes: int = 1) -> Publisher:
    """Make the publisher of this machine, with what is due at an hour as its ticks."""
    clock = Clock()

    def publish_what_is_due() -> None:
        if clock.is_trusted():
            publish_due()

    renderer = ProcessRenderer(processes) if processes > 1 else InProcessRenderer()
    return Publisher(Disk(Store(settings.STORE_ROOT)), ticks=[publish_what_is_due], renderer=renderer)


def publish(processes: int = 1) -> None:
    """Publish until SIGTERM, SIGINT or the death of the parent. Raises AnotherPublisherError when one is at work."""
    should_stop = until_stopped()
    with sole_publisher() as confirm:
        run(make_publisher(processes), make_waker(), should_stop, confirm)


def work() -> None:
    """Do the chores until SIGTERM, SIGINT or the death of the parent."""
    worker.run((*CHORES, *IMPORTS, *WIRES, *CONTENT, *ACCOUNTS), until_stopped())


def _publish_here() -> None:
    try:
        publish()
    except AnotherPublisherError:
        logger.warning("Another publisher is at work: this one waits for its end.")


# A step of the publisher is one of the loop, of the worker one chore: of those some may take long, and none for ever.
WORKS = {
    "rotative-publisher": Work(_publish_here, stuck_seconds=900.0),
    "rotative-worker": Work(work, stuck_seconds=3600.0),
}
