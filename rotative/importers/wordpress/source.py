"""A WordPress export as something to import from."""

import bz2
import gzip
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Final

from rotative.addresses import FEED, FEEDS, parts_of
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.filing.sources import Alias, Manners, NamedTerm, Source, SourceItem, or_refused
from rotative.importers.wordpress import terms
from rotative.importers.wordpress.items import Report, Skipped, read_item
from rotative.importers.wordpress.parsing import read_piece
from rotative.importers.wordpress.splitting import Piece, split
from rotative.importers.wordpress.surveying import nicename_of, survey, term_of
from rotative.importers.wordpress.terms import Becomes, Target

MOST_UNPACKED: Final = 20 * 1024**3
MOST_EXPANSION: Final = 200
READ_BYTES: Final = 1024 * 1024
_PACKED: Final = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open))
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")  # how UTF-16 begins


def open_file(path: Path) -> IO[bytes]:
    """Open an export for reading, unpacked. Raises SourceRefusedError for what is none."""
    if path.is_dir():
        raise SourceRefusedError(Reason.FOLDER)
    if not path.is_file():
        raise SourceRefusedError(Reason.MISSING)
    try:
        return _open(path)
    except OSError as error:
        raise SourceRefusedError(Reason.UNREADABLE, cause=error.strerror or str(error)) from None


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip():
        raise SourceRefusedError(Reason.EMPTY)
    for sign, unpack in _PACKED:
        if start.startswith(sign):
            with unpack(path) as packed:
                return _unpacked(packed, path.stat().st_size)
    return _recoded(path) if start.startswith(_WIDE) else path.open("rb")


def _unpacked(packed: gzip.GzipFile | bz2.BZ2File, packed_bytes: int) -> IO[bytes]:
    """Unpack into a file without a name, as far as it is an export rather than a bomb."""
    plain = tempfile.TemporaryFile()  # noqa: SIM115 (who opened the export closes it)
    try:
        while part := packed.read(READ_BYTES):
            plain.write(part)
            size = plain.tell()
            if size > MOST_UNPACKED or (size > 64 * READ_BYTES and size > MOST_EXPANSION * packed_bytes):
                raise SourceRefusedError(Reason.BOMB)
    except (EOFError, gzip.BadGzipFile):
        pass  # what came before the cut is read; the reading says that the end is missing
    except BaseException:
        plain.close()
        raise
    plain.seek(0)
    return plain


def _recoded(path: Path) -> IO[bytes]:
    plain = tempfile.TemporaryFile()  # noqa: SIM115
    with path.open(encoding="utf-16", errors="replace", newline="") as text:
        part = text.read(READ_BYTES).replace('encoding="UTF-16"', 'encoding="UTF-8"', 1)
        while part:
            plain.write(part.encode("utf-8", "replace"))
            part = text.read(READ_BYTES)
    plain.seek(0)
    return plain


class Export(Source):
    """An export, read through once when it is opened, so that what its items refer to is known."""

    manners = Manners(makes_authors=True, makes_editions=True)

    def __init__(self, path: Path, tell: Callable[[int, int], None] = lambda done, total: None) -> None:
        self._file = open_file(path)
        self._file.seek(0, 2)
        self.total = self._file.tell()
        try:
            self.site = survey(self._file, lambda at: tell(at, self.total))
            if not self.site.pieces:
                raise SourceRefusedError(Reason.NO_EXPORT)
        except BaseException:
            self._file.close()
            raise
        parts = parts_of(self.site.address)
        self.name = f"{parts.netloc}{parts.path}".strip("/")[:255] or path.name[:255]
        self.targets: dict[str, Target] = terms.guess(self.site.categories)

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def items(self, position: int) -> Iterator[SourceItem]:
        """Read the items from a position on."""
        for piece in split(self._file, position):
            read = self._item if piece.name == "item" else self._term_item
            yield or_refused(partial(read, piece), SourceItem(f"bytes:{piece.start}", piece.end))

    def _term_item(self, piece: Piece) -> SourceItem:
        """Read an author, a category, a tag or a term of another kind."""
        record = read_piece(piece, self.site.head)
        kind, slug, name = term_of(record)
        taxonomy = record.get("wp:term_taxonomy")
        key = f"{record.name}:{taxonomy or record.name.partition(':')[2]}:{slug}"[:300]
        term = self._term(kind, slug, record.get("wp:tag_description"))
        return SourceItem(key, piece.end, term=term, refusal="" if term else taxonomy or record.name, title=name)

    def _term(self, kind: str, slug: str, description: str) -> NamedTerm | None:
        if kind == "author" and (name := self.site.authors.get(slug)):
            return NamedTerm("author", (name,))
        if kind == "post_tag" and (name := self.site.tags.get(slug)):
            return NamedTerm("topic", (name,), description)
        target = self.targets.get(slug) if kind == "category" else None
        if target is None or target.becomes is Becomes.NOTHING:
            return None
        return NamedTerm(target.becomes.value, target.trail, self.site.categories[slug].description)

    def _item(self, piece: Piece) -> SourceItem:
        report: Report = {} if piece.is_whole else {"cut": True}
        if piece.is_too_long:
            return SourceItem(f"bytes:{piece.start}", piece.end, refusal=Skipped.TOO_LONG, report=report)
        return read_item(read_piece(piece, self.site.head), self.site, self.targets, piece.end, report)

    def aliases(self) -> Iterable[Alias]:
        """Lead from the lists of the old site to those of the paper."""
        base = parts_of(self.site.address).path.rstrip("/")
        for slug, target in self.targets.items():
            if target.becomes is not Becomes.NOTHING and slug:
                category = self.site.categories[slug]
                number, steps = category.number, [each.slug for each in terms.above(category, self.site.categories)]
                paths = [f"{base}/category/{'/'.join([*reversed(steps), slug])}/", f"{base}/category/{slug}/"]
                for path in dict.fromkeys([*paths, *([f"{base}/?cat={number}"] if number else [])]):
                    yield Alias(path, target.becomes.value, target.trail)
        for slug, name in self.site.tags.items():
            if slug:
                yield Alias(f"{base}/tag/{slug}/", "topic", (name,))
        for login, name in self.site.authors.items():
            yield Alias(f"{base}/author/{nicename_of(login)}/", "author", (name,))
        for number, login in self.site.author_numbers.items():
            yield Alias(f"{base}/?author={number}", "author", (self.site.authors[login],))
        yield Alias(f"{base}/feed/", "address", (f"{FEEDS}/{FEED}",))
        yield from self._files()

    def _files(self) -> Iterable[Alias]:
        """Lead from the page of an uploaded file to the story to which it was attached."""
        for number, attached in self.site.attachments.items():
            if attached.parent:
                yield Alias(f"/?attachment_id={number}", "page", (f"post:{attached.parent}", f"page:{attached.parent}"))
