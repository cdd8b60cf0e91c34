"""Persistence: results become rows in one transaction, then the local disk replays the rows from its cursor."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from rotative.publishing import compress, heartbeat, purge, store
from rotative.publishing.backoff import exponential_backoff
from rotative.publishing.models import Dependency, StoredBody, StoredPage
from rotative.publishing.render import Rendering
from rotative.publishing.store import Counter, Store

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
APPLIED_AT_ONCE = 64


@dataclass(frozen=True)
class Failure:
    """A page that could not be rendered, and the error in one line."""

    path: str
    error: str


Outcome = Rendering | Failure


def store_all(outcomes: Sequence[tuple[StoredPage, Outcome]], build: str) -> None:
    """Write bytes, edges, status and purges of the pages, together. Equal bytes change the edges alone."""
    with transaction.atomic():
        edges = _edges_of([page.pk for page, _outcome in outcomes])
        number = _last_number()
        changed = []
        for page, outcome in outcomes:
            if isinstance(outcome, Failure):
                _retry_later(page, outcome)
                continue
            if _differs(page, outcome):
                number += 1
                changed.append((page, outcome))
                page.number = number
            _settle(page, outcome, build)
            _set_edges(page, edges[page.pk], outcome.keys)
        _write_bodies(changed)
        purge.enqueue([page.path for page, _outcome in changed])


def _last_number() -> int:
    return StoredPage.objects.aggregate(last=Max("number"))["last"] or 0


def _edges_of(pages: Sequence[int]) -> dict[int, set[str]]:
    edges: dict[int, set[str]] = defaultdict(set)
    for page, key in Dependency.objects.filter(page__in=pages).values_list("page", "key"):
        edges[page].add(key)
    return edges


def _differs(page: StoredPage, rendering: Rendering) -> bool:
    return page.number is None or (page.digest, page.status) != (rendering.digest, rendering.document.status)


def _settle(page: StoredPage, rendering: Rendering, build: str) -> None:
    now = timezone.now()
    if _differs(page, rendering) or page.stored_at is None:
        page.stored_at = now
    page.kind, page.subject = rendering.kind, rendering.subject
    page.status, page.digest = rendering.document.status, rendering.digest
    page.rendered_at, page.build, page.expires_at = now, build, rendering.expires_at
    page.untracked, page.failures, page.error = rendering.untracked, 0, ""
    page.stale_at = page.retry_at = None
    page.save()


def _retry_later(page: StoredPage, failure: Failure) -> None:
    """Leave the page as it stands, and retry with backoff."""
    page.failures += 1
    page.error = failure.error
    page.retry_at = timezone.now() + exponential_backoff(FIRST_RETRY, LONGEST_RETRY, page.failures)
    page.save(update_fields=["failures", "error", "retry_at"])


def _set_edges(page: StoredPage, before: set[str], after: frozenset[str]) -> None:
    if lost := before - after:
        Dependency.objects.filter(page=page, key__in=lost).delete()
    if gained := after - before:
        Dependency.objects.bulk_create(Dependency(page=page, key=key) for key in sorted(gained))


def _write_bodies(changed: Sequence[tuple[StoredPage, Rendering]]) -> None:
    absent = [page.pk for page, rendering in changed if rendering.document.status not in store.FOLDERS]
    if absent:
        StoredBody.objects.filter(page__in=absent).delete()
    bodies = [
        StoredBody(page=page, brotli=compress.compress(rendering.document.body, "br"), is_polished=False)
        for page, rendering in changed
        if rendering.document.status in store.FOLDERS
    ]
    StoredBody.objects.bulk_create(
        bodies, update_conflicts=True, unique_fields=["page"], update_fields=["brotli", "is_polished"]
    )


def polish_one() -> bool:
    """Compress one page as small as it gets; tell whether there was one. Done when nothing else waits."""
    waiting = StoredBody.objects.filter(is_polished=False, page__stale_at__isnull=True).select_related("page")
    body = waiting.order_by("page__priority", "page").first()
    if body is None:
        return False
    small = compress.compress(body.unpack(), "br", small=True)
    with transaction.atomic():
        StoredPage.objects.filter(pk=body.page_id).update(number=_last_number() + 1)
        StoredBody.objects.filter(pk=body.pk).update(brotli=small, is_polished=True)
    return True


def _modified_at(page: StoredPage) -> float:
    """Return the time of a page's files: that of the store, on every machine the same.

    Web servers make their validator of its whole seconds and the length. Two versions of one second may have the same
    length, but never the same number.
    """
    stored_at = page.stored_at.timestamp() if page.stored_at else 0.0
    return float(int(stored_at) - (page.number or 0) % 60)


class Disk:
    """The replica on this machine's disk: it replays the rows by number, idempotently, from the cursor `applied`.

    Files are visible at once and durable later: `applied` on the disk never runs ahead of what is durable, so that a
    crash is mended by applying the rest again.
    """

    def __init__(self, files: Store) -> None:
        self.files = files
        files.prepare()
        self.counter = Counter(files.root)
        self.counter.move()  # web workers that outlived the last publisher look again
        self.applied = files.applied()
        self._unsynced: list[Path] = []

    def apply(self) -> int:
        """Write what is newer than this disk; return how many pages. Raises OSError when the disk refuses."""
        done = 0
        try:
            while pages := self._newer():
                heartbeat.note_progress()  # a new disk has all of them to write
                for page in pages:
                    self.put(page)
                    self.applied = page.number or self.applied
                    done += 1
        finally:
            if done:  # also of what was written before the disk refused the rest
                self.counter.move()
        return done

    def _newer(self) -> list[StoredPage]:
        newer = StoredPage.objects.filter(number__gt=self.applied).select_related("body")
        return list(newer.order_by("number")[:APPLIED_AT_ONCE])

    def put(self, page: StoredPage) -> None:
        """Make the files of one page what its row says."""
        body: StoredBody | None = getattr(page, "body", None)
        if body is None or page.status not in store.FOLDERS or page.stored_at is None:
            self._unsynced += self.files.remove(page.path)
            return
        self._unsynced += self.files.write(
            page.path,
            page.status,
            body.unpack(),
            bytes(body.brotli),
            small=body.is_polished,
            modified_at=_modified_at(page),
        )

    def settle(self) -> None:
        """Make everything durable that was applied. Raises OSError when the disk refuses."""
        if self._unsynced or self.applied > self.files.applied():
            self.files.sync(list(dict.fromkeys(self._unsynced)))
            self._unsynced.clear()
            self.files.note_applied(self.applied)

    @property
    def unsettled(self) -> int:
        """Return how many files are not known to be durable."""
        return len(self._unsynced)
