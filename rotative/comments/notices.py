"""Mails to readers and moderators (a transactional outbox). What is to be told is a row in the transaction of what it
tells of; a plain loop sends it. Nothing is sent twice: where nobody can know whether the mail server has a mail, it is
not sent again.

Anybody can write anybody's address into the form. What others wrote is held until the owner has confirmed the address,
and the one mail that asks for it holds no word of a stranger.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rotative.addresses import COMMENTS, NEWSROOM
from rotative.comments import queries
from rotative.comments.mailboxes import OWN_HOURS, confirm_url, mailbox_of, own_url, unsubscribe_url
from rotative.comments.models import Comment, Notice, Status, Unsubscription
from rotative.comments.models.comments import digest
from rotative.comments.outbox import UNSENT
from rotative.content.queries import get_newspaper

# A moderator who has pressed the wrong key has so long to undo it before anybody is told.
SECOND_THOUGHTS: Final = timedelta(minutes=2)
# To one address, in 24 hours.
MOST_REPLIES: Final = 10
MOST_OWN: Final = 3
ASK_AGAIN: Final = timedelta(days=30)
DAY: Final = timedelta(days=1)
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
