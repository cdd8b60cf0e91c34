from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rotative.accounts import lockout, roles
from tests.newsroom import PASSWORD, a_person

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def few_attempts(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Make both limits small: what is tested is that they are kept, and that they are two."""
    monkeypatch.setattr(lockout, "ADDRESS_LIMIT", 4)
    settings.AXES_FAILURE_LIMIT = 3


def attempt(username: str, password: str, address: str = HERE, client: Client | None = None) -> Any:
    form = {"username": username, "password": password}
    return (client or Client()).post(reverse("wagtailadmin_login"), form, REMOTE_ADDR=address)


def is_let_in(response: Any) -> bool:
    return bool(response.status_code == 302)


def test_an_address_that_goes_from_name_to_name_is_held_back() -> None:
    a_person(roles.REPORTER, "awa")
    for number in range(4):
        assert attempt(f"nom-{number}", "faux").status_code == 200
    answer = attempt("awa", PASSWORD)
    assert answer.status_code == 429
    page = " ".join(answer.content.decode().split())
    assert "Trop de mots de passe faux sont venus de cette adresse" in page
    assert "Attendez 15 minutes" in page
    assert is_let_in(attempt("awa", PASSWORD, ELSEWHERE))


def test_fewer_wrong_passwords_than_the_limit_hold_nobody_back() -> None:
    a_person(roles.REPORTER, "awa")
    for number in range(3):
        attempt(f"nom-{number}", "faux")
    assert is_let_in(attempt("awa", PASSWORD))


def test_all_addresses_of_one_subscriber_count_together() -> None:
    a_person(roles.REPORTER, "awa")
    for number in range(4):
        attempt(f"nom-{number}", "faux", f"2001:db8:0:1::{number + 1}")
    assert attempt("awa", PASSWORD, "2001:db8:0:1:ffff::9").status_code == 429
    assert is_let_in(attempt("awa", PASSWORD, "2001:db8:0:2::1"))


def test_one_name_tried_from_all_addresses_of_a_subscriber_is_held_back() -> None:
    a_person(roles.REPORTER, "awa")
    for number in range(3):
        attempt("awa", "faux", f"2001:db8:0:1::{number + 1}")
    assert attempt("awa", PASSWORD, "2001:db8:0:1::77").status_code == 429


def test_the_hold_ends_after_the_time_that_the_page_names_though_somebody_goes_on_trying() -> None:
    a_person(roles.REPORTER, "awa")
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        for number in range(4):
            attempt(f"nom-{number}", "faux")
        clock.shift(timedelta(minutes=14))
        assert attempt("awa", PASSWORD).status_code == 429
        clock.shift(timedelta(minutes=2))
        assert is_let_in(attempt("awa", PASSWORD))


def test_who_signed_in_on_a_device_before_gets_in_there_though_others_behind_the_address_guess() -> None:
    a_person(roles.REPORTER, "awa")
    a_person(roles.REPORTER, "koffi")
    telephone = Client()
    assert is_let_in(attempt("awa", PASSWORD, client=telephone))
    telephone.post(reverse("wagtailadmin_logout"))
    for number in range(4):
        attempt(f"nom-{number}", "faux")
    assert attempt("koffi", PASSWORD, client=telephone).status_code == 429, "a device is known for one name"
    assert is_let_in(attempt("awa", PASSWORD, client=telephone))


def test_a_known_device_may_not_guess_either() -> None:
    a_person(roles.REPORTER, "awa")
    telephone = Client()
    attempt("awa", PASSWORD, client=telephone)
    for _ in range(3):
        attempt("awa", "faux", client=telephone)
    assert attempt("awa", PASSWORD, client=telephone).status_code == 429


@pytest.mark.parametrize("cookie", ["", "awa", '"awa":1u:x', "a" * 5000])
def test_a_made_up_device_is_not_known(cookie: str) -> None:
    a_person(roles.REPORTER, "awa")
    telephone = Client()
    telephone.cookies[lockout.DEVICE_COOKIE] = cookie
    for number in range(4):
        attempt(f"nom-{number}", "faux")
    assert attempt("awa", PASSWORD, client=telephone).status_code == 429


def test_an_address_that_is_none_does_not_stop_the_sign_in() -> None:
    a_person(roles.REPORTER, "awa")
    assert is_let_in(attempt("awa", PASSWORD, "unix:/run/rotative.sock"))


def test_addresses_of_sign_ins_are_forgotten_after_a_week() -> None:
    a_person(roles.REPORTER, "awa")
    attempt("awa", PASSWORD)
    attempt("koffi", "faux")
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert lockout.forget_attempts() == 0
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert lockout.forget_attempts() == 2
    assert (AccessAttempt.objects.count(), AccessLog.objects.count()) == (0, 0)
