"""One publisher alone writes the store: a lock that ends with the process that holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

PUBLISHER_LOCK = 0x726F7465  # of PostgreSQL's advisory locks


class AnotherPublisherError(Exception):
    """Raised when another publisher is at work."""


@contextmanager
def sole_publisher() -> Iterator[None]:
    """Hold the lock of the publisher inside. Raises AnotherPublisherError when somebody else holds it.

    On PostgreSQL the lock belongs to a connection of its own, for all machines; with SQLite to a file of this machine,
    beside the database.
    """
    hold = _hold_in_database if connection.vendor == "postgresql" else _hold_file
    with hold():
        yield


@contextmanager
def _hold_file() -> Iterator[None]:
    handle = os.open(Path(settings.HOME) / "publisher.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherPublisherError from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _hold_in_database() -> Iterator[None]:
    import psycopg

    # Django's connection may be closed and opened again; the lock must not be lost with it.
    params: Any = connection.get_connection_params()
    with psycopg.connect(**params, autocommit=True) as holder:
        row = holder.execute("SELECT pg_try_advisory_lock(%s)", [PUBLISHER_LOCK]).fetchone()
        if not row or not row[0]:
            raise AnotherPublisherError
        yield
