"""Database errors told apart: retriable, disk full or read-only, or a bug of ours."""

import errno
import sqlite3
from collections.abc import Iterator

from django.db import DatabaseError, InterfaceError, OperationalError

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
