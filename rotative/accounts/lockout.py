"""Lockout (rate limit of sign-ins): a name at one address soon, an address that tries many names later."""

from datetime import timedelta
from typing import Any, Final

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth import get_user_model
from django.core import signing
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rotative.addresses import NEWSROOM

# Wrong passwords from one address, whatever the names, in the time that Axes looks back (AXES_COOLOFF_TIME).
ADDRESS_LIMIT: Final = 50
DEVICE_COOKIE: Final = "rotative_device"
DEVICE_DAYS: Final = 180
ATTEMPT_DAYS: Final = 7


class LockoutHandler(AxesDatabaseHandler):
    """Axes' handler, which also holds back an address that goes from name to name.

    Thousands share one address of a mobile operator, and the newsroom may be among them: whoever has signed in with a
    name on a device before is held back there for wrong passwords of that name alone (a *device cookie*).
    """

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        if super().is_locked(request, credentials):
            return True
        if is_known_device(request, get_client_username(request, credentials)):
            return False
        is_locked = _failures_of_address(request) >= ADDRESS_LIMIT
        if is_locked:
            request.is_address_locked = True  # type: ignore[attr-defined]  # accounts/locked_out.html speaks of it
        return is_locked


def _failures_of_address(request: Any) -> int:
    recent = AccessAttempt.objects.filter(
        ip_address=request.axes_ip_address, attempt_time__gte=get_cool_off_threshold(request)
    )
    return recent.aggregate(failures=Sum("failures_since_start"))["failures"] or 0


def remember_device(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Note in a signed cookie, which opens nothing by itself, that `username` signed in on this device."""
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(username, salt=DEVICE_COOKIE),
        max_age=timedelta(days=DEVICE_DAYS),
        path=NEWSROOM,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def is_known_device(request: HttpRequest, username: str | None) -> bool:
    """Tell whether `username` has signed in on this device, by the cookie it sends."""
    try:
        known = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_COOKIE, max_age=timedelta(days=DEVICE_DAYS)
        )
    except signing.BadSignature:
        return False
    return username is not None and get_user_model().normalize_username(username) == known


def forget_attempts() -> int:
    """Delete the addresses of sign-ins, right and wrong, after some days; return how many rows went."""
    limit = timezone.now() - timedelta(days=ATTEMPT_DAYS)
    return sum(model.objects.filter(attempt_time__lt=limit).delete()[0] for model in (AccessAttempt, AccessLog))
