"""The page cache: never stale, bounded, right about damaged files."""

import os
import time

import brotli
import pytest

from rotative.publishing.compress import compress
from rotative.publishing.redirects import redirect_document
from rotative.publishing.serving import page_cache
from rotative.publishing.serving.page_cache import PageCache
from rotative.publishing.store import Counter
from tests.publishing.serving.newspaper import BR, NEWER, PAGE, Newspaper


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
            paper.put("/x/", redirect_document("/y/", "fr").body if status == 301 else PAGE, status)
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

        now = time.monotonic() + page_cache.TRUSTED_SECONDS + 1
        monkeypatch.setattr(time, "monotonic", lambda: now)

        assert paper.get("/").page == NEWER

    def test_another_store_in_the_place_of_the_first_is_noticed(
        self, paper: Newspaper, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paper.put("/")
        paper.get("/")
        (paper.store.root / "counter").unlink()
        paper.counter = Counter(paper.store.root)
        now = time.monotonic() + page_cache.TRUSTED_SECONDS + 1
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


class TestMemory:
    def test_it_stays_within_its_bytes_and_keeps_what_is_asked_for(self, paper: Newspaper) -> None:
        pages = PageCache(paper.store, most_bytes=60_000)
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
        pages = PageCache(paper.store, most_pages=3)
        for number in range(9):
            paper.put(f"/{number}/")
            assert pages.find(f"/{number}/")

        assert len(pages) == 3

    def test_a_page_as_large_as_the_memory_is_answered_and_not_kept(self, paper: Newspaper) -> None:
        paper.put("/x/", os.urandom(100_000))
        pages = PageCache(paper.store, most_bytes=150_000)

        assert pages.find("/x/")
        assert len(pages) == 0

    def test_a_page_that_is_gone_leaves_it(self, paper: Newspaper) -> None:
        pages = PageCache(paper.store)
        paper.put("/x/")
        pages.find("/x/")
        paper.take("/x/")

        assert pages.find("/x/") is None
        assert (len(pages), pages._bytes) == (0, 0)
