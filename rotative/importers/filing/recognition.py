"""Duplicate detection: which items of a batch are here already, by key or by text, and what became of them."""

from collections.abc import Sequence

from rotative.importers.filing.batch_items import BatchItem, Notes
from rotative.importers.filing.redirects import old_paths
from rotative.importers.filing.sources import SourceItem
from rotative.importers.models import ImportedItem, ImportJob, Outcome
from rotative.importers.story.stories import Note


def recognise(job: ImportJob, items: Sequence[SourceItem]) -> list[BatchItem]:
    """Say of each item of a batch what is to become of it."""
    known, same = known_items(job.site, items), _same_stories(job, items)
    return [_recognised(item, known.get(item.key), same) for item in items]


def known_items(site: str, items: Sequence[SourceItem]) -> dict[str, ImportedItem]:
    """Return what came in before from a site, by the keys of `items`."""
    rows = ImportedItem.objects.filter(site=site, key__in=[item.key for item in items]).select_related("page")
    return {imported.key: imported for imported in rows}


def _same_stories(job: ImportJob, items: Sequence[SourceItem]) -> dict[str, ImportedItem | None]:
    digests = {item.story_digest for item in items if item.story_digest}
    rows = ImportedItem.objects.filter(kind=job.kind, story_digest__in=digests).select_related("page")
    return {imported.story_digest: imported for imported in rows} if digests else {}


def _recognised(item: SourceItem, imported: ImportedItem | None, same: dict[str, ImportedItem | None]) -> BatchItem:
    if item.story is None:
        return BatchItem(item, Outcome.SKIPPED, item.refusal[:60])
    if imported is None and item.story_digest in same:
        recognised = _repeated(item, same[item.story_digest])
    else:
        if imported is None and item.story_digest:
            same[item.story_digest] = None
        recognised = BatchItem(item, outcome_of(item, imported), "", imported, notes=_notes_since(imported))
    recognised.old_paths = old_paths(item.story)
    return recognised


def _repeated(item: SourceItem, imported: ImportedItem | None) -> BatchItem:
    if imported is None:
        return BatchItem(item, Outcome.UNCHANGED, "same story")
    notes = [(Note.OTHER_CAPTURE, imported.source_name), *_notes_since(imported)]
    if imported.page is None:
        return BatchItem(item, Outcome.DELETED, "", imported, notes=notes)
    return BatchItem(item, Outcome.UNCHANGED, "same story", imported, notes=notes)


def outcome_of(item: SourceItem, imported: ImportedItem | None) -> Outcome:
    """Say what is to become of a story; captures that came in before there were jobs are known by their key."""
    if imported is None:
        return Outcome.IMPORTED
    if imported.page is None:
        return Outcome.DELETED
    if imported.digest == item.digest or (imported.job_id is None and imported.digest == imported.key):
        return Outcome.UNCHANGED
    return Outcome.KEPT if imported.page.latest_revision_id != imported.revision else Outcome.CHANGED


def _notes_since(imported: ImportedItem | None) -> Notes:
    """Say what the newsroom has done with a story since it came in."""
    if imported is None or imported.page is None:
        return Notes()
    notes, page = Notes(), imported.page
    # What came in before there were jobs has a version that nobody noted: its first.
    if page.latest_revision_id != imported.revision if imported.job_id else page.revisions.count() > 1:
        notes.append((Note.EDITED_SINCE, ""))
    if not page.live and page.first_published_at:
        notes.append((Note.WITHDRAWN, ""))
    return notes
