"""Bulk insert of articles, standing pages and comments: what saving them one by one would write, as rows.

What is written besides by a save and shown to no reader comes at the end of a job (`finishing`): the index of
references, the newsroom's search.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from rotative.comments.models import Comment, Discussion, Proof, Status
from rotative.comments.models.comments import digest, fingerprint_of, writer_of
from rotative.comments.text import LONGEST_NAME, clean, clean_line, fold
from rotative.content.bulk import Rows, reserve_keys
from rotative.content.bulk_articles import ArticleRows
from rotative.content.models import Article, Home, Section, StandingPage
from rotative.content.models.listings import announce
from rotative.content.models.pages import ARCHIVE, RESERVED_SLUGS
from rotative.content.slugs import slug_from
from rotative.importers.filing.batch_items import BatchItem, PlacedStory
from rotative.importers.filing.leases import cause_of
from rotative.importers.filing.sources import SourceItem
from rotative.importers.models import ImportedItem, ImportJob
from rotative.importers.story.stories import Moment, Note, Remark, RemarkState, State, Story

LONGEST_SLUG = 80
NOON = time(12)  # for a day without an hour: the same day in every time zone of the readers
ANONYMOUS = "Anonyme"
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
        pages = Page.objects.in_bulk({self._parent_of(placed_story) for placed_story in placed})
        self.articles = ArticleRows(pages.values())
        self.standing = Rows(StandingPage, page_ptr_id=0)
        self.redirects = Rows(Redirect, automatically_created=True)
        self.comments = Rows(Comment)
        self.discussions = Rows(Discussion, article_id=0)
        self.taken = self._taken_slugs(placed, pages)
        self.redirected = self._known_redirects(placed)

    def _parent_of(self, placed: PlacedStory) -> int:
        return placed.section.pk if placed.section else self.home.pk

    def _taken_slugs(self, placed: Sequence[PlacedStory], pages: dict[int, Page]) -> dict[int, set[str]]:
        wanted: dict[int, set[str]] = defaultdict(set)
        for placed_story in placed:
            wanted[self._parent_of(placed_story)].add(slug_of(placed_story.story))
        taken: dict[int, set[str]] = {}
        for number, slugs in wanted.items():
            beside = Page.objects.child_of(pages[number])
            equal = set(beside.filter(slug__in=slugs).values_list("slug", flat=True))
            numbered = {
                slug
                for slug in equal
                for slug in beside.filter(slug__startswith=f"{slug}-").values_list("slug", flat=True)
            }
            reserved = RESERVED_SLUGS if number == self.home.pk else {ARCHIVE}
            taken[number] = equal | numbered | set(reserved)
        return taken

    def _known_redirects(self, placed: Sequence[PlacedStory]) -> set[str]:
        paths = {path for placed_story in placed for path in placed_story.old_paths}
        return set(Redirect.objects.filter(old_path__in=paths).values_list("old_path", flat=True))

    def write(self, new: Sequence[tuple[BatchItem, PlacedStory]], keys: Sequence[int]) -> None:
        """Gather the rows of all stories and write them; note on each how many comments came, and a taken address."""
        comments = iter(reserve_keys(Comment, sum(len(placed.story.remarks) for _one, placed in new)))
        for (one, placed), key in zip(new, keys, strict=True):
            self._add(one, placed, key, comments)
        for table in (self.articles, self.standing, self.redirects, self.comments, self.discussions):
            table.write()

    def _add(self, one: BatchItem, placed: PlacedStory, key: int, comments: Any) -> None:
        url_path, slug = self._add_page(placed, key)
        if slug != slug_of(placed.story):
            one.notes.append((Note.ADDRESS_TAKEN, slug))
        if placed.section:
            self._add_article(placed, placed.section, key)
        else:
            self.standing.add(page_ptr_id=key, body=_field(StandingPage).to_python(placed.body))
        self._add_redirects(placed, key, f"/{url_path.split('/', 2)[2]}")
        one.comments = self._add_comments(placed.story, key, comments) if placed.section else 0

    def _add_page(self, placed: PlacedStory, key: int) -> tuple[str, str]:
        story, parent, is_live = placed.story, self._parent_of(placed), placed.story.state is State.LIVE
        slug = self._free_slug(parent, slug_of(story))
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

    def _free_slug(self, parent: int, slug: str) -> str:
        taken, number, free = self.taken[parent], 2, slug
        while free in taken:
            free = f"{slug}-{number}"
            number += 1
        taken.add(free)
        return free

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

    def _add_comments(self, story: Story, article: int, numbers: Any) -> int:
        """Write what readers said, in threads of two levels; return how many comments there are."""
        # Discussions are read in the order of their numbers.
        in_order = sorted(story.remarks, key=lambda remark: moment_of(remark.at) or self.now)
        said = [(remark, text) for remark in in_order if (text := clean(remark.text))]
        keys = {remark.key: next(numbers) for remark, _text in said}
        parents = {remark.key: remark.parent for remark, _text in said if remark.parent in keys}
        seen: set[str] = set()
        approved = []
        for remark, text in said:
            number, root = keys[remark.key], _root_of(remark.key, parents)
            if remark.state is RemarkState.PUBLISHED:
                approved.append(number)
            self._add_comment(article, remark, text, number, keys.get(parents.get(remark.key, "")), keys[root], seen)
        if approved and story.state is State.LIVE:
            self.discussions.add(article_id=article, count=len(approved), latest=max(approved))
        return len(said)

    def _add_comment(
        self, article: int, remark: Remark, text: str, number: int, answered: int | None, root: int, seen: set[str]
    ) -> None:
        name = clean_line(remark.name)[:LONGEST_NAME] or ANONYMOUS
        email = remark.email if _is_email(remark.email) else ""
        moment = moment_of(remark.at) or self.now
        turn = 0
        while (fingerprint := fingerprint_of(article, answered, name, text, email, turn)) in seen:
            turn += 1  # the same words twice: both stood on the old site
        seen.add(fingerprint)
        self.comments.add(
            id=number,
            article_id=article,
            thread_id=root if root != number else None,
            in_reply_to_id=answered,
            name=name,
            email=email,
            text=text,
            status=_STATUSES[remark.state],
            created_at=moment,
            decided_at=moment if remark.state is not RemarkState.WAITING else None,
            proof=Proof.MISSING,
            fingerprint=fingerprint,
            writer=writer_of(name, email),
            text_digest=digest(fold(text)),
        )


def _root_of(key: str, parents: dict[str, str]) -> str:
    """Return the first comment of a thread; a circle, which only a broken export has, ends where it began."""
    seen = set()
    while key in parents and key not in seen:
        seen.add(key)
        key = parents[key]
    return key


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def _field(model: Any) -> Any:
    return model._meta.get_field("body")


def slug_of(story: Story) -> str:
    """Return the last step of an address: the one it had, else one made of the headline."""
    slug = slug_from(story.slug) or slug_from(story.headline)
    if len(slug) > LONGEST_SLUG and not story.slug:
        slug = slug[: LONGEST_SLUG + 1].rpartition("-")[0] or slug[:LONGEST_SLUG]
    return slug[:200].strip("-") or "article"
