"""Change notification (LISTEN/NOTIFY, polling with SQLite): a hint that something was committed, never the truth."""

import time
from contextlib import suppress
from typing import Any, Protocol

from django.db import connection

from rotative.publishing.invalidation import CHANNEL

SQLITE_POLL_SECONDS = 0.02


class Waker(Protocol):
    """Something that can wait for a commit."""

    def wait(self, seconds: float) -> None:
        """Return as soon as another process has committed, at the latest after so many seconds."""

    def close(self) -> None: ...


def make_waker() -> Waker:
    return NotifyWaker() if connection.vendor == "postgresql" else DataVersionWaker()


class DataVersionWaker:
    """SQLite counts the commits of others: looking at the count takes some microseconds."""

    def __init__(self) -> None:
        self._seen = self._version()

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            version = self._version()
            if version != self._seen:
                self._seen = version
                return
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(SQLITE_POLL_SECONDS, left))

    def close(self) -> None:
        pass

    def _version(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])


class NotifyWaker:
    """PostgreSQL says it: NOTIFY arrives at the commit, on a connection that does nothing else."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._listen()

    def wait(self, seconds: float) -> None:
        try:
            if self._connection is None:
                self._listen()
            # What arrived while the loop was at work is not lost: it lies in the connection.
            for _notice in self._connection.notifies(timeout=seconds, stop_after=1):
                return
        except Exception:  # the server restarts; the loop goes on by its own clock
            self.close()
            time.sleep(min(seconds, 1.0))

    def close(self) -> None:
        with suppress(Exception):
            self._connection.close()
        self._connection = None

    def _listen(self) -> None:
        import psycopg

        self._connection = psycopg.connect(**connection.get_connection_params(), autocommit=True)
        self._connection.execute(f"LISTEN {CHANNEL}")
