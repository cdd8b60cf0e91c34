"""Readers' pages come from the store: in the right encoding, never stale, never from outside the store."""

import gzip
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brotli
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rotative.frontend.site import SITE
from rotative.publishing import flights, headers, hot_pages, server, slots
from rotative.publishing.absences import Absences
from rotative.publishing.compress import compress, decompress, negotiate
from rotative.publishing.hot_pages import HotPages
from rotative.publishing.moved import document_to
from rotative.publishing.ready_page import encoding_for, etag_of, is_known
from rotative.publishing.server import serve_stored
from rotative.publishing.store import Counter, Store, can_hold, media_type

PAGE = "<!doctype html><p>Le marché de Dantokpa rouvre.</p>".encode() * 40
NEWER = PAGE.replace(b"rouvre", b"ferme")
PUBLIC = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", headers.CACHE_CONTROL)]


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


@pytest.fixture
def paper(tmp_path: Path) -> Newspaper:
    return newspaper_in(tmp_path)


BR = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


class TestStored:
    def test_a_stored_page_is_answered_without_django(self, paper: Newspaper) -> None:
        paper.put("/politique/budget/")

        for _first_then_from_memory in range(2):
            answer = paper.get("/politique/budget/", **BR)
            assert (answer.status, answer.page) == (200, PAGE)
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert answer.headers["Content-Encoding"] == "br"
            assert answer.headers["Content-Length"] == str(len(answer.body))
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert answer.headers["Cache-Control"] == headers.CACHE_CONTROL
            assert answer.headers.items() >= headers.SECURITY.items()
        assert paper.django.asked == []

    @pytest.mark.parametrize("path", ["/", "/robots.txt", "/flux/rss.xml", "/plan.xml", "/a/b/", "/favicon.ico"])
    def test_a_page_has_the_type_that_its_path_says(self, path: str, paper: Newspaper) -> None:
        paper.put(path)

        assert paper.get(path).headers["Content-Type"] == media_type(path)

    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [("br", "br"), ("gzip", "gzip"), ("", None), ("br;q=0, gzip", "gzip"), ("zstd", None), ("identity", None)],
    )
    def test_each_browser_gets_its_encoding_of_one_page_with_one_validator(
        self, accepted: str, encoding: str | None, paper: Newspaper
    ) -> None:
        paper.put("/")

        answer = paper.get("/", HTTP_ACCEPT_ENCODING=accepted)

        assert answer.headers.get("Content-Encoding") == encoding
        assert answer.page == PAGE
        assert answer.headers["Content-Length"] == str(len(answer.body))
        assert answer.headers["ETag"] == etag_of(PAGE)

    def test_head_answers_the_headers_of_get_and_no_body(self, paper: Newspaper) -> None:
        paper.put("/")

        head = paper.get("/", method="HEAD", **BR)

        assert head.body == b""
        assert head.headers == paper.get("/", **BR).headers

    @pytest.mark.parametrize("known", ["{0}", "*", '"other", {0}', '{0},"x"', "{1}", ' W/"a" , {1} '])
    def test_a_browser_that_has_the_page_is_told_so(self, known: str, paper: Newspaper) -> None:
        paper.put("/")
        etag = paper.get("/").headers["ETag"]

        answer = paper.get("/", HTTP_IF_NONE_MATCH=known.format(etag, etag.removeprefix("W/")), **BR)

        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers == {"ETag": etag, "Cache-Control": headers.CACHE_CONTROL, "Vary": "Accept-Encoding"}

    @pytest.mark.parametrize("known", ['W/"0"', "", '"', "nonsense", 'W/"{0}x"', 'W/W/"{0}"'])
    def test_a_browser_that_has_another_page_is_sent_this_one(self, known: str, paper: Newspaper) -> None:
        paper.put("/")
        digits = paper.get("/").headers["ETag"].removeprefix('W/"').removesuffix('"')

        assert paper.get("/", HTTP_IF_NONE_MATCH=known.format(digits)).status == 200

    def test_a_page_that_was_taken_back_answers_410_and_one_that_moved_leads_on(self, paper: Newspaper) -> None:
        paper.put("/politique/retire/", status=410)
        paper.put("/politics/x/", document_to("/politique/l’été/?a=1&b=2", "fr").body, status=301)

        gone, moved = paper.get("/politique/retire/", **BR), paper.get("/politics/x/", **BR)

        assert (gone.status, gone.page) == (410, PAGE)
        assert moved.status == 301
        assert moved.headers["Location"] == "/politique/l%E2%80%99%C3%A9t%C3%A9/?a=1&b=2"
        for answer in (gone, moved):
            assert answer.headers["Cache-Control"] == headers.CACHE_CONTROL
            assert "ETag" not in answer.headers
        assert paper.get("/politique/retire/", HTTP_IF_NONE_MATCH="*").status == 410
        assert paper.django.asked == []

    def test_a_missing_slash_at_the_end_is_mended_without_django(self, paper: Newspaper) -> None:
        paper.put("/politique/")

        answer = paper.get("/politique", **BR)

        assert (answer.status, answer.headers["Location"]) == (301, "/politique/")
        assert paper.django.asked == []
        paper.put("/politique", NEWER)
        assert (paper.get("/politique").status, paper.get("/politique").page) == (200, NEWER)

    def test_other_methods_are_left_to_the_application(self, paper: Newspaper) -> None:
        paper.put("/")

        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PURGE"):
            assert paper.get("/", method=method).body == b"Django"


