"""From renderings to rows, and from rows to files: together, by number, as often as one likes."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from rotative.content.models import Article
from rotative.management import background, schedule
from rotative.management.clock import Clock
from rotative.publishing import compress, publisher, store, storing
from rotative.publishing.compress import ENCODINGS
from rotative.publishing.models import Dependency, PublisherState, Purge, StoredBody, StoredPage
from rotative.publishing.page_types import Document
from rotative.publishing.publisher import Publisher, Step, publish_until_idle
from rotative.publishing.render import Rendering
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk, Failure, polish_one, store_all
from tests.builders import a_newspaper, a_section, an_article
from tests.publishing.rebuild import differences_from_rebuild

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BODY = "<!doctype html><p>Le marché rouvre.</p>".encode() * 30


@pytest.fixture(autouse=True)
def cache_in_front(settings: Any) -> None:
    settings.PURGE_URLS = ["http://127.0.0.1:1"]


@pytest.fixture
def disk(settings: Any) -> Disk:
    return Disk(Store(settings.STORE_ROOT))


def a_rendering(path: str, body: bytes = BODY, status: int = 200, keys: Sequence[str] = (), **fields: Any) -> Rendering:
    fields = {"kind": "topic", "expires_at": None, "untracked": 0} | fields
    return Rendering(path=path, document=Document(body, status=status), keys=frozenset(keys), **fields)


def store_page(outcome: storing.Outcome) -> StoredPage:
    """Store what was rendered, as the publisher does; return the row as it is then."""
    page, _made = StoredPage.objects.get_or_create(path=outcome.path)
    StoredPage.objects.filter(pk=page.pk).update(stale_at=timezone.now())
    page.refresh_from_db()
    store_all([(page, outcome)], build="now")
    return StoredPage.objects.get(pk=page.pk)


def keys_of(page: StoredPage) -> set[str]:
    return set(Dependency.objects.filter(page=page).values_list("key", flat=True))


def test_two_versions_of_one_second_never_have_files_of_the_same_time(disk: Disk) -> None:
    times = set()
    for body in (BODY, BODY[::-1]):  # of the same length, which is the other half of a validator
        page = store_page(a_rendering("/x/", body))
        StoredPage.objects.filter(pk=page.pk).update(stored_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
        disk.apply()
        times.add(int(disk.files.find("/x/", 200, "br").stat().st_mtime))
    assert len(times) == 2


# --- rows


def test_a_page_is_stored_with_its_edges_and_its_purges() -> None:
    page = store_page(a_rendering("/a/", keys=["topic:1", "path:/a/"]))
    assert (page.status, page.number, page.stale_at, page.build) == (200, 1, None, "now")
    assert keys_of(page) == {"topic:1", "path:/a/"}
    assert compress.decompress(bytes(page.body.brotli), "br") == BODY
    assert list(Purge.objects.values_list("path", flat=True)) == ["/a/", "/a/"]


def test_equal_bytes_change_the_edges_alone() -> None:
    first = store_page(a_rendering("/a/", keys=["topic:1", "topic:2"]))
    Purge.objects.all().delete()

    second = store_page(a_rendering("/a/", keys=["topic:2", "topic:3"]))

    assert keys_of(second) == {"topic:2", "topic:3"}
    assert (second.number, second.stored_at) == (first.number, first.stored_at)
    assert second.rendered_at > first.rendered_at
    assert not Purge.objects.exists()


def test_other_bytes_get_the_next_number_and_a_purge() -> None:
    store_page(a_rendering("/a/"))
    store_page(a_rendering("/b/"))
    assert store_page(a_rendering("/a/", BODY * 2)).number == 3
    assert Purge.objects.filter(path="/a/").count() == 4


def test_where_nothing_stands_a_row_is_kept_without_bytes() -> None:
    store_page(a_rendering("/a/"))
    page = store_page(a_rendering("/a/", b"", status=404, keys=["path:/a/"]))
    assert (page.status, page.number) == (404, 2)
    assert not StoredBody.objects.exists()
    assert keys_of(page) == {"path:/a/"}


def test_the_same_bytes_with_another_status_are_another_page() -> None:
    store_page(a_rendering("/a/"))
    assert store_page(a_rendering("/a/", status=410)).number == 2


def test_a_page_that_fails_keeps_what_it_was_and_waits_longer_each_time() -> None:
    before = store_page(a_rendering("/a/", keys=["topic:1"]))
    delays = []
    for _attempt in range(15):
        page = store_page(Failure("/a/", "no"))
        delays.append((page.retry_at - timezone.now()).total_seconds())
    assert [round(delay) for delay in delays[:4]] == [5, 10, 20, 40]
    assert round(delays[-1]) == 3600
    assert (page.digest, page.number, keys_of(page)) == (before.digest, before.number, {"topic:1"})
    assert (page.failures, page.error) == (15, "no") and page.stale_at
    assert store_page(a_rendering("/a/", keys=["topic:1"])).failures == 0


def test_a_slice_is_stored_as_a_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [StoredPage.objects.create(path=path, stale_at=timezone.now()) for path in ("/a/", "/b/")]
    monkeypatch.setattr(storing.purge, "enqueue", lambda paths: (_ for _ in ()).throw(RuntimeError))
    with pytest.raises(RuntimeError):
        store_all([(page, a_rendering(page.path, keys=["topic:1"])) for page in pages], build="now")
    assert StoredPage.objects.filter(number=None, stale_at__isnull=False).count() == 2
    assert not Dependency.objects.exists() and not StoredBody.objects.exists()


# --- files


@pytest.mark.parametrize(("status", "folder"), [(410, "gone"), (301, "moved"), (404, None)])
def test_a_page_that_disappears_leaves_what_it_answers_now(disk: Disk, status: int, folder: str | None) -> None:
    store_page(a_rendering("/a/"))
    disk.apply()
    store_page(a_rendering("/a/", BODY if folder else b"", status=status))
    disk.apply()
    standing = {file.relative_to(disk.files.root).as_posix() for _status, file in disk.files.files()}
    assert standing == ({f"{folder}/a/index.html.br", f"{folder}/a/index.html.gz"} if folder else set())


def test_rows_may_be_applied_again_and_again(disk: Disk) -> None:
    for path in ("/a/", "/b/"):
        store_page(a_rendering(path))
    store_page(a_rendering("/b/", status=410))
    assert disk.apply() == 2
    assert disk.apply() == 0
    first = {file: (file.read_bytes(), file.stat().st_mtime) for _status, file in disk.files.files()}
    disk.applied = 0
    assert disk.apply() == 2
    assert {file: (file.read_bytes(), file.stat().st_mtime) for _status, file in disk.files.files()} == first


def test_a_crash_before_what_was_written_is_durable_is_mended_by_applying_it_again(disk: Disk) -> None:
    store_page(a_rendering("/a/"))
    disk.apply()
    store_page(a_rendering("/b/"))
    disk.settle()
    assert Disk(disk.files).applied == 1
    disk.apply()
    assert Disk(disk.files).applied == 1  # written, not yet durable
    disk.settle()
    assert Disk(disk.files).applied == 2


@pytest.mark.parametrize("status", [404, 301])
def test_that_a_file_is_gone_is_made_durable_too(disk: Disk, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """A power cut must not bring back what was taken down."""
    for path in ("/a/b/", "/a/c/d/"):
        store_page(a_rendering(path))
    disk.apply()
    disk.settle()
    synced: set[str] = set()
    fsync = store._fsync

    def watch(path: Path) -> None:
        synced.add(path.relative_to(disk.files.root).as_posix())
        fsync(path)

    monkeypatch.setattr(store, "_fsync", watch)
    store_page(a_rendering("/a/b/", b"" if status == 404 else BODY, status=status))
    disk.apply()
    disk.settle()
    assert "pages/a" in synced  # the folder b went with its files: its name is kept by the folder above


def test_a_disk_that_refuses_half_way_tells_readers_of_the_other_half(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/a/", "/b/", "/c/"):
        store_page(a_rendering(path))
    replace = Store._replace

    def refuse(self: Store, target: Any, *arguments: Any) -> Any:
        if "/c/" in target.as_posix():
            raise OSError(28, "full")
        return replace(self, target, *arguments)

    monkeypatch.setattr(Store, "_replace", refuse)
    counter = disk.counter.value()
    with pytest.raises(OSError, match="full"):
        disk.apply()
    assert disk.applied == 2
    assert disk.counter.value() > counter
    monkeypatch.setattr(Store, "_replace", replace)
    assert disk.apply() == 1


def test_a_polished_page_says_the_same_in_fewer_bytes(disk: Disk) -> None:
    store_page(a_rendering("/a/", b"".join(f"<p>{n * n} tonnes</p>".encode() for n in range(2000))))
    disk.apply()
    sizes = [disk.files.find("/a/", 200, encoding).stat().st_size for encoding in ENCODINGS]
    body = disk.files.read("/a/", 200, "br")
    Purge.objects.all().delete()

    assert polish_one()
    assert not polish_one()
    disk.apply()

    assert {disk.files.read("/a/", 200, encoding) for encoding in ENCODINGS} == {body}
    smaller = [disk.files.find("/a/", 200, encoding).stat().st_size for encoding in ENCODINGS]
    assert smaller[0] < sizes[0] and smaller[1] <= sizes[1]
    assert not Purge.objects.exists()


def test_several_disks_come_to_the_same_files(disk: Disk, settings: Any) -> None:
    other = Disk(Store(settings.STORE_ROOT.with_name("other")))
    for body in (BODY, BODY * 2, BODY * 3):
        store_page(a_rendering("/a/", body))
        disk.apply()
    store_page(a_rendering("/b/"))
    disk.apply()
    other.apply()

    def contents(of: Disk) -> dict[str, tuple[bytes, float]]:
        return {
            file.relative_to(of.files.root).as_posix(): (file.read_bytes(), file.stat().st_mtime)
            for _status, file in of.files.files()
        }

    assert contents(disk) == contents(other)


# --- hours


def test_a_page_that_expires_is_rendered_at_its_hour_without_anybody_changing_anything(settings: Any) -> None:
    a_newspaper()
    loop = Publisher(Disk(Store(settings.STORE_ROOT)))
    publish_until_idle(loop)
    StoredPage.objects.update(rendered_at=None)
    StoredPage.objects.filter(path="/").update(expires_at=timezone.now() - timedelta(seconds=1))
    StoredPage.objects.filter(path="/archives/").update(expires_at=timezone.now() + timedelta(hours=1))
    publish_until_idle(loop)
    assert list(StoredPage.objects.filter(rendered_at__isnull=False).values_list("path", flat=True)) == ["/"]


def scheduled(title: str, at: datetime) -> Article:
    article = an_article(title)
    article.unpublish()
    article.refresh_from_db()
    article.go_live_at = at
    article.save_revision(approved_go_live_at=at)
    return article


def test_what_was_due_while_everything_was_down_is_published_at_the_start_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_section()
    now = timezone.now()
    late, early = scheduled("Tard", now - timedelta(hours=1)), scheduled("Tôt", now - timedelta(hours=3))
    embargo = scheduled("Embargo", now + timedelta(hours=1))
    order: list[str] = []
    publish = schedule._publish

    def watch(revision: Any) -> bool:
        order.append(revision.content["title"])
        return publish(revision)

    monkeypatch.setattr(schedule, "_publish", watch)
    loop = background.make_publisher()
    publish_until_idle(loop)

    assert order == ["Tôt", "Tard"]
    for article in (early, late):
        assert loop.disk.files.find(article.address, 200, "br").exists()
    assert not loop.disk.files.find(embargo.address, 200, "br").exists()
    assert list(differences_from_rebuild(loop.disk)) == []


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(hours=-2), timedelta(days=-20_700)])
def test_a_clock_that_jumps_publishes_nothing_early_and_all_when_it_is_right_again(
    monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    a_section()
    wall, steady = [time.time()], [1000.0]
    monkeypatch.setattr(background, "Clock", lambda: Clock(lambda: wall[0], lambda: steady[0], lambda: False))
    monkeypatch.setattr(schedule.timezone, "now", lambda: datetime.fromtimestamp(wall[0], UTC))
    monkeypatch.setattr(publisher, "TICK_SECONDS", 0.0)
    embargo = scheduled("Embargo", timezone.now() + timedelta(hours=1))
    loop = background.make_publisher()
    steps = loop.steps()

    def turn(seconds: float) -> bool:
        wall[0] += seconds
        steady[0] += abs(seconds) if seconds < 4000 else 1.0
        while next(steps) is not Step.TICKED:
            pass
        return Article.objects.get(pk=embargo.pk).live

    assert not turn(1)
    wall[0] += jump.total_seconds()
    assert not turn(1)
    assert PublisherState.objects.get().clock_error
    wall[0] -= jump.total_seconds()
    assert not turn(1)
    assert not PublisherState.objects.get().clock_error
    assert turn(3600)
