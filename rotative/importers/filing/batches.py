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
    job: ImportJob, names: Names, arrived: Sequence[SourceItem], found: KnownFiles, manners: Manners, first: int
) -> list[Line]:
    """File one batch inside the transaction of the caller; return its lines, numbered from `first`, written."""
    known = {
        item.key: item
        for item in ImportedItem.objects.filter(site=job.site, key__in=[one.key for one in arrived]).select_related(
            "page"
        )
    }
    stories = _known_stories(job, arrived)
    lines: dict[int, Line] = {}
    new: list[tuple[int, SourceItem, PlacedStory]] = []
    for place, one in enumerate(arrived):
        line = Line(job=job, number=first + place, key=one.key[:300], address=one.address[:1000], title=one.title[:255])
        line.report = one.report
        lines[place] = line
        if one.term:
            line.outcome, line.reason = _declare(names, one.term), one.term.kind
            continue
        if one.upload:
            _note_upload(line, one.upload, found)
            continue
        if one.story is None:
            line.outcome, line.reason = Outcome.SKIPPED, one.refusal[:60]
            continue
        _describe(line, one.story, found)
        if item := known.get(one.key):
            line.item = item
            line.outcome, line.reason = _bring_up_to_date(names, item, one, found, manners)
            line.report["notes"] = _notes_since(item)
        elif one.story_digest and one.story_digest in stories:
            line.item = item = stories[one.story_digest]
            is_gone = item is not None and item.page is None
            line.outcome, line.reason = (Outcome.DELETED, "") if is_gone else (Outcome.UNCHANGED, "same story")
            line.report["notes"] = [(Note.OTHER_CAPTURE, item.source_name), *_notes_since(item)] if item else []
        else:
            placed = _place(names, one.story, found, manners)
            line.report["notes"] = _notes_on(placed, names, manners)
            new.append((place, one, placed))
            if one.story_digest:
                stories[one.story_digest] = None
    _write_new(job, new, lines)
    Line.objects.bulk_create([lines[place] for place in sorted(lines)])
    return [lines[place] for place in sorted(lines)]


def _known_stories(job: ImportJob, arrived: Sequence[SourceItem]) -> dict[str, ImportedItem | None]:
    digests = {one.story_digest for one in arrived if one.story_digest}
    items = ImportedItem.objects.filter(kind=job.kind, story_digest__in=digests).select_related("page")
    return {item.story_digest: item for item in items} if digests else {}


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


def _note_upload(line: Line, upload: PictureAt | FileAt, found: KnownFiles) -> None:
    is_in = found.has(upload)
    line.reason = "picture" if isinstance(upload, PictureAt) else "media"
    line.outcome = Outcome.IMPORTED if is_in else Outcome.MISSING
    line.pictures, line.missing = int(is_in and isinstance(upload, PictureAt)), int(not is_in)
    if not is_in:
        line.report = {**line.report, "missing": [[upload.address[:500], found.reasons.get(upload.address, "")]]}


def _write_new(job: ImportJob, new: Sequence[tuple[int, SourceItem, PlacedStory]], lines: dict[int, Line]) -> None:
    if not new:
        return
    written = Batch([placed for _place, _one, placed in new]).add_all([placed for _place, _one, placed in new])
    items = [_item(job, one, done) for (_place, one, _placed), done in zip(new, written, strict=True)]
    ImportedItem.objects.bulk_create(items)
    if job.is_delivery:
        announce(Article.objects.filter(pk__in=[done.number for done in written]), cause_of(job))
    for (place, _one, placed), item, done in zip(new, items, written, strict=True):
        lines[place].item, lines[place].outcome = item, Outcome.IMPORTED
        lines[place].comments = done.comments
        if (slug := done.address.rstrip("/").rpartition("/")[2]) != slug_of(placed.story):
            lines[place].report["notes"].append((Note.ADDRESS_TAKEN, slug))
        if lost := len(placed.story.remarks) - done.comments:  # without a text, or below a page that takes none
            lines[place].report["left_out"]["lost comments"] = lost


def _item(job: ImportJob, one: SourceItem, done: WrittenPage) -> ImportedItem:
    return ImportedItem(
        kind=job.kind,
        site=job.site,
        key=one.key[:300],
        source_name=job.name[-255:],
        address=one.address[:1000],
        digest=one.digest,
        story_digest=one.story_digest,
        page_id=done.number,
        job=job,
    )


