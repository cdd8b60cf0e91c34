"""Rate limit of the mails that lead to a new password."""

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from rotative.accounts.models import ResetRequest

HOUR: Final = timedelta(hours=1)
MAILS_AN_HOUR: Final = 3  # to one address
REQUESTS_AN_HOUR: Final = 30  # from one subscriber: a mobile operator puts thousands behind one


def take(mail_address: str, subscriber: str | None) -> bool:
    """Count one request, and tell whether its mail may be sent."""
    digest = salted_hmac("rotative.accounts.password_resets", mail_address.strip().casefold()).hexdigest()
    ResetRequest.objects.create(mail_digest=digest, subscriber=subscriber)
    if _recent().filter(mail_digest=digest).count() > MAILS_AN_HOUR:
        return False
    return subscriber is None or _recent().filter(subscriber=subscriber).count() <= REQUESTS_AN_HOUR


def forget_requests() -> int:
    """Delete the requests that count no longer; return how many."""
    return ResetRequest.objects.filter(made_at__lt=timezone.now() - HOUR).delete()[0]


def _recent() -> QuerySet[ResetRequest]:
    return ResetRequest.objects.filter(made_at__gte=timezone.now() - HOUR)
