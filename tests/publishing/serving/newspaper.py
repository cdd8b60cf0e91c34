"""A stored newspaper behind the built-in server, and a Django that answers what a test says."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rotative.frontend.site import SITE
from rotative.publishing.compress import compress, decompress
from rotative.publishing.serving import headers
from rotative.publishing.serving.server import serve_stored
from rotative.publishing.store import Counter, Store

PAGE = "<!doctype html><p>Le marché de Dantokpa rouvre.</p>".encode() * 40
NEWER = PAGE.replace(b"rouvre", b"ferme")
PUBLIC = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", headers.CACHE_CONTROL)]
BR = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def page(self) -> bytes:
        return decompress(self.body, self.headers.get("Content-Encoding", "identity"))


@dataclass
class FakeDjango:
    """The application behind: answers what a test says, and counts."""

    status: str = "404 Not Found"
    body: bytes = b"Django"
    fields: list[tuple[str, str]] = field(default_factory=lambda: list(PUBLIC))
    seconds: float = 0
    error: Exception | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.append(environ)
        time.sleep(self.seconds)
        if self.error:
            raise self.error
        start_response(self.status, self.fields)
        return [self.body]


@dataclass
class Newspaper:
    """A store, a publisher's hand to change it, and the server in front."""

    store: Store
    django: FakeDjango
    application: Callable[..., Iterable[bytes]]
    counter: Counter

    def put(self, path: str, body: bytes = PAGE, status: int = 200, modified_at: float = 1_800_000_000.0) -> None:
        """Do what the publisher does: write, then move the counter."""
        self.store.write(path, status, body, compress(body, "br"), small=False, modified_at=modified_at)
        self.counter.move()

    def take(self, path: str) -> None:
        self.store.remove(path)
        self.counter.move()

    def get(self, path: str, query: str = "", method: str = "GET", **fields: str) -> Answer:
        return ask(self.application, path, query, method, **fields)


def ask(application: Any, path: str, query: str = "", method: str = "GET", **fields: str) -> Answer:
    started: dict[str, Any] = {}

    def start_response(status: str, pairs: list[tuple[str, str]], error: object = None) -> None:
        started.update(status=int(status[:3]), headers=dict(pairs))
        assert len(dict(pairs)) == len(pairs)

    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": None, **fields}
    body = b"".join(application(environ, start_response))
    return Answer(started["status"], started["headers"], body)


def newspaper_in(folder: Path) -> Newspaper:
    store = Store(folder / "store")
    store.prepare()
    django = FakeDjango()
    return Newspaper(store, django, serve_stored(django, store, SITE), Counter(store.root))


def at_once(calls: list[Callable[[], Answer]]) -> list[Answer]:
    """Make all calls at the same moment, each in a thread of its own."""
    answers: list[Answer] = []
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Answer]) -> None:
        barrier.wait()
        answers.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
