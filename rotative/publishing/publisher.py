"""The publisher: one event loop, which alone writes the store.

docs/explanation/publishing.md draws it and tells why it cannot lose an update; tests/properties/publisher_model.py
tries every interleaving of a small model of it.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

from django.db import DatabaseError, connection, connections
from django.utils import timezone

from rotative.publishing import heartbeat, marking, storing
from rotative.publishing.backoff import exponential_backoff
from rotative.publishing.builds import current_build
from rotative.publishing.identity import StoreMismatchError, claim
from rotative.publishing.leader_lock import AnotherPublisherError, Confirm
from rotative.publishing.models import PublisherState, StoredPage
from rotative.publishing.purge import Purger
from rotative.publishing.renderers import InProcessRenderer, Renderer
from rotative.publishing.scrub import Scrubber
from rotative.publishing.storing import Disk
from rotative.publishing.waking import Waker

logger = logging.getLogger(__name__)

Tick = Callable[[], object]

# Small enough that breaking news passes a running rebuild: what is new is drained after each slice.
SLICE_PAGES = 12
TICK_SECONDS = 1.0
ALIVE_SECONDS = 5.0
DISK_RETRY_SECONDS = (1.0, 60.0)
DATABASE_RETRY_SECONDS = (1.0, 30.0)
SETTLE_FILES = 2000


class Step(StrEnum):
    """A point of the loop that it has reached; a crash at any of them must lose nothing."""

    STARTED = "started"
    TICKED = "ticked"
    DRAINED = "drained"
    RENDERED = "rendered"
    STORED = "stored"
    APPLIED = "applied"
    PURGED = "purged"
    IDLE = "idle"


# Between which nothing is written.
ENDS_OF_A_TURN = (Step.PURGED, Step.IDLE)


class Publisher:
    """The loop, one step at a time: tests step it, let editors write in between, and drop it anywhere."""

    def __init__(
        self,
        disk: Disk,
        *,
        ticks: Sequence[Tick] = (),
        renderer: Renderer | None = None,
        purger: Purger | None = None,
        slice_pages: int = SLICE_PAGES,
    ) -> None:
        self.disk = disk
        self.ticks = ticks
        self.renderer = renderer or InProcessRenderer()
        self.purger = purger or Purger()
        self.scrubber = Scrubber(disk)
        self.slice_pages = slice_pages
        self.build = current_build()
        self.rendered = 0  # pages, in the last slice
        self._ticked_at = self._alive_at = float("-inf")
        self._disk_failures, self._disk_retry_at = 0, 0.0

    def steps(self) -> Iterator[Step]:
        """Run for ever; at IDLE nothing is left to do until somebody commits.

        Raises StoreMismatchError, before anything is written, when the store is not that of the database.
        """
        claim(self.disk.files)
        marking.mark_other_builds(self.build)
        yield Step.STARTED
        while True:
            yield from self.turn()

    def turn(self) -> Iterator[Step]:
        """Go through the loop once."""
        self._tick()
        yield Step.TICKED
        marking.drain()
        marking.mark_expired()
        yield Step.DRAINED
        outcomes = self._render(marking.next_stale(self.slice_pages))
        self.rendered = len(outcomes)
        if outcomes:
            yield Step.RENDERED
            storing.store_all(outcomes, self.build)
            yield Step.STORED
        self._apply()
        yield Step.APPLIED
        self.purger.send_due()
        yield Step.PURGED
        if not outcomes and not self._tidy():
            yield Step.IDLE

    def close(self) -> None:
        """Make durable what was applied, and let go of threads and processes."""
        self._to_disk(self.disk.settle)
        self.purger.close()
        self.renderer.close()

    def _render(self, pages: Sequence[StoredPage]) -> list[tuple[StoredPage, storing.Outcome]]:
        if not pages:
            return []
        found = self.renderer.render([page.path for page in pages])
        # A renderer may stop early, when a slice has taken its time: the others are still stale.
        return list(zip(pages, found, strict=False))

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._alive_at >= ALIVE_SECONDS:
            self._alive_at = now
            # The database may have been moved, restored or replaced meanwhile: the connection follows, and we look.
            if not connection.in_atomic_block:  # as it is in tests
                connection.close_if_unusable_or_obsolete()
            claim(self.disk.files)
            PublisherState.objects.update_or_create(pk=1, defaults={"seen_at": timezone.now()})
        if now - self._ticked_at < TICK_SECONDS:
            return
        self._ticked_at = now
        for tick in self.ticks:
            try:
                tick()
            except DatabaseError:
                raise
            except Exception:
                logger.exception("What was due at an hour failed; it is tried again.")

    def _apply(self) -> None:
        if time.monotonic() >= self._disk_retry_at:
            self._to_disk(self.disk.apply)
            if self.disk.unsettled >= SETTLE_FILES:
                self._to_disk(self.disk.settle)

    def _tidy(self) -> bool:
        """Do one piece of what can wait; tell whether there may be more."""
        if time.monotonic() < self._disk_retry_at:
            return False
        if self.disk.unsettled:
            self._to_disk(self.disk.settle)
        return storing.polish_one() or self._scrub()

    def _scrub(self) -> bool:
        more = False

        def step() -> None:
            nonlocal more
            more = self.scrubber.step()

        self._to_disk(step)
        return more

    def _to_disk(self, write: Callable[[], object]) -> None:
        """Write to the disk; when it is full or read-only, keep what stands there, say so, and try again later."""
        try:
            write()
        except OSError as error:
            self._disk_failures += 1
            self._disk_retry_at = time.monotonic() + exponential_backoff(*DISK_RETRY_SECONDS, self._disk_failures)
            logger.error("The page store cannot be written: %s", error)
            _note_disk_error(str(error))
        else:
            if self._disk_failures:
                self._disk_failures, self._disk_retry_at = 0, 0.0
                _note_disk_error("")


def _note_disk_error(error: str) -> None:
    PublisherState.objects.update_or_create(pk=1, defaults={"disk_error": error})


def run(publisher: Publisher, waker: Waker, should_stop: Callable[[], bool], confirm: Confirm) -> None:
    """Let the publisher work until it should stop. A database that does not answer, or is another's, is waited for.

    Before each turn `confirm` makes sure that no other publisher is at work; raises AnotherPublisherError when one is.
    """
    failures = 0
    while not should_stop():
        try:
            confirm()
            for step in publisher.steps():
                heartbeat.note_progress()
                failures = 0 if step is Step.PURGED else failures
                if should_stop():
                    break
                if step is Step.IDLE:
                    waker.wait(TICK_SECONDS)
                if step in ENDS_OF_A_TURN:
                    confirm()
        except AnotherPublisherError:
            raise
        except Exception as error:
            failures += 1
            pause = exponential_backoff(*DATABASE_RETRY_SECONDS, failures)
            if isinstance(error, StoreMismatchError):
                logger.error("The publisher writes nothing, and looks again in %.0f s. %s", pause, error)
            elif isinstance(error, DatabaseError):
                logger.error("The publisher goes on in %.0f s: the database says “%s”.", pause, error)
            else:
                logger.exception("The publisher failed; it goes on in %.0f s.", pause)
            connections.close_all()
            _pause(pause, should_stop)
    publisher.close()


def _pause(seconds: float, should_stop: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not should_stop():
        heartbeat.note_progress()
        time.sleep(0.1)


def publish_until_idle(publisher: Publisher) -> None:
    """Do everything that is to be done now; for commands and tests."""
    for step in publisher.steps():
        if step is Step.IDLE:
            return
