"""Mails to readers and moderators. What is to be told is a row in the transaction of what it tells of; a plain loop
sends it. Nothing is sent twice: where nobody can know whether the mail server has a mail, it is not sent again.

Anybody can write anybody's address into the form. What others wrote is held until the owner has confirmed the address,
and the one mail that asks for it holds no word of a stranger.
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
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rotative.addresses import COMMENTS, NEWSROOM
from rotative.comments import queries
from rotative.comments.models import Comment, Mailbox, Notice, Status, Unsubscription
from rotative.comments.models.comments import digest
from rotative.content.queries import get_newspaper
from rotative.publishing.backoff import exponential_backoff
from rotative.publishing.writing import writing

logger = logging.getLogger(__name__)

# A moderator who has pressed the wrong key has so long to undo it before anybody is told.
SECOND_THOUGHTS: Final = timedelta(minutes=2)
LEASE: Final = timedelta(minutes=10)
FIRST_DELAY: Final = timedelta(minutes=1)
LONGEST_DELAY: Final = timedelta(hours=6)
MOST_ATTEMPTS: Final = 12
OWN_HOURS: Final = 24  # how long the link to one's own comments is good
# To one address, in 24 hours.
MOST_REPLIES: Final = 10
MOST_OWN: Final = 3
ASK_AGAIN: Final = timedelta(days=30)
DAY: Final = timedelta(days=1)
UNSUBSCRIBE: Final = "rotative.comments.mailbox.unsubscribe"
CONFIRM: Final = "rotative.comments.mailbox.confirm"
OWN: Final = "rotative.comments.mailbox.own"
MOMENT: Final = "%Y%m%d%H%M"  # which sorts as time passes


# --- what is told


def tell_of_reply(reply: Comment) -> None:
    """Have the writer of what was answered told, who asked for it: once a reply, however often it is approved."""
    answered = reply.in_reply_to
    if answered is None or not (answered.wants_replies and answered.email) or answered.writer == reply.writer:
        return
    if Unsubscription.objects.filter(email__iexact=answered.email).exists():
        return
    now = timezone.now()
    told = Notice.objects.filter(to__iexact=answered.email, event__startswith="reply:").exclude(
        event=f"reply:{reply.pk}"
    )
    count = told.filter(Q(due_at__gt=now - DAY) | Q(state=Notice.State.HELD)).count()
    if count >= MOST_REPLIES:
        return  # the last mail has said that there may be more
    mailbox = mailbox_of(answered.email)
    with translation.override(settings.LANGUAGE_CODE):
        Notice.objects.get_or_create(
            event=f"reply:{reply.pk}",
            defaults={
                "to": answered.email,
                "state": Notice.State.DUE if mailbox.confirmed_at else Notice.State.HELD,
                "due_at": now + SECOND_THOUGHTS,
                **_told_of(reply, answered, unsubscribe_url(mailbox), is_last=count == MOST_REPLIES - 1),
            },
        )


def _told_of(reply: Comment, answered: Comment, way_out: str, *, is_last: bool) -> dict[str, str]:
    body = _(
        "Hello %(you)s,\n\n%(name)s has replied to your comment on “%(headline)s”:\n\n%(text)s\n\n"
        "Read it and answer: %(link)s\n\n%(last)s-- \n%(newspaper)s\nNo more mails about replies: %(way_out)s\n"
    )
    last = _("This is the last mail about replies today. If there are more, they stand below the story.")
    return {
        "subject": _("%(name)s has replied to you") % {"name": reply.name},
        "body": body
        % {
            "you": answered.name,
            "name": reply.name,
            "headline": reply.article.title,
            "text": _quote(reply.text),
            "link": settings.SITE_URL + reply.link,
            "last": f"{last}\n\n" if is_last else "",
            "newspaper": get_newspaper().name,
            "way_out": way_out,
        },
        "unsubscribe_url": way_out,
    }


UNSENT: Final = Q(state=Notice.State.DUE) | Q(state=Notice.State.HELD)


def forget_replies(comments: Iterable[int]) -> None:
    """Forget the notices about replies that were taken back before anybody was told."""
    events = [f"reply:{number}" for number in comments]
    untold = Q(state=Notice.State.DUE, attempts=0) | Q(state=Notice.State.HELD)
    Notice.objects.filter(untold, event__in=events).delete()


def forget_words(comments: Iterable[int]) -> None:
    """Forget the notices about comments whose writer wants nothing of them kept; of those sent, the event stays.

    Nobody is told any more of replies to them either.
    """
    numbers = list(comments)
    notices = Notice.objects.filter(event__in=[f"reply:{number}" for number in numbers])
    notices.filter(UNSENT).delete()
    notices.update(subject="", body="")
    replies = Comment.objects.filter(in_reply_to__in=numbers).values_list("pk", flat=True)
    Notice.objects.filter(UNSENT, event__in=[f"reply:{number}" for number in replies]).delete()


# --- whose address it is


def mailbox_of(email: str) -> Mailbox:
    """Return the row of an address, whichever capitals somebody gave it."""
    return Mailbox.objects.update_or_create(email=email.casefold())[0]


def ask_owners(limit: int = 50) -> int:
    """Ask the owners of addresses for which replies are held whether they are theirs; return how many are asked."""
    held = Notice.objects.filter(state=Notice.State.HELD, attempts=0, due_at__lte=timezone.now()).order_by("pk")
    return sum(_ask_owner(notice) for notice in held[:limit])


@transaction.atomic
def _ask_owner(notice: Notice) -> bool:
    claimed = Notice.objects.filter(pk=notice.pk, state=Notice.State.HELD, attempts=0).update(attempts=1)
    reply = Comment.objects.filter(pk=notice.event.removeprefix("reply:")).select_related("article").first()
    if not claimed or reply is None:
        return False
    now = timezone.now()
    mailbox = mailbox_of(notice.to)
    if mailbox.asked_at and mailbox.asked_at > now - ASK_AGAIN:
        return False
    mailbox.asked_at = now
    mailbox.save()
    with translation.override(settings.LANGUAGE_CODE):
        newspaper = get_newspaper().name
        way_out = unsubscribe_url(mailbox)
        Notice.objects.create(
            event=f"confirm:{mailbox.pk}:{now:{MOMENT}}",
            to=notice.to,
            subject=_("%(newspaper)s: is this your address?") % {"newspaper": newspaper},
            body=_(
                "Hello,\n\nsomebody, you perhaps, wrote a comment on “%(headline)s” with this address, and wants to be "
                "told of replies. One has come.\n\nIf it was you, confirm your address, once for all:\n\n%(link)s\n\n"
                "If it was not you, there is nothing to do: no reply is sent to you.\n\n"
                "-- \n%(newspaper)s\nNever ask again: %(way_out)s\n"
            )
            % {
                "headline": reply.article.title,
                "link": confirm_url(mailbox),
                "newspaper": newspaper,
                "way_out": way_out,
            },
            unsubscribe_url=way_out,
            due_at=now,
        )
    return True


@transaction.atomic
def confirm(mailbox: Mailbox) -> None:
    """Note that an address is its owner's, who pressed the button; what was held for it is sent."""
    now = timezone.now()
    Mailbox.objects.filter(pk=mailbox.pk, confirmed_at=None).update(confirmed_at=now)
    held = Notice.objects.filter(to__iexact=mailbox.email, state=Notice.State.HELD)
    held.filter(due_at__lt=now).update(due_at=now)
    held.update(state=Notice.State.DUE, attempts=0)


