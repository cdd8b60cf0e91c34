"""Poll one wire with backoff: ask for what is new, file it, and write down when to ask again.

A wire is claimed before it is asked, by one statement, so that two workers never ask at once. What its server said
(ETag, Last-Modified) is kept only when everything is filed: who dies in between is answered in full the next time.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from rotative.fetching import FetchError
from rotative.importers.errors import SourceRefusedError
from rotative.importers.feeds.feed import fetch_feed, stories_in
from rotative.importers.filing import jobs, leases
from rotative.importers.models import ImportJob, JobState, Wire
from rotative.importers.wires.deliveries import Delivery, fold, make_job, unfinished_job
from rotative.publishing.backoff import exponential_backoff

logger = logging.getLogger(__name__)

CLAIM: Final = timedelta(minutes=5)  # longer than any answer; who files for longer has the lease of the job
LONGEST_PAUSE: Final = timedelta(days=1)
LONGEST_WAIT: Final = timedelta(days=7)  # that a server may ask for
SOON: Final = timedelta(minutes=1)
GONE: Final = "status 410"
NO_SECTION: Final = "no section"
NOT_FILED: Final = "not filed"
LONGEST_STATE: Final = 500  # letters, above which what a server says is not kept


@dataclass(frozen=True)
class Claim:
    """The right to ask a wire, up to a moment. The moment is also what tells this claim from a later one."""

    wire: Wire
    until: datetime

    def settle(self, **values: Any) -> None:
        """Write down how it went; nothing when the wire was changed or claimed by somebody else since."""
        mine = Wire.objects.filter(pk=self.wire.pk, claimed_until=self.until)
        mine.update(claimed_until=None, asked_at=timezone.now(), **values)


def due() -> QuerySet[Wire]:
    """Return the wires that are to be asked, the one that has waited longest first."""
    now = timezone.now()
    is_free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    return Wire.objects.filter(is_free, is_on=True, next_ask_at__lte=now).order_by("next_ask_at", "pk")


def claim(wire: Wire) -> Claim | None:
    """Take a wire that is due; nothing when another process was quicker."""
    until = timezone.now() + CLAIM
    if not due().order_by().filter(pk=wire.pk).update(claimed_until=until):
        return None
    return Claim(Wire.objects.select_related("section__desk").get(pk=wire.pk), until)


def ask_next(should_stop: Callable[[], bool] = lambda: False, allow_private: bool = False) -> bool:
    """Ask the wire that has waited longest; tell whether there was one."""
    wire = due().first()
    if wire is None:
        return False
    if mine := claim(wire):
        ask(mine, should_stop, allow_private)
    return True


def ask(mine: Claim, should_stop: Callable[[], bool] = lambda: False, allow_private: bool = False) -> None:
    """Ask a wire that was claimed. Whatever goes wrong is written down, and it is asked again later and later."""
    wire = mine.wire
    try:
        values = _ask(wire, should_stop, allow_private)
    except FetchError as error:
        _fail(mine, str(error), error.wait_seconds)
    except SourceRefusedError as error:
        _fail(mine, error.reason.value)
    except leases.JobBusyError:
        mine.settle(next_ask_at=timezone.now() + SOON)  # what it brought before is still being filed, or taken back
    except Exception:
        logger.exception("What the wire %s brought was not filed.", wire.pk)
        _fail(mine, NOT_FILED)
    else:
        mine.settle(**values)


def _ask(wire: Wire, should_stop: Callable[[], bool], allow_private: bool) -> dict[str, Any]:
    """Ask and file; return what is to be written down."""
    if wire.section is None:
        raise FetchError(NO_SECTION)
    job = unfinished_job(wire)
    # What a job left half done is asked for in full.
    etag, modified = ("", "") if job else (wire.etag, wire.modified)
    fetched = fetch_feed(wire.address, etag, modified, allow_private)
    values = {
        "failures": 0,
        "problem": "",
        "answered_at": timezone.now(),
        "next_ask_at": timezone.now() + timedelta(minutes=wire.every_minutes),
    }
    if fetched.is_unchanged:
        return values
    delivery = Delivery(wire, stories_in(fetched), job)
    if (job or delivery.waiting) and not _file(job or make_job(wire), delivery, should_stop):
        # When the worker ends the next one goes on; what a person has stopped waits for its turn.
        return {"next_ask_at": timezone.now() if should_stop() else values["next_ask_at"]}
    said = ("", "") if delivery.is_partial else (_kept(fetched.etag), _kept(fetched.modified))
    return {**values, "etag": said[0], "modified": said[1], "seen": delivery.marks}


def _kept(said: str) -> str:
    """Return what a server says as it can be sent back, or nothing."""
    return said if len(said) <= LONGEST_STATE and said.isprintable() and said.isascii() else ""


def _file(job: ImportJob, delivery: Delivery, should_stop: Callable[[], bool]) -> bool:
    """Run the job that files a delivery; tell whether it came to its end."""
    job = jobs.run(job, delivery, should_stop=should_stop)
    if job.state != JobState.DONE:
        return False
    fold(delivery.wire, job.created_at)
    return True


def _fail(mine: Claim, word: str, wait_seconds: int = 0) -> None:
    wire = mine.wire
    pause = exponential_backoff(timedelta(minutes=wire.every_minutes), LONGEST_PAUSE, wire.failures + 1)
    wait = min(timedelta(seconds=wait_seconds), LONGEST_WAIT)
    mine.settle(
        problem=word[:60],
        failures=wire.failures + 1,
        next_ask_at=timezone.now() + max(pause, wait),
        # Who says that it has gone for good is not asked again.
        is_on=wire.is_on and word != GONE,
    )
