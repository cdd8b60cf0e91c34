"""The writers' lock: taken before anything is read, by everything that changes the newspaper."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test import RequestFactory
from django.urls import get_resolver

from rotative.content.models import Topic
from rotative.publishing import writing as lock
from rotative.publishing.middleware import needs_write_lock
from rotative.publishing.writing import BusyError, LateWriteError, is_writing, writing


@pytest.mark.django_db
def test_the_lock_is_the_first_statement_of_a_transaction(django_assert_num_queries: Any) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("its BEGIN IMMEDIATE is the lock")
    with django_assert_num_queries(3) as sent, writing():  # between a savepoint of the test's own and its release
        pass
    assert [("pg_advisory_xact_lock" in query["sql"]) for query in sent.captured_queries] == [False, True, False]


@pytest.mark.django_db
def test_a_change_within_a_change_takes_no_second_lock() -> None:
    with writing():
        with pytest.raises(ZeroDivisionError), writing():
            Topic.objects.create(name="Eau", slug="eau")
            raise ZeroDivisionError
        assert is_writing() and not Topic.objects.exists()
        with writing():
            Topic.objects.create(name="Or", slug="or")
    assert not is_writing() and Topic.objects.count() == 1


@pytest.mark.django_db
def test_a_transaction_that_has_begun_without_the_lock_may_not_take_it_late() -> None:
    with pytest.raises(LateWriteError), transaction.atomic():
        Topic.objects.create(name="Eau", slug="eau")
    assert not is_writing()


@pytest.mark.django_db
def test_in_production_a_late_change_is_logged_and_not_lost(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.STRICT_TRACKING = False
    with transaction.atomic():
        Topic.objects.create(name="Eau", slug="eau")
    assert Topic.objects.count() == 1
    assert "begun before the writers' lock" in caplog.text


@pytest.mark.django_db
def test_a_write_that_passes_by_the_models_is_found() -> None:
    topic = Topic.objects.create(name="Eau", slug="eau")
    with pytest.raises(LateWriteError, match="UPDATE"), transaction.atomic():
        Topic.objects.filter(pk=topic.pk)._update([(Topic._meta.get_field("name"), None, "Or")])


@pytest.fixture
def somebody_writes(without_transaction: None) -> Iterator[None]:
    """Let another thread hold the lock of writers for as long as the test runs."""
    holds, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with writing():
            holds.set()
            may_end.wait(30)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    holds.wait(30)
    yield
    may_end.set()
    other.join()


def test_who_waits_too_long_is_told_that_the_paper_is_busy(
    somebody_writes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "LONGEST_WAIT_SECONDS", 0.1)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.execute("PRAGMA busy_timeout = 100")
    with pytest.raises(BusyError), writing():
        pytest.fail("two writers at once")
    assert not is_writing()
    connection.close()


@pytest.mark.parametrize(
    ("method", "view", "waits"),
    [
        ("GET", "wagtailadmin_pages:edit", False),
        ("POST", "wagtailadmin_pages:edit", True),
        ("POST", "wagtailadmin_pages:preview_on_edit", False),
        ("POST", "wagtailadmin_editing_sessions:ping", False),
        ("POST", "wagtailadmin_logout", False),
    ],
)
def test_a_request_waits_for_the_lock_if_it_may_change_the_paper(
    method: str, view: str, waits: bool, admin_user: Any
) -> None:
    request = RequestFactory().generic(method, "/")
    request.user = admin_user
    request.resolver_match = type("Match", (), {"view_name": view})()  # type: ignore[assignment]
    assert needs_write_lock(request) is waits
    request.user = AnonymousUser()
    assert needs_write_lock(request) is False


def test_the_views_that_do_not_wait_are_views_of_the_newsroom(settings: Any) -> None:
    def names(resolver: Any, prefix: str = "") -> Iterator[str]:
        for found in resolver.url_patterns:
            if hasattr(found, "url_patterns"):
                yield from names(found, prefix + (f"{found.namespace}:" if found.namespace else ""))
            elif found.name:
                yield prefix + found.name

    assert set(names(get_resolver())) >= settings.VIEWS_WITHOUT_LOCK