def send_way_to_own(email: str) -> None:
    """Have a link to all comments that were written under an e-mail sent to it; nothing when there are none.

    One an hour, and three a day, so that nobody is flooded by others: the page says so to everybody.
    """
    newest = queries.own_comments(email).first()
    if newest is None:
        return
    now = timezone.now()
    series = f"own:{digest(email.casefold())[:40]}:"
    sent = Notice.objects.filter(event__startswith=series).exclude(state=Notice.State.FAILED)
    since = [sent.filter(event__gt=f"{series}{now - age:{MOMENT}}").count() for age in (timedelta(hours=1), DAY)]
    if since[0] or since[1] >= MOST_OWN:
        return
    with translation.override(settings.LANGUAGE_CODE):
        Notice.objects.get_or_create(
            event=f"{series}{now:{MOMENT}}",
            defaults={
                "to": newest.email,
                "subject": _("Your comments on %(newspaper)s") % {"newspaper": get_newspaper().name},
                "body": _(
                    "Hello,\n\nsomebody, you perhaps, asked to see the comments that were written with this address. "
                    "This link shows them, and lets you delete them. It is good for %(hours)s hours:\n\n%(link)s\n\n"
                    "If it was not you, there is nothing to do.\n"
                )
                % {"hours": OWN_HOURS, "link": own_url(mailbox_of(email))},
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
            "link": f"{settings.SITE_URL}{NEWSROOM}{COMMENTS[1:]}",
        },
    }


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


# --- links in mails


def unsubscribe_url(mailbox: Mailbox) -> str:
    return f"{settings.SITE_URL}{COMMENTS}desabonner/{signing.Signer(salt=UNSUBSCRIBE).sign(str(mailbox.pk))}/"


def confirm_url(mailbox: Mailbox) -> str:
    return f"{settings.SITE_URL}{COMMENTS}confirmer/{signing.Signer(salt=CONFIRM).sign(str(mailbox.pk))}/"


def own_url(mailbox: Mailbox) -> str:
    token = signing.dumps(mailbox.pk, salt=OWN)
    return f"{settings.SITE_URL}{COMMENTS}les-miens/{token}/"


def find_email_to_unsubscribe(token: str) -> str | None:
    """Return the e-mail that an unsubscribing link is for, or None for a link that we did not make."""
    found = _find_mailbox(token, UNSUBSCRIBE)
    return found.email if found else None


def find_to_confirm(token: str) -> Mailbox | None:
    """Return the mailbox whose owner a link asks, or None for a link that we did not make."""
    return _find_mailbox(token, CONFIRM)


def _find_mailbox(token: str, salt: str) -> Mailbox | None:
    try:
        number = signing.Signer(salt=salt).unsign(token)
    except signing.BadSignature:
        return None
    return Mailbox.objects.filter(pk=number).first()


def find_owner(token: str) -> str | None:
    """Return the e-mail whose comments a link shows, or None when it is too old or not ours."""
    try:
        number = signing.loads(token, salt=OWN, max_age=OWN_HOURS * 3600)
    except signing.BadSignature:
        return None
    return Mailbox.objects.filter(pk=number).values_list("email", flat=True).first()


def unsubscribe(email: str) -> None:
    """Send no more notices of replies to an e-mail, and ask its owner nothing more."""
    with writing():
        Unsubscription.objects.get_or_create(email=email.casefold())
        Comment.objects.filter(email__iexact=email, wants_replies=True).update(wants_replies=False)
        about_replies = Q(event__startswith="reply:") | Q(event__startswith="confirm:")
        Notice.objects.filter(UNSENT, about_replies, to__iexact=email).delete()


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
