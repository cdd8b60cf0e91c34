"""Metrics of the engine, for `rotative doctor`, Prometheus and the newsroom; and the propagation of one change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, QuerySet, Sum
from django.utils import timezone

from rotative.publishing.models import Dependency, Invalidation, Priority, PublisherState, Purge, StoredPage
from rotative.publishing.store import can_hold

# The publisher says every five seconds that it is alive.
ALIVE_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True)
class Report:
    """The state of the engine at one moment. Ages are in seconds; zero when nothing waits."""

    pages: int
    edges: int
    stale: int
    invalidations: int
    oldest_invalidation_seconds: float
    oldest_hot_seconds: float
    failing: int
    untracked: int
    purges: int
    is_alive: bool
    disk_error: str
    clock_error: str


def report() -> Report:
    """Measure the state of the engine; a few counts, each by an index or over one table."""
    stale = StoredPage.objects.filter(stale_at__isnull=False)
    hot = stale.filter(priority__lte=Priority.HOT, failures=0)
    state = PublisherState.objects.filter(pk=1).first() or PublisherState()
    return Report(
        pages=StoredPage.objects.filter(number__isnull=False).count(),
        edges=Dependency.objects.count(),
        stale=stale.count(),
        invalidations=Invalidation.objects.due().count(),
        oldest_invalidation_seconds=_age(Invalidation.objects.due().aggregate(oldest=Min("created_at"))["oldest"]),
        oldest_hot_seconds=_age(hot.aggregate(oldest=Min("stale_at"))["oldest"]),
        failing=StoredPage.objects.filter(failures__gt=0).count(),
        untracked=StoredPage.objects.aggregate(total=Sum("untracked"))["total"] or 0,
        purges=Purge.objects.count(),
        is_alive=is_alive(state),
        disk_error=state.disk_error,
        clock_error=state.clock_error,
    )


def is_alive(state: PublisherState | None = None) -> bool:
    """Tell whether a publisher has said lately that it is at work."""
    state = state or PublisherState.objects.filter(pk=1).first()
    return bool(state and state.seen_at and timezone.now() - state.seen_at < ALIVE_WITHIN)


def _age(moment: datetime | None) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds()) if moment else 0.0


@dataclass(frozen=True)
class Propagation:
    """The propagation of a change: how far it has come on its way to readers."""

    waiting: int  # pages that do not show it yet
    following: int  # pages of the archive that come after those
    failing: list[StoredPage]
    seconds: float  # from the change to the last page that shows it, or to now
    disk_error: str
    is_alive: bool

    @property
    def is_online(self) -> bool:
        return not self.waiting and not self.failing and not self.disk_error


def propagation(path: str, keys: Sequence[str], changed_at: datetime) -> Propagation:
    """Follow a change made at `changed_at`: to the page at `path`, and to all pages that read one of `keys`.

    The keys name the thing, its path, and the lists it stands in: what has just come to a list is on none of its pages.
    `seconds` grows when those pages are stored again for another reason: it is right while somebody waits for it.
    """
    # Before the pages: what is drained in between has marked them by then.
    pending = Invalidation.objects.filter(key__in=keys).count()
    shown = StoredPage.reading(keys)
    stale = shown.filter(stale_at__isnull=False)
    # What is about to be tried again has not failed yet.
    refused = stale.filter(failures__gt=0, retry_at__isnull=False)
    on_their_way = stale.exclude(pk__in=refused.values("pk"))
    is_stored = not can_hold(path) or StoredPage.objects.filter(path=path, number__isnull=False).exists()
    waiting = on_their_way.filter(priority__lte=Priority.WARM).count() + pending + (not is_stored)
    state = PublisherState.objects.filter(pk=1).first() or PublisherState()
    until = timezone.now() if waiting else _shown_since(shown, changed_at)
    return Propagation(
        waiting=waiting,
        following=on_their_way.filter(priority__gt=Priority.WARM).count(),
        failing=[] if pending else list(refused.order_by("priority", "pk")[:5]),
        seconds=max(0.0, (until - changed_at).total_seconds()),
        disk_error=state.disk_error,
        is_alive=is_alive(state),
    )


def _shown_since(shown: QuerySet[StoredPage], changed_at: datetime) -> datetime:
    """Return when the last of the pages was stored after the change; when no byte differs, when one was rendered."""
    near = shown.filter(priority__lte=Priority.WARM)
    last = near.filter(stored_at__gte=changed_at).aggregate(last=Max("stored_at"))["last"]
    first = shown.filter(rendered_at__gte=changed_at).aggregate(first=Min("rendered_at"))["first"]
    return last or first or changed_at


def keys_of(path: str) -> list[str]:
    """Return the dependencies of the page at `path`: the keys of everything that it was made of."""
    return list(Dependency.objects.filter(page__path=path).order_by("key").values_list("key", flat=True))


def readers_of(key: str) -> list[StoredPage]:
    """Return the dependents of `key`: the pages that a change of it renders again."""
    return list(StoredPage.reading([key]).order_by("path"))
