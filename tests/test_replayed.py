"""A builder's rows that are written again are those that it writes itself, at another time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from rotative.content import actions
from rotative.content.models import Topic
from rotative.publishing.writing import writing
from tests import replayed
from tests.builders import a_newspaper, a_section, a_topic, an_article, an_author, an_edition

counted: list[dict[str, int]] = []
kept: list[int] = []


# SQLite records in the second turn and replays in the third; PostgreSQL, whose numbers go on after each test, later.
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_an_article_has_the_rows_and_the_time_of_one_that_is_built(
    db: None, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_section(), an_edition()
    authors, topics = [an_author()], [a_topic()]
    began, built = timezone.now() - timedelta(milliseconds=1), []  # JSON gives no more
    publish = actions.publish_article
    monkeypatch.setattr(actions, "publish_article", lambda *given: built.append(given) or publish(*given))

    article = an_article(authors=authors, topics=topics)

    counted.append({table: len(rows) for table, rows in replayed.rows_of_database().items()})
    assert counted[-1] == counted[0]
    assert connection.vendor == "postgresql" or bool(built) == (turn < 3)
    version = article.get_latest_revision_as_object()
    assert began <= version.published_at <= article.published_at <= timezone.now()


@pytest.mark.parametrize("turn", [1, 2])
def test_what_is_made_in_the_middle_of_a_change_is_built(db: None, turn: int) -> None:
    """Its index comes at the end of the change: a recording of it would have none."""
    with writing():
        a_newspaper("Le journal du milieu")

    kept.append(sum(len(rows) for rows in replayed.rows_of_database().values()))
    assert kept[-1] == kept[0]
    assert replayed._history is None


def test_what_stands_on_other_rows_is_built(db: None) -> None:
    an_article()
    Topic.objects.create(name="Marchés", slug="marches")

    an_article()

    assert replayed._history is None
