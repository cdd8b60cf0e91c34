from typing import Any
from unittest import mock

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


@pytest.mark.parametrize(
    ("learned_from", "decided", "is_worth_it"),
    [
        (0, 79, False),
        (0, 80, True),
        (100, 119, False),
        (100, 120, True),
        (100, 80, True),
        (1000, 1099, False),
        (1000, 1100, True),
    ],
)
def test_it_learns_again_when_a_tenth_more_or_less_was_decided(
    learned_from: int, decided: int, is_worth_it: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    Lesson.objects.create(model="{}", decisions=learned_from)
    monkeypatch.setattr(learning, "decisions_in_order", lambda: mock.Mock(count=lambda: decided))
    learn = mock.Mock()
    monkeypatch.setattr(learning, "learn", learn)
    assert learning.learn_if_worth_it() is is_worth_it is learn.called


def test_the_newest_decisions_are_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    some_decisions(3)
    monkeypatch.setattr(learning, "MOST_DECISIONS", 2)
    learned: list[Any] = []
    real = learning.classifier.learn
    monkeypatch.setattr(learning.classifier, "learn", lambda decisions: real(learned.extend(decisions) or decisions))
    learning.learn()
    assert [decision.text for decision in learned] == [text.format(a_name(2)) for text in (SPAM, HONEST)]


def test_old_lessons_are_forgotten() -> None:
    some_decisions(45)
    for _turn in range(5):
        learning.learn()
    newest = Lesson.objects.order_by("-pk").values_list("pk", flat=True)
    assert list(newest) == list(range(newest[0], newest[0] - learning.KEPT_LESSONS, -1))
    assert Comment.objects.count() == 90
