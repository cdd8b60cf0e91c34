"""Processes that change the paper at the same moment: nothing that one wrote is lost, and the tree stays whole."""

import multiprocessing
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from rotative.accounts.roles import EDITOR_IN_CHIEF
from rotative.comments import derived as comments
from rotative.content import derived
from rotative.content.models import Article, Home, Section
from rotative.publishing.writing import writing
from tests.builders import a_section, an_article, an_edition
from tests.newsroom import a_client, article_form

PATIENCE_SECONDS = 60
FORK = multiprocessing.get_context("fork")  # with the state of this test, in no time


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:
    """Give a test a copy of the migrated database, in which it and its processes may commit."""
    original, copy = connection.settings_dict["NAME"], ""
    connections.close_all()
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            copy = str(tmp_path / "race.sqlite3")
            with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        else:
            copy = f"{original}_race"
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
        connection.settings_dict["NAME"] = copy
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = original
            if connection.vendor == "postgresql":
                with connection._nodb_cursor() as cursor:
                    cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


def at_once(*changes: Callable[[], Any]) -> list[str]:
    """Make each change in a process of its own; return what failed.

    They begin while this process holds the writers' lock, and it lets go when all of them have come as far as they can.
    """
    connections.close_all()  # a connection does not survive a fork
    begin, told = FORK.Event(), FORK.Queue()
    processes = [FORK.Process(target=_change, args=(change, begin, told)) for change in changes]
    for process in processes:
        process.start()
    with writing():
        begin.set()
        _wait_until_all_wait(len(changes), told)
    said = [told.get(timeout=PATIENCE_SECONDS) for _process in processes]
    for process in processes:
        process.join(PATIENCE_SECONDS)
    return [error for error in said if error]


def _change(change: Callable[[], Any], begin: Any, told: Any) -> None:
    begin.wait(PATIENCE_SECONDS)
    connection.ensure_connection()
    told.put("at it")
    try:
        change()
    except BaseException as error:
        told.put(f"{type(error).__name__}: {error}")
    else:
        told.put("")
    finally:
        connections.close_all()


def _wait_until_all_wait(count: int, told: Any) -> None:
    for _process in range(count):
        assert told.get(timeout=PATIENCE_SECONDS) == "at it"
    if connection.vendor == "sqlite":
        return  # nobody can see who waits for its lock, and nothing is read before it
    until = time.monotonic() + PATIENCE_SECONDS
    waiting = 0
    while waiting < count and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            waiting = cursor.fetchone()[0]
    assert waiting == count


def what_is_wrong() -> list[Any]:
    return [*derived.mismatches(), *comments.mismatches()]


# --- what people do in the newsroom


def send(client: Client, address: str, form: dict[str, Any]) -> None:
    response = client.post(address, form)
    assert response.status_code == 302, response.content.decode()[:2000]


def edit(client: Client, page: Any, form: dict[str, Any]) -> None:
    send(client, reverse("wagtailadmin_pages:edit", args=[page.pk]), {**form, "action-publish": "yes"})


def section_form(section: Section, **fields: Any) -> dict[str, Any]:
    shown = {"title": section.title, "slug": section.slug, "description": section.description}
    return {**shown, "search_description": "", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", **fields}


def rename(client: Client, section: Section, slug: str) -> None:
    edit(client, section, section_form(section, title=slug.capitalize(), slug=slug))


def publish(client: Client, article: Article, title: str) -> None:
    edit(client, article, article_form(article.edition, title, slug=article.slug, body="<p>Du neuf.</p>"))


pytestmark = pytest.mark.usefixtures("own_database")


def test_a_section_that_is_renamed_while_two_articles_are_published_takes_both_with_it() -> None:
    desk = a_section("Économie")
    section = a_section("Politique", desk)
    first, second = an_article("Premier", section), an_article("Second", section)
    clients = [a_client(EDITOR_IN_CHIEF) for _person in range(3)]

    failed = at_once(
        lambda: rename(clients[0], section, "institutions"),
        lambda: publish(clients[1], first, "Premier, revu"),
        lambda: publish(clients[2], second, "Second, revu"),
    )

    assert (failed, what_is_wrong()) == ([], [])
    found = dict(Article.objects.values_list("title", "url_path"))
    assert found == {
        "Premier, revu": "/accueil/economie/institutions/premier/",
        "Second, revu": "/accueil/economie/institutions/second/",
    }


def test_a_section_that_is_saved_while_its_first_article_is_made_can_have_a_second_one() -> None:
    section, edition = a_section("Politique"), an_edition()
    editor, reporter = a_client(EDITOR_IN_CHIEF), a_client(EDITOR_IN_CHIEF)
    add = reverse("wagtailadmin_pages:add", args=["content", "article", section.pk])

    failed = at_once(
        lambda: edit(editor, section, section_form(section, description="Ce qui se décide.")),
        lambda: send(reporter, add, {**article_form(edition, slug="premier"), "action-publish": "yes"}),
    )

    assert (failed, what_is_wrong()) == ([], [])
    section.refresh_from_db()
    assert (section.numchild, section.description) == (1, "Ce qui se décide.")
    send(reporter, add, {**article_form(edition, "Le second", slug="second"), "action-publish": "yes"})
    assert Article.objects.child_of(section).count() == 2


def test_of_two_programs_that_publish_one_article_neither_loses_its_field() -> None:
    article = an_article("Vote", a_section("Politique"))

    def publish_with(**fields: str) -> None:
        with writing():
            found = Article.objects.get(pk=article.pk)
            for name, value in fields.items():
                setattr(found, name, value)
            found.save_revision().publish()

    failed = at_once(lambda: publish_with(kicker="Bénin"), lambda: publish_with(place="Cotonou"))

    assert (failed, what_is_wrong()) == ([], [])
    article.refresh_from_db()
    assert (article.kicker, article.place) == ("Bénin", "Cotonou")


def test_an_article_that_is_deleted_while_it_and_another_are_moved_leaves_a_whole_tree() -> None:
    politics, economy = a_section("Politique"), a_section("Économie")
    going, staying = an_article("Part", politics), an_article("Reste", politics)
    clients = [a_client(EDITOR_IN_CHIEF) for _person in range(3)]

    def move(client: Client, page: Article) -> None:
        client.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, economy.pk]))

    failed = at_once(
        lambda: move(clients[0], going),
        lambda: clients[1].post(reverse("wagtailadmin_pages:delete", args=[going.pk])),
        lambda: move(clients[2], staying),
    )

    assert (failed, what_is_wrong()) == ([], [])
    assert not Article.objects.filter(pk=going.pk).exists()
    assert Article.objects.get(pk=staying.pk).address == "/economie/reste/"
    assert Home.objects.get().numchild == 3  # two sections and the edition
