"""The page cache of one web worker: what readers ask for now, in memory; bounded, and no older than the disk.

A page in memory is sent without a look at the disk for as long as the publisher's counter stands still, then its files
are looked at. The counter alone is not trusted for ever: somebody may have put another store in its place.
"""

import os
import stat
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from rotative.publishing.compress import ENCODINGS, compress, decompress
from rotative.publishing.serving.ready_page import ReadyPage
from rotative.publishing.store import FOLDERS, SUFFIXES, Counter, Store, can_hold, file_name, media_type

MOST_BYTES: Final = 32 * 1024 * 1024
MOST_PAGES: Final = 10_000
PAGE_OVERHEAD: Final = 2_500  # bytes that a page takes in memory besides its own
TRUSTED_SECONDS: Final = 10

Stamp = tuple[int, int, int]
Stamps = tuple[Stamp | None, ...]


class _Entry:
    """A page in memory, and what its files were when they were last looked at."""

    __slots__ = ("asked", "counter", "names", "page", "stamps", "trusted_until", "weight")

    def __init__(self, page: ReadyPage, names: list[str], stamps: Stamps) -> None:
        self.page = page
        self.names = names
        self.stamps = stamps
        self.weight = page.body_size + PAGE_OVERHEAD
        self.asked = False
        self.counter: int | None = None
        self.trusted_until = 0.0


class PageCache:
    """A cache that evicts by second chance (CLOCK). `recall` costs no look at the disk, `find` may."""

    def __init__(self, store: Store, *, most_bytes: int = MOST_BYTES, most_pages: int = MOST_PAGES) -> None:
        self._store = store
        self._root = str(store.root)
        self._most_bytes = most_bytes
        self._most_pages = most_pages
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._bytes = 0
        self._counter: Counter | None = None
        self._counter_inode = 0
        self._watch_counter()

    def __len__(self) -> int:
        return len(self._entries)

    def recall(self, path: str) -> ReadyPage | None:
        """Return the page at `path` when it is in memory and known to be what the disk has."""
        entry = self._entries.get(path)
        if (
            entry is not None
            and self._counter is not None
            and entry.counter == self._counter.value()
            and time.monotonic() < entry.trusted_until
        ):
            entry.asked = True
            return entry.page
        return None

    def find(self, path: str) -> ReadyPage | None:
        """Return the page at `path` from memory or disk, or None where none is stored."""
        return self._find(path, path, FOLDERS, None)

    def find_as(self, status: int, path: str, *, retry_after_seconds: int = 0) -> ReadyPage | None:
        """Return the page at `path` as one with another status: a stored page for bad days."""
        key = f"{status} {retry_after_seconds} {path}"  # no path begins like this
        return self.recall(key) or self._find(key, path, {status: FOLDERS[200]}, retry_after_seconds)

    def counter_value(self) -> int | None:
        """Return where the publisher's counter stands, or None when there is none."""
        return self._counter.value() if self._counter else None

    def _find(self, key: str, path: str, folders: Mapping[int, str], retry: int | None) -> ReadyPage | None:
        if not can_hold(path):
            return None
        self._watch_counter()
        # Read before the files are: a page that is stored meanwhile moves it again.
        counter = self.counter_value()
        entry = self._entries.get(key)
        if entry is None or _stamps(entry.names) != entry.stamps:
            entry = self._load(path, folders, retry or 0)
            self._keep(key, entry)
        if entry is None:
            return None
        entry.counter, entry.trusted_until = counter, time.monotonic() + TRUSTED_SECONDS
        entry.asked = True
        return entry.page

    def _load(self, path: str, folders: Mapping[int, str], retry_after_seconds: int) -> _Entry | None:
        for status, folder in folders.items():
            base = f"{self._root}/{folder}/{file_name(path)}"
            names = [base + SUFFIXES[encoding] for encoding in ENCODINGS]
            files = dict(zip(ENCODINGS, map(_read, names), strict=True))
            data = _agree(files)
            target = _target(data) if data and status == 301 else ""
            if data and (target or status != 301):
                page = ReadyPage(
                    data, status, media_type(path), location=target, retry_after_seconds=retry_after_seconds
                )
                return _Entry(page, names, tuple(stamp for _data, stamp in files.values()))
        return None

    def _keep(self, key: str, entry: _Entry | None) -> None:
        """Put a page into memory in place of what was there; evict those that nobody has asked for in a while."""
        with self._lock:
            former = self._entries.pop(key, None)
            if former is not None:
                self._bytes -= former.weight
            if entry is None or entry.weight > self._most_bytes // 8:
                return
            self._entries[key] = entry
            self._bytes += entry.weight
            while self._bytes > self._most_bytes or len(self._entries) > self._most_pages:
                oldest_key, oldest = self._entries.popitem(last=False)
                if oldest.asked and oldest is not entry:  # it gets a second chance
                    oldest.asked = False
                    self._entries[oldest_key] = oldest
                else:
                    self._bytes -= oldest.weight

    def _watch_counter(self) -> None:
        """Open the publisher's counter, anew when another file has taken its place."""
        try:
            inode = os.stat(f"{self._root}/counter").st_ino  # noqa: PTH116
        except OSError:
            inode = 0
        if self._counter is not None and inode == self._counter_inode:
            return
        self._counter = None
        try:
            self._counter = Counter(self._store.root)
            self._counter_inode = os.stat(f"{self._root}/counter").st_ino  # noqa: PTH116
        except OSError:
            self._counter = None  # no store, or one that may not be written: every page is looked at every time


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_mtime_ns, found.st_size, found.st_ino


def _stamps(names: list[str]) -> Stamps:
    """Return what tells the files from those that may take their place."""
    stamps: list[Stamp | None] = []
    for name in names:
        try:
            stamps.append(_stamp(os.stat(name)))  # noqa: PTH116 (half the time, at every change of the store)
        except OSError:
            stamps.append(None)
    return tuple(stamps)


def _read(name: str) -> tuple[bytes | None, Stamp | None]:
    """Return a file and its stamp, those of one and the same file."""
    try:
        with open(name, "rb", buffering=0) as file:  # noqa: PTH123
            found = os.fstat(file.fileno())
            return (file.read(), _stamp(found)) if stat.S_ISREG(found.st_mode) else (None, None)
    except OSError:
        return None, None


def _agree(files: Mapping[str, tuple[bytes | None, Stamp | None]]) -> dict[str, bytes]:
    """Return one page in every encoding, from files of which one may be older than the other, cut off, or missing.

    Encodings share a validator, so they must be of the same page: the newest. Of two that should be the same and are
    not, one is damaged; gzip carries a checksum, and Brotli none.
    """
    bodies: dict[str, bytes] = {}
    ages: dict[str, tuple[int, bool]] = {}
    for encoding, (data, stamp) in files.items():
        with suppress(ValueError):
            if data is not None and stamp is not None and (body := decompress(data, encoding)):
                bodies[encoding], ages[encoding] = body, (stamp[0], encoding == "gzip")
    if not bodies:
        return {}
    body = bodies[max(ages, key=ages.__getitem__)]
    return {
        encoding: files[encoding][0] or b"" if bodies.get(encoding) == body else compress(body, encoding)
        for encoding in ENCODINGS
    }


def _target(data: Mapping[str, bytes]) -> str:
    from rotative.publishing.redirects import target_of  # knows page types, hence models: not before Django is up

    encoding, content = next(iter(data.items()))
    try:
        return target_of(decompress(content, encoding))
    except ValueError:
        return ""