class TestQueries:
    @pytest.mark.parametrize(
        "query",
        ["utm_source=x", "fbclid=1", "p=", "p=x1", "page=2", "m=1", "q=riz", "xtag=1", "P=1", "=", "a&b", "p"],
    )
    def test_what_means_nothing_does_not_miss_the_store(self, query: str, paper: Newspaper) -> None:
        paper.put("/")

        for _ in range(2):
            assert paper.get("/", query).page == PAGE
        assert paper.django.asked == []

    @pytest.mark.parametrize(
        "query",
        [
            "cat=4",
            "author=2",
            "m=202103",
            "tag=riz",
            "feed=rss2",
            "p=12",
            "page_id=3",
            "attachment_id=9",
            "utm_source=x&p=12",
            "p=12&utm=1",
            "a=b&tag=riz",
        ],
    )
    def test_old_permalinks_are_passed_on(self, query: str, paper: Newspaper) -> None:
        paper.put("/")
        paper.get("/")
        paper.django.status = "200 OK"

        answer = paper.get("/", query)

        assert (answer.body, paper.django.asked[0]["QUERY_STRING"]) == (b"Django", query)

    @pytest.mark.parametrize("path", ["/politique/x/", "/flux/rss.xml"])
    @pytest.mark.parametrize(
        "query", ["tag=b", "feed=rss2", "m=1", "m=202103", "author=2", "cat=3", "p=12", "utm_source=a&tag=b"]
    )
    def test_what_old_sites_had_at_their_front_page_means_nothing_elsewhere(
        self, path: str, query: str, paper: Newspaper
    ) -> None:
        paper.put(path)

        for _ in range(2):
            assert paper.get(path, query).page == PAGE
        assert paper.django.asked == []

    def test_a_missing_slash_is_mended_without_django_whatever_is_asked(self, paper: Newspaper) -> None:
        paper.put("/politique/x/")

        assert paper.get("/politique/x", "m=202103").headers["Location"] == "/politique/x/"
        assert paper.django.asked == []

    def test_a_lead_from_the_folder_of_an_old_site_gives_way_to_its_permalinks(self, paper: Newspaper) -> None:
        paper.put("/journal/", document_to("/", "fr").body, status=301)
        paper.django.status = "200 OK"

        for _ in range(2):
            assert paper.get("/journal/", "utm_source=x").headers["Location"] == "/"
            assert paper.get("/journal/", "p=12").body == b"Django"

    def test_an_old_address_with_its_question_mark_reaches_django_whole(self, paper: Newspaper) -> None:
        for number in range(3):
            paper.get("/spip.php", f"article{number}")

        assert [asked["QUERY_STRING"] for asked in paper.django.asked] == ["article0", "article1", "article2"]


