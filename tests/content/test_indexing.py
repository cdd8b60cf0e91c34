"""Wagtail's search and its index of references are filled once for each change, in its transaction."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django_tasks.signals import task_started
from wagtail.models import ReferenceIndex
from wagtail.tasks import delete_file_from_storage_task

from rotative.content import actions
from rotative.content.models import Article, Byline
from rotative.publishing.models import Invalidation
from rotative.publishing.writing import once_before_commit, writing
from tests.builders import a_draft, a_section, a_topic, an_article, an_author, an_edition
from tests.replayed import rows_of_database

SEARCH, REFERENCES = "insert_or_update_object_task", "update_reference_index_task"

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Iterator[Counter[str]]:
    """Count the tasks that are run, by name and key."""
    counted: Counter[str] = Counter()

    def count(task_result: Any, **_kwargs: Any) -> None:
        counted[f"{task_result.task.name} {task_result.args[-1]}"] += 1

    task_started.connect(count)
    yield counted
    task_started.disconnect(count)


def test_a_change_that_saves_a_page_thrice_indexes_it_once(run: Counter[str]) -> None:
    section, author = a_section(), an_author()
    run.clear()
    with writing():
        draft = a_draft("Le puits", live=False, authors=[author, author], topics=[a_topic()])
        article = section.add_child(instance=draft)
        article.save_revision().publish()
        assert not run[f"{SEARCH} {article.pk}"]
    assert run[f"{SEARCH} {article.pk}"] == run[f"{REFERENCES} {article.pk}"] == 1
    assert ReferenceIndex.get_references_to(author).filter(object_id=article.pk).count() == 2


def test_outside_of_a_change_of_the_newspaper_a_task_runs_at_once(run: Counter[str]) -> None:
    byline = Byline.objects.create(article=an_article(), guest="Une passante")
    run.clear()
    super(Byline, byline).save_base()
    assert run[f"{REFERENCES} {byline.pk}"] == 1


def test_what_is_indexed_is_found_in_the_newsroom_right_away() -> None:
    article = an_article("Le forage de Natitingou")
    assert list(Article.objects.all().search("forage")) == [article]
    article.title = "La pompe de Natitingou"
    article.save_revision().publish()
    assert list(Article.objects.all().search("pompe")) == [article]
    assert not list(Article.objects.all().search("forage"))


def test_a_page_that_is_deleted_in_the_change_that_saved_it_is_not_indexed(run: Counter[str]) -> None:
    article = an_article("Le forage de Natitingou")
    key = article.pk
    run.clear()
    with writing():
        article.save()
        article.delete()
    assert not [name for name in run if name.endswith(f" {key}")], "it would fail, and the log would say so"
    assert not ReferenceIndex.objects.filter(object_id=str(key)).exists()
    assert not list(Article.objects.all().search("forage"))


def test_a_task_that_indexes_nothing_is_run_at_once(run: Counter[str]) -> None:
    with writing():
        delete_file_from_storage_task.enqueue([None, [], {}], "nothing")
        assert run["delete_file_from_storage_task nothing"] == 1


def test_a_step_before_the_commit_is_run_once_and_may_ask_for_others() -> None:
    done: list[str] = []

    def first() -> None:
        done.append("first")
        once_before_commit("second", lambda: done.append("second"))

    with writing():
        with writing():
            once_before_commit("first", first)
        once_before_commit("first", first)
        assert done == []
    assert done == ["first", "second"]


def test_a_step_is_part_of_the_transaction() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    section = a_section()
    with pytest.raises(ZeroDivisionError), writing():
        actions.publish_article(section, a_draft("Le puits"))
        once_before_commit("fails", fail)
    assert not Article.objects.filter(title="Le puits").exists()


def test_what_will_be_taken_back_needs_no_last_step() -> None:
    done: list[str] = []
    with writing():
        once_before_commit("step", lambda: done.append("step"))
        transaction.set_rollback(True)
    transaction.set_rollback(False)  # of the test's own transaction, which has no savepoint to go back to
    assert done == []


def test_without_a_change_there_is_no_commit_to_come() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        once_before_commit("step", list)


# --- an article that is published in one step


def test_an_article_published_in_one_step_has_the_rows_of_one_that_an_editor_publishes() -> None:
    section, _edition = a_section(), an_edition()
    author, topic = an_author(), a_topic()

    def draft() -> Article:
        return a_draft("Le puits", authors=[author], guests=["Une passante"], topics=[topic], kicker="Eau")

    def as_an_editor() -> Article:
        with writing():
            article = draft()
            article.live = False
            section.refresh_from_db()
            section.add_child(instance=article)
            article.save_revision().publish()
        return article

    in_one_step = traces(lambda: actions.publish_article(section, draft()))
    in_three = traces(as_an_editor)
    assert len(in_three) > 15
    assert sorted(in_one_step - in_three) == sorted(in_three - in_one_step) == []


def traces(build: Any) -> set[str]:
    """Return the rows that `build` adds, without keys and times, and take them back."""
    before = rows_of_database()
    article = build()
    after = rows_of_database()
    Article.objects.get(pk=article.pk).delete()
    Invalidation.objects.all().delete()
    return {
        f"{table} {sorted(_told(rows[key], article.pk))}"
        for table, rows in after.items()
        for key in rows.keys() - before[table].keys()
    }


# A version says of itself what it was before it was published; nobody reads that again.
UNTOLD = {
    "id",
    "cause",
    "content_path",
    "content_path_hash",
    "content",
    "content_changed",
    "path",
    "translation_key",
    "uuid",
}


def _told(row: dict[str, Any], key: int) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if name in UNTOLD or name.endswith(("_at", "timestamp")):
            continue
        if name.endswith("revision_id"):
            yield name, "version" if value else "none"
        else:
            yield name, re.sub(rf"\b{key}\b", "own", re.sub(r'"id": "[^"]*"', "", str(value)))
