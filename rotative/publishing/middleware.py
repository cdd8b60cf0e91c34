"""Requests that change things are atomic as a whole."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class AtomicChangesMiddleware:
    """Run each view of an unsafe method in one transaction.

    ATOMIC_REQUESTS would do it for GET as well, and with SQLite's BEGIN IMMEDIATE make every reader of the newsroom
    queue for the write lock.
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
        if request.method in SAFE_METHODS:
            return None
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            # A lazy template response may still write (and fail) while it renders.
            render = getattr(response, "render", None)
            return render() if callable(render) else response
