"""A form that the newsroom cannot take, its session, its token or the database being gone: no word is lost."""

import sqlite3
from typing import Any

import pytest
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError, ProgrammingError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client, RequestFactory
from selectolax.lexbor import LexborHTMLParser, LexborNode

from rotative.accounts import roles
from rotative.content.models import Article
from rotative.frontend import views
from rotative.publishing.database_errors import is_unavailable
from tests.builders import an_article, an_edition
from tests.newsroom import a_person, article_form, opened

pytestmark = pytest.mark.django_db
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def article(caplog: pytest.LogCaptureFixture) -> Article:
    caplog.set_level("CRITICAL")  # the traces that belong into the log
    an_edition()
    return an_article("Ce qui était là")


@pytest.fixture
def address(article: Article) -> str:
    return f"/redaction/pages/{article.pk}/edit/"


@pytest.fixture
def words(article: Article) -> dict[str, Any]:
    form = article_form(an_edition(), title='Deux  mots "et" <trois>')
    return opened(article) | form | {"slug": article.slug, "standfirst": "Un\n\n  deux"}


def an_editor(*, enforce_csrf_checks: bool = False) -> Client:
    client = Client(raise_request_exception=False, enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(a_person(roles.DESK_EDITOR))
    return client


def out_of_session(client: Client) -> None:
    client.cookies.pop(settings.SESSION_COOKIE_NAME)


def one(page: LexborHTMLParser, selector: str) -> LexborNode:
    found = page.css_first(selector)
    assert found is not None, selector
    return found


def held(answer: Any) -> tuple[str, dict[str, list[str]]]:
    """Return the address and the fields of the form that an answer holds."""
    form = one(LexborHTMLParser(answer.content), "main form")
    fields: dict[str, list[str]] = {}
    for field in form.css("input"):
        fields.setdefault(field.attributes["name"] or "", []).append(field.attributes["value"] or "")
    return form.attributes["action"] or "", fields


def saved(article: Article) -> Any:
    return Article.objects.get(pk=article.pk).get_latest_revision_as_object()


# --- a session that ended


def test_what_was_sent_after_the_session_ended_is_held_and_sent_again(
    article: Article, address: str, words: dict[str, Any]
) -> None:
    client = an_editor()
    out_of_session(client)

    answer = client.post(address, words)

    assert answer.status_code == 403
    page = LexborHTMLParser(answer.content)
    assert "Votre session est terminée" in one(page, "h1").text()
    assert one(page, "main li a").attributes["target"] == "_blank"  # or signing in would lose the words

    client.force_login(a_person(roles.DESK_EDITOR))
    again = client.post(*held(answer))
    assert again.status_code == 302
    assert saved(article).title == words["title"] and saved(article).standfirst == words["standfirst"]


def test_autosave_is_told_that_the_session_has_ended(address: str, words: dict[str, Any]) -> None:
    answer = Client().post(address, words, headers={"Accept": "application/json"})

    assert answer.status_code == 403
    assert answer.json()["error_code"] == "signed_out" and "session est terminée" in answer.json()["error_message"]


def test_whoever_only_looks_is_led_to_the_sign_in(address: str) -> None:
    assert Client().get(address).headers["Location"].startswith("/redaction/login/?next=")


def test_a_password_is_not_held() -> None:
    answer = Client().post("/redaction/account/", {"old_password": "un secret"})

    assert answer.status_code == 403 and b"un secret" not in answer.content and b"<form" not in answer.content


def test_a_form_of_before_signing_in_is_held_with_a_token_that_is_good(
    article: Article, address: str, words: dict[str, Any]
) -> None:
    client = an_editor(enforce_csrf_checks=True)
    answer = client.post(address, words | {"csrfmiddlewaretoken": "x" * 64}, headers=SAME_ORIGIN)

    assert answer.status_code == 403 and "a expiré" in answer.content.decode()
    target, fields = held(answer)
    assert fields["csrfmiddlewaretoken"] != ["x" * 64]
    assert client.post(target, fields, headers=SAME_ORIGIN).status_code == 302
    assert saved(article).title == words["title"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
def test_words_of_another_site_get_no_token(address: str, words: dict[str, Any], headers: dict[str, str]) -> None:
    answer = an_editor(enforce_csrf_checks=True).post(address, words, headers=headers)

    assert answer.status_code == 403
    assert b"<form" not in answer.content and b"csrfmiddlewaretoken" not in answer.content


# --- a database that is away


def test_a_database_that_does_not_answer_holds_the_words_and_says_what_it_is(
    address: str, words: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = an_editor()

    def away(*_: object, **__: object) -> None:
        raise OperationalError("connection to server at 127.0.0.1 failed: Connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(BaseDatabaseWrapper, "cursor", away)
        answer = client.post(address, words)

    assert answer.status_code == 503 and answer.headers["Retry-After"]
    page = answer.content.decode()
    assert "base de données ne répond pas" in page and "notre faute" not in page
    target, fields = held(answer)
    assert target == address
    assert fields["title"] == [words["title"]] and fields["standfirst"] == [words["standfirst"]]


def test_a_locked_database_is_said_to_be_busy_where_somebody_only_looks(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = an_editor()
    monkeypatch.setattr("wagtail.admin.models.EditingSession.cleanup", staticmethod(_locked))

    answer = client.get(address)

    assert answer.status_code == 503 and answer.headers["Retry-After"]
    page = answer.content.decode()
    assert "Rien n’a été modifié" in page and "<form" not in page


def test_autosave_is_told_that_the_database_is_away(
    address: str, words: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wagtail.models.Page.save_revision", _locked)

    answer = an_editor().post(address, words, headers={"Accept": "application/json"})

    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert answer.json()["error_code"] == "database_away"


@pytest.mark.parametrize(("error", "status"), [(OperationalError("too many connections"), 503), (ValueError("?"), 500)])
def test_readers_are_told_to_come_back_where_no_program_broke(error: Exception, status: int) -> None:
    try:
        raise error
    except type(error):
        assert views.failed(RequestFactory().post("/commentaires/1/")).status_code == status


def _locked(*_: object, **__: object) -> None:
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
    raise OperationalError("database is locked") from cause


def a_wrong_statement() -> OperationalError:
    with pytest.raises(sqlite3.OperationalError) as caught, sqlite3.connect(":memory:") as database:
        database.execute("SELECT * FROM nothing")
    database.close()
    return _wrapped(caught.value)


def a_lock() -> OperationalError:
    with pytest.raises(OperationalError) as caught:
        _locked()
    return caught.value


def a_missing_file() -> OperationalError:
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect("file:/nowhere/at/all.sqlite3?mode=ro", uri=True)
    return _wrapped(caught.value)


def _wrapped(cause: sqlite3.Error) -> OperationalError:
    """Return an error as Django wraps it."""
    error = OperationalError(*cause.args)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (OperationalError("server closed the connection unexpectedly"), True),
        (OperationalError("canceling statement due to lock timeout"), True),
        (InterfaceError("connection already closed"), True),
        (a_lock(), True),
        (a_missing_file(), True),
        (a_wrong_statement(), False),
        (ProgrammingError('relation "nothing" does not exist'), False),
        (DataError("value too long"), False),
        (ValueError("database is locked"), False),
        (None, False),
    ],
)
def test_a_database_that_is_away_is_told_from_a_program_that_is_wrong(
    error: BaseException | None, is_away: bool
) -> None:
    assert is_unavailable(error) is is_away
