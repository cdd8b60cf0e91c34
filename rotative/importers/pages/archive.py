"""HTML pages as something to import from: a folder, a WARC file, one page."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from rotative.addresses import parts_of
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.filing.sources import Hear, Manners, Source, SourceItem, or_refused
from rotative.importers.models import ImportJob
from rotative.importers.pages.page_files import PageFile, pages_of
from rotative.importers.pages.page_reader import read_page
from rotative.importers.story.stories import Story

_LOOKED_AT: Final = 30  # pages, to know whose they are


class Pages(Source):
    """Pages of an old site. Positions count them: the order in which they come is the same each time."""

    manners = Manners(makes_authors=False, makes_editions=False)

    def __init__(self, path: Path, tell: Callable[[int, int], None] = lambda done, total: None) -> None:
        if not path.exists():
            raise SourceRefusedError(Reason.MISSING)
        self.path = path
        self.total = sum(1 for _page in pages_of(path))
        if not self.total:
            raise SourceRefusedError(Reason.NO_PAGES)
        tell(self.total, self.total)
        self.name = self._site() or path.name[:255]

    def _site(self) -> str:
        """Return the host that most of the first pages name."""
        hosts: Counter[str] = Counter()
        for page in islice(pages_of(self.path), _LOOKED_AT):
            address = page.address or _item_of(page, 0).address
            if host := parts_of(address).netloc:
                hosts[host] += 1
        return hosts.most_common(1)[0][0] if hosts else ""

    def items(self, position: int) -> Iterator[SourceItem]:
        for number, page in enumerate(islice(pages_of(self.path), position, None), position + 1):
            yield _item_of(page, number)


def _item_of(page: PageFile, number: int) -> SourceItem:
    report = {"file": page.name}
    if page.fetched_at:
        report["fetched"] = page.fetched_at.astimezone(UTC).isoformat()
    nothing = SourceItem(_key(page.address or page.name), number, title=page.name, address=page.address, report=report)
    return or_refused(partial(_read, page, nothing), nothing)


def _read(page: PageFile, nothing: SourceItem) -> SourceItem:
    try:
        story = _story_of(page)
    except SourceRefusedError as refusal:
        return replace(nothing, refusal=refusal.reason)
    address = story.address or page.address
    read = replace(nothing, story=story, title=story.headline, story_digest=story.digest)
    return replace(read, key=_key(address or page.name), address=address)


def _story_of(page: PageFile) -> Story:
    if page.refusal is not None:
        raise page.refusal
    return read_page(page.data, page.address, page.content_type)


def _key(name: str) -> str:
    return f"page:{name}"[:300]


def open_pages(job: ImportJob, hear: Hear) -> Pages:
    """Open what a job reads. Raises SourceRefusedError."""
    return Pages(Path(job.source), hear)
