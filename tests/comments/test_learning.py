from typing import Any

import pytest
from django.utils import timezone

from rotative.accounts.models import User
from rotative.comments import learning
from rotative.comments.models import Comment, Lesson, Status
from tests.builders import a_comment, an_article

pytestmark = pytest.mark.django_db

SPAM = "Gagnez au casino en ligne, appelez le marabout {0}, retour affectif garanti"
HONEST = "Le conseil de {0} a raison de parler du pont, les habitants attendent depuis des mois"


def a_name(number: int) -> str:
    """Return a word of its own for each number: the classifier counts the same words once, whatever their figures."""
    return "".join(f"{syllable}o" for syllable in (chr(ord("b") + int(digit)) for digit in str(number + 100)))


def some_decisions(count: int = 60) -> None:
    user, article, now = User.objects.create_user("moderatrice"), an_article(), timezone.now()
    for number in range(count):
        for text, status in ((SPAM, Status.SPAM), (HONEST, Status.APPROVED)):
            a_comment(article, text=text.format(a_name(number)), status=status, decided_by=user, decided_at=now)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    learning._read.cache_clear()


def test_nothing_is_said_before_anything_was_learned() -> None:
    assert learning.scores(SPAM) == []
    assert not learning.learn_if_worth_it()


def test_the_newsrooms_own_decisions_are_what_is_learned() -> None:
    some_decisions()
    assert learning.learn_if_worth_it()
    ((kind, per_cent, words),) = learning.scores(SPAM.format(a_name(899)))
    assert kind == "spam" and per_cent >= 50
    assert any(word in words for word in ("casino", "marabout", "affectif", "gagnez"))
    assert learning.scores(HONEST.format(a_name(899))) == []
    assert not learning.learn_if_worth_it(), "nothing new was decided"


def test_what_the_program_decided_itself_teaches_nothing() -> None:
    article = an_article()
    for number in range(200):
        a_comment(article, text=HONEST.format(a_name(number)), status=Status.APPROVED)
    assert not learning.learn_if_worth_it()


def test_a_lesson_of_another_release_is_silent(monkeypatch: Any) -> None:
    Lesson.objects.create(model='{"version": 999}', decisions=1)
    assert learning.scores(SPAM) == []


def test_old_lessons_are_forgotten() -> None:
    some_decisions(45)
    for _turn in range(5):
        learning.learn()
    assert Lesson.objects.count() == learning.KEPT_LESSONS
    assert Comment.objects.count() == 90
