"""Places: how many threads of a process may wait for Django at once, so that some are left for stored pages."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class NoPlaceError(Exception):
    """Raised when every place is taken, and none was given back within the time."""


class Places:
    """So many places. While nobody gets one, those who come after do not wait for it either."""

    def __init__(self, count: int, wait_seconds: float) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._wait_seconds = wait_seconds
        self._is_stuck = False  # somebody waited for a place in vain, and none was given back since

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold a place inside. Raises NoPlaceError."""
        give_back = self.hold()
        try:
            yield
        finally:
            give_back()

    def hold(self) -> Callable[[], None]:
        """Take a place, and return what gives it back, to be called once. Raises NoPlaceError."""
        if not self._free.acquire(timeout=0 if self._is_stuck else self._wait_seconds):
            self._is_stuck = True
            raise NoPlaceError
        return self._give_back

    def _give_back(self) -> None:
        self._free.release()
        self._is_stuck = False
