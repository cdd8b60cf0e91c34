"""Words of WSGI (PEP 3333): types, methods that only read, and the end of a response."""

from collections.abc import Callable, Iterable
from typing import Any, Final

Environ = dict[str, Any]
Fields = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

READS: Final = frozenset({"GET", "HEAD"})


def close(parts: Iterable[bytes]) -> None:
    """End a response; some have a `close` that must be called."""
    getattr(parts, "close", lambda: None)()


def read_whole(parts: Iterable[bytes]) -> bytes:
    """Read a response to its end, and close it."""
    try:
        return b"".join(parts)
    finally:
        close(parts)
