"""The upstream: what the application behind the store answers, and whether others may be given the same."""

import logging
from collections.abc import Iterable
from itertools import chain

from rotative.publishing.serving.headers import CACHEABLE
from rotative.publishing.serving.shared_miss import PlainResponse
from rotative.publishing.serving.wsgi import Application, Environ, Fields, StartResponse, close, read_whole
from rotative.publishing.store import HTML

logger = logging.getLogger(__name__)

# What makes a response that of one reader.
PERSONAL = (
    "HTTP_COOKIE",
    "HTTP_AUTHORIZATION",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
)


class UpstreamResponse:
    """A status, header fields and the parts of a body that nobody has read yet."""

    def __init__(self, status_line: str, fields: Fields, parts: Iterable[bytes]) -> None:
        self.status_line = status_line
        self.fields = fields
        self.parts = parts

    @property
    def status(self) -> int:
        return int(self.status_line[:3])

    def send(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Hand it on as it is."""
        start_response(self.status_line, self.fields)
        if environ["REQUEST_METHOD"] == "HEAD":
            self.close()
            return []
        return self.parts

    def close(self) -> None:
        close(self.parts)

    def is_shareable(self) -> bool:
        """Tell whether others who ask for the same may be given this: a page for caches, or a failure."""
        names = {name.lower(): value for name, value in self.fields}
        if "set-cookie" in names or "content-encoding" in names:
            return False
        return self.status >= 500 or (self.status in CACHEABLE and "public" in names.get("cache-control", ""))

    def read(self) -> PlainResponse:
        """Read the body to its end, and close it."""
        names = {name.lower(): value for name, value in self.fields}
        body = read_whole(self.parts)
        return PlainResponse(self.status, names.get("content-type", HTML), names.get("location", ""), body)


def anonymous(environ: Environ) -> Environ:
    """Return the request that anybody would send for the same address."""
    anybody = {name: value for name, value in environ.items() if name not in PERSONAL}
    return {**anybody, "REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": "identity"}


def fetch(application: Application, environ: Environ) -> UpstreamResponse:
    """Return what the application answers; when it breaks, an empty 500."""
    started: list[tuple[str, Fields]] = []

    def start_response(status_line: str, fields: Fields, error: object = None) -> None:
        started[:] = [(status_line, fields)]

    try:
        parts = application(environ, start_response)
        if not started:  # a generator starts with its first part
            rest = iter(parts)
            first = next(rest, b"")
            parts = chain([first], rest)
        status_line, fields = started[0]
    except Exception:
        logger.exception("The application broke at %s", environ.get("PATH_INFO"))
        return UpstreamResponse("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")], [])
    return UpstreamResponse(status_line, fields, parts)
