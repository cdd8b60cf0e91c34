"""What comes into being is announced: the publisher learns of every new page from the keys that a change touched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rotative.content.models import Home, Section, StandingPage
from rotative.frontend.pages import archives
from rotative.publishing import page_types
from rotative.publishing.keys import path_of
from rotative.publishing.models import Invalidation
from tests.builders import _below, a_newspaper, a_section, a_topic, an_article, an_author, an_edition
from tests.frontend.world import all_paths, at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the third article of a month begin a second part."""
    monkeypatch.setattr(archives, "PART", 2)


@contextmanager
def announced() -> Iterator[set[str]]:
    """Assert that every path that exists after the block and did not before is a path key or announced.

    The set that it gives holds the new paths after the block.
    """
    a_newspaper()
    before = set(all_paths())
    Invalidation.objects.all().delete()
    new: set[str] = set()
    yield new
    keys = set(Invalidation.objects.values_list("key", flat=True))
    after = set(all_paths())
    new |= after - before
    heard = {path for key in keys for page_type in page_types.registered() for path in page_type.announced_by(key)}
    assert new <= heard | {path_of(key) for key in keys}
    assert heard <= after, "a path is announced at which nothing stands"


def new_section() -> object:
    return a_section("Sport")


def first_article() -> object:
    return an_article(
        "Premier", a_section("Sport"), published_at=at(2025, 2), topics=[a_topic()], authors=[an_author()]
    )


def undated_article() -> object:
    return an_article("Sans date", is_undated=True)


def article_of_old_month() -> object:
    return an_article("Ancien", published_at=at(1998, 5))


def third_article_of_a_month() -> object:
    day = datetime(2024, 3, 1, tzinfo=UTC)
    for number in range(2):
        an_article(f"Mars {number}", published_at=day, topics=[a_topic()])
    return an_article("Mars 3", published_at=day, topics=[a_topic()])


def standing_page() -> object:
    return _below(Home.objects.get(), StandingPage(title="Contact", slug="contact"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (new_section, ["/sport/", "/sport/archives/", "/flux/sport/rss.xml"]),
        (lambda: an_edition("Togo"), ["/togo/", "/togo/archives/", "/flux/togo/rss.xml"]),
        (lambda: a_topic("Eau"), ["/sujets/eau/", "/sujets/eau/archives/"]),
        (lambda: an_author("Awa"), ["/auteurs/awa/", "/auteurs/awa/archives/"]),
        (standing_page, ["/contact/"]),
        (
            first_article,
            [
                "/sport/premier/",
                "/archives/2025-02/",
                "/sport/archives/2025-02/",
                "/sujets/eau-potable/archives/2025-02/",
                "/auteurs/awa-tossou/archives/2025-02/",
                "/benin/archives/2025-02/",
                "/sitemaps/2025-02.xml",
            ],
        ),
        (article_of_old_month, ["/archives/1998-05/", "/politique/archives/1998-05/"]),
        (undated_article, ["/archives/sans-date/", "/politique/archives/sans-date/", "/sitemaps/sans-date.xml"]),
        (
            third_article_of_a_month,
            ["/archives/2024-03/2/", "/politique/archives/2024-03/2/", "/sujets/eau-potable/archives/2024-03/2/"],
        ),
    ],
    ids=["section", "edition", "topic", "author", "standing", "first", "old month", "undated", "part"],
)
def test_what_comes_into_being_is_announced(change: Callable[[], Any], expected: list[str]) -> None:
    with announced() as new:
        change()
    assert set(expected) <= new


def test_every_step_of_a_month_that_grows_is_announced() -> None:
    for number in range(5):
        with announced() as new:
            an_article(f"Mai {number}", published_at=at(2023, 5))
        assert ("/archives/2023-05/2/" in new) == (number == 2)


def test_a_renamed_section_announces_all_that_stands_below_its_new_address() -> None:
    desk = a_section("Infos")
    section = a_section("Sport", desk)
    for number in range(3):
        an_article(f"Match {number}", section, published_at=at(2023, 5))
    with announced() as new:
        desk = Section.objects.get(pk=desk.pk)
        desk.slug = "nouvelles"
        desk.save_revision().publish()
    assert {"/nouvelles/", "/nouvelles/sport/match-1/", "/nouvelles/sport/archives/2023-05/2/"} <= new


def test_a_renamed_topic_or_author_announces_its_archive_at_the_new_address() -> None:
    topic, author = a_topic(), an_author()
    an_article(topics=[topic], authors=[author], published_at=at(2023, 5))
    for renamed, address in ((topic, "/sujets/neuf/archives/2023-05/"), (author, "/auteurs/neuf/archives/2023-05/")):
        with announced() as new:
            renamed.slug = "neuf"
            renamed.save()
        assert address in new


def test_an_article_that_moves_takes_its_months_along() -> None:
    sport, culture = a_section("Sport"), a_section("Culture")
    article = an_article("Match", sport, published_at=at(2023, 5))
    with announced() as new:
        article.move(culture, pos="last-child")
    assert {"/culture/match/", "/culture/archives/2023-05/"} <= new


def test_a_section_that_is_taken_back_and_published_again_announces_what_it_has() -> None:
    section = a_section("Sport")
    an_article("Match", section, published_at=at(2023, 5))
    section.unpublish()
    with announced() as new:
        Section.objects.get(pk=section.pk).save_revision().publish()
    assert {"/sport/", "/sport/archives/", "/sport/archives/2023-05/"} <= new


@pytest.mark.parametrize(
    "key", ["article:42", "picture:5", "path:/politique/x/", "site:frame", "site:ongoing", "paper/articles", "home:2"]
)
def test_a_key_that_brings_no_page_into_being_costs_nothing(key: str) -> None:
    a_newspaper()
    with CaptureQueriesContext(connection) as captured:
        assert not [path for page_type in page_types.registered() for path in page_type.announced_by(key)]
    assert not captured.captured_queries
