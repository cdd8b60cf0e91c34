"""Requests that change things are atomic as a whole, and a disk that takes nothing is told from a broken program."""

import errno
from collections.abc import Callable, Iterator
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# What SQLite and PostgreSQL say when nothing can be written.
REFUSALS = (
    "database or disk is full",
    "attempt to write a readonly database",
    "disk i/o error",
    "no space left on device",
    "read-only transaction",
    "read-only file system",
    "could not extend file",
    "disk quota exceeded",
)
REFUSING_ERRORS = frozenset({errno.ENOSPC, errno.EROFS, errno.EDQUOT})


def refuses_writes(error: BaseException | None) -> bool:
    """Tell whether a disk, or the database on it, took nothing: it is full or read-only."""
    return any(
        (isinstance(cause, OSError) and cause.errno in REFUSING_ERRORS)
        or (isinstance(cause, DatabaseError) and any(words in str(cause).lower() for words in REFUSALS))
        for cause in _causes(error)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what led to it: a transaction that is broken says so in the words of another error."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


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
        # Django's decorator `non_atomic_requests` marks views that open their transactions themselves.
        if request.method in SAFE_METHODS or getattr(view, "_non_atomic_requests", None):
            return None
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            # A lazy template response may still write (and fail) while it renders.
            render = getattr(response, "render", None)
            return render() if callable(render) else response
