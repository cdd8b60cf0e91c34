"""From which address somebody signs in."""

from django.conf import settings
from django.http import HttpRequest


def find_client_address(request: HttpRequest) -> str:
    """Return the peer's address, or what the trusted proxy in front says of its own peer.

    Each proxy appends to X-Forwarded-For the address it was asked from; only the last entry was written by ours, what
    stands before it is whatever the client liked to send.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.TRUSTED_PROXY:
        return peer
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or peer
