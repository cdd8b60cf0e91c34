import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from rotative.accounts import roles, sessions
from tests.newsroom import PASSWORD, a_person

pytestmark = pytest.mark.django_db


def sign_in(*, remember: bool = False, role: roles.Role = roles.REPORTER) -> Client:
    a_person(role, "awa")
    client = Client()
    form = {"username": "awa", "password": PASSWORD, **({"remember": "on"} if remember else {})}
    client.post(reverse("wagtailadmin_login"), form)
    return client


def is_inside(client: Client) -> bool:
    return client.get("/redaction/").status_code == 200


def test_a_session_ends_twelve_hours_after_the_last_thing_that_was_done() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in()
        for _ in range(3):
            clock.shift(timedelta(hours=11))
            assert is_inside(client)
        clock.shift(timedelta(hours=12, minutes=10))
        assert not is_inside(client)
        assert not Session.objects.exists(), "the session is gone on the server too"


def test_a_machine_that_is_trusted_keeps_the_session_for_a_week() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(remember=True)
        clock.shift(timedelta(days=6))
        assert is_inside(client)
        clock.shift(timedelta(days=8))
        assert not is_inside(client)


def test_no_session_lasts_longer_than_thirty_days_whatever_is_done() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(remember=True)
        for _ in range(30):
            assert is_inside(client)
            clock.shift(timedelta(days=1))
        clock.shift(timedelta(minutes=1))
        assert not is_inside(client)


def is_inside_after_half_a_day(ask: Callable[[Client], object], **options: Any) -> bool:
    """Sign in, let a screen ask every hour, and tell whether the session still holds."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(**options)
        is_inside(client)
        for _ in range(12):
            clock.shift(timedelta(hours=1, minutes=1))
            ask(client)
        return is_inside(client)


def test_a_tab_that_was_left_open_is_nobody_at_work() -> None:
    assert not is_inside_after_half_a_day(
        lambda client: client.post(reverse("wagtailadmin_editing_sessions:ping", args=["content", "article", 1, 1]))
    )


def test_an_address_that_a_screen_asks_again_and_again_is_known_to_ask_by_itself() -> None:
    """Templates say where to ask in `data-refresh`, the queue's script in its words."""
    templates = [path.read_text() for path in Path("rotative").rglob("templates/**/*.html")]
    asked = {name for text in templates for name in re.findall(r"""data-refresh="{% url ['"]([\w:]+)""", text)}
    assert len(asked) >= 4
    assert asked | {"comments:news", "session", "online"} <= sessions.BY_THEMSELVES
    names = {":".join(found) for found in _names(get_resolver())}
    assert names >= sessions.BY_THEMSELVES, "each of them is an address"


def _names(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif entry.name:
            yield (*spaces, entry.name)


@pytest.mark.parametrize("address", ["comments:news", "importers:imports_progress"])
def test_a_queue_that_was_left_open_is_nobody_at_work(address: str) -> None:
    assert not is_inside_after_half_a_day(lambda client: client.get(reverse(address)), role=roles.EDITOR_IN_CHIEF)


def test_what_a_script_reads_is_nobody_at_work_though_nobody_named_its_address() -> None:
    assert not is_inside_after_half_a_day(lambda client: client.get("/redaction/", headers={"Sec-Fetch-Mode": "cors"}))


def test_what_a_script_sends_is_somebody_at_work() -> None:
    """Autosave sends what somebody writes, from a screen that may be open all day."""
    address = reverse("wagtailadmin_pages:add", args=["content", "article", 1])
    assert is_inside_after_half_a_day(lambda client: client.post(address, headers={"Sec-Fetch-Mode": "cors"}))


def test_a_session_that_only_scripts_use_ends_too() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in()
        client.get("/redaction/", headers={"Sec-Fetch-Mode": "cors"})
        clock.shift(timedelta(hours=12, minutes=1))
        assert not is_inside(client)


def test_who_opens_screens_stays_signed_in() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in()
        for _ in range(3):
            clock.shift(timedelta(hours=11))
            assert client.get("/redaction/", headers={"Sec-Fetch-Mode": "navigate"}).status_code == 200


def test_looking_around_writes_to_the_session_once_in_five_minutes() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in()
        is_inside(client)
        before = Session.objects.get().session_data
        clock.shift(timedelta(minutes=4))
        is_inside(client)
        assert Session.objects.get().session_data == before
        clock.shift(timedelta(minutes=2))
        is_inside(client)
        assert Session.objects.get().session_data != before


def test_readers_pages_do_not_vary_by_cookie() -> None:
    client = sign_in()
    assert "Cookie" not in client.get("/").headers.get("Vary", "")


def test_a_link_does_not_sign_out_but_asks() -> None:
    client = sign_in()
    answer = client.get(reverse("wagtailadmin_logout"))
    assert answer.status_code == 200
    assert "Se déconnecter" in answer.content.decode()
    assert is_inside(client)


def test_signing_out_ends_the_session_on_the_server() -> None:
    client = sign_in()
    stolen = client.cookies["sessionid"].value
    assert client.post(reverse("wagtailadmin_logout"), follow=True).status_code == 200
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not is_inside(thief)


def test_what_is_stored_of_ended_sessions_is_deleted() -> None:
    sign_in()
    assert sessions.forget_sessions() == 0
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert sessions.forget_sessions() == 1
