"""Training of the classifier on the newsroom's decisions: a model in a row, cached by each process."""

from functools import lru_cache
from typing import Final

from django.db import transaction

from rotative.comments import classifier
from rotative.comments.models import Lesson, Status
from rotative.comments.models.decisions import decisions_in_order

LABELS: Final[dict[str, classifier.Label]] = {Status.APPROVED: "ok", Status.SPAM: "spam", Status.REJECTED: "abuse"}
MOST_DECISIONS: Final = 20_000  # the newest
FIRST_DECISIONS: Final = 80
KEPT_LESSONS: Final = 3


def scores(text: str) -> list[tuple[str, int, str]]:
    """Return (kind, per cent, the words that say so) for each judgement that is sure enough of itself to speak."""
    model = current()
    if model is None:
        return []
    return [
        (score.kind, round(score.probability * 100), ", ".join(word.word for word in score.words))
        for score in model.score(text)
    ]


def current() -> "classifier.Model | None":
    """Return the newest model, or None while there is none."""
    newest = Lesson.objects.order_by("-pk").values_list("pk", flat=True).first()
    return _read(newest) if newest else None


@lru_cache(maxsize=1)
def _read(pk: int) -> "classifier.Model | None":
    try:
        return classifier.Model.from_json(Lesson.objects.values_list("model", flat=True).get(pk=pk))
    except ValueError:  # of another release: the next lesson replaces it
        return None


def learn_if_worth_it() -> bool:
    """Learn again when a tenth more was decided since the last time; tell whether it was done."""
    count = decisions_in_order().count()
    learned = Lesson.objects.order_by("-pk").values_list("decisions", flat=True).first() or 0
    if count < FIRST_DECISIONS or abs(count - learned) < max(20, learned // 10):
        return False
    learn()
    return True


def learn() -> Lesson:
    """Learn from all decisions, outside any transaction: it takes seconds."""
    rows = decisions_in_order()
    total = rows.count()
    decisions = [
        classifier.Decision(text, LABELS[status])
        for text, status in rows[max(0, total - MOST_DECISIONS) :]
        if status in LABELS
    ]
    model = classifier.learn(decisions)
    with transaction.atomic():
        lesson = Lesson.objects.create(model=model.to_json(), decisions=total)
        Lesson.objects.filter(pk__lt=lesson.pk).exclude(
            pk__in=Lesson.objects.order_by("-pk").values("pk")[:KEPT_LESSONS]
        ).delete()
    return lesson
