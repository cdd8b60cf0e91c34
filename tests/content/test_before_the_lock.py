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
from wagtail.models import TaskState, Workflow, WorkflowState
from wagtail.signals import workflow_approved, workflow_rejected, workflow_submitted

from rotative.accounts import roles
from rotative.content import forms, workflow_mails
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


def note_locks(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list in which each picture that is developed leaves whether the lock was held."""
    held: list[bool] = []
    outside = len(connection.savepoint_ids)
    develop = forms.develop

    def watched(file: Any) -> Any:
        held.append(is_locked(outside))
        return develop(file)

    monkeypatch.setattr(forms, "develop", watched)
    return held


def test_a_picture_is_developed_once_and_before_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    held = note_locks(monkeypatch)
    assert post_picture().status_code == 302
    assert held == [False]
    assert Picture.objects.count() == 1


@pytest.mark.parametrize("address", ["wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages_chooser:create"])
def test_nobodys_pictures_are_developed_who_may_not_send_any(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    developed = note_locks(monkeypatch)
    for field in ("file", "files[]", "image-chooser-upload-file"):
        sent = SimpleUploadedFile("marche.jpg", encoded("JPEG"))
        a_client(roles.MODERATOR).post(reverse(address), {field: sent})
    assert not developed


def test_of_many_pictures_in_one_request_one_is_developed(monkeypatch: pytest.MonkeyPatch) -> None:
    developed = note_locks(monkeypatch)
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


# Wagtail leaves files of its own open for the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_picture_that_is_chosen_from_an_article_is_developed_before_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    held = note_locks(monkeypatch)
    sent = SimpleUploadedFile("marche.jpg", encoded("JPEG"))
    form = {"title": "Marché", "description": "Des étals au petit matin", "tags": "", "file": sent}
    fields = {f"image-chooser-upload-{name}": value for name, value in form.items()}
    a_client(roles.REPORTER).post(reverse("wagtailimages_chooser:create"), fields)
    assert held == [False]
    assert Picture.objects.count() == 1


def test_what_is_too_heavy_is_not_developed(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10
    held = note_locks(monkeypatch)
    post_picture()
    assert held == []


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


@pytest.mark.parametrize("signal", [workflow_submitted, workflow_approved])
def test_no_mail_tells_of_another_step_that_was_undone(
    signal: Any, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    awa = a_person(roles.REPORTER, "awa", email="awa@estuaire.example")
    a_person(roles.ADMINISTRATOR, "chef", email="chef@estuaire.example", is_superuser=True)
    article = an_article("Une digue", a_section("Ville"))
    state = WorkflowState(content_object=article, requested_by=awa, workflow=Workflow.objects.get())
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        signal.send(sender=WorkflowState, instance=state, user=None)
        transaction.set_rollback(True)
    assert mail.outbox == []


def test_what_was_written_stands_whatever_becomes_of_the_mail(
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    tried: list[Any] = []

    def fail(**facts: Any) -> None:
        tried.append(facts)
        raise OSError

    with django_capture_on_commit_callbacks(execute=True):
        workflow_mails._after_commit(fail)(sender=WorkflowState)
    assert tried == [{"sender": WorkflowState}]
