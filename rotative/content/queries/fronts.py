"""The layout of fronts: no story stands on one twice."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rotative.content.models import Article, Edition, Home, Listing, Section
from rotative.content.models.listings import PAPER, articles_key
from rotative.content.queries.cards import in_order
from rotative.content.queries.lists import newest
from rotative.content.queries.taxonomy import read_desks
from rotative.publishing.keys import object_key
from rotative.publishing.tracking import note, query

FRONT_SECONDS = 4
FRONT_COLUMNS = 6
FRONT_OF_SECTION = 4
EDITION_COLUMNS = 20


@dataclass(frozen=True)
class Front:
    """A front as it is laid out: no story stands on it twice."""

    lead: Article | None
    seconds: list[Article]
    columns: list[Article]
    sections: list[tuple[Section, list[Article]]] = field(default_factory=list)


@query()
def front_of(page: Home | Edition) -> Front:
    """Lay out a front: what editors chose, in their order, then the newest articles."""
    columns = FRONT_COLUMNS if isinstance(page, Home) else EDITION_COLUMNS
    wanted = 1 + FRONT_SECONDS + columns
    collection = PAPER if isinstance(page, Home) else page.collection_key
    note(page.key, articles_key(collection))
    # Everything is chosen by key and read once: a front reads as many lists as there are desks.
    top = _without_repeats([*_chosen(page), *newest(collection, wanted, dated_only=True)])[:wanted]
    blocks = _section_blocks(top) if isinstance(page, Home) else []
    cards_by_key = {
        article.pk: article for article in in_order([*top, *(key for _desk, keys in blocks for key in keys)])
    }
    stories = [cards_by_key[key] for key in top if key in cards_by_key]
    return Front(
        lead=stories[0] if stories else None,
        seconds=stories[1 : 1 + FRONT_SECONDS],
        columns=stories[1 + FRONT_SECONDS :],
        sections=[(desk, [cards_by_key[key] for key in keys if key in cards_by_key]) for desk, keys in blocks],
    )


def _chosen(page: Home | Edition) -> list[int]:
    """Return the keys of the live articles that editors put on a front, in their order."""
    keys = [story.story_id for story in page.stories.all()]
    note(*(object_key("article", key) for key in keys))
    live = set(Listing.objects.filter(collection=PAPER, article__in=keys).values_list("article", flat=True))
    return [key for key in keys if key in live]


def _section_blocks(shown: list[int]) -> list[tuple[Section, list[int]]]:
    used = set(shown)
    blocks = []
    for desk in read_desks():
        note(articles_key(desk.collection_key))
        candidates = newest(desk.collection_key, len(used) + FRONT_OF_SECTION, dated_only=True)
        keys = [key for key in candidates if key not in used][:FRONT_OF_SECTION]
        used.update(keys)
        if keys:
            blocks.append((desk, keys))
    return blocks


def _without_repeats(keys: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(keys))
