"""Session expiry: some hours idle, and some weeks after signing in (absolute timeout)."""

import time
from collections.abc import Callable
from typing import Final

from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rotative.addresses import NEWSROOM

HOUR: Final = 3600
IDLE_SECONDS: Final = 12 * HOUR
# With “Stay signed in on this machine”.
REMEMBERED_IDLE_SECONDS: Final = 7 * 24 * HOUR
ABSOLUTE_SECONDS: Final = 30 * 24 * HOUR
# How exact the last moment is: a request within it of the one before writes nothing.
GRAIN_SECONDS: Final = 300
STARTED, SEEN = "started_at", "seen_at"
# Open screens ask these by themselves: a tab that was left open is nobody at work. What else a script reads is known by
# what browsers say of it; these are named for browsers that say nothing, and for what is sent and not read.
BY_THEMSELVES: Final = frozenset(
    {
        "wagtailadmin_editing_sessions:ping",
        "wagtailadmin_editing_sessions:release",
        "comments:news",
        "comments:more",
        "importers:imports_progress",
        "importers:progress",
        "importers:wires_progress",
        "importers:wire_progress",
        "online",
        "session",
    }
)


class SessionEndMiddleware:
    """Signs out whoever did nothing for too long, or signed in too long ago; a stolen session is of no use for ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Look at the session once it is known who asks, and what for."""
        # Readers' pages must not even look at the session: they would vary by cookie.
        if not request.path.startswith(NEWSROOM) or not request.user.is_authenticated:
            return
        if _is_over(request):
            logout(request)
        elif STARTED not in request.session or not _asks_by_itself(request):
            _note(request)


def _is_over(request: HttpRequest) -> bool:
    now = time.time()
    started, seen = request.session.get(STARTED, now), request.session.get(SEEN, now)
    idle = IDLE_SECONDS if request.session.get_expire_at_browser_close() else REMEMBERED_IDLE_SECONDS
    return bool(now - seen > idle or now - started > ABSOLUTE_SECONDS)


def _note(request: HttpRequest) -> None:
    now = time.time()
    request.session.setdefault(STARTED, now)
    if now - request.session.get(SEEN, 0) > GRAIN_SECONDS:
        request.session[SEEN] = now


def _asks_by_itself(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is not None and match.view_name in BY_THEMSELVES:
        return True
    # Whoever opens a screen navigates. A script may read at any time; what a person does with one is sent.
    reads = request.method in {"GET", "HEAD"}
    return reads and request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"


def forget_sessions() -> int:
    """Delete what is stored of sessions that have ended; return how many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
