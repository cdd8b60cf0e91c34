"""Single flight: a crowd that misses one page costs one rendering."""

import threading
import time
from pathlib import Path

import pytest

from rotative.publishing.serving import server
from rotative.publishing.serving.ready_page import etag_of
from tests.publishing.serving.newspaper import BR, NEWER, PAGE, PUBLIC, Newspaper, at_once, newspaper_in


class TestCrowd:
    """A crowd that asks for a page which is not stored yet costs one rendering."""

    @pytest.fixture(autouse=True)
    def many_places(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(server, "UPSTREAM_LIMIT", 40)

    def test_one_of_a_crowd_asks_django_and_each_is_answered_in_its_encoding(self, tmp_path: Path) -> None:
        paper = newspaper_in(tmp_path)
        paper.django.status, paper.django.body, paper.django.seconds = "200 OK", PAGE, 0.2

        answers = at_once(
            [lambda code=code: paper.get("/x/", HTTP_ACCEPT_ENCODING=code) for code in ("br", "gzip", "") * 8]
        )

        assert len(paper.django.asked) == 1
        assert {(answer.status, answer.page, answer.headers["ETag"]) for answer in answers} == {
            (200, PAGE, etag_of(PAGE))
        }
        assert {answer.headers.get("Content-Encoding") for answer in answers} == {"br", "gzip", None}

    def test_the_one_who_asks_gives_nothing_of_itself_away(self, paper: Newspaper) -> None:
        paper.get("/x/", method="HEAD", HTTP_COOKIE="sessionid=1", HTTP_IF_NONE_MATCH="*", HTTP_RANGE="bytes=0-1", **BR)

        asked = paper.django.asked[0]
        assert (asked["REQUEST_METHOD"], asked["HTTP_ACCEPT_ENCODING"]) == ("GET", "identity")
        assert not {"HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_RANGE"} & asked.keys()

    def test_those_who_come_just_after_stand_in_the_same_line(self, paper: Newspaper) -> None:
        """With one thread a crowd waits in front of the server, and comes one by one."""
        paper.django.status = "200 OK"
        for _ in range(5):
            assert paper.get("/x/").status == 200

        assert len(paper.django.asked) == 1

    def test_an_answer_for_one_reader_is_given_to_nobody_else(self, tmp_path: Path) -> None:
        paper = newspaper_in(tmp_path)
        paper.django.seconds = 0.05
        for fields in ([*PUBLIC, ("Set-Cookie", "a=b")], [("Cache-Control", "private")], []):
            paper.django.fields, paper.django.status = fields, "200 OK"
            paper.django.asked.clear()
            answers = at_once([lambda: paper.get("/x/")] * 4)
            assert len(paper.django.asked) >= 4
            assert {answer.body for answer in answers} == {b"Django"}

    def test_who_waits_in_vain_is_sent_away_within_a_second(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paper = newspaper_in(tmp_path)
        paper.django.status, paper.django.seconds = "200 OK", 2.5
        paper.put("/503.html", NEWER)
        first = threading.Thread(target=paper.get, args=("/x/",))
        first.start()
        time.sleep(0.1)

        started = time.monotonic()
        answer = paper.get("/x/")

        assert time.monotonic() - started < 1.5  # a second, and what a busy machine takes
        assert (answer.status, answer.headers["Retry-After"], answer.page) == (503, "1", NEWER)
        first.join()

    def test_a_failure_is_shared_too(self, tmp_path: Path) -> None:
        paper = newspaper_in(tmp_path)
        paper.django.error, paper.django.seconds = OSError(), 0.2

        answers = at_once([lambda: paper.get("/x/")] * 6)

        assert {answer.status for answer in answers} == {500}
        assert len(paper.django.asked) == 1
