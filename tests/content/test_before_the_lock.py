"""What takes long happens before a change takes the writers' lock, or after it has given it back."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import workflow_rejected

from rotative.accounts import roles
from rotative.content import forms
from rotative.content.models import Picture
from tests.builders import a_section, an_article, an_edition
from tests.journeys.test_editor import correct, form_of, write
from tests.journeys.test_uploads import encoded
from tests.newsroom import a_client, a_person, article_form, signed_in

pytestmark = pytest.mark.django_db


def is_locked(outside: int) -> bool:
    """Tell whether a transaction has begun within that of the test, as each request that changes something does."""
    return len(connection.savepoint_ids) > outside


def post_picture() -> Any:
    form = {"title": "Marché", "description": "Des étals au petit matin", "tags": ""}
    sent = SimpleUploadedFile("marche.jpg", encoded("JPEG"))
    return a_client(roles.REPORTER).post(reverse("wagtailimages:add"), form | {"file": sent})


def test_a_picture_is_developed_once_and_before_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    outside = len(connection.savepoint_ids)
    develop = forms.develop

    def watched(file: Any) -> Any:
        held.append(is_locked(outside))
        return develop(file)

    monkeypatch.setattr(forms, "develop", watched)
    assert post_picture().status_code == 302
    assert held == [False]
    assert Picture.objects.count() == 1


def note_developed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    developed: list[Any] = []
    develop = forms.develop

    def watched(file: Any) -> Any:
        developed.append(file)
        return develop(file)

    monkeypatch.setattr(forms, "develop", watched)
    return developed


@pytest.mark.parametrize("address", ["wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages_chooser:create"])
def test_nobodys_pictures_are_developed_who_may_not_send_any(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    developed = note_developed(monkeypatch)
    for field in ("file", "files[]", "image-chooser-upload-file"):
        sent = SimpleUploadedFile("marche.jpg", encoded("JPEG"))
        a_client(roles.MODERATOR).post(reverse(address), {field: sent})
    assert not developed


def test_of_many_pictures_in_one_request_one_is_developed(monkeypatch: pytest.MonkeyPatch) -> None:
    developed = note_developed(monkeypatch)
    sent = {f"{number}-file": SimpleUploadedFile("marche.jpg", encoded("JPEG")) for number in range(3)}
    a_client(roles.REPORTER).post(reverse("wagtailimages:add"), sent)
    assert len(developed) == 1


def test_a_process_develops_one_picture_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, most = 0, 0

    def slow(_file: Any) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        time.sleep(0.05)
        under_way -= 1
        return "a picture"

    monkeypatch.setattr(forms, "develop", slow)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(forms.develop_once, (SimpleUploadedFile("a.jpg", b"") for _ in range(4))))
    assert most == 1


def test_mails_of_the_workflow_leave_once_the_change_is_written(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    held: list[bool] = []
    outside = len(connection.savepoint_ids)
    send = mail.EmailMultiAlternatives.send

    def watched(message: Any, *args: Any, **options: Any) -> int:
        held.append(is_locked(outside))
        return send(message, *args, **options)

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", watched)
    a_person(roles.DESK_EDITOR, "koffi", email="koffi@estuaire.example")
    reporter = signed_in(a_person(roles.REPORTER, "awa", email="awa@estuaire.example"))
    article = write(reporter, a_section("Politique"), article_form(an_edition("Bénin")))
    with django_capture_on_commit_callbacks(execute=True):
        correct(reporter, article, form_of(article), "submit")

    assert held == [False]
    assert [message.to for message in mail.outbox] == [["koffi@estuaire.example"]]
    assert TaskState.objects.exists()


def test_no_mail_tells_of_what_was_undone(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    awa = a_person(roles.REPORTER, "awa", email="awa@estuaire.example")
    article = an_article("Une digue", a_section("Ville"))
    state = WorkflowState(content_object=article, requested_by=awa)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        workflow_rejected.send(sender=WorkflowState, instance=state, user=None)
        transaction.set_rollback(True)
    assert mail.outbox == []
