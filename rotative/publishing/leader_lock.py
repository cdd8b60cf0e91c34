"""The leader lock: one publisher alone writes the store; the lock ends with the process that holds it."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

PUBLISHER_LOCK = 0x726F7465  # of PostgreSQL's advisory locks


class AnotherPublisherError(Exception):
    """Raised when another publisher is at work."""


# Makes sure that the lock is still held. Raises AnotherPublisherError when somebody else has taken it meanwhile.
Confirm = Callable[[], None]


@contextmanager
def sole_publisher() -> Iterator[Confirm]:
    """Hold the lock of the publisher inside. Raises AnotherPublisherError when somebody else holds it.

    On PostgreSQL the lock belongs to a connection of its own, for all machines; with SQLite to a file of this machine,
    beside the database. What is yielded is to be called before each turn of the loop: a server that starts again has
    forgotten the locks of before.
    """
    hold = _hold_in_database if connection.vendor == "postgresql" else _hold_file
    with hold() as confirm:
        yield confirm


@contextmanager
def _hold_file() -> Iterator[Confirm]:
    handle = os.open(Path(settings.HOME) / "publisher.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherPublisherError from None
        yield lambda: None  # a file's lock ends with the process alone
    finally:
        os.close(handle)


@contextmanager
def _hold_in_database() -> Iterator[Confirm]:
    holder = _DatabaseLock()
    holder.take()
    try:
        yield holder.confirm
    finally:
        holder.release()


class _DatabaseLock:
    """An advisory lock on a connection of its own: Django's may be closed and opened again, and would lose it."""

    def __init__(self) -> None:
        self._connection: Any = None

    def take(self) -> None:
        """Raises django.db.OperationalError when the server does not answer."""
        import psycopg

        params: Any = connection.get_connection_params()
        with connection.wrap_database_errors:
            self._connection = psycopg.connect(**params, autocommit=True)
            row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", [PUBLISHER_LOCK]).fetchone()
        if not row or not row[0]:
            self.release()
            raise AnotherPublisherError

    def confirm(self) -> None:
        if not self._is_alive():
            self.release()
            self.take()

    def _is_alive(self) -> bool:
        import psycopg

        if self._connection is None:
            return False
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
