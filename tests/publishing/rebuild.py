"""What the store would be if it were made anew now, and in what it differs from what it is."""

from collections import defaultdict
from collections.abc import Iterator

from rotative.publishing import page_types, render, store, tracking
from rotative.publishing.compress import ENCODINGS
from rotative.publishing.models import Dependency, Invalidation, StoredPage
from rotative.publishing.storing import Disk


def differences_from_rebuild(disk: Disk) -> Iterator[str]:
    """Yield a line for everything that a full rebuild would make otherwise: a path, a status, a byte, an edge, a file.

    At a quiet point there is no such line.
    """
    yield from _unrest(disk)
    pages = {page.path: page for page in StoredPage.objects.order_by("path")}
    yield from _paths(pages)
    edges = defaultdict(set)
    for path, key in Dependency.objects.values_list("page__path", "key"):
        edges[path].add(key)
    with tracking.batch_cache():
        for path, page in pages.items():
            yield from _page(page, edges[path])
    yield from _files(disk, pages)


def _unrest(disk: Disk) -> Iterator[str]:
    for invalidation in Invalidation.objects.all():
        yield f"{invalidation} has not been drained"
    for page in StoredPage.objects.filter(stale_at__isnull=False):
        yield f"{page} is still stale: {page.error or page.cause}"
    numbers = StoredPage.objects.filter(number__isnull=False).order_by("-number").values_list("number", flat=True)
    if disk.applied != (numbers.first() or 0):
        yield f"the disk has applied {disk.applied}, but {numbers.first()} was stored"


def _paths(pages: dict[str, StoredPage]) -> Iterator[str]:
    wanted = {path for page_type in page_types.registered() for path in page_type.paths() if store.can_hold(path)}
    stored = {path for path, page in pages.items() if page.status == 200}
    yield from (f"{path} is missing" for path in sorted(wanted - stored))
    yield from (f"{path} is stored, but no page type names it" for path in sorted(stored - wanted))


def _page(page: StoredPage, keys: set[str]) -> Iterator[str]:
    now = render.render(page.path)
    if page.status != now.document.status:
        yield f"{page} answers {page.status}, and would answer {now.document.status}"
    if page.digest != now.digest:
        yield f"{page} has other bytes (last rendered because of: {page.cause})"
    if keys != now.keys:
        yield f"{page} lacks the edges {sorted(now.keys - keys)} and should not have {sorted(keys - now.keys)}"


def _files(disk: Disk, pages: dict[str, StoredPage]) -> Iterator[str]:
    strangers = {file for _status, file in disk.files.files()}
    for page in pages.values():
        if page.status not in store.FOLDERS:
            continue
        for encoding in ENCODINGS:
            strangers.discard(disk.files.find(page.path, page.status, encoding))
            try:
                body = disk.files.read(page.path, page.status, encoding)
            except (OSError, ValueError) as error:
                yield f"{page} cannot be read in {encoding}: {error}"
            else:
                if store.digest_of(body) != page.digest:
                    yield f"{page} has other bytes on the disk in {encoding}"
    yield from (f"{file} does not belong in the store" for file in sorted(strangers))
