"""Related stories: those that share most topics, chosen once, at the publication of an article."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rotative.content.models.listings import Listing

if TYPE_CHECKING:
    from rotative.content.models.articles import Article


MOST_RELATED = 4
Newest = Sequence[tuple[int, str, datetime]]


def newest_of(collection: str) -> Newest:
    """Return (article, month, moment) of the newest articles of a list, enough to find related ones among them."""
    listed = Listing.objects.filter(collection=collection).order_by("-month", "-listed_at", "-article")
    return list(listed.values_list("article", "month", "listed_at")[: MOST_RELATED * 5])


def find_related(article: "Article", newest_in: Callable[[str], Newest] = newest_of) -> list[int]:
    """Return the keys of live articles that share topics with `article`: most shared first, then the newest.

    Whoever asks for many articles while no list changes passes a `newest_in` that remembers.
    """
    shared: Counter[int] = Counter()
    newest: dict[int, tuple[str, datetime]] = {}
    for topic in article.topics.all():
        for key, month, listed_at in newest_in(topic.collection_key):
            shared[key] += 1
            newest[key] = (month, listed_at)
    del shared[article.pk]
    return sorted(shared, key=lambda key: (shared[key], newest[key]), reverse=True)[:MOST_RELATED]
