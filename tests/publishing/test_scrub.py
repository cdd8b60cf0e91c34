"""The scrubber goes through the store and puts right what is not as it was written."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from rotative.publishing import scrub
from rotative.publishing.compress import ENCODINGS, compress
from rotative.publishing.models import Invalidation, StoredBody, StoredPage
from rotative.publishing.page_types import Document
from rotative.publishing.render import Rendering
from rotative.publishing.scrub import Scrubber
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk, store_all

pytestmark = pytest.mark.django_db


def body_of(number: int) -> bytes:
    return f"<!doctype html><p>Article {number}</p>".encode() * 200


def store_articles(disk: Disk, count: int) -> list[str]:
    paths = [f"/politique/article-{number}/" for number in range(count)]
    StoredPage.objects.bulk_create(StoredPage(path=path) for path in paths)
    pages = list(StoredPage.objects.filter(path__in=paths).order_by("pk"))
    outcomes = [
        (page, Rendering(page.path, "article", Document(body_of(number)), frozenset(), None, 0))
        for number, page in enumerate(pages)
    ]
    store_all(outcomes, build="now")
    disk.apply()
    return paths


@pytest.fixture
def disk(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Disk:
    monkeypatch.setattr(scrub, "PAUSE_SECONDS", 0.0)
    return Disk(Store(settings.STORE_ROOT))


def scrub_once(scrubber: Scrubber) -> None:
    while scrubber.step():
        pass


def files_of(disk: Disk) -> dict[Path, bytes]:
    return {file: file.read_bytes() for _status, file in disk.files.files()}


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])


def alter(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def replace_by_another_page(file: Path) -> None:
    encoding = "br" if file.suffix == ".br" else "gzip"
    file.write_bytes(compress(b"<h1>casino</h1>", encoding))


def alter_and_set_back_the_clock(file: Path) -> None:
    """What an intruder does who knows how files are compared: the time of the inode cannot be set."""
    before = file.stat()
    alter(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("damage", [cut_off, alter, replace_by_another_page, alter_and_set_back_the_clock, Path.unlink])
def test_what_was_damaged_is_as_it_was_written_after_one_pass(disk: Disk, damage: Any, encoding: str) -> None:
    (path,) = store_articles(disk, 1)
    scrubber = Scrubber(disk)
    scrub_once(scrubber)
    before, counter = files_of(disk), disk.counter.value()
    time.sleep(0.02)  # the clock of files is coarse
    damage(disk.files.find(path, 200, encoding))

    scrub_once(scrubber)

    assert files_of(disk) == before
    assert scrubber.repaired == 1
    assert disk.counter.value() > counter  # and no process keeps the wrong page in its memory


@pytest.mark.parametrize(
    "name",
    [
        "pages/casino.br",
        "gone/politique/article-0/index.html.br",
        "moved/x/index.html.gz.new",
        "pages/.x",
        "pages/a.txt",
    ],
)
def test_what_was_never_ours_is_removed(disk: Disk, name: str) -> None:
    store_articles(disk, 1)
    before = files_of(disk)
    stranger = disk.files.root / name
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.write_bytes(b"spam")

    scrub_once(Scrubber(disk))

    assert files_of(disk) == before


def test_a_sound_store_is_left_alone_and_read_once(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    store_articles(disk, 3)
    before = files_of(disk)
    scrubber = Scrubber(disk)
    time.sleep(0.02)
    scrub_once(scrubber)
    read: list[Path] = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda file: (read.append(file), read_bytes(file))[1])

    scrub_once(scrubber)

    assert read == []
    monkeypatch.undo()
    assert (scrubber.repaired, files_of(disk)) == (0, before)


def test_a_page_of_which_the_database_lost_the_bytes_is_rendered_again(disk: Disk) -> None:
    (path,) = store_articles(disk, 1)
    StoredBody.objects.update(brotli=b"torn")
    cut_off(disk.files.find(path, 200, "gzip"))

    scrub_once(Scrubber(disk))

    page = StoredPage.objects.get()
    assert page.stale_at and page.digest == ""
    assert list(Invalidation.objects.values_list("key", flat=True)) == [f"path:{path}"]


def test_pages_that_this_disk_has_not_got_yet_are_not_missing(disk: Disk) -> None:
    store_articles(disk, 1)
    disk.applied = 0
    for _status, file in list(disk.files.files()):
        file.unlink()
    scrubber = Scrubber(disk)
    scrub_once(scrubber)
    assert scrubber.repaired == 0


def test_a_disk_that_refuses_a_repair_says_so_and_the_pass_begins_again(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = store_articles(disk, 1)
    cut_off(disk.files.find(path, 200, "br"))
    scrubber = Scrubber(disk)

    def refuse(*_arguments: Any) -> Path:
        raise OSError(30, "read-only")

    with monkeypatch.context() as broken:
        broken.setattr(Store, "_replace", refuse)
        with pytest.raises(OSError, match="read-only"):
            scrub_once(scrubber)
    scrub_once(scrubber)
    assert disk.files.read(path, 200, "br") == body_of(0)


def test_an_intruder_among_hundreds_of_pages_is_put_right_within_a_minute(disk: Disk) -> None:
    paths = store_articles(disk, 400)
    before = files_of(disk)
    damages = [cut_off, alter, replace_by_another_page, Path.unlink]
    for number, path in enumerate(paths[::10]):
        damages[number % len(damages)](disk.files.find(path, 200, ENCODINGS[number % 2]))
    (disk.files.root / "pages" / "casino.br").write_bytes(b"spam")

    scrubber = Scrubber(disk)
    began = time.monotonic()
    scrub_once(scrubber)
    seconds = time.monotonic() - began

    assert files_of(disk) == before
    assert scrubber.repaired == 41
    print(f"F06, F40: 41 damages among 400 pages put right in {seconds:.2f} s, begun every 20 s")
    assert seconds < 40
