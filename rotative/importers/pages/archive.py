"""HTML pages as something to import from: a folder, a WARC file, one page."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, Self

from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.filing.sources import Alias, Manners, SourceItem, or_refused
from rotative.importers.pages.page_files import PageFile, pages_of
from rotative.importers.pages.page_reader import read_page
from rotative.importers.story.old_addresses import parts_of
from rotative.importers.story.stories import Story
from rotative.importers.story.story_digest import story_digest

_LOOKED_AT: Final = 30  # pages, to know whose they are


class Pages:
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def _site(self) -> str:
        """Return the host that most of the first pages name."""
        hosts: Counter[str] = Counter()
        for source in islice(pages_of(self.path), _LOOKED_AT):
            address = source.address or _line(source, 0).address
            if host := parts_of(address).netloc:
                hosts[host] += 1
        return hosts.most_common(1)[0][0] if hosts else ""

    def items(self, position: int) -> Iterator[SourceItem]:
        for number, source in enumerate(islice(pages_of(self.path), position, None), position + 1):
            yield _line(source, number)

    def aliases(self) -> Iterable[Alias]:
        return ()


def _read(source: PageFile) -> Story | SourceRefusedError:
    if source.refusal is not None:
        return source.refusal
    try:
        return read_page(source.data, source.address, source.content_type)
    except SourceRefusedError as refusal:
        return refusal


def _line(source: PageFile, number: int) -> SourceItem:
    key = f"page:{source.address or source.name}"[:300]
    nothing = SourceItem(key, number, title=source.name, address=source.address, report={"file": source.name})
    return or_refused(partial(_item, source, number), nothing)


def _item(source: PageFile, number: int) -> SourceItem:
    read = _read(source)
    report = {"file": source.name}
    if source.fetched_at:
        report["fetched"] = source.fetched_at.astimezone(UTC).isoformat()
    if not isinstance(read, Story):
        key = f"page:{source.address or source.name}"[:300]
        return SourceItem(key, number, refusal=read.reason, title=source.name, address=source.address, report=report)
    address = read.address or source.address
    key = f"page:{address or source.name}"[:300]
    return SourceItem(
        key, number, read, title=read.headline, address=address, story_digest=story_digest(read), report=report
    )