def _describe(line: Line, story: Story, found: KnownFiles) -> None:
    """Write into a line what was mended, doubted and left out, and which pictures are in."""
    shown = pictures_of(story.blocks, story.lead)
    wanted: list[PictureAt | FileAt] = [*shown, *files_of(story.blocks)]
    missing = [one.address for one in wanted if not found.has(one)]
    line.pictures, line.missing = sum(map(found.has, shown)), len(missing)
    line.comments = len(story.remarks)
    left_out = dict(list(story.left_out.items())[:LISTED])
    said = {remark.key for remark in story.remarks}
    if orphaned := sum(bool(remark.parent) and remark.parent not in said for remark in story.remarks):
        left_out["orphaned replies"] = orphaned
    kept = found.descriptions
    own = [one for one in shown if one.description and one.address in kept]
    if differ := sum(one.description != kept[one.address] for one in own):
        left_out["other descriptions"] = differ
    line.has_doubts = bool(story.doubts)
    line.report = {
        **line.report,
        "repairs": {repair.value: count for repair, count in story.repairs.items()},
        "doubts": [[doubt.value, text[:200]] for doubt, text in story.doubts[:LISTED]],
        "left_out": left_out,
        "missing": [[address[:500], found.reasons.get(address, "")] for address in missing[:LISTED]],
        "paths": old_paths(story)[:LISTED],
    }


def _place(names: Names, story: Story, found: KnownFiles, manners: Manners) -> PlacedStory:
    # A breadcrumb may lead through a country: that is an edition, not a section.
    lands = [title for title in story.sections if names.is_edition(title)]
    trail = [title for title in story.sections if title not in lands]
    country = story.country or (lands[0] if lands else "")
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
        other_editions=list({one.pk: one for one in others if one and one != edition}.values()),
        topics=list(topics.values()),
        bylines=_each_once(bylines),
        found=found,
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


def _notes_since(item: ImportedItem) -> Notes:
    """Say what the newsroom has done with a story since it came in."""
    notes, page = Notes(), item.page
    # What came in before there were jobs has a version that nobody noted: its first.
    if page and (page.latest_revision_id != item.revision if item.job_id else page.revisions.count() > 1):
        notes.append((Note.EDITED_SINCE, ""))
    if page and not page.live and page.first_published_at:
        notes.append((Note.WITHDRAWN, ""))
    return notes


def _each_once(bylines: Iterable[tuple[Any, str]]) -> list[tuple[Any, str]]:
    return list({(author.pk if author else 0, guest): (author, guest) for author, guest in bylines}.values())


def _bring_up_to_date(
    names: Names, item: ImportedItem, one: SourceItem, found: KnownFiles, manners: Manners
) -> tuple[Outcome, str]:
    """Write another version of a story that is here, unless the newsroom has touched it; say why it is refused."""
    if item.page is None:
        return Outcome.DELETED, ""
    if is_as_it_was(item, one):
        return Outcome.UNCHANGED, ""
    if item.page.latest_revision_id != item.revision:
        return Outcome.KEPT, ""
    assert one.story is not None
    page: Any = item.page.specific
    try:
        with transaction.atomic():
            _rewrite(page, _place(names, one.story, found, manners))
    except ValidationError as error:
        return Outcome.REFUSED, " ".join(error.messages)[:60]
    item.digest, item.revision = one.digest, Page.objects.values_list("latest_revision", flat=True).get(pk=page.pk)
    item.save(update_fields=["digest", "revision"])
    return Outcome.CHANGED, ""


def is_as_it_was(item: ImportedItem, one: SourceItem) -> bool:
    """Tell whether a source says what it said; captures that came in before there were jobs are known by their key."""
    return item.digest == one.digest or (item.job_id is None and item.digest == item.key)


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
        page.body = standing_body(story.key, story.blocks, placed.found)
    revision = page.save_revision(clean=True)
    is_withdrawn = not page.live and page.first_published_at is not None
    if story.state is State.LIVE and not is_withdrawn:
        revision.publish()


def _rewrite_article(article: Article, placed: PlacedStory) -> None:
    story = placed.story
    article.body = article_body(story.key, story.blocks, placed.found)
    article.kicker, article.standfirst = story.kicker[:120], story.standfirst[:600]
    article.edition = placed.edition
    article.other_editions, article.topics = placed.other_editions, placed.topics
    article.bylines = [Byline(author=author, guest=guest) for author, guest in placed.bylines]  # type: ignore[misc] # modelcluster takes them
    article.lead_image_id = placed.found.pictures.get(story.lead.address) if story.lead else None
    article.lead_caption = story.lead.caption[:300] if story.lead else ""
    published = moment_of(story.published) if story.state in DATED else None
    article.published_at, article.is_undated = published, published is None and story.state is State.LIVE
    article.comments_closed = story.comments_closed
