"""Update of pages that came in before, by Wagtail's revisions: the version that was there stays, for the undo."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Page

from rotative.content.models import Article, Byline, StandingPage
from rotative.importers.filing.batch_items import BatchItem, PlacedStory
from rotative.importers.filing.rows import article_fields
from rotative.importers.models import ImportedItem, Outcome
from rotative.importers.story.stories import State


def bring_up_to_date(batch: Sequence[BatchItem]) -> None:
    """Write another version of stories that are here; say of which it is refused, and why."""
    for one in batch:
        if one.placed and one.imported and one.imported.page:
            try:
                with transaction.atomic():
                    _rewrite(one.imported.page.specific, one.placed)
            except ValidationError as error:
                one.outcome, one.reason = Outcome.REFUSED, " ".join(error.messages)[:60]
            else:
                _note_version(one.imported, one.item.digest)


def _note_version(imported: ImportedItem, digest: str) -> None:
    imported.digest = digest
    imported.revision = Page.objects.values_list("latest_revision", flat=True).get(pk=imported.page_id)
    imported.save(update_fields=["digest", "revision"])


def _rewrite(page: Article | StandingPage, placed: PlacedStory) -> None:
    story = placed.story
    if page.latest_revision_id is None:
        page.save_revision(changed=False)
        page.refresh_from_db()
    page.title, page.search_description, page.body = story.headline, story.description, placed.body
    if isinstance(page, Article):
        for name, value in article_fields(placed).items():
            setattr(page, name, value)
        page.other_editions, page.topics = placed.other_editions, placed.topics
        page.bylines = [Byline(author=author, guest=guest) for author, guest in placed.bylines]  # type: ignore[misc] # modelcluster takes them
    revision = page.save_revision(clean=True)
    is_withdrawn = not page.live and page.first_published_at is not None
    if story.state is State.LIVE and not is_withdrawn:
        revision.publish()
