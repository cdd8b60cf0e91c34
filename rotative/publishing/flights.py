"""Flights: of the threads that want a page which is not stored, one asks Django and the others are given its answer."""

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

KEPT_SECONDS: Final = 1.0
MOST_KEPT: Final = 64


class _Flight(Generic[T]):
    def __init__(self) -> None:
        self.landed = threading.Event()
        self.result: T | None = None
        self.until = 0.0


class Flights(Generic[T]):
    """The flights of one process by path. An answer is kept a moment for those who came late: with few threads, a crowd
    that asks for the same page stands in line before the server, not here.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[str, _Flight[T]] = {}

    def join(self, path: str, ask: Callable[[], T | None], *, wait_seconds: float) -> T | None:
        """Return what `ask` returns, called by one thread a path. None is not shared: who waited for it gets None too.

        Raises TimeoutError when another thread asks and has no answer after `wait_seconds`.
        """
        with self._lock:
            flight = self._flights.get(path)
            if flight is not None and flight.landed.is_set() and time.monotonic() > flight.until:
                flight = None
            is_first = flight is None
            if flight is None:
                self._make_room()
                flight = self._flights[path] = _Flight()
        if not is_first:
            if not flight.landed.wait(wait_seconds):
                raise TimeoutError
            return flight.result
        try:
            flight.result = ask()
        finally:
            if flight.result is not None:
                flight.until = time.monotonic() + KEPT_SECONDS
            flight.landed.set()
        return flight.result

    def _make_room(self) -> None:
        if len(self._flights) < MOST_KEPT:
            return
        now = time.monotonic()
        self._flights = {
            path: flight for path, flight in self._flights.items() if not flight.landed.is_set() or flight.until > now
        }
        while len(self._flights) >= MOST_KEPT:
            landed = [path for path, flight in self._flights.items() if flight.landed.is_set()]
            if not landed:
                return
            for path in landed[: MOST_KEPT // 4]:
                del self._flights[path]
