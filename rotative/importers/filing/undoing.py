"""Undo (roll back) a job: what it brought goes, what it changed is restored, what the newsroom has touched stays."""

from collections.abc import Callable
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_noop
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, ReferenceIndex, Revision

from rotative.comments.privacy import delete_all_on
from rotative.comments.queries import written_here
from rotative.content.models import Author, Edition, MediaFile, Picture, Section, Topic
from rotative.importers.filing.leases import AT_WORK, JobBusyError, hold, is_free, let_go
from rotative.importers.models import FetchedFile, ImportedItem, ImportJob, JobState, Line, Outcome
from rotative.progress import Tell, say_nothing
from rotative.publishing.writing import writing

CHUNK: Final = 50
UNDOING: Final = gettext_noop("Undoing")
MODELS: Final[dict[str, Any]] = {
    "picture": Picture,
    "media": MediaFile,
    "redirect": Redirect,
    "author": Author,
    "topic": Topic,
    "section": Section,
    "edition": Edition,
}
UNDOABLE: Final = (JobState.DONE, JobState.STOPPED, JobState.FAILED, JobState.UNDOING, *AT_WORK)


def undo(job: ImportJob, tell: Tell = say_nothing, should_stop: Callable[[], bool] = lambda: False) -> ImportJob:
    """Undo a job, or go on undoing it. Raises JobBusyError while somebody runs it, and for one that did nothing."""
    mine = ImportJob.objects.filter(is_free(), pk=job.pk, state__in=UNDOABLE)
    if not mine.update(state=JobState.UNDOING, seen_at=timezone.now()):
        raise JobBusyError
    job.refresh_from_db()
    lines = job.lines.filter(outcome__in=[Outcome.IMPORTED, Outcome.CHANGED], item__isnull=False).order_by("-number")
    total, done = lines.count(), 0
    while chunk := list(lines.select_related("item__page")[:CHUNK]):
        if should_stop():
            ImportJob.objects.filter(pk=job.pk).update(seen_at=None)
            return job
        with writing():
            for line in chunk:
                _undo_line(line)
            ImportJob.objects.filter(pk=job.pk).update(seen_at=timezone.now())
            hold(job)
        done += len(chunk)
        tell(UNDOING, done, total)
    with writing():
        _undo_names(job)
        job.lines.filter(outcome=Outcome.IMPORTED, item=None).update(outcome=Outcome.UNDONE)
        let_go(job)
        job.state, job.seen_at, job.ended_at = JobState.UNDONE, None, timezone.now()
        job.position, job.phase, job.cursor = 0, "", 0
        job.save()
    return job


def _undo_line(line: Line) -> None:
    item = line.item
    assert item is not None
    page = item.page
    if page is not None and page.latest_revision_id != item.revision:
        line.outcome, line.reason = Outcome.KEPT, "undo"
    elif page is not None and line.outcome == Outcome.IMPORTED and written_here().filter(article=page.pk).exists():
        line.outcome, line.reason = Outcome.KEPT, "readers"
    elif line.outcome == Outcome.IMPORTED:
        line.outcome, line.item = Outcome.UNDONE, None
        if page is not None:
            delete_all_on(page.pk)  # they came with it
            page.specific.delete()
        item.delete()
    else:
        _restore(item, page)
        line.outcome = Outcome.UNDONE
        line.reason = "restored"
    line.save(update_fields=["outcome", "reason", "item"])


def _restore(item: ImportedItem, page: Page | None) -> None:
    """Publish the version before the one that the job wrote."""
    if page is None:
        return
    before = Revision.page_revisions.filter(object_id=str(page.pk), pk__lt=item.revision or 0).order_by("-pk").first()
    if before is None:
        return
    restored = before.as_object().save_revision(changed=True)
    if page.live:
        restored.publish()
    # What the source says is not what is here now: the next run brings it again.
    item.digest, item.revision = "", Page.objects.values_list("latest_revision", flat=True).get(pk=page.pk)
    item.save(update_fields=["digest", "revision"])


def _undo_names(job: ImportJob) -> None:
    """Delete what the job made beside stories and nobody uses, the youngest first: a section stands below its desk."""
    for made in job.made.order_by("-pk"):
        model = MODELS.get(made.kind)
        row = model.objects.filter(pk=made.number).first() if model else None
        if row is not None and not _is_used(row):
            if isinstance(row, Picture | MediaFile):
                FetchedFile.objects.filter(**{made.kind: row}).delete()
            row.delete()
        made.delete()


def _is_used(row: Any) -> bool:
    if isinstance(row, Section | Edition) and (row.numchild or row.articles.exists()):
        return True
    if isinstance(row, Author | Topic):
        used = row.bylines if isinstance(row, Author) else row.articles
        if used.exists():
            return True
    return bool(ReferenceIndex.get_references_to(row).exists())
