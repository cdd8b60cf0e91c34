"""What may hold a thread of a web worker: so many of each kind of client, and none of those that stored pages need."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest

from rotative.publishing.serving import admission
from rotative.publishing.serving.admission import (
    ANONYMOUS_BYTES,
    DOWNLOADS,
    FOR_READERS,
    FORMS_LIMIT,
    IN_MEMORY,
    MEMBERS_LIMIT,
    OTHER_LIMIT,
    SMALL,
    THREADS,
    UPLOADS_LIMIT,
    buffer_bodies,
    reserve_threads,
)

Environ = dict[str, Any]
FORMS = "/forms/"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "QUEUE_SECONDS", 0.01)


class Slow:
    """A client, or a database, that lets a thread wait until the test says so."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.may_go_on = threading.Event()

    def wait(self) -> None:
        self.begun.release()
        assert self.may_go_on.wait(10)

    def read(self, size: int) -> bytes:
        self.wait()
        return b""


def ask(application: Any, environ: Environ) -> tuple[int, bytes]:
    said: list[str] = []
    parts = application({"REQUEST_METHOD": "GET", "PATH_INFO": "/", **environ}, lambda line, fields: said.append(line))
    return int(said[0][:3]), b"".join(parts)


@contextmanager
def waiting(count: int, application: Any, environ: Environ, slow: Slow) -> Iterator[None]:
    """Let so many requests wait, each in a thread."""
    threads = [threading.Thread(target=ask, args=(application, environ)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for _thread in threads:
        assert slow.begun.acquire(timeout=10)
    yield
    slow.may_go_on.set()
    for thread in threads:
        thread.join()


def answering(body: bytes = b"ok", wait: Callable[[], None] = lambda: None) -> Any:
    def application(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ.get("slow"):
            wait()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [environ["wsgi.input"].read()] if "wsgi.input" in environ else iter([body])

    return application


def posted(body: Any, length: int = 5, path: str = "/sign-in/", **more: Any) -> Environ:
    return {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_LENGTH": str(length), "wsgi.input": body, **more}


def refuse(start_response: Any, status_line: str) -> Iterable[bytes]:
    start_response(status_line, [])
    return [status_line.encode()]


def by_name(environ: Environ) -> bool:
    return bool(environ.get("member"))


def test_however_many_wait_some_threads_are_left_for_stored_pages() -> None:
    slow = Slow()
    application = reserve_threads(answering(wait=slow.wait), refuse)
    places = THREADS - FOR_READERS - DOWNLOADS
    with waiting(places, application, {"slow": True}, slow):
        assert ask(application, {})[0] == 503
    assert ask(application, {})[0] == 200


def test_large_files_are_fetched_by_a_few_at_a_time() -> None:
    application = reserve_threads(answering(b"x" * (SMALL + 1)), refuse)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/medias/son.mp3"}
    fetching: list[Any] = [application(dict(environ), lambda line, fields: None) for _ in range(DOWNLOADS)]

    assert ask(application, environ)[0] == 503
    fetching[0].close()
    fetching[0].close()  # what is closed twice gives back one place
    assert len(ask(reserve_threads(answering(b"small"), refuse), {})[1]) == 5
    still: Any = application(dict(environ), lambda line, fields: None)
    assert ask(application, environ)[0] == 503
    still.close()


@pytest.mark.parametrize(
    "fields", [[], [("Content-Length", "many")], [("Content-Type", "5")]], ids=["none", "no number", "another field"]
)
def test_what_does_not_say_its_length_counts_as_large(fields: list[tuple[str, str]]) -> None:
    def streaming(environ: Environ, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", fields)
        return iter([b"x"])

    application = reserve_threads(streaming, refuse)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/medias/son.mp3"}
    fetching: list[Any] = [application(dict(environ), lambda line, fields: None) for _ in range(DOWNLOADS)]

    assert ask(application, environ)[0] == 503
    for one in fetching:
        one.close()


def test_what_is_sent_is_whole_before_anybody_looks_at_it() -> None:
    application = buffer_bodies(answering(), refuse, forms=FORMS, is_member=by_name)

    assert ask(application, posted(BytesIO(b"12345"))) == (200, b"12345")
    assert ask(application, posted(BytesIO(b"123")))[0] == 400


def test_no_more_is_asked_for_than_was_announced() -> None:
    """A server may leave the connection open after the body: to read on would be to wait for the next request."""
    application = buffer_bodies(answering(), refuse, forms=FORMS, is_member=by_name)

    assert ask(application, posted(BytesIO(b"12345POST /"))) == (200, b"12345")


def test_what_comes_in_chunks_is_read_to_its_end() -> None:
    application = buffer_bodies(answering(), refuse, forms=FORMS, is_member=by_name)
    chunked = {**posted(BytesIO(b"x" * 100_000)), "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}

    assert ask(application, chunked) == (200, b"x" * 100_000)


@pytest.mark.parametrize(
    ("path", "blocked", "free"),
    [
        ("/sign-in/", "/sign-in/", "/forms/1/"),
        ("/forms/1/",) * 2 + ("/sign-in/",),
    ],
)
def test_slow_bodies_keep_out_their_own_kind_alone(path: str, blocked: str, free: str) -> None:
    slow = Slow()
    application = buffer_bodies(answering(), refuse, forms=FORMS, is_member=by_name)
    with waiting(OTHER_LIMIT, application, posted(slow, path=path), slow):
        assert ask(application, posted(BytesIO(b"12345"), path=blocked))[0] == 503
        assert ask(application, posted(BytesIO(b"12345"), path=free))[0] == 200
        assert ask(application, posted(BytesIO(b"12345"), member=True)) == (200, b"12345"), "the newsroom goes on"
        assert ask(application, {})[0] == 200


def test_members_may_send_more_than_others() -> None:
    application = buffer_bodies(answering(), refuse, forms=FORMS, is_member=by_name)
    large = b"x" * (ANONYMOUS_BYTES + 1)

    assert ask(application, posted(BytesIO(large[1:]), ANONYMOUS_BYTES)) == (200, large[1:])
    assert ask(application, posted(BytesIO(large), len(large)))[0] == 413
    assert ask(application, posted(BytesIO(large), 0, HTTP_TRANSFER_ENCODING="chunked"))[0] == 413
    assert ask(application, posted(BytesIO(large), len(large), member=True)) == (200, large)


def test_who_saves_words_does_not_wait_behind_large_files() -> None:
    slow = Slow()
    application = buffer_bodies(answering(), refuse, forms=FORMS, is_member=by_name)
    film = posted(slow, IN_MEMORY + 1, member=True)
    with waiting(UPLOADS_LIMIT, application, film, slow):
        assert ask(application, posted(BytesIO(b"12345"), member=True)) == (200, b"12345")
        assert ask(application, film)[0] == 503
        unmeasured = {**posted(slow, 0, member=True), "HTTP_TRANSFER_ENCODING": "chunked"}
        assert ask(application, unmeasured)[0] == 503, "nobody knows how large it is"


def test_what_breaks_off_or_is_too_large_is_refused_in_the_words_of_the_site() -> None:
    application = buffer_bodies(answering(), refuse, forms=FORMS, is_member=by_name)

    assert ask(application, posted(BytesIO(b""), ANONYMOUS_BYTES + 1)) == (413, admission.TOO_LARGE.encode())
    assert ask(application, posted(BytesIO(b"123"))) == (400, admission.TRUNCATED.encode())


def test_all_kinds_of_slow_clients_together_leave_threads_for_stored_pages() -> None:
    assert FOR_READERS >= 2
    bodies = FORMS_LIMIT + MEMBERS_LIMIT + UPLOADS_LIMIT + OTHER_LIMIT
    assert bodies < THREADS - FOR_READERS - DOWNLOADS, "one is left for the newsroom's screens"


def test_whoever_finds_no_place_for_what_is_sent_is_told_so() -> None:
    slow = Slow()
    application = buffer_bodies(answering(), refuse, forms=FORMS, is_member=by_name)
    with waiting(OTHER_LIMIT, application, posted(slow), slow):
        busy = ask(application, posted(BytesIO(b"12345")))
    assert busy == (503, admission.BUSY.encode())
