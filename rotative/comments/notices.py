"""Mails to readers and moderators. What is to be told is a row in the transaction of what it tells of; a plain loop
sends it. Nothing is sent twice: where nobody can know whether the mail server has a mail, it is not sent again.
"""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rotative.comments import queries
from rotative.comments.models import Comment, Notice, Status, Unsubscription
from rotative.comments.models.comments import digest
from rotative.content.queries import get_newspaper
from rotative.publishing.delays import growing

logger = logging.getLogger(__name__)

# A moderator who has pressed the wrong key has so long to undo it before anybody is told.
SECOND_THOUGHTS: Final = timedelta(minutes=2)
LEASE: Final = timedelta(minutes=10)
FIRST_DELAY: Final = timedelta(minutes=1)
LONGEST_DELAY: Final = timedelta(hours=6)
MOST_ATTEMPTS: Final = 12
OWN_HOURS: Final = 24  # how long the link to one's own comments is good
UNSUBSCRIBE: Final = "rotative.comments.unsubscribe"
OWN: Final = "rotative.comments.own"


# --- what is told


def tell_of_reply(reply: Comment) -> None:
    """Have the writer of what was answered told, who asked for it: once a reply, however often it is approved."""
    answered = reply.in_reply_to
    if answered is None or not (answered.wants_replies and answered.email) or answered.writer == reply.writer:
        return
    if Unsubscription.objects.filter(email__iexact=answered.email).exists():
        return
    with translation.override(settings.LANGUAGE_CODE):
        newspaper = get_newspaper().name
        link = settings.SITE_URL + reply.link
        way_out = unsubscribe_url(answered)
        Notice.objects.get_or_create(
            event=f"reply:{reply.pk}",
            defaults={
                "to": answered.email,
                "subject": _("%(name)s has replied to you") % {"name": reply.name},
                "body": _(
                    "Hello %(you)s,\n\n%(name)s has replied to your comment on “%(headline)s”:\n\n%(text)s\n\n"
                    "Read it and answer: %(link)s\n\n-- \n%(newspaper)s\nNo more mails about replies: %(way_out)s\n"
                )
                % {
                    "you": answered.name,
                    "name": reply.name,
                    "headline": reply.article.title,
                    "text": _quote(reply.text),
                    "link": link,
                    "newspaper": newspaper,
                    "way_out": way_out,
                },
                "unsubscribe_url": way_out,
                "due_at": timezone.now() + SECOND_THOUGHTS,
            },
        )


def forget_replies(comments: Iterable[int]) -> None:
    """Forget the notices about replies that were taken back before anybody was told."""
    events = [f"reply:{number}" for number in comments]
    Notice.objects.filter(event__in=events, state=Notice.State.DUE, attempts=0).delete()


def forget_words(comments: Iterable[int]) -> None:
    """Forget the notices about comments whose writer wants nothing of them kept; of those sent, the event stays."""
    notices = Notice.objects.filter(event__in=[f"reply:{number}" for number in comments])
    notices.filter(state=Notice.State.DUE).delete()
    notices.update(subject="", body="")


def send_way_to_own(email: str) -> None:
    """Have a link to all comments that were written under an e-mail sent to it; nothing when there are none."""
    newest = queries.own_comments(email).first()
    if newest is None:
        return
    now = timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        Notice.objects.get_or_create(
            event=f"own:{digest(email.casefold())[:40]}:{now:%Y%m%d%H}",  # an hour's mails: nobody is flooded by others
            defaults={
                "to": newest.email,
                "subject": _("Your comments on %(newspaper)s") % {"newspaper": get_newspaper().name},
                "body": _(
                    "Hello,\n\nsomebody, you perhaps, asked to see the comments that were written with this address. "
                    "This link shows them, and lets you delete them. It is good for %(hours)s hours:\n\n%(link)s\n\n"
                    "If it was not you, there is nothing to do.\n"
                )
                % {"hours": OWN_HOURS, "link": own_url(newest)},
                "due_at": now,
            },
        )


def tell_moderators() -> int:
    """Have every moderator told how many comments wait for them, once in each period; return how many are told."""
    hours = queries.get_settings().digest_hours
    if not hours:
        return 0
    now = timezone.now()
    period = int(now.timestamp()) // (hours * 3600)
    told = 0
    for user in get_user_model().objects.filter(is_active=True).exclude(email=""):
        event = f"digest:{user.pk}:{period}"
        if not queries.may_moderate(user) or Notice.objects.filter(event=event).exists():
            continue
        waiting = queries.moderated_by(user).filter(status=Status.WAITING)
        count = waiting.count()
        if not count:
            continue
        oldest = waiting.order_by("pk").values_list("created_at", flat=True)[0]
        with translation.override(settings.LANGUAGE_CODE):
            _row, is_new = Notice.objects.get_or_create(
                event=event, defaults={"to": user.email, "due_at": now, **_digest_of(count, oldest)}
            )
        told += is_new
    return told


