"""What a change touches: the keys before it and after it, and nothing for what no reader sees."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from rotative.content.models import Article, Author, Byline, Picture, Topic
from rotative.publishing import invalidation, marking
from rotative.publishing.models import Dependency, Invalidation, Priority, StoredPage
from tests.builders import a_picture, a_section, a_topic, an_article, an_author

pytestmark = pytest.mark.django_db


def touched_by(change: Callable[[], Any]) -> set[str]:
    Invalidation.objects.all().delete()
    change()
    return set(Invalidation.objects.values_list("key", flat=True))


def a_reader_of(*keys: str, path: str = "/lecteur/", **fields: Any) -> StoredPage:
    """Make a stored page that has read `keys`."""
    page = StoredPage.objects.create(path=path, kind="topic", number=StoredPage.objects.count() + 1, **fields)
    Dependency.objects.bulk_create(Dependency(page=page, key=key) for key in keys)
    return page


# --- what is touched


def test_a_new_row_touches_its_key_its_address_and_its_index() -> None:
    assert touched_by(lambda: a_topic("Eau")) == {
        f"topic:{Topic.objects.get().pk}",
        "path:/sujets/eau/",
        "site:topics",
    }


def test_a_row_that_is_saved_as_it_was_touches_nothing() -> None:
    topic, picture, article = a_topic(), a_picture(size=(8, 8)), an_article()
    assert touched_by(topic.save) == set()
    assert touched_by(picture.save) == set()
    assert touched_by(article.save) == set()


def test_a_new_address_touches_the_old_one_and_the_new_one() -> None:
    topic = a_topic("Eau")
    topic.slug = "eau-potable"
    assert {"path:/sujets/eau/", "path:/sujets/eau-potable/"} <= touched_by(topic.save)


def test_a_deleted_row_touches_all_that_was_seen_of_it() -> None:
    topic = a_topic("Eau")
    key = topic.key
    assert {key, "path:/sujets/eau/", "site:topics"} <= touched_by(topic.delete)


def test_what_no_reader_sees_touches_nothing() -> None:
    author = an_author()
    author.latest_revision = None
    assert touched_by(author.save) == set()
    assert touched_by(lambda: Author.objects.update(user=None)) == set()


def test_an_update_in_bulk_touches_the_rows_that_it_changes() -> None:
    water, cotton = a_topic("Eau"), a_topic("Coton")
    Topic.objects.filter(pk=water.pk).update(description="De l’eau.")
    assert touched_by(lambda: Topic.objects.update(description="De l’eau.")) == {cotton.key}


def test_two_rows_that_change_places_under_one_key_touch_it() -> None:
    first, second = an_author("Awa"), an_author("Kofi")
    article = an_article(authors=[first, second])
    one, two = Byline.objects.filter(article=article).order_by("sort_order")

    def swap() -> None:
        Byline.objects.bulk_update([Byline(pk=one.pk, sort_order=2), Byline(pk=two.pk, sort_order=1)], ["sort_order"])

    assert article.key in touched_by(swap)


def test_rows_made_in_bulk_touch_what_each_shows() -> None:
    touched = touched_by(
        lambda: Topic.objects.bulk_create([Topic(name="Eau", slug="eau"), Topic(name="Or", slug="or")])
    )
    assert {"path:/sujets/eau/", "path:/sujets/or/", "site:topics"} <= touched


def test_rows_deleted_in_bulk_touch_what_was_seen_of_each() -> None:
    topics = [a_topic("Eau"), a_topic("Coton")]
    assert {topic.key for topic in topics} <= touched_by(lambda: Topic.objects.all().delete())


def test_what_goes_with_a_deleted_row_is_touched_as_well() -> None:
    picture = a_picture(size=(8, 8))
    article = an_article(lead_image=picture)
    assert {picture.key, article.key} >= {picture.key} and picture.key in touched_by(
        lambda: Picture.objects.all().delete()
    )


def test_an_article_that_was_never_live_touches_no_list() -> None:
    section = a_section()
    draft = Article(title="Un brouillon", slug="un-brouillon", live=False, section=section)

    touched = touched_by(lambda: section.add_child(instance=draft))

    assert touched == set()


def test_an_article_that_comes_back_touches_its_lists_again() -> None:
    article = an_article(topics=[a_topic("Eau")])
    expected = {
        article.key,
        f"path:{article.address}",
        "paper/articles",
        f"{Topic.objects.get().collection_key}/articles",
    }
    assert expected <= touched_by(article.unpublish)
    assert expected <= touched_by(lambda: Article.objects.get(pk=article.pk).get_latest_revision().publish())


# --- in the transaction of the change


def test_marks_and_drain_commit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    page = a_reader_of("topic:1")
    invalidation.invalidate("topic:1", cause="essai")

    class PowerCutError(Exception):
        pass

    with monkeypatch.context() as broken:
        broken.setattr(marking, "_add_announced", lambda *_arguments: (_ for _ in ()).throw(PowerCutError))
        with pytest.raises(PowerCutError), transaction.atomic():
            marking.drain()
    page.refresh_from_db()
    assert page.stale_at is None
    assert Invalidation.objects.count() == 1

    assert marking.drain() == 1
    page.refresh_from_db()
    assert (page.stale_at is not None, page.cause, Invalidation.objects.count()) == (True, "essai", 0)


# --- marks


def test_a_drain_marks_the_readers_of_a_key_and_no_other() -> None:
    reader, other = a_reader_of("topic:1", "site:frame"), a_reader_of("topic:10", path="/autre/")
    invalidation.invalidate("topic:1")
    marking.drain()
    assert [page.pk for page in marking.next_stale(5)] == [reader.pk]
    assert other.stale_at is None


def test_a_page_that_waits_already_keeps_its_place_and_may_come_to_a_better_one() -> None:
    page = a_reader_of("topic:1")
    invalidation.invalidate("topic:1", cause="first")
    marking.drain()
    waiting_since = StoredPage.objects.get().stale_at
    invalidation.invalidate("topic:1", cause="a take-down", urgent=True)
    marking.drain()
    page.refresh_from_db()
    assert (page.stale_at, page.priority) == (waiting_since, Priority.URGENT)


def test_a_page_that_failed_is_tried_at_once_when_something_that_it_reads_changes() -> None:
    page = a_reader_of("topic:1")
    invalidation.invalidate("topic:1")
    marking.drain()
    StoredPage.objects.update(failures=5, retry_at="2100-01-01T00:00Z")
    assert marking.next_stale(5) == [] and marking.count_stale() == 0

    invalidation.invalidate("topic:1")
    marking.drain()

    assert [found.pk for found in marking.next_stale(5)] == [page.pk]


def test_what_one_change_touches_by_the_hundred_comes_last() -> None:
    for number in range(marking.BULK + 1):
        a_reader_of("site:frame", path=f"/page-{number}/")
    few = a_reader_of("topic:1", path="/peu/")
    invalidation.invalidate("site:frame")
    marking.drain()
    invalidation.invalidate("topic:1")
    marking.drain()
    assert marking.next_stale(1)[0].pk == few.pk


def test_a_path_that_cannot_be_a_file_gets_no_row() -> None:
    invalidation.invalidate("path:/a/../b/", "path:/ok/", "path:/.git/", "path:/é/")
    marking.drain()
    assert list(StoredPage.objects.values_list("path", flat=True)) == ["/ok/"]


def test_more_is_drained_than_goes_into_one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MOST_DRAINED", 700)
    a_reader_of("topic:1499")
    invalidation.invalidate_all(f"topic:{number}" for number in range(1500))
    assert marking.drain() == 1500
    assert marking.count_stale() == 1


def test_an_empty_table_is_looked_at_without_the_lock_of_writers(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        marking.drain()
    assert not connection.needs_rollback
