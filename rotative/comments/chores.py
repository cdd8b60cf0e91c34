"""The background worker's jobs for comments: retention, mail, learning. Each is idempotent, and may be late."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from rotative.comments import learning, notices, outbox
from rotative.comments.models import Comment, Complaint, Mailbox, Notice, SpentChallenge, Status

logger = logging.getLogger(__name__)

ADDRESS_DAYS: Final = 7
SPAM_DAYS: Final = 60
NOTICE_DAYS: Final = 90
HELD_DAYS: Final = 30
BATCH: Final = 500
KEPT_SPAM: Final = 10_000  # the newest: of a flood the rest goes before its time


def shorten_addresses() -> int:
    """Keep of the addresses of devices only the network, after some days; return how many were shortened."""
    limit = timezone.now() - timedelta(days=ADDRESS_DAYS)
    old = Comment.objects.filter(created_at__lt=limit), Complaint.objects.filter(made_at__lt=limit)
    return sum(_shorten(rows) for rows in old)


def _shorten(rows: QuerySet[Any]) -> int:
    whole = rows.exclude(address=F("network")).exclude(address="").order_by("pk")
    numbers = list(whole.values_list("pk", flat=True)[:BATCH])
    return rows.model.objects.filter(pk__in=numbers).update(address=F("network")) if numbers else 0


def forget_challenges() -> int:
    """Forget spent challenges that have expired: nobody can spend them again."""
    return SpentChallenge.objects.filter(expires_at__lt=timezone.now()).delete()[0]


def forget_spam() -> int:
    """Delete spam that nobody missed; return how many. What others have replied to stays, for their sake."""
    limit = timezone.now() - timedelta(days=SPAM_DAYS)
    spam = Comment.objects.filter(status=Status.SPAM, replies=None)
    newest = spam.order_by("-pk").values_list("pk", flat=True)[KEPT_SPAM : KEPT_SPAM + 1]
    old = spam.filter(Q(created_at__lt=limit) | Q(pk__lte=next(iter(newest), 0))).order_by("pk")
    numbers = list(old.values_list("pk", flat=True)[:BATCH])
    return Comment.objects.filter(pk__in=numbers).delete()[0] if numbers else 0


def forget_notices() -> int:
    """Delete mails that were settled long ago, with the addresses in them, and those that nobody confirmed."""
    now = timezone.now()
    settled = Notice.objects.filter(due_at__lt=now - timedelta(days=NOTICE_DAYS)).exclude(state=Notice.State.DUE)
    held = Notice.objects.filter(due_at__lt=now - timedelta(days=HELD_DAYS), state=Notice.State.HELD)
    return held.delete()[0] + settled.delete()[0]


def forget_mailboxes() -> int:
    """Delete the addresses with which no comment is left, some time after the last mail to them."""
    limit = timezone.now() - timedelta(days=NOTICE_DAYS)
    written_with = Comment.objects.exclude(email="").order_by().values_list(Lower("email"))
    return Mailbox.objects.filter(used_at__lt=limit).exclude(email__in=written_with).delete()[0]


def learn() -> int:
    return int(learning.learn_if_worth_it())


# By the seconds after which each is done again.
CHORES: tuple[tuple[float, Callable[[], int]], ...] = (
    (1, outbox.send_due),
    (30, notices.ask_owners),
    (60, notices.tell_moderators),
    (300, learn),
    (60, shorten_addresses),
    (600, forget_challenges),
    (60, forget_spam),
    (3600, forget_notices),
    (3600, forget_mailboxes),
)
