"""Data scrubbing: looks through the store for files that are cut off, altered, missing, or never ours."""

import logging
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from rotative.publishing import compress, store
from rotative.publishing.invalidation import invalidate
from rotative.publishing.keys import path_key
from rotative.publishing.models import StoredPage

if TYPE_CHECKING:
    from rotative.publishing.storing import Disk

logger = logging.getLogger(__name__)

PAGES_A_STEP = 250
FILES_A_STEP = 500
PAUSE_SECONDS = 20.0


class Scrubber:
    """A background scrub: goes through all pages, a step at a time when nothing else waits, then anew after a pause.

    A file whose inode has not been touched since it was last found good is taken as good: nobody sets that time by
    hand. All others are decompressed and compared with the digest in the database.
    """

    def __init__(self, disk: "Disk") -> None:
        self.disk = disk
        self.repaired = 0
        self._trusted_before = 0.0  # the beginning of the last complete pass
        self._next_pass_at = 0.0
        self._steps: Iterator[None] | None = None

    def step(self) -> bool:
        """Look at a few pages; return whether the pass goes on. Raises OSError when the disk refuses a repair."""
        if self._steps is None:
            if time.monotonic() < self._next_pass_at:
                return False
            self._steps = self._pass()
        try:
            next(self._steps)
        except StopIteration:
            self._steps = None
            self._next_pass_at = time.monotonic() + PAUSE_SECONDS
            return False
        except OSError:
            self._steps = None
            raise
        return True

    def _pass(self) -> Iterator[None]:
        started = time.time()
        last = 0
        while pages := self._pages_after(last):
            for page in pages:
                self._check(page)
            last = pages[-1].pk
            yield
        files = self.disk.files.files()
        while some := list(islice(files, FILES_A_STEP)):
            self._remove_strangers(some)
            yield
        self._trusted_before = started

    def _pages_after(self, last: int) -> list[StoredPage]:
        pages = StoredPage.objects.filter(pk__gt=last, number__lte=self.disk.applied, status__in=store.FOLDERS)
        return list(pages.order_by("pk")[:PAGES_A_STEP])

    def _check(self, page: StoredPage) -> None:
        if all(self._is_good(page, encoding) for encoding in compress.ENCODINGS):
            return
        # It may have been stored again since it was read: the row of now says what belongs there.
        fresh = StoredPage.objects.select_related("body").filter(pk=page.pk).first()
        if fresh is None or fresh.number != page.number:
            return
        logger.warning("%s was altered or lost in the store; it is written again.", page.path)
        self.repaired += 1
        self._repair(fresh)

    def _is_good(self, page: StoredPage, encoding: str) -> bool:
        file = self.disk.files.find(page.path, page.status or 0, encoding)
        try:
            if file.stat().st_ctime < self._trusted_before:
                return True
            return store.digest_of(compress.decompress(file.read_bytes(), encoding)) == page.digest
        except (OSError, ValueError):
            return False

    def _repair(self, page: StoredPage) -> None:
        try:
            body = page.body.unpack()
        except (StoredPage.body.RelatedObjectDoesNotExist, ValueError):
            body = b""
        if store.digest_of(body) == page.digest:
            self.disk.put(page)
            self.disk.counter.move()
            return
        # The database's own copy is damaged: only rendering helps.
        with transaction.atomic():
            StoredPage.objects.filter(pk=page.pk).update(digest="", stale_at=timezone.now())
            invalidate(path_key(page.path), cause="damaged")

    def _remove_strangers(self, files: list[tuple[int, Path]]) -> None:
        """Remove files that no row accounts for: scratch files of a crash, or pages that somebody else put there."""
        places = {
            file: (status, _path_of(file, self.disk.files.root / store.FOLDERS[status])) for status, file in files
        }
        paths = [path for _status, path in places.values() if path]
        known = set(StoredPage.objects.filter(path__in=paths).values_list("status", "path"))
        for stranger in (file for file, place in places.items() if place not in known):
            logger.warning("%s does not belong in the store; it is removed.", stranger)
            stranger.unlink(missing_ok=True)
            self.repaired += 1
            self.disk.counter.move()


def _path_of(file: Path, folder: Path) -> str | None:
    """Return the path of the page that a file belongs to, or None for a file that is none of ours."""
    name = "/" + file.relative_to(folder).as_posix()
    for suffix in store.SUFFIXES.values():
        if name.endswith(suffix):
            path = name.removesuffix(suffix)
            path = path.removesuffix("index.html") if path.endswith("/index.html") else path
            return path if store.can_hold(path) else None
    return None
