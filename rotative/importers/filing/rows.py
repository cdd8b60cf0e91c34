"""Bulk insert of articles, standing pages and comments: what saving them one by one would write, as rows.

What is written besides by a save and shown to no reader comes at the end of a job (`finishing`): the index of
references, the newsroom's search.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4

from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from rotative.comments.bulk_comments import CommentRows, OldComment
from rotative.comments.models import Status
from rotative.content.bulk import Rows, reserve_keys
from rotative.content.bulk_articles import ArticleRows, FreeSlugs
from rotative.content.models import Article, Home, Section, StandingPage
from rotative.content.models.listings import announce
from rotative.content.slugs import slug_from
from rotative.importers.filing.batch_items import BatchItem, PlacedStory
from rotative.importers.filing.leases import cause_of
from rotative.importers.filing.sources import SourceItem
from rotative.importers.models import ImportedItem, ImportJob
from rotative.importers.story.stories import Moment, Note, Remark, RemarkState, State, Story

LONGEST_SLUG = 80
NOON = time(12)  # for a day without an hour: the same day in every time zone of the readers
# Of stories that readers could see; of others it is only when somebody began to write.
DATED = frozenset({State.LIVE, State.PRIVATE, State.PASSWORD})
_STATUSES = {
    RemarkState.PUBLISHED: Status.APPROVED,
    RemarkState.WAITING: Status.WAITING,
    RemarkState.SPAM: Status.SPAM,
    RemarkState.TRASH: Status.REJECTED,
}


def moment_of(moment: Moment | None) -> datetime | None:
    """Return a moment with its zone; one without an hour is noon, one in the far future none."""
    if moment is None:
        return None
    zone = UTC if moment.is_utc else timezone.get_default_timezone()
    return datetime.combine(moment.on, moment.at or NOON, tzinfo=zone)


def article_fields(placed: PlacedStory) -> dict[str, Any]:
    """Return what a story says in the fields of its article, whether it is new or brought up to date."""
    story = placed.story
    published = moment_of(story.published) if story.state in DATED else None
    return {
        "edition": placed.edition,
        "kicker": story.kicker[:120],
        "standfirst": story.standfirst[:600],
        "published_at": published,
        "is_undated": published is None and story.state is State.LIVE,
        "comments_closed": story.comments_closed,
        "lead_image_id": placed.lead_image_id,
        "lead_caption": story.lead.caption[:300] if story.lead and placed.lead_image_id else "",
    }


def insert(job: ImportJob, batch: Sequence[BatchItem]) -> None:
    """Write the new stories of a batch, and where each came from."""
    new = [(one, one.placed) for one in batch if one.placed and one.imported is None]
    if not new:
        return
    keys = reserve_keys(Page, len(new))
    _Tables([placed for _one, placed in new]).write(new, keys)
    imported_items = [_imported(job, one.item, key) for (one, _placed), key in zip(new, keys, strict=True)]
    for (one, _placed), imported in zip(new, ImportedItem.objects.bulk_create(imported_items), strict=True):
        one.imported = imported
    if job.is_delivery:
        announce(Article.objects.filter(pk__in=keys), cause_of(job))


def _imported(job: ImportJob, item: SourceItem, key: int) -> ImportedItem:
    return ImportedItem(
        kind=job.kind,
        site=job.site,
        key=item.key[:300],
        source_name=job.name[-255:],
        address=item.address[:1000],
        digest=item.digest,
        story_digest=item.story_digest,
        page_id=key,
        job=job,
    )


class _Tables:
    """The rows of one batch, table by table, in the order in which they depend on one another."""

    def __init__(self, placed: Sequence[PlacedStory]) -> None:
        self.now = timezone.now()
        self.home = Home.objects.get()
        wanted: dict[int, set[str]] = defaultdict(set)
        for one in placed:
            wanted[self._parent_of(one)].add(slug_of(one.story))
        self.slugs = FreeSlugs(wanted)
        self.articles = ArticleRows(Page.objects.filter(pk__in=wanted))
        self.standing = Rows(StandingPage, page_ptr_id=0)
        self.redirects = Rows(Redirect, automatically_created=True)
        self.comments = CommentRows(sum(len(one.story.remarks) for one in placed))
        self.redirected = self._known_redirects(placed)

    def _parent_of(self, placed: PlacedStory) -> int:
        return placed.section.pk if placed.section else self.home.pk

    def _known_redirects(self, placed: Sequence[PlacedStory]) -> set[str]:
        paths = {path for placed_story in placed for path in placed_story.old_paths}
        return set(Redirect.objects.filter(old_path__in=paths).values_list("old_path", flat=True))

    def write(self, new: Sequence[tuple[BatchItem, PlacedStory]], keys: Sequence[int]) -> None:
        """Gather the rows of all stories and write them; note on each how many comments came, and a taken address."""
        for (one, placed), key in zip(new, keys, strict=True):
            self._add(one, placed, key)
        for table in (self.articles, self.standing, self.redirects, self.comments):
            table.write()

    def _add(self, one: BatchItem, placed: PlacedStory, key: int) -> None:
        url_path, slug = self._add_page(placed, key)
        if slug != slug_of(placed.story):
            one.notes.append((Note.ADDRESS_TAKEN, slug))
        if placed.section:
            self._add_article(placed, placed.section, key)
        else:
            self.standing.add(page_ptr_id=key, body=_field(StandingPage).to_python(placed.body))
        self._add_redirects(placed, key, f"/{url_path.split('/', 2)[2]}")
        one.comments = self._add_comments(placed.story, key) if placed.section else 0

    def _add_page(self, placed: PlacedStory, key: int) -> tuple[str, str]:
        story, parent, is_live = placed.story, self._parent_of(placed), placed.story.state is State.LIVE
        slug = self.slugs.take(parent, slug_of(story))
        published = moment_of(story.published) if is_live else None
        saved = moment_of(story.saved) or published
        url_path = self.articles.add_page(
            Article if placed.section else StandingPage,
            key,
            parent,
            story.headline,
            slug,
            translation_key=uuid4(),
            live=is_live,
            has_unpublished_changes=not is_live,
            search_description=story.description,
            first_published_at=(published or self.now) if is_live else None,
            last_published_at=(saved or self.now) if is_live else None,
            latest_revision_created_at=saved or self.now,
        )
        return url_path, slug

    def _add_article(self, placed: PlacedStory, section: Section, key: int) -> None:
        story, fields = placed.story, article_fields(placed)
        self.articles.add_article(
            key,
            section,
            other_editions=placed.other_editions,
            topics=placed.topics,
            bylines=placed.bylines,
            listed_at=(fields["published_at"] or self.now) if story.state is State.LIVE else None,
            place=story.place[:120],
            updated_at=moment_of(story.updated) if fields["published_at"] else None,
            body=_field(Article).to_python(placed.body),
            **fields,
        )

    def _add_redirects(self, placed: PlacedStory, key: int, address: str) -> None:
        here = Redirect.normalise_path(address)
        for path in placed.old_paths:
            if path != here and path not in self.redirected:
                self.redirected.add(path)
                self.redirects.add(old_path=path, redirect_page_id=key)

    def _add_comments(self, story: Story, article: int) -> int:
        said = [_old_comment(remark, moment_of(remark.at) or self.now) for remark in story.remarks]
        return self.comments.add_discussion(article, said, is_live=story.state is State.LIVE)


def _old_comment(remark: Remark, created_at: datetime) -> OldComment:
    status = _STATUSES[remark.state]
    return OldComment(remark.key, remark.parent, remark.name, remark.email, remark.text, status, created_at)


def _field(model: Any) -> Any:
    return model._meta.get_field("body")


def slug_of(story: Story) -> str:
    """Return the last step of an address: the one it had, else one made of the headline."""
    slug = slug_from(story.slug) or slug_from(story.headline)
    if len(slug) > LONGEST_SLUG and not story.slug:
        slug = slug[: LONGEST_SLUG + 1].rpartition("-")[0] or slug[:LONGEST_SLUG]
    return slug[:200].strip("-") or "article"
