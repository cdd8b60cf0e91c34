"""File what was read from a source into the newspaper: its sections, its article, and a line in the account.

One transaction a source: it is in whole, or nothing of it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import Page

from rotative.content import actions
from rotative.content.models import Article, Byline, Edition, Home, Newspaper, Section
from rotative.content.slugs import slug_from
from rotative.importers.bodies import article_body
from rotative.importers.captures.reading import Capture, OtherStory, as_story
from rotative.importers.captures.vocabulary import key_of
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.models import ImportedItem, SourceKind
from rotative.importers.naming import UNFILED
from rotative.importers.rows import moment_of, slug_of
from rotative.importers.story.stories import Found, Moment, Story
from rotative.publishing.writing import writing

LISTED = 50  # the account keeps this many doubts and other stories of one source, and the count of all


class Outcome(StrEnum):
    """What became of a source."""

    IMPORTED = "imported"
    ALREADY_HERE = "already here"
    DELETED_SINCE = "deleted since"


class Note(StrEnum):
    """What happened on the way that the capture could not know."""

    PAPER_FOUNDED = "paper founded"
    SECTION_REFUSED = "section refused"
    EDITION_UNKNOWN = "edition unknown"
    EDITION_OPEN = "edition open"
    ADDRESS_TAKEN = "address taken"
    HOUR_UNKNOWN = "hour unknown"
    DATE_IN_FUTURE = "date in future"
    EDITED_SINCE = "edited since"
    WITHDRAWN = "withdrawn"
    OTHER_CAPTURE = "other capture"


@dataclass(frozen=True)
class Filed:
    """What became of one source, for the report."""

    outcome: Outcome
    article: Article | None = None
    trail: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    notes: tuple[tuple[Note, str], ...] = ()


@dataclass(frozen=True)
class Desk:
    """Where an article is filed, and what had to be made for it."""

    section: Section
    trail: tuple[str, ...]
    made: tuple[str, ...] = ()
    notes: tuple[tuple[Note, str], ...] = ()


def known_sections() -> list[str]:
    """Return the names of the paper's sections, for reading breadcrumbs."""
    return list(Section.objects.order_by("path").values_list("title", flat=True))


def find_edition(name: str) -> Edition | None:
    """Find an edition by its title or its address."""
    return next(
        (
            edition
            for edition in Edition.objects.order_by("path")
            if key_of(name) in {key_of(edition.title), edition.slug}
        ),
        None,
    )


def file_capture(capture: Capture, source_name: str, edition: Edition | None = None) -> Filed:
    """Publish a captured page as an article, unless it is here already. `edition` wins over what the page says.

    Raises SourceRefusedError when the paper does not accept the article; nothing of it is kept then.
    """
    try:
        with writing():
            return _find_filed(capture, source_name) or _file_new(capture, source_name, edition)
    except IntegrityError:
        # Another process filed the same source between our look and our write.
        with writing():
            filed = _find_filed(capture, source_name)
        if filed is None:
            raise
        return filed
    except ValidationError as error:
        raise SourceRefusedError(Reason.REFUSED_BY_PAPER, cause=" ".join(error.messages)) from None


def _find_filed(capture: Capture, source_name: str) -> Filed | None:
    items = ImportedItem.objects.select_related("page")
    item = items.filter(site="", key=capture.source_digest).first()
    notes: list[tuple[Note, str]] = []
    if item is None:
        item = items.filter(story_digest=capture.story_digest).order_by("pk").first()
        if item is None:
            return None
        notes.append((Note.OTHER_CAPTURE, item.source_name))
        _write_account(capture, source_name, _article_of(item))
    article = _article_of(item)
    if article is None:
        return Filed(Outcome.DELETED_SINCE, notes=tuple(notes))
    if article.revisions.count() > 1:
        notes.append((Note.EDITED_SINCE, ""))
    if not article.live:
        notes.append((Note.WITHDRAWN, ""))
    return Filed(Outcome.ALREADY_HERE, article, notes=tuple(notes))


def _article_of(item: ImportedItem) -> Article | None:
    return Article.objects.filter(pk=item.page_id).first() if item.page_id else None


def _file_new(capture: Capture, source_name: str, edition: Edition | None) -> Filed:
    notes: list[tuple[Note, str]] = []
    if not Home.objects.exists():
        name = Newspaper.load().name
        actions.found_newspaper(name)
        notes.append((Note.PAPER_FOUNDED, name))
    capture, edition = _settle_edition(capture, edition, notes)
    desk = _find_or_make_desk(capture.sections)
    story = as_story(capture, capture.source_digest)
    article = _draft(story, edition, notes)
    article.slug = _free_slug(desk.section, slug_of(story))
    if article.slug != slug_of(story):
        notes.append((Note.ADDRESS_TAKEN, article.slug))
    article = actions.publish_article(desk.section, article)
    _write_account(capture, source_name, article)
    return Filed(Outcome.IMPORTED, article, desk.trail, desk.made, (*desk.notes, *notes))


