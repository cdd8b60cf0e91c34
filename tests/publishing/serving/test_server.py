"""Readers' pages come from the store: in the right encoding, whatever stands behind a question mark."""

from pathlib import Path

import pytest

from rotative.frontend.site import SITE
from rotative.publishing.compress import compress
from rotative.publishing.redirects import redirect_document
from rotative.publishing.serving import headers
from rotative.publishing.serving.ready_page import etag_of
from rotative.publishing.serving.server import serve_stored
from rotative.publishing.store import Store, media_type
from tests.publishing.serving.newspaper import BR, NEWER, PAGE, FakeDjango, Newspaper, ask, newspaper_in


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
        paper.put("/politics/x/", redirect_document("/politique/l’été/?a=1&b=2", "fr").body, status=301)

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
        paper.put("/journal/", redirect_document("/", "fr").body, status=301)
        paper.django.status = "200 OK"

        for _ in range(2):
            assert paper.get("/journal/", "utm_source=x").headers["Location"] == "/"
            assert paper.get("/journal/", "p=12").body == b"Django"

    def test_an_old_address_with_its_question_mark_reaches_django_whole(self, paper: Newspaper) -> None:
        for number in range(3):
            paper.get("/spip.php", f"article{number}")

        assert [asked["QUERY_STRING"] for asked in paper.django.asked] == ["article0", "article1", "article2"]


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
            "import sys, rotative.publishing.serving.server as _; "
            "sys.exit(any(name.startswith('django') for name in sys.modules))"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
