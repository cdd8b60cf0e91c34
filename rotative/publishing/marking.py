"""The invalidation queue and the render queue: what was touched marks pages stale, in the transaction of the drain."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from rotative.publishing import page_types, store
from rotative.publishing.keys import EVERYTHING, path_of
from rotative.publishing.models import Invalidation, Priority, StoredPage

T = TypeVar("T")

CHUNK = 500  # keys or rows in one statement
MOST_DRAINED = 50_000  # in one transaction; the rest follows in the next, before anything is rendered
# One change that touches more pages of a kind than this puts them behind everything else.
BULK = 60


def drain() -> int:
    """Consume the invalidation queue: mark the pages that read what was touched; return how many rows were taken.

    Called by the publisher alone, while nothing is being rendered: no mark meets an edge that is about to change.
    """
    taken = 0
    while _peek():
        with transaction.atomic():
            rows = list(Invalidation.objects.due().order_by("pk")[:MOST_DRAINED])
            mark(rows)
            for chunk in chunks([row.pk for row in rows], CHUNK):
                Invalidation.objects.filter(pk__in=chunk).delete()
        taken += len(rows)
    return taken


def _peek() -> bool:
    # Before the transaction: with SQLite it takes the lock that writers wait for.
    return Invalidation.objects.due().exists()


def mark(rows: Sequence[Invalidation]) -> None:
    """Mark every page that read one of the keys as stale, and make rows for paths that may have come into being."""
    by_cause: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for row in rows:
        by_cause[row.cause, row.urgent].add(row.key)
    now = timezone.now()
    for (cause, urgent), keys in by_cause.items():
        if EVERYTHING in keys:
            mark_everything(cause, now)
            keys = keys - {EVERYTHING}
        _mark_readers(keys, cause, urgent, now)
        _add_announced(keys, cause, urgent, now)


def _mark_readers(keys: set[str], cause: str, urgent: bool, now: datetime) -> None:
    pages: dict[int, StoredPage] = {}
    for some in chunks(sorted(keys), CHUNK):
        readers = StoredPage.reading(some)
        for page in readers.only("kind", "subject", "stale_at", "priority"):
            pages[page.pk] = page
    by_kind: dict[tuple[str, bool], list[StoredPage]] = defaultdict(list)
    for page in pages.values():
        by_kind[page.kind, page.subject in keys].append(page)
    for (kind, is_about_it), touched in by_kind.items():
        priority = _priority(kind, len(touched), urgent)
        if is_about_it:
            priority = min(priority, Priority.HOT) if len(touched) <= BULK else priority
        fresh = [page.pk for page in touched if page.stale_at is None]
        raised = [page.pk for page in touched if page.stale_at is not None and page.priority > priority]
        for part in chunks(fresh, CHUNK):
            StoredPage.objects.filter(pk__in=part).update(
                stale_at=now, priority=priority, cause=cause, retry_at=None, failures=0
            )
        for part in chunks(raised, CHUNK):
            StoredPage.objects.filter(pk__in=part).update(priority=priority, cause=cause)
        # What was touched may be what made it fail.
        failing = [page.pk for page in touched if page.stale_at is not None]
        for part in chunks(failing, CHUNK):
            StoredPage.objects.filter(pk__in=part, retry_at__isnull=False).update(retry_at=None)


def _priority(kind: str, touched: int, urgent: bool) -> Priority:
    if urgent:
        return Priority.URGENT
    return Priority.BULK if touched > BULK else page_types.priority_of(kind)


def _add_announced(keys: set[str], cause: str, urgent: bool, now: datetime) -> None:
    """Make rows for the paths that the keys name, or that page types say may have come into being with them."""
    named = [path for path in map(path_of, keys) if path]
    announced = (
        path for page_type in page_types.registered() for key in sorted(keys) for path in page_type.announced_by(key)
    )
    rows = (_row(path, len(named), urgent) for path in dict.fromkeys([*sorted(named), *announced]))
    add_rows(rows, cause, now)


def _row(path: str, touched: int, urgent: bool) -> StoredPage:
    kind = next((found.page_type.kind for found in page_types.match(path)), "")
    return StoredPage(path=path, kind=kind, priority=_priority(kind, touched, urgent))


def add_rows(rows: Iterable[StoredPage], cause: str, now: datetime) -> None:
    """Insert the rows whose path can be stored and has none yet; they are stale, and have no bytes."""
    for chunk in chunks(rows, CHUNK):
        wanted = {row.path: row for row in chunk if store.can_hold(row.path)}
        there = set(StoredPage.objects.filter(path__in=wanted).values_list("path", flat=True))
        for row in wanted.values():
            row.stale_at, row.cause = now, cause
        StoredPage.objects.bulk_create(row for path, row in wanted.items() if path not in there)


def mark_everything(cause: str, now: datetime) -> None:
    """Mark every page that there is, and make rows for those that are missing."""
    _mark_kinds(StoredPage.objects.all(), cause, now)
    add_missing(cause, now)


def add_missing(cause: str, now: datetime) -> None:
    """Make rows for the pages that page types know and the store does not."""
    for page_type in page_types.registered():
        rows = (
            StoredPage(path=path, kind=page_type.kind, priority=_priority(page_type.kind, count, urgent=False))
            for count, path in enumerate(page_type.paths())
        )
        add_rows(rows, cause, now)


def mark_other_builds(build: str) -> None:
    """Mark what another version of the program, of the templates or of the settings has rendered."""
    now = timezone.now()
    with transaction.atomic():
        is_new = not StoredPage.objects.filter(build=build).exists()
        _mark_kinds(StoredPage.objects.exclude(build=build), "build", now)
        if is_new:  # which may have kinds of pages that the last one had not
            add_missing("build", now)


def mark_expired() -> None:
    """Mark the pages that are another from this moment on, without anybody having changed anything."""
    now = timezone.now()
    expired = StoredPage.objects.filter(expires_at__lte=now, stale_at__isnull=True)
    if expired.exists():
        _mark_kinds(expired, "expired", now)


def _mark_kinds(pages: QuerySet[StoredPage], cause: str, now: datetime) -> None:
    fresh = pages.filter(stale_at__isnull=True)
    counted = fresh.values("kind").order_by("kind").annotate(count=Count("pk"))
    for kind, count in list(counted.values_list("kind", "count")):
        priority = _priority(kind, count, urgent=False)
        fresh.filter(kind=kind).update(stale_at=now, priority=priority, cause=cause, retry_at=None, failures=0)


def next_stale(limit: int) -> list[StoredPage]:
    """Return the head of the render queue: the most urgent first, then those that have waited longest."""
    now = timezone.now()
    stale = StoredPage.objects.filter(stale_at__isnull=False).exclude(retry_at__gt=now)
    return list(stale.order_by(F("priority"), F("stale_at"), F("pk"))[:limit])


def count_stale() -> int:
    """Return the length of the render queue; pages that have failed and wait for a retry do not count."""
    return StoredPage.objects.filter(stale_at__isnull=False).exclude(retry_at__gt=timezone.now()).count()


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most `size` items."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
