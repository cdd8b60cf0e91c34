"""Whether a form is forged (CSRF): where it was sent from. The page is one file for all, and can hold no token."""

from enum import Enum
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

CONFIRM_SECONDS: Final = 24 * 3600
SALT: Final = "rotative.comments.origin"


class Origin(Enum):
    OURS = "ours"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"  # an old browser says nothing: whoever sits before it confirms


def origin_of(request: HttpRequest) -> Origin:
    """Tell where the page stands whose form was sent: by `Sec-Fetch-Site`, else by `Origin`."""
    site = request.headers.get("Sec-Fetch-Site")
    if site == "same-origin":
        return Origin.OURS
    origin = request.headers.get("Origin")
    if origin and origin != "null":
        return Origin.OURS if is_ours(origin, request) else Origin.ELSEWHERE
    return Origin.ELSEWHERE if site in {"cross-site", "same-site"} else Origin.UNKNOWN


def is_ours(origin: str, request: HttpRequest) -> bool:
    """Tell whether `origin` names this paper: as the settings do, or as the reader's browser did."""
    host = urlsplit(origin).netloc
    return origin == settings.SITE_URL or (bool(host) and host == request.get_host())


def make_ticket(subject: str) -> str:
    """Return what a page of ours puts into its form, so that the form is known to come from it."""
    return signing.dumps(subject, salt=SALT)


def is_ticket(ticket: str, subject: str) -> bool:
    """Tell whether `ticket` was made for `subject`, less than a day ago."""
    try:
        return bool(signing.loads(ticket, salt=SALT, max_age=CONFIRM_SECONDS) == subject)
    except signing.BadSignature:
        return False
