"""Single flight (request coalescing): of the threads that miss the same page, one asks Django for all of them."""

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

KEPT_SECONDS: Final = 1.0
MOST_KEPT: Final = 64


class _Call(Generic[T]):
    def __init__(self) -> None:
        self.done = threading.Event()
        self.result: T | None = None
        self.kept_until = 0.0


class SingleFlight(Generic[T]):
    """The calls of one process by path. A result is kept a moment for those who came late: with few threads, a crowd
    that asks for the same page stands in line before the server, not here.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: dict[str, _Call[T]] = {}

    def run(self, path: str, fetch: Callable[[], T | None], *, wait_seconds: float) -> T | None:
        """Return what `fetch` returns, called by one thread a path. None is not shared: who waited gets None too.

        Raises TimeoutError when another thread fetches and has nothing after `wait_seconds`.
        """
        with self._lock:
            call = self._calls.get(path)
            if call is not None and call.done.is_set() and time.monotonic() > call.kept_until:
                call = None
            is_first = call is None
            if call is None:
                self._make_room()
                call = self._calls[path] = _Call()
        if not is_first:
            if not call.done.wait(wait_seconds):
                raise TimeoutError
            return call.result
        try:
            call.result = fetch()
        finally:
            if call.result is not None:
                call.kept_until = time.monotonic() + KEPT_SECONDS
            call.done.set()
        return call.result

    def _make_room(self) -> None:
        if len(self._calls) < MOST_KEPT:
            return
        now = time.monotonic()
        self._calls = {
            path: call for path, call in self._calls.items() if not call.done.is_set() or call.kept_until > now
        }
        while len(self._calls) >= MOST_KEPT:
            done = [path for path, call in self._calls.items() if call.done.is_set()]
            if not done:
                return
            for path in done[: MOST_KEPT // 4]:
                del self._calls[path]
