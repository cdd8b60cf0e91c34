"""Idempotent upsert of a batch: each item is new, a duplicate, brought up to date, or left alone.

One batch is one transaction: rows, lines of the account book, how far the job is. A process that dies in between has
done all of a batch or nothing of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Page

from rotative.content.models import Article, Byline, StandingPage
from rotative.content.models.listings import announce
from rotative.importers.filing.bodies import article_body, files_of, pictures_of, standing_body
from rotative.importers.filing.leases import cause_of
from rotative.importers.filing.naming import Names, titles_of
from rotative.importers.filing.rows import DATED, Batch, PlacedStory, WrittenPage, moment_of, old_paths, slug_of
from rotative.importers.filing.sources import Manners, NamedTerm, SourceItem
from rotative.importers.models import ImportedItem, ImportJob, Line, Outcome
from rotative.importers.story.stories import FileAt, KnownFiles, Note, PictureAt, State, Story

LISTED = 50  # of a kind of remark, the account keeps this many


def file_batch(
    job: ImportJob, names: Names, items: Sequence[SourceItem], known_files: KnownFiles, manners: Manners, first: int
) -> list[Line]:
    """File one batch inside the transaction of the caller; return its lines, numbered from `first`, written."""
    rows = ImportedItem.objects.filter(site=job.site, key__in=[item.key for item in items]).select_related("page")
    known = {imported.key: imported for imported in rows}
    stories = _known_stories(job, items)
    lines: dict[int, Line] = {}
    new: list[tuple[int, SourceItem, PlacedStory]] = []
    for place, item in enumerate(items):
        line = Line(
            job=job, number=first + place, key=item.key[:300], address=item.address[:1000], title=item.title[:255]
        )
        line.report = item.report
        lines[place] = line
        if item.term:
            line.outcome, line.reason = _declare(names, item.term), item.term.kind
            continue
        if item.upload:
            _note_upload(line, item.upload, known_files)
            continue
        if item.story is None:
            line.outcome, line.reason = Outcome.SKIPPED, item.refusal[:60]
            continue
        _describe(line, item.story, known_files)
        if imported := known.get(item.key):
            line.item = imported
            line.outcome, line.reason = _bring_up_to_date(names, imported, item, known_files, manners)
            line.report["notes"] = _notes_since(imported)
        elif item.story_digest and item.story_digest in stories:
            line.item = imported = stories[item.story_digest]
            is_gone = imported is not None and imported.page is None
            line.outcome, line.reason = (Outcome.DELETED, "") if is_gone else (Outcome.UNCHANGED, "same story")
            other = [(Note.OTHER_CAPTURE, imported.source_name), *_notes_since(imported)] if imported else []
            line.report["notes"] = other
        else:
            placed = _place(names, item.story, known_files, manners)
            line.report["notes"] = _notes_on(placed, names, manners)
            new.append((place, item, placed))
            if item.story_digest:
                stories[item.story_digest] = None
    _write_new(job, new, lines)
    Line.objects.bulk_create([lines[place] for place in sorted(lines)])
    return [lines[place] for place in sorted(lines)]


def _known_stories(job: ImportJob, items: Sequence[SourceItem]) -> dict[str, ImportedItem | None]:
    digests = {item.story_digest for item in items if item.story_digest}
    imported_items = ImportedItem.objects.filter(kind=job.kind, story_digest__in=digests).select_related("page")
    return {imported.story_digest: imported for imported in imported_items} if digests else {}


def _declare(names: Names, declared: NamedTerm) -> Outcome:
    """Make what a source names, unless it is here."""
    made = len(names.made)
    match declared.kind:
        case "section":
            section = names.section(declared.names)
            if len(names.made) > made and declared.description and not section.description:
                section.description = declared.description
                section.save()
        case "edition":
            names.edition(declared.names[0], make=True)
        case "topic":
            names.topic(declared.names[0], declared.description)
        case "author":
            names.author(declared.names[0], make=True)
    return Outcome.IMPORTED if len(names.made) > made else Outcome.UNCHANGED


def _note_upload(line: Line, upload: PictureAt | FileAt, known_files: KnownFiles) -> None:
    is_in = known_files.has(upload)
    line.reason = "picture" if isinstance(upload, PictureAt) else "media"
    line.outcome = Outcome.IMPORTED if is_in else Outcome.MISSING
    line.pictures, line.missing = int(is_in and isinstance(upload, PictureAt)), int(not is_in)
    if not is_in:
        line.report = {**line.report, "missing": [[upload.address[:500], known_files.reasons.get(upload.address, "")]]}


def _write_new(job: ImportJob, new: Sequence[tuple[int, SourceItem, PlacedStory]], lines: dict[int, Line]) -> None:
    if not new:
        return
    written = Batch([placed for _place, _one, placed in new]).add_all([placed for _place, _one, placed in new])
    imported_items = [_item(job, item, done) for (_place, item, _placed), done in zip(new, written, strict=True)]
    ImportedItem.objects.bulk_create(imported_items)
    if job.is_delivery:
        announce(Article.objects.filter(pk__in=[done.number for done in written]), cause_of(job))
    for (place, _one, placed), imported, done in zip(new, imported_items, written, strict=True):
        lines[place].item, lines[place].outcome = imported, Outcome.IMPORTED
        lines[place].comments = done.comments
        if (slug := done.address.rstrip("/").rpartition("/")[2]) != slug_of(placed.story):
            lines[place].report["notes"].append((Note.ADDRESS_TAKEN, slug))
        if lost := len(placed.story.remarks) - done.comments:  # without a text, or below a page that takes none
            lines[place].report["left_out"]["lost comments"] = lost


def _item(job: ImportJob, item: SourceItem, done: WrittenPage) -> ImportedItem:
    return ImportedItem(
        kind=job.kind,
        site=job.site,
        key=item.key[:300],
        source_name=job.name[-255:],
        address=item.address[:1000],
        digest=item.digest,
        story_digest=item.story_digest,
        page_id=done.number,
        job=job,
    )


def _describe(line: Line, story: Story, known_files: KnownFiles) -> None:
    """Write into a line what was mended, doubted and left out, and which pictures are in."""
    shown = pictures_of(story.blocks, story.lead)
    wanted: list[PictureAt | FileAt] = [*shown, *files_of(story.blocks)]
    missing = [file.address for file in wanted if not known_files.has(file)]
    line.pictures, line.missing = sum(map(known_files.has, shown)), len(missing)
    line.comments = len(story.remarks)
    left_out = dict(list(story.left_out.items())[:LISTED])
    said = {remark.key for remark in story.remarks}
    if orphaned := sum(bool(remark.parent) and remark.parent not in said for remark in story.remarks):
        left_out["orphaned replies"] = orphaned
    kept = known_files.descriptions
    own = [file for file in shown if file.description and file.address in kept]
    if differ := sum(file.description != kept[file.address] for file in own):
        left_out["other descriptions"] = differ
    line.has_doubts = bool(story.doubts)
    line.report = {
        **line.report,
        "repairs": {repair.value: count for repair, count in story.repairs.items()},
        "doubts": [[doubt.value, text[:200]] for doubt, text in story.doubts[:LISTED]],
        "left_out": left_out,
        "missing": [[address[:500], known_files.reasons.get(address, "")] for address in missing[:LISTED]],
        "paths": old_paths(story)[:LISTED],
    }


def _place(names: Names, story: Story, known_files: KnownFiles, manners: Manners) -> PlacedStory:
    # A breadcrumb may lead through a country: that is an edition, not a section.
    lands = [title for title in story.sections if names.is_edition(title)]
    trail = [title for title in story.sections if title not in lands]
    country = manners.country or story.country or (lands[0] if lands else "")
    edition = names.edition(country, make=manners.makes_editions) if country else None
    others = [names.edition(name, make=manners.makes_editions) for name in story.other_countries]
    bylines = []
    for name in story.bylines:
        author = names.author(name, make=manners.makes_authors)
        bylines.append((author, "") if author else (None, name[:160]))
    topics = {topic.pk: topic for topic in map(names.topic, story.topics) if topic}
    return PlacedStory(
        story=replace(story, state=State.DRAFT) if manners.makes_drafts else story,
        trail=trail,
        country=country,
        section=None if story.is_standing else names.section(trail),
        edition=edition,
        other_editions=list({other.pk: other for other in others if other and other != edition}.values()),
        topics=list(topics.values()),
        bylines=_each_once(bylines),
        known_files=known_files,
    )


Notes = list[tuple[Note, str]]


def _notes_on(placed: PlacedStory, names: Names, manners: Manners) -> Notes:
    """Say what could not be filed as the source has it."""
    story, notes = placed.story, Notes()
    if placed.section and (refused := names.refused.get(titles_of(placed.trail))):
        notes.append((Note.SECTION_REFUSED, refused))
    if placed.country and placed.edition is None:
        notes.append((Note.EDITION_UNKNOWN, placed.country))
    elif placed.edition is None and manners.wants_edition:
        notes.append((Note.EDITION_OPEN, ""))
    if story.published and story.published.at is None:
        notes.append((Note.HOUR_UNKNOWN, ""))
    return notes


def _notes_since(imported: ImportedItem) -> Notes:
    """Say what the newsroom has done with a story since it came in."""
    notes, page = Notes(), imported.page
    # What came in before there were jobs has a version that nobody noted: its first.
    if page and (page.latest_revision_id != imported.revision if imported.job_id else page.revisions.count() > 1):
        notes.append((Note.EDITED_SINCE, ""))
    if page and not page.live and page.first_published_at:
        notes.append((Note.WITHDRAWN, ""))
    return notes


def _each_once(bylines: Iterable[tuple[Any, str]]) -> list[tuple[Any, str]]:
    return list({(author.pk if author else 0, guest): (author, guest) for author, guest in bylines}.values())


def _bring_up_to_date(
    names: Names, imported: ImportedItem, item: SourceItem, known_files: KnownFiles, manners: Manners
) -> tuple[Outcome, str]:
    """Write another version of a story that is here, unless the newsroom has touched it; say why it is refused."""
    if imported.page is None:
        return Outcome.DELETED, ""
    if is_as_it_was(imported, item):
        return Outcome.UNCHANGED, ""
    if imported.page.latest_revision_id != imported.revision:
        return Outcome.KEPT, ""
    assert item.story is not None
    page: Any = imported.page.specific
    try:
        with transaction.atomic():
            _rewrite(page, _place(names, item.story, known_files, manners))
    except ValidationError as error:
        return Outcome.REFUSED, " ".join(error.messages)[:60]
    imported.digest = item.digest
    imported.revision = Page.objects.values_list("latest_revision", flat=True).get(pk=page.pk)
    imported.save(update_fields=["digest", "revision"])
    return Outcome.CHANGED, ""


def is_as_it_was(imported: ImportedItem, item: SourceItem) -> bool:
    """Tell whether a source says what it said; captures that came in before there were jobs are known by their key."""
    return imported.digest == item.digest or (imported.job_id is None and imported.digest == imported.key)


def _rewrite(page: Article | StandingPage, placed: PlacedStory) -> None:
    story = placed.story
    # The version that was there stays in the history, for those who undo the job.
    if page.latest_revision_id is None:
        page.save_revision(changed=False)
        page.refresh_from_db()
    page.title, page.search_description = story.headline, story.description
    if isinstance(page, Article):
        _rewrite_article(page, placed)
    else:
        page.body = standing_body(story.key, story.blocks, placed.known_files)
    revision = page.save_revision(clean=True)
    is_withdrawn = not page.live and page.first_published_at is not None
    if story.state is State.LIVE and not is_withdrawn:
        revision.publish()


def _rewrite_article(article: Article, placed: PlacedStory) -> None:
    story = placed.story
    article.body = article_body(story.key, story.blocks, placed.known_files)
    article.kicker, article.standfirst = story.kicker[:120], story.standfirst[:600]
    article.edition = placed.edition
    article.other_editions, article.topics = placed.other_editions, placed.topics
    article.bylines = [Byline(author=author, guest=guest) for author, guest in placed.bylines]  # type: ignore[misc] # modelcluster takes them
    article.lead_image_id = placed.known_files.pictures.get(story.lead.address) if story.lead else None
    article.lead_caption = story.lead.caption[:300] if story.lead else ""
    published = moment_of(story.published) if story.state in DATED else None
    article.published_at, article.is_undated = published, published is None and story.state is State.LIVE
    article.comments_closed = story.comments_closed