def _digest_of(count: int, oldest: datetime) -> dict[str, str]:
    words = ngettext("%(count)d comment waits", "%(count)d comments wait", count) % {"count": count}
    return {
        "subject": words,
        "body": _("%(words)s for a moderator, the oldest since %(since)s.\n\n%(link)s\n")
        % {
            "words": words,
            "since": timezone.localtime(oldest).strftime("%d/%m %H:%M"),
            "link": f"{settings.SITE_URL}/redaction/commentaires/",
        },
    }


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


# --- links in mails


def unsubscribe_url(comment: Comment) -> str:
    return f"{settings.SITE_URL}/commentaires/desabonner/{signing.Signer(salt=UNSUBSCRIBE).sign(str(comment.pk))}/"


def own_url(comment: Comment) -> str:
    token = signing.dumps(comment.pk, salt=OWN)
    return f"{settings.SITE_URL}/commentaires/les-miens/{token}/"


def find_subscriber(token: str) -> str | None:
    """Return the e-mail that an unsubscribing link is for, or None for a link that we did not make."""
    try:
        number = signing.Signer(salt=UNSUBSCRIBE).unsign(token)
    except signing.BadSignature:
        return None
    return _email_of(number)


def find_owner(token: str) -> str | None:
    """Return the e-mail whose comments a link shows, or None when it is too old or not ours."""
    try:
        number = signing.loads(token, salt=OWN, max_age=OWN_HOURS * 3600)
    except signing.BadSignature:
        return None
    return _email_of(number)


def _email_of(number: str | int) -> str | None:
    found: str | None = Comment.objects.filter(pk=number).exclude(email="").values_list("email", flat=True).first()
    return found


def unsubscribe(email: str) -> None:
    """Send no more notices of replies to an e-mail."""
    with transaction.atomic():
        Unsubscription.objects.get_or_create(email=email.casefold())
        Comment.objects.filter(email__iexact=email, wants_replies=True).update(wants_replies=False)
        Notice.objects.filter(to__iexact=email, event__startswith="reply:", state=Notice.State.DUE).delete()


# --- sending


def send_due(limit: int = 50) -> int:
    """Send what is due; return how many were sent. Mail servers that do not answer delay the rest, and lose nothing."""
    now = timezone.now()
    expired = Notice.objects.filter(state=Notice.State.SENDING, due_at__lte=now)
    if expired.exists():  # an update takes the write lock of SQLite, whatever it finds
        expired.update(state=Notice.State.UNCERTAIN, error="The process ended while it was sent.")
    due = Notice.objects.filter(state=Notice.State.DUE, due_at__lte=now).order_by("due_at", "pk")
    return sum(_send(notice) for notice in due[:limit])


def _send(notice: Notice) -> bool:
    # Committed before the mail server hears of it: whoever dies now leaves a row that nobody sends again.
    claimed = Notice.objects.filter(pk=notice.pk, state=Notice.State.DUE).update(
        state=Notice.State.SENDING, due_at=timezone.now() + LEASE, attempts=notice.attempts + 1
    )
    if not claimed:
        return False
    notice.refresh_from_db()
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:  # it has heard nothing yet
        _put_back(notice, error)
        return False
    try:
        _message(notice, connection).send()
    except smtplib.SMTPResponseException as error:
        _put_back(notice, error, is_final=error.smtp_code >= 500)
    except smtplib.SMTPRecipientsRefused as error:
        _put_back(notice, error, is_final=all(code >= 500 for code, _text in error.recipients.values()))
    except (OSError, smtplib.SMTPException) as error:
        _settle(notice, Notice.State.UNCERTAIN, str(error))
    except ValueError as error:  # an address or a subject that cannot stand in a mail
        _settle(notice, Notice.State.FAILED, str(error))
    else:
        _settle(notice, Notice.State.SENT)
        return True
    finally:
        connection.close()
    return False


def _message(notice: Notice, connection: BaseEmailBackend) -> EmailMessage:
    headers = {}
    if notice.unsubscribe_url:
        headers = {
            "List-Unsubscribe": f"<{notice.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    subject = " ".join(notice.subject.split())
    return EmailMessage(subject, notice.body, to=[notice.to], headers=headers, connection=connection)


def _put_back(notice: Notice, error: Exception, *, is_final: bool = False) -> None:
    if is_final or notice.attempts >= MOST_ATTEMPTS:
        _settle(notice, Notice.State.FAILED, str(error))
        return
    delay = growing(FIRST_DELAY, LONGEST_DELAY, notice.attempts)
    logger.warning("A mail could not be sent (%s); next try in %s.", error, delay)
    notice.state, notice.due_at, notice.error = Notice.State.DUE, timezone.now() + delay, str(error)[:300]
    notice.save()


def _settle(notice: Notice, state: str, error: str = "") -> None:
    notice.state, notice.error = state, error[:300]
    notice.sent_at = timezone.now() if state == Notice.State.SENT else None
    if state == Notice.State.SENT:
        notice.body = ""  # what somebody wrote is kept in one place
    notice.save()
