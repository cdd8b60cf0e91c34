"""Caches in front: each is told, told again, and never waited for."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone

from rotative.publishing import purge
from rotative.publishing.models import Purge
from rotative.publishing.publisher import Publisher, publish_until_idle
from rotative.publishing.purge import Purger, PurgingCache
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from tests.builders import a_newspaper, an_article

pytestmark = pytest.mark.django_db


class FakeCache:
    """A cache that remembers what it was told, and may fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.told: list[str] = []

    def purge(self, paths: Sequence[str]) -> None:
        if self.error:
            raise self.error
        self.told += paths


def send(purger: Purger) -> None:
    """Hand over what is due, wait for the answer, and settle it."""
    purger.send_due()
    purger.wait()
    purger.send_due()


@contextmanager
def a_purging_server(status: int = 200) -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    asked: list[tuple[str, str | None]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PURGE(self) -> None:
            asked.append((self.path, self.headers["Host"]))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_without_a_cache_in_front_nothing_is_noted(settings: Any) -> None:
    settings.PURGE_URLS = []
    purge.enqueue(["/"])
    assert not Purge.objects.exists()
    assert Purger().send_due() == 0


def test_a_page_is_purged_at_once_and_again_after_the_longest_fetch(settings: Any) -> None:
    settings.PURGE_URLS = ["http://127.0.0.1:1"]
    purge.enqueue(["/", "/politique/"])
    cache = FakeCache()
    purger = Purger([cache])

    send(purger)

    assert sorted(cache.told) == ["/", "/politique/"]
    later = list(Purge.objects.order_by("path"))
    assert [one.path for one in later] == ["/", "/politique/"]
    assert all(one.due_at > timezone.now() + timedelta(seconds=20) for one in later)
    Purge.objects.update(due_at=timezone.now())
    send(purger)
    assert len(cache.told) == 4 and not Purge.objects.exists()
    purger.close()


def test_a_cache_that_does_not_answer_is_asked_again_less_and_less_often() -> None:
    Purge.objects.create(path="/", due_at=timezone.now())
    cache = FakeCache(HTTPException("no"))
    purger = Purger([cache])
    delays = []
    for _attempt in range(4):
        Purge.objects.update(due_at=timezone.now())
        send(purger)
        delays.append((Purge.objects.get().due_at - timezone.now()).total_seconds())
    assert [round(delay) for delay in delays] == [2, 4, 8, 16]

    cache.error = None
    Purge.objects.update(due_at=timezone.now())
    send(purger)
    assert cache.told == ["/"] and not Purge.objects.exists()
    purger.close()


def test_a_cache_that_never_answers_is_given_up_after_many_attempts() -> None:
    Purge.objects.create(path="/", due_at=timezone.now(), attempts=purge.MOST_ATTEMPTS - 1)
    purger = Purger([FakeCache(OSError("no"))])
    send(purger)
    assert not Purge.objects.exists()
    purger.close()


def test_every_cache_is_told_with_the_papers_own_name(settings: Any) -> None:
    settings.SITE_URL = "https://estuaire.example"
    with a_purging_server() as (address, asked):
        PurgingCache(address).purge(["/", "/politique/"])
    assert asked == [("/", "estuaire.example"), ("/politique/", "estuaire.example")]


@pytest.mark.parametrize(("status", "took_it"), [(200, True), (204, True), (404, True), (403, False), (500, False)])
def test_a_cache_that_refuses_is_not_believed_to_have_forgotten(status: int, took_it: bool) -> None:
    with a_purging_server(status) as (address, _asked):
        if took_it:
            PurgingCache(address).purge(["/"])
        else:
            with pytest.raises(HTTPException, match=str(status)):
                PurgingCache(address).purge(["/"])


def test_a_purge_that_was_under_way_when_the_publisher_died_is_sent_by_the_next() -> None:
    Purge.objects.create(path="/", due_at=timezone.now())
    dying = Purger([FakeCache()])
    dying.send_due()
    dying.close()

    cache = FakeCache()
    purger = Purger([cache])
    send(purger)

    assert cache.told == ["/"]
    purger.close()


def test_a_cache_that_hangs_does_not_slow_the_publisher(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "TIMEOUT_SECONDS", 60.0)
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections, and never answers
        settings.PURGE_URLS = [f"http://127.0.0.1:{deaf.getsockname()[1]}"]
        a_newspaper()
        publisher = Publisher(Disk(Store(settings.STORE_ROOT)))
        publish_until_idle(publisher)
        article = an_article("Le pont")
        began = time.monotonic()
        publish_until_idle(publisher)
        seconds = time.monotonic() - began
        assert publisher.purger._under_way and not publisher.purger._under_way[1].done()  # it still hangs
        assert publisher.disk.files.find(article.address, 200, "br").exists()
        began = time.monotonic()
        publisher.close()
        print(f"F35: published in {seconds:.2f} s beside a cache that hangs, ended in {time.monotonic() - began:.2f} s")
    publisher.purger.wait()