def _settle_edition(
    capture: Capture, edition: Edition | None, notes: list[tuple[Note, str]]
) -> tuple[Capture, Edition | None]:
    """Return the edition that the page names, and the capture without sections that are editions of this paper."""
    sections = {key_of(title) for title in known_sections()}
    named = [title for title in capture.sections if key_of(title) not in sections and find_edition(title)]
    capture = replace(capture, sections=tuple(title for title in capture.sections if title not in named))
    country = capture.country or (named[0] if named else "")
    edition = edition or (find_edition(country) if country else None)
    if edition is None:
        notes.append((Note.EDITION_UNKNOWN, country) if country else (Note.EDITION_OPEN, ""))
    return capture, edition


def _find_or_make_desk(titles: Sequence[str]) -> Desk:
    if not titles:
        section, made = actions.find_or_make_section([UNFILED])
        return Desk(section, (section.title,), tuple(made))
    wanted = _as_the_paper_writes(titles)
    try:
        with transaction.atomic():
            if not all(slug_from(title) for title in wanted):
                raise ValidationError("")
            section, made = actions.find_or_make_section(wanted)
    except ValidationError as error:
        section, made = actions.find_or_make_section([UNFILED])
        refused = " › ".join(titles)
        cause = " ".join(error.messages).strip()
        notes = ((Note.SECTION_REFUSED, f"{refused}: {cause}" if cause else refused),)
        return Desk(section, (section.title,), tuple(made), notes)
    trail = (section.desk.title, section.title) if section.desk else (section.title,)
    return Desk(section, trail, tuple(made))


def _as_the_paper_writes(titles: Sequence[str]) -> list[str]:
    """Return `titles` with the addresses of the sections that exist in the place of their names.

    find_or_make_section() finds by the address that a name gives; a section may have been given another one.
    """
    desks = {key_of(desk.title): desk for desk in Section.objects.filter(desk=None)}
    first = desks.get(key_of(titles[0]))
    if len(titles) == 1:
        below = [one for one in Section.objects.exclude(desk=None) if key_of(one.title) == key_of(titles[0])]
        if first is None and len(below) == 1 and below[0].desk is not None:
            return [below[0].desk.slug, below[0].slug]
        return [first.slug if first else titles[0]]
    children = Section.objects.filter(desk=first) if first else Section.objects.none()
    second = next((one for one in children if key_of(one.title) == key_of(titles[1])), None)
    return [first.slug if first else titles[0], second.slug if second else titles[1]]


def _draft(story: Story, edition: Edition | None, notes: list[tuple[Note, str]]) -> Article:
    published = _date_of(story.published, notes)
    article = Article(
        title=story.headline,
        kicker=story.kicker[:120],
        body=article_body(story.key, story.blocks, Found()),
        edition=edition,
        is_undated=published is None,
        published_at=published,
        updated_at=_date_of(story.updated, []) if published else None,
    )
    article.bylines = [Byline(guest=name) for name in story.bylines]  # type: ignore[misc] # modelcluster takes them
    return article


def _date_of(moment: Moment | None, notes: list[tuple[Note, str]]) -> datetime | None:
    read = moment_of(moment)
    if moment is None or read is None:
        return None
    if read > timezone.now() + timedelta(days=1):
        notes.append((Note.DATE_IN_FUTURE, moment.on.isoformat()))
        return None
    if moment.at is None:
        notes.append((Note.HOUR_UNKNOWN, moment.on.isoformat()))
    return read


def _free_slug(section: Section, slug: str) -> str:
    taken = set(Page.objects.child_of(section).filter(slug__startswith=slug).values_list("slug", flat=True))
    number = 2
    found = slug
    while found in taken:
        found = f"{slug}-{number}"
        number += 1
    return found


def _write_account(capture: Capture, source_name: str, article: Article | None) -> ImportedItem:
    return ImportedItem.objects.create(
        kind=SourceKind.CAPTURE,
        key=capture.source_digest,
        source_name=source_name[-255:],
        digest=capture.source_digest,
        story_digest=capture.story_digest,
        page=article,
        report={
            "headline": capture.headline,
            "sections": list(capture.sections),
            "bylines": list(capture.bylines),
            "paragraphs": len(capture.paragraphs),
            "left_out": {kind.value: count for kind, count in capture.left_out.items()},
            "repairs": {repair.value: count for repair, count in capture.repairs.items()},
            "doubts": [[doubt.value, text[:200]] for doubt, text in capture.doubts[:LISTED]],
            "doubts_count": len(capture.doubts),
            "still_to_find": [_as_list(story) for story in capture.other_stories[:LISTED]],
            "still_to_find_count": len(capture.other_stories),
        },
    )


def _as_list(story: OtherStory) -> list[str]:
    return [story.label, story.headline[:250]]
