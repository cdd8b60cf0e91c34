"""A prebuilt HTTP response: a page in each encoding, with its headers, validator (ETag) and conditional requests."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from rotative.publishing.compress import ENCODINGS, compress, decompress, negotiate
from rotative.publishing.serving import headers
from rotative.publishing.serving.wsgi import Environ, Fields, StartResponse
from rotative.publishing.store import digest_of

ETAG_DIGITS: Final = 20
LONGEST_REMEMBERED: Final = 200  # characters of an Accept-Encoding; browsers send twenty
VARY: Final = ("Vary", "Accept-Encoding")
SECURITY: Final = list(headers.SECURITY.items())
CACHING: Final = {status: ("Cache-Control", headers.caching(status)) for status in map(int, HTTPStatus)}
STATUS_LINES: Final = {int(status): f"{int(status)} {status.phrase}" for status in HTTPStatus}
ENCODING_FIELDS: Final = {encoding: [("Content-Encoding", encoding)] for encoding in ENCODINGS} | {"identity": []}

_negotiated = lru_cache(maxsize=512)(negotiate)


def encoding_for(accept_encoding: str) -> str:
    """Return what `negotiate` does, remembered for the few headers that browsers send."""
    if len(accept_encoding) <= LONGEST_REMEMBERED:
        return _negotiated(accept_encoding)
    return negotiate(accept_encoding)


def etag_of(body: bytes) -> str:
    """Return the validator of a page: of its digest, not an encoding's, hence weak."""
    return f'W/"{digest_of(body)[:ETAG_DIGITS]}"'


def etag_matches(etag: str, if_none_match: str) -> bool:
    """Tell whether an If-None-Match header names `etag`, by the weak comparison of RFC 9110, 8.8.3.2."""
    if if_none_match == etag or if_none_match.strip() == "*":
        return True
    opaque = etag.removeprefix("W/")
    return any(tag.strip().removeprefix("W/") == opaque for tag in if_none_match.split(","))


class ReadyPage:
    """A page with its status and headers, which `send` hands to a reader in the encoding that the browser takes.

    `data` holds the page in one encoding or several; the others are made when somebody asks for them.
    """

    __slots__ = ("_answers", "_common", "_etag", "_not_modified", "_status_line", "body_size", "status")

    def __init__(
        self,
        data: Mapping[str, bytes],
        status: int,
        media_type: str,
        *,
        location: str = "",
        retry_after_seconds: int = 0,
    ) -> None:
        self.status = status
        self.body_size = sum(map(len, data.values()))
        self._status_line = STATUS_LINES[status]
        self._common: Fields = [("Content-Type", media_type), CACHING[status], VARY, *SECURITY]
        if location:
            self._common.append(("Location", location))
        if retry_after_seconds:
            self._common.append(("Retry-After", str(retry_after_seconds)))
        self._etag = ""
        self._not_modified: Fields = []
        if status == 200:
            encoding, content = next(iter(data.items()))
            self._etag = etag_of(decompress(content, encoding))
            self._common.append(("ETag", self._etag))
            self._not_modified = [CACHING[status], VARY, ("ETag", self._etag)]
        self._answers = {name: (self._fields(name, content), content) for name, content in data.items()}

    def body(self) -> bytes:
        """Return the page without compression."""
        encoding, (_fields, content) = next(iter(self._answers.items()))
        return decompress(content, encoding)

    def send(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a GET or HEAD."""
        if self._etag:
            condition = environ.get("HTTP_IF_NONE_MATCH")
            if condition is not None and etag_matches(self._etag, condition):
                start_response("304 Not Modified", self._not_modified.copy())
                return []
        encoding = encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        fields, content = self._answers.get(encoding) or self._make(encoding)
        start_response(self._status_line, fields.copy())
        return [content] if environ["REQUEST_METHOD"] == "GET" else []

    def _make(self, encoding: str) -> tuple[Fields, bytes]:
        content = compress(self.body(), encoding)
        answer = (self._fields(encoding, content), content)
        if encoding != "identity":  # few ask for it, and it is five times as large
            self._answers[encoding] = answer
        return answer

    def _fields(self, encoding: str, content: bytes) -> Fields:
        return [*self._common, *ENCODING_FIELDS[encoding], ("Content-Length", str(len(content)))]
