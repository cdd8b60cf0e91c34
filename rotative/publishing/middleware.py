"""Transactions of requests (atomic requests, for unsafe methods alone)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from rotative.publishing.writing import writing

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class AtomicChangesMiddleware:
    """Run each view of an unsafe method in one transaction, which begins with the writers' lock.

    ATOMIC_REQUESTS would do it for GET as well, and make every reader of the newsroom queue for the lock.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        # Django's decorator `non_atomic_requests` marks views that open their transactions themselves.
        if getattr(view, "_non_atomic_requests", None) or not needs_write_lock(request):
            return None
        with writing():
            response = view(request, *args, **kwargs)
            # A lazy template response may still write (and fail) while it renders.
            render = getattr(response, "render", None)
            return render() if callable(render) else response


def needs_write_lock(request: HttpRequest) -> bool:
    """Tell whether a request is one that waits for the lock: not what strangers send, nor what an open screen does.

    A sign-in, a preview while somebody types, or the sign of life of a screen shall not stand behind a long change.
    """
    if request.method in SAFE_METHODS or not request.user.is_authenticated:
        return False
    return request.resolver_match is None or request.resolver_match.view_name not in settings.VIEWS_WITHOUT_LOCK
