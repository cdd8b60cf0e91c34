"""Articles as lists show them (cards): the statements that read them, and a cache for the batch of pages."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import F, Prefetch, QuerySet

from rotative.content.models import Article, Byline
from rotative.publishing.keys import object_key
from rotative.publishing.tracking import cached_in_batch, note

# As editors put them; of those that have the same number, or none, the older first, in every database.
IN_ORDER = (F("sort_order").asc(nulls_last=True), "pk")


def cards() -> QuerySet[Article]:
    """Articles as lists show them: no body, everything else in a constant number of queries.

    Editions are read apart: with them the join has too many tables, and PostgreSQL plans longer than it reads.
    """
    return (
        Article.objects.select_related("lead_image").prefetch_related("edition", "lead_image__renditions").defer("body")
    )


def bylines() -> "Prefetch[Any, Any, Any]":
    """Who signs, with the authors of the paper among them, in one statement."""
    return Prefetch("bylines", Byline.objects.select_related("author").order_by(*IN_ORDER))


def in_order(keys: Sequence[int]) -> list[Article]:
    """Return the live articles with these keys, in the order of the keys, as cards."""
    return from_batch_cache("cards", keys, cards())


def from_batch_cache(name: str, keys: Sequence[int], stories: QuerySet[Article]) -> list[Article]:
    """Return live articles by key, through the cache of the batch: what another page has read is not read again.

    After a publication most lists show the same newest articles.
    """
    kept: dict[int, Article | None] = cached_in_batch(name)
    missing = [key for key in keys if key not in kept]
    if missing:
        found = {story.pk: story for story in stories.filter(live=True, pk__in=missing).order_by()}
        kept.update({key: found.get(key) for key in missing})
    shown = [kept[key] for key in keys]
    note(*(object_key("article", key) for key in keys))
    for story in filter(None, shown):
        note(*_keys_of_card(story))
    return [story for story in shown if story]


def _keys_of_card(story: Article) -> Iterator[str]:
    """Yield the keys of what a card shows beside the article; of what was prefetched, nothing else is read."""
    prefetched = getattr(story, "_prefetched_objects_cache", {})
    if story.lead_image_id:
        yield object_key("picture", story.lead_image_id)
    if story.edition_id:
        yield object_key("edition", story.edition_id)
    if "bylines" in prefetched:
        yield object_key("section", story.section_id)
        yield from (object_key("author", line.author_id) for line in story.bylines.all() if line.author_id)
