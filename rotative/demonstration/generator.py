"""Fill the paper with generated articles: a hundred thousand of them, to measure with.

Article number n is the same on every machine whose sections and editions are the same. They are written in bulk: what
saving them one by one would write besides is left out where no reader sees it, namely revisions, Wagtail's index of
references (`rebuild_references_index`) and the newsroom's search (`rebuild_modelsearch_index`).
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop
from wagtail.models import Page

from rotative.content.bulk import Rows, reserve_keys
from rotative.content.bulk_articles import ArticleRows
from rotative.content.models import Article, Author, Correction, Edition, Picture, Section, Topic
from rotative.content.models.related import MOST_RELATED
from rotative.content.slugs import slug_from
from rotative.demonstration import prose
from rotative.progress import Tell, say_nothing
from rotative.publishing.invalidation import invalidate
from rotative.publishing.keys import EVERYTHING
from rotative.publishing.writing import writing

BATCH = 2000
NEWEST = datetime(2025, 12, 31, 20, tzinfo=UTC)
MINUTES = 10 * 365 * 24 * 60  # back from NEWEST, over which articles are spread
# The translation key of article number n is this number plus n: by it a second run knows what is there.
FIRST_KEY = 0x6E617665_7474_4000_8000_000000000000
LABEL = gettext_noop("Generated articles")
CORRECTION = "Une première version de cet article donnait un chiffre inexact ; il a été corrigé le jour même."


def generate(count: int, pictures: Sequence[Picture] = (), tell: Tell = say_nothing) -> int:
    """Add articles until there are `count` generated ones; return how many were added.

    They stand in all sections and editions of the paper; one in ten has one of `pictures`. Raises NoPaperError
    without a section or an edition.
    """
    if _kept(0, count).count() == count:
        return 0
    world = _World.of_paper(pictures)
    added = 0
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        with writing():
            there = {
                key.int - FIRST_KEY for key in _kept(first, numbers.stop).values_list("translation_key", flat=True)
            }
            missing = [number for number in numbers if number not in there]
            if missing:
                _write(missing, world)
                invalidate(EVERYTHING, cause="generate")  # rows written in bulk tell nobody
        added += len(missing)
        tell(LABEL, numbers.stop, count)
    return added


class NoPaperError(Exception):
    """Raised when there is no section or no edition for articles to stand in."""


def _kept(first: int, stop: int) -> Any:
    """Generated articles that are there, of those numbered `first` to before `stop`."""
    return Page.objects.filter(translation_key__range=(_key(first), _key(stop - 1)))


def _key(number: int) -> UUID:
    return UUID(int=FIRST_KEY + number)


# --- what articles hang on


@dataclass(frozen=True)
class _World:
    """What generated articles belong to, each list in an order that does not change."""

    sections: list[Section]
    editions: list[Edition]
    authors: list[Author]
    topics: dict[str, list[Topic]]  # by the slug of the desk
    pictures: Sequence[Picture]
    recent: dict[int, deque[int]]  # the last articles of each topic, to relate the next one to

    @classmethod
    def of_paper(cls, pictures: Sequence[Picture]) -> "_World":
        sections = list(Section.objects.live().select_related("desk").order_by("url_path"))
        editions = list(Edition.objects.live().order_by("url_path"))
        if not sections or not editions:
            raise NoPaperError
        return cls(
            sections=sections,
            editions=editions,
            authors=[_author(name, role) for name, role in prose.authors()],
            topics={desk.slug: [_topic(name) for name in prose.topics_of(desk.slug)] for desk in map(_desk, sections)},
            pictures=pictures,
            recent=defaultdict(lambda: deque(maxlen=MOST_RELATED)),
        )


def _desk(section: Section) -> Section:
    return section.desk or section


def _author(name: str, role: str) -> Author:
    biography = f"{name} écrit pour ce journal imaginaire."
    return Author.objects.get_or_create(
        slug=slug_from(name), defaults={"name": name, "role": role, "biography": biography}
    )[0]


def _topic(name: str) -> Topic:
    return Topic.objects.get_or_create(slug=slug_from(name), defaults={"name": name})[0]


# --- one batch


def _write(numbers: Iterable[int], world: _World) -> None:
    numbers = list(numbers)
    batch, corrections = ArticleRows(world.sections), Rows(Correction, text=CORRECTION)
    for key, number in zip(reserve_keys(Page, len(numbers)), numbers, strict=True):
        _add_article(batch, corrections, world, key, number)
    batch.write()
    corrections.write()


def _add_article(batch: ArticleRows, corrections: Rows, world: _World, key: int, number: int) -> None:
    # A generator for each number, so that an article does not depend on those before it.
    chance = Random(number)  # noqa: S311 (an article needs no secret)
    section, edition = prose.pick(chance, world.sections), prose.pick(chance, world.editions)
    story = prose.compose(chance, _desk(section).slug, edition.slug)
    moment = NEWEST - timedelta(minutes=int(chance.random() * MINUTES))
    is_undated = chance.random() < 0.005
    topics = _some(chance, world.topics[_desk(section).slug], (0.05, 0.6, 0.9, 1))
    _add_page(batch, section, key, number, story.headline, moment)
    batch.add_article(
        key,
        section,
        edition=edition,
        topics=topics,
        listed_at=moment,
        kicker=story.kicker,
        standfirst=story.standfirst,
        place=story.place,
        published_at=None if is_undated else moment,
        updated_at=moment + timedelta(hours=5) if chance.random() < 0.08 else None,
        is_undated=is_undated,
        is_sensitive=chance.random() < 0.05,
        comments_closed=chance.random() < 0.03,
        body=_body(chance, story.blocks),
        computed_related=_relate(world, key, topics),
        **_lead_image(chance, world, story),
        bylines=_bylines(chance, world),
        other_editions=[each for each in _some(chance, world.editions, (0.8, 0.95, 1)) if each is not edition],
    )
    if chance.random() < 0.01:
        corrections.add(article_id=key, made_at=moment + timedelta(hours=7), sort_order=0)


def _add_page(batch: ArticleRows, section: Section, key: int, number: int, headline: str, moment: datetime) -> None:
    batch.add_page(
        Article,
        key,
        section.pk,
        headline,
        f"{slug_from(headline)[:80].strip('-')}-{number}",
        live=True,
        translation_key=_key(number),
        first_published_at=moment,
        last_published_at=moment,
        latest_revision_created_at=moment,
    )


def _bylines(chance: Random, world: _World) -> list[tuple[Author | None, str]]:
    if chance.random() < 0.04:
        return [(None, prose.guest(chance))]
    return [(author, "") for author in _some(chance, world.authors, (0, 0.85, 0.98, 1))]


def _lead_image(chance: Random, world: _World, story: prose.Story) -> dict[str, Any]:
    wanted, which = chance.random() < 0.1, chance.random()
    if not wanted or not world.pictures:
        return {}
    return {
        "lead_image_id": world.pictures[int(which * len(world.pictures))].pk,
        "lead_caption": story.caption,
    }


def _body(chance: Random, blocks: Sequence[str]) -> Any:
    stored = [
        {"type": "text", "value": html, "id": str(UUID(int=chance.getrandbits(128), version=4))} for html in blocks
    ]
    field: Any = Article._meta.get_field("body")
    return field.to_python(stored)


def _relate(world: _World, key: int, topics: Sequence[Topic]) -> list[int]:
    found: dict[int, None] = {}
    for topic in topics:
        found.update(dict.fromkeys(world.recent[topic.pk]))
        world.recent[topic.pk].append(key)
    return sorted(found, reverse=True)[:MOST_RELATED]


def _some(chance: Random, choices: Sequence[Any], shares: Sequence[float]) -> list[Any]:
    """Return a few different ones of `choices`: n of them when a random number lies below `shares[n]`."""
    drawn = chance.random()
    wanted = next(number for number, share in enumerate(shares) if drawn < share)
    found = {id(choice): choice for choice in (prose.pick(chance, choices) for _ in range(wanted))}
    return list(found.values())
