"""Transactions of requests, and database errors told apart: retriable, disk full, or a bug of ours."""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from rotative.publishing.writing import writing

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
# SQLite calls a wrong statement an operational error too; these are about the file and who holds it.
SQLITE_OUT_OF_REACH = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL}
)


def refuses_writes(error: BaseException | None) -> bool:
    """Tell whether a disk, or the database on it, took nothing: it is full or read-only."""
    return any(
        (isinstance(cause, OSError) and cause.errno in REFUSING_ERRORS)
        or (isinstance(cause, DatabaseError) and any(words in str(cause).lower() for words in REFUSALS))
        for cause in _causes(error)
    )


def is_unavailable(error: BaseException | None) -> bool:
    """Tell whether the database was down, locked or too slow: another try may do, with nothing changed."""
    return any(
        isinstance(cause, OperationalError | InterfaceError) and not _is_wrong_statement(cause.__cause__)
        for cause in _causes(error)
    )


def _is_wrong_statement(cause: BaseException | None) -> bool:
    return isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", 0) & 0xFF not in SQLITE_OUT_OF_REACH


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what led to it: a transaction that is broken says so in the words of another error."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


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
