"""A concurrency limit (bulkhead): how many threads of a process may wait for one thing, so that some are left."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class LimitReachedError(Exception):
    """Raised when the limit is reached, and nobody has released in time."""


class ConcurrencyLimit:
    """So many at once. While nobody gets in, the circuit is open: those who come after fail fast."""

    def __init__(self, count: int, wait_seconds: float) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._wait_seconds = wait_seconds
        self._is_stuck = False  # somebody waited in vain, and nobody has released since

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Be one of them inside. Raises LimitReachedError."""
        release = self.acquire()
        try:
            yield
        finally:
            release()

    def acquire(self) -> Callable[[], None]:
        """Become one of them; return what releases, to be called once. Raises LimitReachedError."""
        if not self._free.acquire(timeout=0 if self._is_stuck else self._wait_seconds):
            self._is_stuck = True
            raise LimitReachedError
        return self._release

    def _release(self) -> None:
        self._free.release()
        self._is_stuck = False