class TestFresh:
    def test_a_page_that_was_stored_anew_is_answered_from_the_next_request_on(self, paper: Newspaper) -> None:
        paper.put("/")
        old = paper.get("/")

        paper.put("/", NEWER)  # the same second, and the same length

        assert paper.get("/").page == NEWER
        assert paper.get("/", HTTP_IF_NONE_MATCH=old.headers["ETag"]).status == 200

    def test_a_page_that_comes_goes_and_returns_is_seen_each_time(self, paper: Newspaper) -> None:
        states: list[int] = []
        for status in (200, 410, 200, 301, 410, 200):
            paper.put("/x/", document_to("/y/", "fr").body if status == 301 else PAGE, status)
            states.append(paper.get("/x/").status)
        paper.take("/x/")
        states.append(paper.get("/x/").status)

        assert states == [200, 410, 200, 301, 410, 200, 404]

    def test_memory_is_trusted_while_the_counter_stands_still_and_not_for_ever(
        self, paper: Newspaper, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paper.put("/")
        assert paper.get("/").page == PAGE
        paper.store.write("/", 200, NEWER, compress(NEWER, "br"), small=False, modified_at=1.0)
        assert paper.get("/").page == PAGE

        now = time.monotonic() + hot_pages.TRUSTED_SECONDS + 1
        monkeypatch.setattr(time, "monotonic", lambda: now)

        assert paper.get("/").page == NEWER

    def test_another_store_in_the_place_of_the_first_is_noticed(
        self, paper: Newspaper, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paper.put("/")
        paper.get("/")
        (paper.store.root / "counter").unlink()
        paper.counter = Counter(paper.store.root)
        now = time.monotonic() + hot_pages.TRUSTED_SECONDS + 1
        monkeypatch.setattr(time, "monotonic", lambda: now)
        paper.get("/")

        paper.put("/", NEWER)

        assert paper.get("/").page == NEWER

    def test_encodings_of_two_versions_are_never_given_out_under_one_validator(self, paper: Newspaper) -> None:
        paper.put("/")
        old_gzip = paper.store.find("/", 200, "gzip").read_bytes()
        paper.put("/", NEWER)
        file = paper.store.find("/", 200, "gzip")
        file.write_bytes(old_gzip)  # as between the two renames
        os.utime(file, (1_700_000_000, 1_700_000_000))
        paper.counter.move()

        assert paper.get("/", HTTP_ACCEPT_ENCODING="gzip").page == NEWER

    @pytest.mark.parametrize("broken", ["br", "gzip"])
    @pytest.mark.parametrize("harm", ["cut", "emptied", "removed", "overwritten"])
    def test_a_damaged_file_is_made_up_for_by_the_other(self, broken: str, harm: str, paper: Newspaper) -> None:
        paper.put("/")
        file = paper.store.find("/", 200, broken)
        data = file.read_bytes()
        file.unlink()
        if harm != "removed":
            file.write_bytes({"cut": data[:-9], "emptied": b"", "overwritten": b"x" * len(data)}[harm])
        paper.counter.move()

        for accepted in ("br", "gzip", ""):
            assert paper.get("/", HTTP_ACCEPT_ENCODING=accepted).page == PAGE

    def test_of_two_files_of_one_age_that_differ_the_one_with_a_checksum_is_believed(self, paper: Newspaper) -> None:
        paper.put("/")
        file = paper.store.find("/", 200, "br")
        age = file.stat().st_mtime
        file.write_bytes(brotli.compress(PAGE.replace(b"Dantokpa", b"D\0ntokpa")))
        os.utime(file, (age, age))

        assert paper.get("/", **BR).page == PAGE

    def test_a_page_whose_files_are_all_damaged_is_left_to_django(self, paper: Newspaper) -> None:
        paper.put("/")
        for encoding in ("br", "gzip"):
            paper.store.find("/", 200, encoding).write_bytes(b"?")
        paper.django.status = "200 OK"

        assert paper.get("/").body == b"Django"

    def test_a_moved_page_that_leads_nowhere_is_left_to_django(self, paper: Newspaper) -> None:
        paper.put("/x/", PAGE, status=301)

        assert paper.get("/x/").status == 404


class TestWithoutStore:
    def test_a_missing_store_is_passed_by_and_found_when_it_appears(self, tmp_path: Path) -> None:
        store = Store(tmp_path / "store")
        django = FakeDjango("200 OK")
        application = serve_stored(django, store, SITE)
        assert ask(application, "/x/").body == b"Django"
        assert not store.root.exists()

        store.prepare()
        store.write("/y/", 200, PAGE, compress(PAGE, "br"), small=False, modified_at=1.0)

        assert ask(application, "/y/").page == PAGE

    def test_a_crowd_is_one_question_without_a_store_too(self, tmp_path: Path) -> None:
        django = FakeDjango("200 OK")
        application = serve_stored(django, Store(tmp_path / "store"), SITE)

        assert [ask(application, "/x/").status for _ in range(5)] == [200] * 5
        assert len(django.asked) == 1

    def test_a_store_whose_counter_cannot_be_opened_is_looked_at_every_time(self, tmp_path: Path) -> None:
        paper = newspaper_in(tmp_path)
        paper.put("/")
        (paper.store.root / "counter").unlink()
        (paper.store.root / "counter").mkdir()  # root may open what others may not
        application = serve_stored(paper.django, paper.store, SITE)
        assert ask(application, "/").page == PAGE

        paper.put("/", NEWER)

        assert ask(application, "/").page == NEWER

    def test_a_folder_in_the_place_of_a_file_is_no_page(self, paper: Newspaper) -> None:
        (paper.store.root / "pages" / "x" / "index.html.br").mkdir(parents=True)

        assert paper.get("/x/").status == 404

    def test_the_server_imports_no_models(self) -> None:
        """Readers' pages are answered while nothing else works."""
        import subprocess
        import sys

        code = (
            "import sys, rotative.publishing.server; sys.exit(any(name.startswith('django') for name in sys.modules))"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestMemory:
    def test_it_stays_within_its_bytes_and_keeps_what_is_asked_for(self, paper: Newspaper) -> None:
        pages = HotPages(paper.store, most_bytes=60_000)
        for number in range(100):
            body = os.urandom(1_500)
            paper.put(f"/{number}/", body)
        assert pages.find("/0/")
        for number in range(1, 100):
            assert pages.recall("/0/")  # everybody reads this one
            assert pages.find(f"/{number}/")
            assert pages._bytes <= 60_000
            assert pages._bytes == sum(entry.weight for entry in pages._entries.values())

        assert 5 < len(pages) < 20
        assert pages.recall("/0/")

    def test_it_stays_within_its_number_of_pages(self, paper: Newspaper) -> None:
        pages = HotPages(paper.store, most_pages=3)
        for number in range(9):
            paper.put(f"/{number}/")
            assert pages.find(f"/{number}/")

        assert len(pages) == 3

    def test_a_page_as_large_as_the_memory_is_answered_and_not_kept(self, paper: Newspaper) -> None:
        paper.put("/x/", os.urandom(100_000))
        pages = HotPages(paper.store, most_bytes=150_000)

        assert pages.find("/x/")
        assert len(pages) == 0

    def test_a_page_that_is_gone_leaves_it(self, paper: Newspaper) -> None:
        pages = HotPages(paper.store)
        paper.put("/x/")
        pages.find("/x/")
        paper.take("/x/")

        assert pages.find("/x/") is None
        assert (len(pages), pages._bytes) == (0, 0)


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
        monkeypatch.setattr(flights, "KEPT_SECONDS", 0)
        monkeypatch.setattr(slots, "FRESH_SECONDS", -1)
        paper.put("/404.html", NEWER)
        assert paper.get("/x/").status == 404
        paper.django.status = "200 OK"
        assert paper.get("/x/").status == 404

        paper.counter.move()

        assert paper.get("/x/").status == 200

    def test_it_is_forgotten_after_a_minute_and_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        absences = Absences()
        for number in range(5_000):
            absences.note(f"/{number}", 1)
        absences.note("/" + "x" * 2_000, 1)
        absences.note("/unsure", None)

        assert len(absences) == 2_000
        assert absences.knows("/4999", 1)
        assert not absences.knows("/4999", 2)
        assert not absences.knows("/unsure", None)
        now = time.monotonic() + 61
        monkeypatch.setattr(time, "monotonic", lambda: now)
        assert not absences.knows("/4999", 1)

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


class TestCrowd:
    """F25: a crowd that asks for a page which is not stored yet costs one rendering."""

    @pytest.fixture(autouse=True)
    def many_places(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(server, "PLACES", 40)

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


class TestPlaces:
    def test_however_slow_django_is_stored_pages_are_quick_and_others_are_refused(self, paper: Newspaper) -> None:
        paper.put("/")
        paper.django.seconds, paper.django.status = 2.5, "200 OK"
        waiting = [threading.Thread(target=paper.get, args=(f"/{number}/",)) for number in range(server.PLACES)]
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
        at_once([lambda number=number: paper.get(f"/later-{number}/") for number in range(server.PLACES)])
        answers = at_once([lambda number=number: paper.get(f"/now-{number}/") for number in range(server.PLACES + 1)])
        assert {answer.status for answer in answers} == {200}


def _serve_one(root: Path, path: str, seconds: float, results: Any) -> None:
    """Be another web worker: one that asks its Django for one page."""
    django = FakeDjango("200 OK", body=PAGE, seconds=seconds)
    started = time.monotonic()
    answer = ask(serve_stored(django, Store(root), SITE), path)
    results.put((answer.status, answer.body, len(django.asked), time.monotonic() - started))


class TestProcesses:
    """F25 across web workers: they agree by a lock in the store."""

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
            while not (paper.store.root / slots.FOLDER).exists() and time.monotonic() < until:
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
        monkeypatch.setattr(slots, "SLOTS", 1)
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
        slot = slots.Slot(tmp_path, "/x/")
        assert slot.claim()
        for harm in (b"", b"{", b"[]\n", b'{"path": "/x/", "at": "x"}\n', b'{"path": "/x/", "at": 1e99}\n', b"\0" * 50):
            os.ftruncate(slot._file, 0)
            os.pwrite(slot._file, harm, 0)
            assert slot.find_answer() is None
        slot.leave(slots.Plain(200, "text/html", "", PAGE))
        assert slot.find_answer() == slots.Plain(200, "text/html", "", PAGE)
        data = os.pread(slot._file, 100_000, 0)
        os.ftruncate(slot._file, len(data) - 5)
        assert slot.find_answer() is None
        slot.close()


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


OUTSIDE = [
    "/../secret",
    "/..%2fsecret",
    "/a/../../secret",
    "//secret",
    "/./secret",
    "/.secret",
    "/a/.secret/",
    "/secret\0",
    "/\\..\\secret",
    "/pages/../../secret",
    "/index.html",
    "/x/index.html",
    "/x/index.html.br",
    "/x.br",
    "/x/%2e%2e/",
    "/X/\u00e9/",
    "secret",
    "",
    "/" + "a" * 2_000,
]


class TestPaths:
    @pytest.mark.parametrize("path", OUTSIDE)
    def test_no_spelling_reaches_a_file_outside_the_pages(self, path: str, paper: Newspaper) -> None:
        (paper.store.root / "secret.br").write_bytes(brotli.compress(b"secret"))
        (paper.store.root.parent / "secret.br").write_bytes(brotli.compress(b"secret"))
        (paper.store.root.parent / "secret.gz").write_bytes(gzip.compress(b"secret"))
        paper.put("/x/")
        paper.put("/a/b/")

        answer = paper.get(path)

        assert (answer.status, answer.page) == (404, b"Django")

    @given(st.text(alphabet="/.%\\\0ab é:~-_2ef", max_size=30))
    @example("/../secret")
    @hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
    def test_only_files_below_the_pages_are_opened(self, tmp_path: Path, path: str) -> None:
        """Whatever is asked, the names looked at are inside one of the three folders and are those of no other page."""
        store = Store(tmp_path / "store")
        opened: list[str] = []
        pages = HotPages(store)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(hot_pages, "_read", lambda name: (opened.append(name), (None, None))[1])
            pages.find(path)

        assert bool(opened) == can_hold(path)
        for name in opened:
            assert Path(os.path.normpath(name)) == Path(name)
            assert Path(name).is_relative_to(store.root)
            assert Path(name).relative_to(store.root).parts[0] in {"pages", "gone", "moved"}
            assert not any(part.startswith(".") for part in Path(name).relative_to(store.root).parts)


@given(st.lists(st.sampled_from(["br", "gzip", "identity", "*", "zstd", "br;q=0", "gzip;q=0.5", "*;q=0", "x;q=y", ""])))
def test_remembered_negotiation_is_negotiation(parts: list[str]) -> None:
    header = ", ".join(parts)

    assert encoding_for(header) == negotiate(header)


def test_an_absurd_header_is_not_remembered() -> None:
    from rotative.publishing.ready_page import _negotiated

    before = _negotiated.cache_info().currsize

    assert encoding_for("br," + "x" * 100_000) == "br"
    assert _negotiated.cache_info().currsize == before


@given(st.lists(st.text(alphabet='abcW/"* ,', max_size=8), max_size=5), st.booleans(), st.integers(0, 5))
def test_a_validator_is_found_in_any_list_and_only_there(others: list[str], weak: bool, place: int) -> None:
    etag = etag_of(PAGE)
    foreign = [tag for tag in others if "*" not in tag]
    assert not is_known(etag, ",".join(foreign))

    listed = [*foreign[:place], etag if weak else etag.removeprefix("W/"), *foreign[place:]]
    assert is_known(etag, ",".join(listed))
