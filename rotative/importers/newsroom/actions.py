"""What an editor may do with an import. Nothing is done here: the row is changed, and the worker acts on it."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Model, Q
from django.utils import timezone
from wagtail.log_actions import log

from rotative.comments.queries import written_here
from rotative.importers.filing.chores import BACKGROUND
from rotative.importers.filing.leases import AT_WORK, LEASE, is_free
from rotative.importers.models import CategoryTarget, ImportJob, JobState, Outcome

STOP: Final = "importers.stop"
GO_ON: Final = "importers.go_on"
UNDO: Final = "importers.undo"
CHOOSE: Final = "importers.choose"

RESTING: Final = (JobState.PLANNED, JobState.STOPPED, JobState.FAILED)
UNDOABLE: Final = (JobState.STOPPED, JobState.FAILED, JobState.DONE)


def is_dead(job: ImportJob) -> bool:
    """Tell whether whoever ran a job has not said so for too long."""
    return job.state in AT_WORK and (job.seen_at is None or job.seen_at < timezone.now() - LEASE)


def may_stop(job: ImportJob) -> bool:
    return job.state == JobState.WAITING or (job.state in AT_WORK and not is_dead(job) and not job.stop_asked)


def may_go_on(job: ImportJob) -> bool:
    return job.state in RESTING or is_dead(job)


def may_undo(job: ImportJob) -> bool:
    return job.state in UNDOABLE or is_dead(job)


@transaction.atomic
def stop(job: ImportJob, user: Any) -> bool:
    """Stop a job behind what it is writing, or before it begins; tell whether there was something to stop."""
    mine = ImportJob.objects.filter(pk=job.pk)
    stopped = mine.filter(state=JobState.WAITING).update(state=JobState.STOPPED)
    stopped = stopped or mine.filter(state__in=AT_WORK, stop_asked=False).update(stop_asked=True)
    return noted(job, STOP, user, stopped)


@transaction.atomic
def go_on(job: ImportJob, user: Any) -> bool:
    """Let a job wait for the worker; tell whether it could."""
    options = {**job.options, BACKGROUND: True}
    waiting = _at_rest(job, RESTING).update(state=JobState.WAITING, stop_asked=False, error="", options=options)
    return noted(job, GO_ON, user, waiting)


@transaction.atomic
def undo(job: ImportJob, user: Any) -> bool:
    """Let the worker take a job back; tell whether it could."""
    undoing = _at_rest(job, UNDOABLE).update(state=JobState.UNDOING, seen_at=None, stop_asked=False, error="")
    return noted(job, UNDO, user, undoing)


def _at_rest(job: ImportJob, states: tuple[JobState, ...]) -> Any:
    return ImportJob.objects.filter(Q(state__in=states) | (is_free() & Q(state__in=AT_WORK)), pk=job.pk)


def noted(row: Model, action: str, user: Any, changed: int) -> bool:
    """Log what somebody did, if it changed something; tell whether it did."""
    if changed:
        log(instance=row, action=action, user=user)
    return bool(changed)


@transaction.atomic
def choose_targets(job: ImportJob, rows: list[CategoryTarget], user: Any) -> None:
    """Keep what an editor decided of categories."""
    for row in rows:
        row.is_chosen = True
    CategoryTarget.objects.bulk_update(rows, ["becomes", "trail", "is_chosen"])
    log(instance=job, action=CHOOSE, user=user, data={"categories": [row.slug for row in rows]})


@dataclass(frozen=True)
class Forecast:
    """What an undo would do with articles and pages."""

    going: int
    restored: int
    staying: int


def foresee_undo(job: ImportJob) -> Forecast:
    """Count what would go, become what it was before, and stay because people have worked or commented on it."""
    lines = job.lines.filter(outcome__in=[Outcome.IMPORTED, Outcome.CHANGED], item__page__isnull=False)
    newest = "item__page__latest_revision"
    # In SQL nothing equals nothing: what came in new has no version, neither here nor there.
    untouched = lines.filter(
        Q(**{newest: F("item__revision")}) | Q(**{f"{newest}__isnull": True, "item__revision__isnull": True})
    )
    imported = untouched.filter(outcome=Outcome.IMPORTED)
    going = imported.exclude(item__page__in=written_here()).count()
    restored = untouched.filter(outcome=Outcome.CHANGED).count()
    return Forecast(going, restored, lines.count() - going - restored)
