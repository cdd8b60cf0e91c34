import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rotative.accounts import password_resets, roles
from rotative.accounts.models import ResetRequest
from tests.newsroom import a_person

pytestmark = pytest.mark.django_db

AWA = "awa@estuaire.example"


@pytest.fixture(autouse=True)
def awa() -> None:
    a_person(roles.REPORTER, "awa", email=AWA)


def ask(mail_address: str = AWA, subscriber: str = "192.0.2.7") -> str:
    client = Client(REMOTE_ADDR=subscriber)
    page = client.post(reverse("wagtailadmin_password_reset"), {"email": mail_address}, follow=True)
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


def test_one_address_gets_three_mails_an_hour_and_the_answer_is_the_same() -> None:
    answers = {ask(spelling, f"192.0.2.{n}") for n, spelling in enumerate([AWA, AWA.upper(), AWA, AWA, AWA])}
    assert len(mail.outbox) == 3
    assert answers == {ask("personne@estuaire.example")}, "nobody learns which addresses are known"
    assert "Au plus trois" in answers.pop()


def test_an_hour_later_the_next_mail_is_sent() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(4):
            ask()
        clock.shift(3601)
        ask()
    assert len(mail.outbox) == 4


def test_one_subscriber_cannot_ask_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_resets, "REQUESTS_AN_HOUR", 2)
    for number in range(3):
        a_person(roles.REPORTER, f"personne{number}", email=f"p{number}@estuaire.example")
        ask(f"p{number}@estuaire.example", f"2001:db8::{number + 1}")
    assert [sent.to for sent in mail.outbox] == [["p0@estuaire.example"], ["p1@estuaire.example"]]
    ask(AWA, "198.51.100.9")
    assert len(mail.outbox) == 3


def test_what_was_asked_is_forgotten_and_no_address_is_kept_in_clear() -> None:
    ask()
    assert AWA not in str(ResetRequest.objects.values().get())
    assert password_resets.forget_requests() == 0
    ResetRequest.objects.update(made_at=timezone.now() - password_resets.HOUR)
    assert password_resets.forget_requests() == 1


def test_a_mail_server_that_hangs_does_not_hold_up_who_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.mail import EmailMultiAlternatives
    from django.db import connection

    depths = []
    outside = len(connection.savepoint_ids)
    monkeypatch.setattr(EmailMultiAlternatives, "send", lambda self: depths.append(len(connection.savepoint_ids)))
    ask()
    assert depths == [outside]
