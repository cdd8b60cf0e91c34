"""Folders and WARC files of pages: one at a time, each once, whatever state the file is in."""

import gzip
import os
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest

from rotative.importers.errors import Reason
from rotative.importers.pages import read_page
from rotative.importers.pages.decoding import MAX_BYTES
from rotative.importers.pages.page_files import PageFile, pages_of, pages_of_warc
from tests.importers.pages.invented import ADDRESS, HEADLINE, a_page

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.html", "a/2.htm", "a/1.HTML", "a/notes.txt", "c.jpg"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(a_page(headline=f"{HEADLINE} {name}"))
    return tmp_path


def test_a_folder_gives_its_pages_in_order(folder: Path) -> None:
    assert [source.name for source in pages_of(folder)] == ["b.html", "a/1.HTML", "a/2.htm"]
    assert read_page(next(pages_of(folder)).data).headline.startswith(HEADLINE)


def test_no_page_is_read_before_it_is_asked_for(folder: Path) -> None:
    sources = pages_of(folder)
    assert isinstance(sources, Iterator)
    next(sources)
    (folder / "a" / "2.htm").write_bytes(b"changed")
    assert [source.data for source in sources][-1] == b"changed"


def test_a_file_that_cannot_be_a_page_is_named_with_the_reason(folder: Path) -> None:
    (folder / "b.html").write_bytes(b"x" * (MAX_BYTES + 1))
    (folder / "a" / "1.HTML").unlink()
    os.mkfifo(folder / "a" / "1.HTML")
    (folder / "a" / "2.htm").unlink()
    (folder / "a" / "2.htm").symlink_to("/etc/passwd")
    reasons = [source.refusal.reason for source in pages_of(folder) if source.refusal]
    assert reasons == [Reason.TOO_LARGE, Reason.UNREADABLE, Reason.UNREADABLE]


def a_record(
    data: bytes,
    address: str = ADDRESS,
    status: str = "200 OK",
    content_type: str = "text/html; charset=utf-8",
    encoding: str = "",
    kind: str = "response",
) -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
    http += f"Content-Encoding: {encoding}\r\n" if encoding else ""
    block = http.encode() + b"\r\n" + data
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2023-03-20T09:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def a_warc(folder: Path, *records: bytes, gz: bool = True) -> Path:
    path = folder / ("crawl.warc.gz" if gz else "crawl.warc")
    path.write_bytes(b"".join(gzip.compress(record) if gz else record for record in records))
    return path


@pytest.mark.parametrize("gz", [True, False])
def test_the_pages_of_a_crawl_come_with_address_moment_and_header(tmp_path: Path, gz: bool) -> None:
    other = a_page(headline="Une comète visible à l’œil nu")
    path = a_warc(
        tmp_path,
        a_record(a_page()),
        a_record(b"gone", status="404 Not Found"),
        a_record(b"\x89PNG", content_type="image/png"),
        a_record(gzip.compress(other), "https://x.example/2", encoding="gzip"),
        gz=gz,
    )
    first, second = pages_of(path)
    assert first == PageFile(
        f"{path.name}#1", ADDRESS, datetime(2023, 3, 20, 9, tzinfo=UTC), "text/html; charset=utf-8", a_page()
    )
    assert read_page(second.data, second.address, second.content_type).headline == "Une comète visible à l’œil nu"


def test_a_page_that_was_fetched_twice_without_a_change_comes_once(tmp_path: Path) -> None:
    changed = a_record(a_page(headline="Les étals de la lagune ferment plus tard"))
    revisit = a_record(b"", kind="revisit")
    path = a_warc(tmp_path, a_record(a_page()), a_record(a_page()), changed, revisit)
    assert len(list(pages_of_warc(path))) == 2


@pytest.mark.parametrize("gz", [True, False])
def test_a_file_that_is_cut_off_gives_what_stands_before_and_says_so(tmp_path: Path, gz: bool) -> None:
    path = a_warc(tmp_path, a_record(a_page()), a_record(a_page(), "https://x.example/2"), gz=gz)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - 400])
    first, *_, last = pages_of_warc(path)
    assert first.data == a_page()
    assert last.refusal is not None
    assert last.refusal.reason is Reason.UNREADABLE


@pytest.mark.parametrize(
    "data",
    [b"", b"no archive at all\n" * 50, gzip.compress(b"nothing"), b"WARC/1.0\r\n" + b"\0" * 999],
    ids=["empty", "text", "gzip", "nulls"],  # not by the bytes: gzip writes the second in which it was made
)
def test_what_is_no_archive_gives_no_page(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(data)
    assert all(source.refusal is not None for source in pages_of_warc(path))


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_page_that_swells_is_refused_with_little_memory_and_the_rest_is_read(tmp_path: Path, encoding: str) -> None:
    bomb = b"<p>" + b" " * 200_000_000
    packed = a_record(gzip.compress(bomb) if encoding else bomb, "https://x.example/bomb", encoding=encoding)
    path = a_warc(tmp_path, packed, a_record(a_page()))
    del bomb, packed
    tracemalloc.start()
    started = time.process_time()
    first, second = pages_of_warc(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert first.refusal is not None
    assert first.refusal.reason is Reason.TOO_LARGE
    assert second.data == a_page()
    assert peak < 100 * 1024 * 1024
    assert time.process_time() - started < 10


def test_memory_does_not_grow_with_the_number_of_pages(tmp_path: Path) -> None:
    records = (a_record(a_page() + b" " * 50_000, f"https://x.example/{number}") for number in range(400))
    path = a_warc(tmp_path, *records)
    tracemalloc.start()
    assert sum(1 for _ in pages_of_warc(path)) == 400
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


def test_a_page_in_brotli_is_unpacked(tmp_path: Path) -> None:
    path = a_warc(tmp_path, a_record(brotli.compress(a_page()), encoding="br"), a_record(b"<p>b", f"{ADDRESS}b"))
    assert [source.data for source in pages_of_warc(path)] == [a_page(), b"<p>b"]


@pytest.mark.parametrize(
    ("data", "encoding", "cause"),
    [
        (a_page(), "zstd", "Content-Encoding: zstd"),
        (a_page(), "br", "rotli"),
        (brotli.compress(a_page())[:200], "br", "rotli"),
    ],
    ids=["an encoding that is not known", "no Brotli", "cut off"],
)
def test_a_record_that_cannot_be_unpacked_is_a_line_and_the_next_one_comes(
    tmp_path: Path, data: bytes, encoding: str, cause: str
) -> None:
    path = a_warc(tmp_path, a_record(data, encoding=encoding), a_record(b"<p>b", f"{ADDRESS}b"), gz=False)
    first, second = pages_of_warc(path)
    assert first.refusal is not None and first.refusal.reason == Reason.UNREADABLE
    assert cause in str(first.refusal.facts["cause"])
    assert second.data == b"<p>b"


def test_brotli_that_swells_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = a_warc(tmp_path, a_record(brotli.compress(b"\0" * 300_000_000, quality=5), encoding="br"))
    tracemalloc.start()
    reasons = [source.refusal and source.refusal.reason for source in pages_of_warc(path)]
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reasons == [Reason.TOO_LARGE]
    assert most < 30_000_000
