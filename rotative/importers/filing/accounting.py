"""Audit log of a batch: a line for each item, with what was mended, doubted, left out and missing."""

from collections.abc import Sequence
from typing import Any

from rotative.importers.filing.batch_items import BatchItem
from rotative.importers.filing.bodies import wanted_by
from rotative.importers.models import ImportJob, Line, Outcome
from rotative.importers.story.stories import FileAt, KnownFiles, PictureAt, Story

LISTED = 50  # of a kind of remark, the account keeps this many


def account(job: ImportJob, batch: Sequence[BatchItem], known_files: KnownFiles, first: int) -> None:
    """Write the lines of a batch, numbered from `first`."""
    Line.objects.bulk_create([_line(job, one, known_files, first + place) for place, one in enumerate(batch)])


def _line(job: ImportJob, one: BatchItem, known_files: KnownFiles, number: int) -> Line:
    item = one.item
    line = Line(job=job, number=number, key=item.key[:300], address=item.address[:1000], title=item.title[:255])
    line.outcome, line.reason, line.item, line.report = one.outcome, one.reason, one.imported, item.report
    if item.term:
        line.reason = item.term.kind
    elif item.upload:
        _note_upload(line, item.upload, known_files)
    elif item.story:
        missing = [file.address for file in wanted_by(item.story) if not known_files.has(file)]
        line.pictures, line.missing = sum(map(known_files.has, item.story.pictures)), len(missing)
        line.comments = len(item.story.remarks) if one.comments is None else one.comments
        line.has_doubts = bool(item.story.doubts)
        line.report = {**item.report, **_report(one, item.story, known_files, missing[:LISTED])}
    return line


def _note_upload(line: Line, upload: PictureAt | FileAt, known_files: KnownFiles) -> None:
    is_in = known_files.has(upload)
    line.reason = "picture" if isinstance(upload, PictureAt) else "media"
    line.outcome = Outcome.IMPORTED if is_in else Outcome.MISSING
    line.pictures, line.missing = int(is_in and isinstance(upload, PictureAt)), int(not is_in)
    if not is_in:
        line.report = {**line.report, "missing": [[upload.address[:500], known_files.reasons.get(upload.address, "")]]}


def _report(one: BatchItem, story: Story, known_files: KnownFiles, missing: Sequence[str]) -> dict[str, Any]:
    return {
        "repairs": {repair.value: count for repair, count in story.repairs.items()},
        "doubts": [[doubt.value, text[:200]] for doubt, text in story.doubts[:LISTED]],
        "left_out": _left_out(one, story, known_files),
        "missing": [[address[:500], known_files.reasons.get(address, "")] for address in missing],
        "paths": one.old_paths[:LISTED],
        "notes": one.notes,
    }


def _left_out(one: BatchItem, story: Story, known_files: KnownFiles) -> dict[str, int]:
    said = {remark.key for remark in story.remarks}
    kept = known_files.descriptions
    own = [file for file in story.pictures if file.description and file.address in kept]
    counts = {
        "orphaned replies": sum(bool(remark.parent) and remark.parent not in said for remark in story.remarks),
        "other descriptions": sum(file.description != kept[file.address] for file in own),
        # Without a text, or below a page that takes none.
        "lost comments": 0 if one.comments is None else len(story.remarks) - one.comments,
    }
    return dict(list(story.left_out.items())[:LISTED]) | {name: count for name, count in counts.items() if count}
