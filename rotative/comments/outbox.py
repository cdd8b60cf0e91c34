"""The outbox: mails that are due are sent, each once, with retries and growing delays (backoff).

Dead letters are rows too: `failed` when the server refuses them for good, `uncertain` when nobody knows.
"""

import logging
import smtplib
from datetime import timedelta
from typing import Final

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.utils import timezone

from rotative.comments.models import Notice
from rotative.publishing.backoff import exponential_backoff

logger = logging.getLogger(__name__)
LEASE: Final = timedelta(minutes=10)
FIRST_DELAY: Final = timedelta(minutes=1)
LONGEST_DELAY: Final = timedelta(hours=6)
MOST_ATTEMPTS: Final = 12
UNSENT: Final = Q(state=Notice.State.DUE) | Q(state=Notice.State.HELD)


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
    delay = exponential_backoff(FIRST_DELAY, LONGEST_DELAY, notice.attempts)
    logger.warning("A mail could not be sent (%s); next try in %s.", error, delay)
    notice.state, notice.due_at, notice.error = Notice.State.DUE, timezone.now() + delay, str(error)[:300]
    notice.save()


def _settle(notice: Notice, state: str, error: str = "") -> None:
    notice.state, notice.error = state, error[:300]
    notice.sent_at = timezone.now() if state == Notice.State.SENT else None
    if state == Notice.State.SENT:
        notice.body = ""  # what somebody wrote is kept in one place
    notice.save()
