"""Single flight across web workers: they agree by a lock in the store."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rotative.frontend.site import SITE
from rotative.publishing.serving import shared_miss
from rotative.publishing.serving.server import serve_stored
from rotative.publishing.store import Store
from tests.publishing.serving.newspaper import NEWER, PAGE, FakeDjango, Newspaper, ask


def _serve_one(root: Path, path: str, seconds: float, results: Any) -> None:
    """Be another web worker: one that asks its Django for one page."""
    django = FakeDjango("200 OK", body=PAGE, seconds=seconds)
    started = time.monotonic()
    answer = ask(serve_stored(django, Store(root), SITE), path)
    results.put((answer.status, answer.body, len(django.asked), time.monotonic() - started))


class TestProcesses:
    """Across web workers: they agree by a lock in the store."""

    @pytest.fixture
    def other(self, paper: Newspaper) -> Iterator[Callable[[str, float], Any]]:
        context = multiprocessing.get_context("fork")
        processes = []

        def start(path: str, seconds: float) -> Any:
            results = context.Queue()
            process = context.Process(target=_serve_one, args=(paper.store.root, path, seconds, results))
            process.start()
            processes.append(process)
            until = time.monotonic() + 10
            while not (paper.store.root / shared_miss.FOLDER).exists() and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(0.1)
            return results

        yield start
        for process in processes:
            process.kill()
            process.join()

    def test_another_process_is_given_the_answer_of_the_first(self, paper: Newspaper, other: Any) -> None:
        results = other("/x/", 0.5)

        answer = paper.get("/x/")

        assert (answer.status, answer.page) == (200, PAGE)
        assert paper.django.asked == []
        assert results.get(timeout=5)[:3] == (200, PAGE, 1)

    def test_it_takes_the_page_as_soon_as_it_is_stored(self, paper: Newspaper, other: Any) -> None:
        other("/x/", 5)
        threading.Timer(0.3, paper.put, ["/x/", NEWER]).start()

        started = time.monotonic()
        assert paper.get("/x/").page == NEWER
        assert time.monotonic() - started < 0.8
        assert paper.django.asked == []

    def test_it_sends_its_reader_away_within_a_second(self, paper: Newspaper, other: Any) -> None:
        other("/x/", 5)

        started = time.monotonic()
        answer = paper.get("/x/")

        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        assert time.monotonic() - started < 1.5
        assert paper.django.asked == []

    def test_it_does_not_wait_for_another_page_with_the_same_slot(
        self, paper: Newspaper, other: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shared_miss, "LOCK_FILES", 1)
        other("/x/", 5)
        paper.django.status = "200 OK"

        started = time.monotonic()
        assert paper.get("/y/").status == 200
        assert time.monotonic() - started < 0.5

    def test_a_process_that_is_killed_leaves_no_lock(self, paper: Newspaper) -> None:
        context = multiprocessing.get_context("fork")
        process = context.Process(target=_serve_one, args=(paper.store.root, "/x/", 60, context.Queue()))
        process.start()
        time.sleep(0.5)
        process.kill()
        process.join()
        paper.django.status = "200 OK"

        assert paper.get("/x/").status == 200

    def test_what_is_left_in_a_slot_is_forgotten_and_harmless(self, tmp_path: Path) -> None:
        miss = shared_miss.SharedMiss(tmp_path, "/x/")
        assert miss.try_lock()
        for harm in (b"", b"{", b"[]\n", b'{"path": "/x/", "at": "x"}\n', b'{"path": "/x/", "at": 1e99}\n', b"\0" * 50):
            os.ftruncate(miss._file, 0)
            os.pwrite(miss._file, harm, 0)
            assert miss.find_response() is None
        miss.share(shared_miss.PlainResponse(200, "text/html", "", PAGE))
        assert miss.find_response() == shared_miss.PlainResponse(200, "text/html", "", PAGE)
        data = os.pread(miss._file, 100_000, 0)
        os.ftruncate(miss._file, len(data) - 5)
        assert miss.find_response() is None
        miss.close()
