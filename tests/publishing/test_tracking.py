"""What a render reads is noted; what nobody would note is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotative.content.models import Author, Topic
from rotative.publishing import keys, tracking
from rotative.publishing.keys import collection_key, object_key, path_key, path_of, site_key
from rotative.publishing.tracking import UntrackedReadError, batch_cache, expires, note, query, recording
from tests.builders import a_topic, an_author

names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1)


# --- keys


@given(st.text(min_size=1))
def test_a_path_key_gives_its_path_back(path: str) -> None:
    assert path_of(path_key(path)) == path


@given(names.filter(lambda name: name != "path"), st.integers(1), names)
def test_no_other_key_is_taken_for_a_path(kind: str, number: int, step: str) -> None:
    for key in (object_key(kind, number), collection_key(object_key(kind, number), step), site_key(kind)):
        assert path_of(key) is None


def test_keys_read_as_the_grammar_says() -> None:
    assert object_key("article", 42) == "article:42"
    assert collection_key("section:3", "articles", "2026-09") == "section:3/articles/2026-09"
    assert path_key("/politique/") == "path:/politique/"
    assert site_key("frame") == "site:frame"
    assert len(path_key("/" + "a" * 999)) <= keys.LONGEST


# --- what is noted


@query("topics/named/{slug}")
def find_topic(slug: str) -> Topic | None:
    return Topic.objects.filter(slug=slug).first()


@query("authors", covers=True)
def author_names() -> list[str]:
    return [author.name for author in Author.objects.all()]


@pytest.mark.django_db
def test_a_read_notes_its_own_key_and_that_of_each_row_it_found() -> None:
    topic = a_topic("Eau")
    with recording() as record:
        assert find_topic("eau") == topic
    assert record.keys == {"topics/named/eau", topic.key}


@pytest.mark.django_db
def test_a_read_that_found_nothing_notes_what_it_looked_for() -> None:
    with recording() as record:
        assert find_topic(slug="feu") is None
    assert record.keys == {"topics/named/feu"}


@pytest.mark.django_db
def test_a_read_that_its_key_covers_notes_no_row() -> None:
    an_author("Awa")
    with recording() as record:
        author_names()
    assert record.keys == {"authors"}


@pytest.mark.django_db
def test_nothing_is_noted_or_refused_where_nothing_is_rendered() -> None:
    note("article:1")
    expires(datetime.now(UTC))
    assert not Topic.objects.exists()
    assert find_topic("eau") is None


@pytest.mark.django_db
def test_a_read_outside_a_query_function_is_refused() -> None:
    with recording(), pytest.raises(UntrackedReadError, match="content_topic"):
        Topic.objects.first()


@pytest.mark.django_db
def test_in_production_a_read_outside_a_query_function_is_counted_and_logged_once(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.STRICT_TRACKING = False
    with recording() as record:
        Topic.objects.first()
        Topic.objects.first()
    assert record.untracked == 2
    assert caplog.text.count("may become stale") == 1


def test_a_generator_is_refused_where_it_is_written() -> None:
    with pytest.raises(TypeError, match="generator"):

        @query("topics")
        def topics() -> Any:
            yield from Topic.objects.all()


@pytest.mark.django_db
@pytest.mark.parametrize("late", [lambda: Topic.objects.all(), lambda: (topic for topic in [1])])
def test_a_result_that_would_read_later_is_refused(late: Any) -> None:
    with recording(), pytest.raises(TypeError, match="return a list"):
        query("topics")(late)()


# --- what the pages of a batch share


@pytest.mark.django_db
def test_pages_of_a_batch_read_once_what_they_share_and_all_note_it() -> None:
    topic = a_topic("Eau")
    reads: list[str] = []

    @query("topics", shared=True)
    def first_topic(order: str) -> Topic | None:
        reads.append(order)
        return Topic.objects.order_by(order).first()

    with batch_cache():
        for _page in range(3):
            with recording() as record:
                assert first_topic("pk") == topic
            assert record.keys == {"topics", topic.key}
        with recording():
            first_topic("name")  # another argument is another read
    with batch_cache(), recording():
        first_topic("pk")  # and so is the next batch
    with recording():
        first_topic("pk")  # and a page without a batch

    assert reads == ["pk", "name", "pk", "pk"]


@pytest.mark.django_db
def test_every_page_that_shares_a_read_expires_with_it() -> None:
    noon, evening = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 18, tzinfo=UTC)

    @query("today", shared=True)
    def today() -> int:
        expires(noon)
        return 1

    with batch_cache():
        for _page in range(2):
            with recording() as record:
                expires(evening)
                today()
            assert record.expires_at == noon


def test_a_page_expires_with_the_first_of_what_it_shows() -> None:
    moments = [datetime(2026, 3, day, tzinfo=UTC) for day in (3, 1, 2)]
    with recording() as record:
        for moment in moments:
            expires(moment)
    assert record.expires_at == min(moments)


def test_a_recording_ends_where_it_began() -> None:
    with recording() as outer:
        with recording() as inner:
            note("article:2")
        note("article:1")
    note("article:3")
    assert (outer.keys, inner.keys) == ({"article:1"}, {"article:2"})
    assert tracking._recording.get() is None
