"""The disk of the newsroom is full, or takes nothing any more: nothing is lost, and the editor is told."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import DataError, InternalError, OperationalError, connection
from django.db.transaction import TransactionManagementError
from django.test import Client, RequestFactory
from selectolax.lexbor import LexborHTMLParser
from wagtail.users.models import UserProfile

from rotative.accounts import roles
from rotative.content.models import Article
from rotative.frontend import held_forms, views
from rotative.publishing.database_errors import refuses_writes
from tests.builders import an_article, an_edition
from tests.newsroom import a_person, article_form, opened

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="It makes SQLite refuse what is written."),
]


@contextmanager
def a_database_that_takes_nothing() -> Iterator[None]:
    """Let SQLite say what it says on a read-only disk."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA query_only = OFF")


def an_editor(language: str = "") -> Client:
    person = a_person(roles.DESK_EDITOR)
    if language:
        UserProfile.objects.create(user=person, preferred_language=language)
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def save(client: Client, article: Article, title: str, standfirst: str = "", **headers: str) -> Any:
    form = article_form(an_edition(), title=title) | {"slug": article.slug, "standfirst": standfirst}
    with a_database_that_takes_nothing():
        return client.post(f"/redaction/pages/{article.pk}/edit/", opened(article) | form, headers=headers)


@pytest.fixture
def article(caplog: pytest.LogCaptureFixture) -> Article:
    caplog.set_level("CRITICAL")  # the traces that belong into the log
    an_edition()
    return an_article("Ce qui était là")


def test_an_editor_is_told_calmly_that_nothing_was_saved(article: Article) -> None:
    answer = save(an_editor(), article, "Ce qui se perdrait")

    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Rien n’a été enregistré" in page and "encore dans votre navigateur" in page
    assert "Traceback" not in page and "OperationalError" not in page
    assert Article.objects.get(pk=article.pk).get_latest_revision_as_object().title == "Ce qui était là"


def test_what_was_typed_is_sent_again_from_the_page_that_says_so(article: Article) -> None:
    client = an_editor("fr")
    screen = LexborHTMLParser(
        save(client, article, 'Deux  mots "et" <trois> lignes', standfirst="Un\n\n  deux").content
    )

    form = screen.css_first("main form")
    sent: dict[str, list[str]] = {}
    for field in form.css("input"):
        sent.setdefault(field.attributes["name"] or "", []).append(field.attributes["value"] or "")
    answer = client.post(form.attributes["action"], sent)

    assert answer.status_code == 302
    saved = Article.objects.get(pk=article.pk).get_latest_revision_as_object()
    assert saved.title == 'Deux  mots "et" <trois> lignes' and saved.standfirst == "Un\n\n  deux"


def test_what_was_said_before_a_transaction_failed_is_not_shown_afterwards(article: Article) -> None:
    request = RequestFactory().post("/redaction/pages/1/edit/")
    request.user, request.session = a_person(roles.DESK_EDITOR), {}
    request._messages = kept = FallbackStorage(request)
    messages.success(request, "La page a été publiée.")
    try:
        raise OperationalError("database or disk is full")
    except OperationalError:
        response = views.failed(request)
    kept.update(response)

    assert response.status_code == 503
    assert not response.cookies and not request.session


def test_a_password_is_not_written_into_a_page(article: Article) -> None:
    form = {"old_password": "un secret", "new_password1": "un autre secret", "new_password2": "un autre secret"}
    request = RequestFactory().post("/redaction/account/", form)
    request.user = a_person(roles.DESK_EDITOR)

    assert held_forms.keep_form(request) == ""


def test_an_editor_is_told_in_their_own_language(article: Article) -> None:
    page = save(an_editor("en"), article, "Lost words").content.decode()

    assert "Nothing was saved" in page and 'lang="en"' in page


def test_what_is_stored_by_itself_is_answered_in_its_own_way(article: Article) -> None:
    answer = save(an_editor("fr"), article, "Deux mots de plus", accept="application/json")

    assert answer.status_code == 503
    told = answer.json()
    assert told["success"] is False and "Le disque est plein" in told["error_message"]


def test_a_bug_is_not_taken_for_a_full_disk(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotative.content.views.progress_of", lambda *_: 1 / 0)

    answer = an_editor("fr").get(f"/redaction/en-ligne/{article.pk}/")

    assert answer.status_code == 500 and "C’est notre faute" in answer.content.decode()


def test_what_was_typed_is_kept_when_a_screen_breaks(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotative.content.actions.take_down", lambda *_: 1 / 0)

    form = {"kind": "notice", "notice": "Retiré à la demande\nde la famille."}
    answer = an_editor("fr").post(f"/redaction/retrait/{article.pk}/", form)

    assert answer.status_code == 500
    screen = LexborHTMLParser(answer.content)
    assert "gardé sur cette page" in screen.css_first("main p").text()
    kept = {field.attributes["name"]: field.attributes["value"] for field in screen.css("main form input")}
    assert kept["notice"] == form["notice"]


def test_nothing_is_promised_where_nothing_was_typed(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotative.content.views.progress_of", lambda *_: 1 / 0)
    page = an_editor("fr").get(f"/redaction/en-ligne/{article.pk}/").content.decode()
    assert "gardé" not in page and "<form" not in page


def test_sqlite_on_a_full_disk_is_recognised(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "full.sqlite3", isolation_level=None)
    database.execute("CREATE TABLE words (text)")
    database.execute("PRAGMA max_page_count = 3")
    with pytest.raises(sqlite3.OperationalError) as caught:
        for _ in range(100):
            database.execute("INSERT INTO words VALUES (?)", ["x" * 4000])
    database.close()

    assert refuses_writes(OperationalError(*caught.value.args))


@pytest.mark.parametrize(
    ("error", "is_refused"),
    [
        (OperationalError("attempt to write a readonly database"), True),
        (OperationalError("disk I/O error"), True),
        (OperationalError('could not extend file "base/1/2": No space left on device'), True),
        (InternalError("cannot execute INSERT in a read-only transaction"), True),
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EROFS, "Read-only file system"), True),
        (OperationalError("database is locked"), False),
        (DataError("value too long"), False),
        (FileNotFoundError(errno.ENOENT, "No such file"), False),
        (ValueError("database or disk is full"), False),
        (None, False),
    ],
)
def test_what_a_full_disk_says_is_told_from_other_errors(error: BaseException | None, is_refused: bool) -> None:
    assert refuses_writes(error) is is_refused


def test_a_transaction_that_a_full_disk_broke_is_recognised() -> None:
    broken = TransactionManagementError("An error occurred in the current transaction.")
    broken.__context__ = OperationalError("database or disk is full")

    assert refuses_writes(broken)
