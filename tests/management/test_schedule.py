from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from wagtail.models import Revision

from rotative.content.models import Article
from rotative.management import background, schedule
from tests.builders import a_newspaper, a_section, an_article

pytestmark = pytest.mark.django_db


def a_scheduled_article(title: str, minutes: int) -> Article:
    """Make an article that is to appear so many minutes from now."""
    article = an_article(title)
    article.unpublish()
    article.refresh_from_db()
    article.go_live_at = timezone.now() + timedelta(minutes=minutes)
    article.save_revision(approved_go_live_at=article.go_live_at)
    return article


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


def test_the_loop_survives_a_failure(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> int:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(background, "publish_due", fail)
    monkeypatch.setattr(connections, "close_all", lambda: None)

    background.work()

    assert "goes on" in caplog.text


def test_the_paper_without_anything_due_is_left_alone() -> None:
    a_newspaper()
    a_section()

    assert schedule.publish_due() == 0
