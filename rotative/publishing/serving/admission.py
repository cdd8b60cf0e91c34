"""Admission control: bulkheads and body buffering, so that no slow client holds the threads of a web worker.

The built-in server gives each request a thread, waits in it for as long as a client takes to send a body, and while it
fetches what is not sent at once; it has no deadline for either. So each kind of client has so many threads at most, and
some are kept for stored pages, which need no more than a moment.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from rotative.publishing.serving.limit import ConcurrencyLimit, LimitReachedError
from rotative.publishing.serving.wsgi import READS, Application, Environ, Fields, StartResponse, close, read_whole

# Threads of each web worker. Two of them answer nothing but stored pages; so many hand out what is too large to be
# handed over in one piece; the others are for the rest.
THREADS: Final = 12
FOR_READERS: Final = 2
DOWNLOADS: Final = 2
SMALL: Final = 256 * 1024
QUEUE_SECONDS: Final = 0.25
# Of the rest, so many wait for what is sent: by readers who fill in forms, by members of the staff (a film takes its
# time, and those who save words do not wait behind it), by anybody else. At least one is left for who sends nothing.
FORMS_LIMIT: Final = 2
MEMBERS_LIMIT: Final = 2
UPLOADS_LIMIT: Final = 1
OTHER_LIMIT: Final = 2

PIECE: Final = 64 * 1024
IN_MEMORY: Final = 1024 * 1024
# Who has not signed in sends names, passwords and a few words.
ANONYMOUS_BYTES: Final = 2 * 1024 * 1024
# Refusals, by their status lines.
BUSY: Final = "503 Service Unavailable"
TOO_LARGE: Final = "413 Content Too Large"
TRUNCATED: Final = "400 Bad Request"
# Answers with one of them, in the words of the site.
Refuse = Callable[[StartResponse, str], Iterable[bytes]]


class TruncatedBodyError(Exception):
    """Raised when less was sent than was announced."""


def reserve_threads(application: Application, refuse: Refuse) -> Application:
    """Wrap an application: it never holds the threads that stored pages need, whatever its clients do."""
    threads = ConcurrencyLimit(THREADS - FOR_READERS - DOWNLOADS, QUEUE_SECONDS)
    downloads = ConcurrencyLimit(DOWNLOADS, QUEUE_SECONDS)

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            with threads.hold():
                answered = _Answered()
                parts = application(environ, answered)
                if isinstance(parts, list) or answered.length() <= SMALL:
                    whole = read_whole(parts)
                    start_response(answered.status_line, answered.fields)
                    return [whole]
                release = _downloading(downloads, parts)
        except LimitReachedError:
            return refuse(start_response, BUSY)
        start_response(answered.status_line, answered.fields)
        return _Download(parts, release)

    return answer


def buffer_bodies(
    application: Application, refuse: Refuse, *, forms: str, is_member: Callable[[Environ], bool]
) -> Application:
    """Wrap an application: what was sent is there, whole, before it begins, or it does not begin.

    Members of the staff, whom `is_member` knows, do not wait behind what others send, nor behind large files. Readers'
    forms, whose addresses begin with `forms`, have a limit of their own.
    """
    readers, others = ConcurrencyLimit(FORMS_LIMIT, QUEUE_SECONDS), ConcurrencyLimit(OTHER_LIMIT, QUEUE_SECONDS)
    members, uploads = ConcurrencyLimit(MEMBERS_LIMIT, QUEUE_SECONDS), ConcurrencyLimit(UPLOADS_LIMIT, QUEUE_SECONDS)

    def limit_for(environ: Environ, is_known: bool) -> ConcurrencyLimit:
        if is_known:
            return uploads if _is_chunked(environ) or _length(environ) > IN_MEMORY else members
        return readers if environ.get("PATH_INFO", "").startswith(forms) else others

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in READS or not _has_body(environ):
            return application(environ, start_response)
        is_known = is_member(environ)
        try:
            with limit_for(environ, is_known).hold():
                body = buffer_body(environ, float("inf") if is_known else ANONYMOUS_BYTES)
        except LimitReachedError:
            return refuse(start_response, BUSY)
        except OverflowError:
            return refuse(start_response, TOO_LARGE)
        except TruncatedBodyError:
            return refuse(start_response, TRUNCATED)
        with body:
            environ["wsgi.input"] = body
            # To its end, here: afterwards the body is gone.
            return [read_whole(application(environ, start_response))]

    return answer


def buffer_body(environ: Environ, most: float) -> IO[bytes]:
    """Return the body as a file. Raises OverflowError when it is more than `most` bytes, and TruncatedBodyError."""
    expected, size = _length(environ), 0
    if expected > most:
        raise OverflowError
    # Servers need not end what they hand over (PEP 3333): no more may be asked for than was announced.
    wanted = float("inf") if _is_chunked(environ) else expected
    with ExitStack() as on_failure:
        body = on_failure.enter_context(SpooledTemporaryFile(IN_MEMORY))
        while size < wanted and (piece := environ["wsgi.input"].read(int(min(PIECE, wanted - size)))):
            body.write(piece)
            size += len(piece)
            if size > most:
                raise OverflowError
        if size < expected:
            raise TruncatedBodyError
        environ["CONTENT_LENGTH"] = str(size)
        body.seek(0)
        on_failure.pop_all()  # the caller closes it
        return body


def _downloading(downloads: ConcurrencyLimit, parts: Iterable[bytes]) -> Callable[[], None]:
    """Count a download in, and return what counts it out. Raises LimitReachedError."""
    try:
        return downloads.acquire()
    except LimitReachedError:
        close(parts)
        raise


class _Answered:
    """Stands in the place of `start_response`, and keeps what was said."""

    def __init__(self) -> None:
        self.status_line = ""
        self.fields: Fields = []

    def __call__(self, status_line: str, fields: Fields, error: object = None) -> None:
        self.status_line, self.fields = status_line, fields

    def length(self) -> float:
        lengths = [value for name, value in self.fields if name.lower() == "content-length"]
        return int(lengths[0]) if lengths and lengths[0].isdecimal() else float("inf")


class _Download:
    """What is handed out in pieces, as fast as the client takes them; the server closes it at the end."""

    def __init__(self, parts: Iterable[bytes], release: Callable[[], None]) -> None:
        self._parts, self._release = parts, release

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    def close(self) -> None:
        try:
            close(self._parts)
        finally:
            self._release()
            self._release = lambda: None


def _has_body(environ: Environ) -> bool:
    return _length(environ) > 0 or _is_chunked(environ)


def _is_chunked(environ: Environ) -> bool:
    return bool(environ.get("HTTP_TRANSFER_ENCODING"))


def _length(environ: Environ) -> int:
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0
