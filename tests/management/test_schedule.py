from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from rotative.content.models import Article
from rotative.management import background, clock, schedule
from rotative.publishing.models import PublisherState
from rotative.publishing.publisher import publish_until_idle
from rotative.publishing.store import Store
from tests.builders import a_newspaper, a_section, an_article

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def a_scheduled_article(title: str, minutes: int) -> Article:
    """Make an article that is to appear so many minutes from now."""
    article = an_article(title)
    article.unpublish()
    article.refresh_from_db()
    article.go_live_at = timezone.now() + timedelta(minutes=minutes)
    article.save_revision(approved_go_live_at=article.go_live_at)
    return article


@pytest.fixture(autouse=True)
def nothing_failed_before() -> Iterator[None]:
    schedule._failures.clear()
    yield
    schedule._failures.clear()


def is_live(article: Article) -> bool:
    return Article.objects.get(pk=article.pk).live


def test_an_article_appears_at_its_hour_and_not_before() -> None:
    due, later = a_scheduled_article("Dû", -1), a_scheduled_article("Plus tard", 5)

    assert schedule.publish_due() == 1

    assert is_live(due)
    assert not is_live(later)


def test_an_article_whose_time_is_over_is_taken_down() -> None:
    article = an_article("Éphémère")
    Article.objects.filter(pk=article.pk).update(expire_at=timezone.now() - timedelta(minutes=1))

    assert schedule.publish_due() == 1

    assert not is_live(article)


def test_a_second_look_finds_nothing_to_do() -> None:
    a_scheduled_article("Dû", -1)
    schedule.publish_due()

    assert schedule.publish_due() == 0


def test_an_article_that_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned, sound = a_scheduled_article("Empoisonné", -5), a_scheduled_article("Sain", -1)
    publish = Revision.publish

    def fail_on_the_poisoned(revision: Any, **options: Any) -> None:
        if revision.object_id == str(poisoned.pk):
            raise RuntimeError("no")
        publish(revision, **options)

    monkeypatch.setattr(Revision, "publish", fail_on_the_poisoned)

    assert schedule.publish_due() == 1
    assert is_live(sound)


def test_what_is_already_over_is_never_published(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    article = a_scheduled_article("Passé", -10)
    article.expire_at = timezone.now() - timedelta(minutes=5)
    article.save_revision(approved_go_live_at=article.go_live_at)
    published: list[Any] = []
    monkeypatch.setattr(Revision, "publish", lambda revision, **options: published.append(revision))

    schedule.publish_due()

    latest = Article.objects.get(pk=article.pk).latest_revision
    assert latest not in published
    assert latest.approved_go_live_at is None
    assert "its time was over" in caplog.text
    assert PageLogEntry.objects.filter(page=article.pk, action="wagtail.schedule.cancel").exists()


def test_what_always_fails_is_tried_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    article = a_scheduled_article("Empoisonné", -5)
    tries, start = [], timezone.now()
    now = start

    def fail(_revision: Any, **_options: Any) -> None:
        tries.append((now - start).total_seconds())
        raise RuntimeError("no")

    monkeypatch.setattr(Revision, "publish", fail)
    monkeypatch.setattr("rotative.management.schedule.timezone.now", lambda: now)
    for _second in range(0, 4 * 3600, 10):
        schedule.publish_due()
        now += timedelta(seconds=10)

    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses[:4] == [20, 40, 80, 160]
    assert pauses[-1] == 3600
    assert not is_live(article)


def test_another_hour_is_tried_without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    article = a_scheduled_article("Empoisonné", -5)

    def fail(_revision: Any, **_options: Any) -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as patched:
        patched.setattr(Revision, "publish", fail)
        schedule.publish_due()
    assert schedule.publish_due() == 0

    Revision.objects.exclude(approved_go_live_at=None).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    assert schedule.publish_due() == 1
    assert is_live(article)


def test_the_publisher_survives_a_failure_of_what_is_due(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, settings: Any, tmp_path: Path
) -> None:
    def fail() -> int:
        raise RuntimeError("something is wrong with one article")

    settings.STORE_ROOT = tmp_path / "store"
    monkeypatch.setattr(background, "publish_due", fail)
    a_newspaper()

    publish_until_idle(background.make_publisher())

    assert "it is tried again" in caplog.text
    assert Store(settings.STORE_ROOT).find("/", 200, "br").exists()


def test_the_paper_without_anything_due_is_left_alone() -> None:
    a_newspaper()
    a_section()

    assert schedule.publish_due() == 0


# --- rotative publish_scheduled, which people know from Wagtail


@pytest.fixture
def no_time_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "is_synchronised", lambda: False)


@pytest.mark.usefixtures("no_time_server")
def test_the_command_that_cron_people_know_publishes_what_is_due() -> None:
    due, later = a_scheduled_article("Dû", -1), a_scheduled_article("Plus tard", 5)

    call_command("publish_scheduled")

    assert is_live(due)
    assert not is_live(later)


@pytest.mark.usefixtures("no_time_server")
def test_the_command_releases_nothing_early_by_a_clock_that_is_ahead() -> None:
    tomorrow = a_scheduled_article("Sous embargo", 60)
    PublisherState.objects.update_or_create(pk=1, defaults={"latest_hour": timezone.now()})

    with time_machine.travel(timezone.now() + timedelta(days=1)), pytest.raises(CommandError, match=r"--trust"):
        call_command("publish_scheduled")

    assert not is_live(tomorrow)


@pytest.mark.usefixtures("no_time_server")
def test_the_command_does_not_take_back_a_doubt_of_the_publisher() -> None:
    due = a_scheduled_article("Dû", -1)
    told = {"latest_hour": timezone.now(), "clock_error": "The clock has jumped by 300 seconds."}
    PublisherState.objects.update_or_create(pk=1, defaults=told)

    with pytest.raises(CommandError, match="jumped by 300"):
        call_command("publish_scheduled")

    assert not is_live(due)
    assert PublisherState.objects.get(pk=1).clock_error == told["clock_error"]


def test_the_command_says_what_is_due_and_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    due = a_scheduled_article("Dû", -1)

    call_command("publish_scheduled", dryrun=True)

    assert "Dû" in capsys.readouterr().out
    assert not is_live(due)


def test_the_command_believes_a_time_server_more_than_an_old_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "is_synchronised", lambda: True)
    due = a_scheduled_article("Dû", -1)
    told = {"latest_hour": timezone.now(), "clock_error": "The clock has jumped by 300 seconds."}
    PublisherState.objects.update_or_create(pk=1, defaults=told)

    call_command("publish_scheduled")

    assert is_live(due)


def test_the_command_says_what_is_to_be_taken_down_and_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    over = an_article("Éphémère")
    Article.objects.filter(pk=over.pk).update(expire_at=timezone.now() - timedelta(minutes=1))

    call_command("publish_scheduled", dryrun=True)

    assert "Éphémère" in capsys.readouterr().out
    assert is_live(over)
