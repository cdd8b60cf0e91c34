"""When Django breaks or is busy, a stored page says so."""

import threading
import time

import pytest

from rotative.publishing.serving import headers, server
from tests.publishing.serving.newspaper import BR, NEWER, PAGE, Newspaper, at_once


class TestFailure:
    @pytest.mark.parametrize("way", ["raise", "500", "503"])
    @pytest.mark.parametrize("query", ["", "q=riz"])
    def test_when_django_breaks_a_stored_page_says_so(self, way: str, query: str, paper: Newspaper) -> None:
        paper.put("/503.html", NEWER)
        paper.put("/")
        if way == "raise":
            paper.django.error = OSError("the database is gone")
        else:
            paper.django.status = f"{way} Failed"

        answer = paper.get("/jamais-vu/", query, **BR)

        assert (answer.status, answer.page) == (503, NEWER)
        assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("60", "no-store")
        assert answer.headers.items() >= headers.SECURITY.items()
        assert paper.get("/").page == PAGE

    def test_without_that_page_it_is_what_django_said(self, paper: Newspaper) -> None:
        paper.django.status = "503 Service Unavailable"
        answer = paper.get("/x/")

        assert (answer.status, answer.page) == (503, b"Django")
        assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("60", "no-store")

    @pytest.mark.parametrize("path", ["/redaction/pages/", "/redaction", "/static/x.css", "/medias/x.jpg"])
    def test_the_newsroom_and_files_are_passed_on_untouched(self, path: str, paper: Newspaper) -> None:
        paper.put("/503.html", NEWER)
        paper.put("/404.html", NEWER)
        for status in ("500 Failed", "404 Not Found"):
            paper.django.status = status
            assert paper.get(path, HTTP_COOKIE="sessionid=1").body == b"Django"
        paper.django.error = OSError()
        with pytest.raises(OSError):
            paper.get(path)
        assert paper.django.asked[0]["HTTP_COOKIE"] == "sessionid=1"

    def test_the_database_is_not_asked(self, paper: Newspaper) -> None:
        """pytest-django refuses every query of a test that is not marked: this one has not even a connection."""
        paper.put("/")

        assert paper.get("/").status == 200


class TestPlaces:
    def test_however_slow_django_is_stored_pages_are_quick_and_others_are_refused(self, paper: Newspaper) -> None:
        paper.put("/")
        paper.django.seconds, paper.django.status = 2.5, "200 OK"
        waiting = [threading.Thread(target=paper.get, args=(f"/{number}/",)) for number in range(server.UPSTREAM_LIMIT)]
        for thread in waiting:
            thread.start()
        time.sleep(0.2)

        assert paper.get("/more/").status == 503  # after a short wait
        started = time.monotonic()
        assert [paper.get(f"/even-more-{number}/").status for number in range(20)] == [503] * 20
        assert paper.get("/").status == 200
        assert time.monotonic() - started < 0.8

        for thread in waiting:
            thread.join()
        # Once it is quick again, who comes while all places are taken waits a moment, and is answered.
        paper.django.seconds = 0.05
        at_once([lambda number=number: paper.get(f"/later-{number}/") for number in range(server.UPSTREAM_LIMIT)])
        answers = at_once(
            [lambda number=number: paper.get(f"/now-{number}/") for number in range(server.UPSTREAM_LIMIT + 1)]
        )
        assert {answer.status for answer in answers} == {200}
