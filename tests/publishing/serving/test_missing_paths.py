"""The negative cache: where nothing stands Django is asked once."""

import time

import pytest

from rotative.publishing.serving import headers, shared_miss, single_flight
from rotative.publishing.serving.missing_paths import MissingPaths
from tests.publishing.serving.newspaper import BR, NEWER, PAGE, Newspaper


class TestUnknown:
    def test_an_unknown_address_asks_django_once_and_shows_the_stored_page(self, paper: Newspaper) -> None:
        paper.put("/404.html", NEWER)

        answers = [paper.get("/wp-login.php", **BR) for _ in range(3)]

        assert [answer.status for answer in answers] == [404] * 3
        assert {answer.page for answer in answers} == {NEWER}
        assert len(paper.django.asked) == 1
        assert answers[-1].headers["Cache-Control"] == headers.CACHE_CONTROL
        assert not (paper.store.root / "pages" / "wp-login.php.br").exists()

    def test_without_the_stored_page_it_is_what_django_said(self, paper: Newspaper) -> None:
        assert (paper.get("/x/").status, paper.get("/x/").page) == (404, b"Django")

    def test_a_page_that_appears_is_seen_at_once(self, paper: Newspaper) -> None:
        paper.put("/404.html", NEWER)
        assert paper.get("/x/").status == 404

        paper.put("/x/")

        assert paper.get("/x/").status == 200

    def test_a_page_that_appears_where_django_makes_it_is_seen_when_anything_is_stored(
        self, paper: Newspaper, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(single_flight, "KEPT_SECONDS", 0)
        monkeypatch.setattr(shared_miss, "FRESH_SECONDS", -1)
        paper.put("/404.html", NEWER)
        assert paper.get("/x/").status == 404
        paper.django.status = "200 OK"
        assert paper.get("/x/").status == 404

        paper.counter.move()

        assert paper.get("/x/").status == 200

    def test_it_is_forgotten_after_a_minute_and_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        paths = MissingPaths()
        for number in range(5_000):
            paths.add(f"/{number}", 1)
        paths.add("/" + "x" * 2_000, 1)
        paths.add("/unsure", None)

        assert len(paths) == 2_000
        assert paths.knows("/4999", 1)
        assert not paths.knows("/4999", 2)
        assert not paths.knows("/unsure", None)
        now = time.monotonic() + 61
        monkeypatch.setattr(time, "monotonic", lambda: now)
        assert not paths.knows("/4999", 1)

    def test_the_pages_for_errors_have_no_address_of_their_own(self, paper: Newspaper) -> None:
        for path in ("/404.html", "/503.html", "/503-envoi.html"):
            paper.put(path, NEWER)
        paper.get("/x/")  # now one of them is in memory
        paper.django.status = "200 OK"

        for path in ("/404.html", "/503.html", "/503-envoi.html"):
            answer = paper.get(path)
            assert (answer.status, answer.page) == (404, NEWER), path

    def test_an_error_page_that_is_stored_anew_is_shown_anew(self, paper: Newspaper) -> None:
        paper.put("/404.html")
        assert paper.get("/x/").page == PAGE

        paper.put("/404.html", NEWER)

        assert paper.get("/x/").page == NEWER
