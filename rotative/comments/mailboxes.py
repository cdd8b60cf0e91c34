"""E-mail addresses of readers: whose they are (double opt-in), the signed links in mails, and no more of them."""

from typing import Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from rotative.addresses import COMMENTS
from rotative.comments.models import Comment, Mailbox, Notice, Unsubscription
from rotative.comments.outbox import UNSENT
from rotative.publishing.writing import writing

OWN_HOURS: Final = 24  # how long the link to one's own comments is good
UNSUBSCRIBE: Final = "rotative.comments.mailbox.unsubscribe"
CONFIRM: Final = "rotative.comments.mailbox.confirm"
OWN: Final = "rotative.comments.mailbox.own"


def mailbox_of(email: str) -> Mailbox:
    """Return the row of an address, whichever capitals somebody gave it."""
    return Mailbox.objects.update_or_create(email=email.casefold())[0]


@transaction.atomic
def confirm(mailbox: Mailbox) -> None:
    """Note that an address is its owner's, who pressed the button; what was held for it is sent."""
    now = timezone.now()
    Mailbox.objects.filter(pk=mailbox.pk, confirmed_at=None).update(confirmed_at=now)
    held = Notice.objects.filter(to__iexact=mailbox.email, state=Notice.State.HELD)
    held.filter(due_at__lt=now).update(due_at=now)
    held.update(state=Notice.State.DUE, attempts=0)


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
