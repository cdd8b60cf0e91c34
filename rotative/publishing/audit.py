"""A consistency audit: proof that no stored page is stale. Render it again, and compare."""

from collections.abc import Iterator
from dataclasses import dataclass

from rotative.publishing import page_types, render, store, tracking
from rotative.publishing.models import Dependency, Invalidation, StoredPage


@dataclass(frozen=True)
class Finding:
    """A page that is not what it would be if it were rendered now, and in what it differs."""

    path: str
    problem: str


def examine(page: StoredPage) -> Finding | None:
    """Compare one page, its edges and its stored bytes with what they would be now; None when nothing differs.

    A page that waits to be rendered is not wrong.
    """
    with tracking.batch_cache():  # as the publisher does; alone, a page may read the same thing twice
        rendering = render.render(page.path)
    problem = _difference(page, rendering)
    if problem is None or _is_waiting(page):
        return None
    return Finding(page.path, problem)


def _difference(page: StoredPage, rendering: render.Rendering) -> str | None:
    if page.status != rendering.document.status:
        return f"status {page.status}, now {rendering.document.status}"
    if page.digest != rendering.digest:
        return "bytes"
    keys = set(Dependency.objects.filter(page=page).values_list("key", flat=True))
    if keys != rendering.keys:
        return "edges: " + ", ".join(sorted(keys ^ rendering.keys)[:5])
    if page.status in store.FOLDERS and _stored_digest(page) != page.digest:
        return "stored bytes"
    return None


def _stored_digest(page: StoredPage) -> str:
    try:
        return store.digest_of(page.body.unpack())
    except (StoredPage.body.RelatedObjectDoesNotExist, ValueError):
        return ""


def _is_waiting(page: StoredPage) -> bool:
    """Tell whether the page is known to be stale, or something was touched that nobody has looked at yet."""
    fresh = StoredPage.objects.filter(pk=page.pk).first()
    if fresh is None or fresh.stale_at is not None or fresh.number != page.number:
        return True
    return Invalidation.objects.exists()


def unstored_paths() -> Iterator[str]:
    """Yield the paths that page types know, that can be stored, and that the store does not have."""
    for page_type in page_types.registered():
        for path in page_type.paths():
            if store.can_hold(path) and not StoredPage.objects.filter(path=path, number__isnull=False).exists():
                yield path
