"""Where pages come from: a folder of HTML files, or a WARC file of a crawler. One page at a time, memory flat."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final

import brotli
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.bufferedreaders import ChunkedDataReader  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.pages.decoding import MAX_BYTES
from rotative.importers.story.files import files_below, read_file

SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})
HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
MOST_EXPANSION: Final = 200  # times the bytes that a record has in the file
_MEASURED_FROM: Final = 1024 * 1024  # smaller records may expand as they like
_PIECE: Final = 64 * 1024
_ENCODINGS: Final = frozenset({"identity", "gzip", "x-gzip", "deflate", "br"})
_MOST_DIGESTS: Final = 2_000_000  # of 16 bytes


@dataclass(frozen=True)
class PageFile:
    """One page, or the reason why there is none. `fetched_at` is when a crawler fetched it, in UTC."""

    name: str
    address: str = ""
    fetched_at: datetime | None = None
    content_type: str = ""
    data: bytes = b""
    refusal: SourceRefusedError | None = None


def pages_of(path: Path) -> Iterator[PageFile]:
    """Yield the pages of a folder, of a WARC file, or the one page that a file is."""
    if path.is_dir():
        yield from (_read_file(file, file.relative_to(path).as_posix()) for file in files_below(path, SUFFIXES))
    elif path.name.lower().endswith((".warc", ".warc.gz")):
        yield from pages_of_warc(path)
    else:
        yield _read_file(path, path.name)


def _read_file(path: Path, name: str) -> PageFile:
    try:
        return PageFile(name, data=read_file(path, MAX_BYTES))
    except SourceRefusedError as refusal:
        return PageFile(name, refusal=refusal)


# --- a WARC file


def pages_of_warc(path: Path) -> Iterator[PageFile]:
    """Yield the HTML pages that a crawler fetched: responses with the status 200, each content once for its address.

    What was not fetched again because it had not changed (a revisit) is passed over. A file that is cut off or broken
    ends with a Source that says so; what stands before the break is yielded.
    """
    seen: set[bytes] = set()
    is_cut = False
    try:
        with path.open("rb") as file:
            for number, record in enumerate(ArchiveIterator(file), start=1):
                page = _read_record(record, number, path, file) if record.rec_type == "response" else None
                if page is not None and not _is_known(page, seen):
                    yield page
                is_cut = _is_cut(record)
        if is_cut:
            raise EOFError("unexpected end of file")
    except OSError as error:
        yield PageFile(path.name, refusal=_unreadable(error.strerror or str(error)))
    except (ArchiveLoadFailed, EOFError, zlib.error, ValueError, AttributeError) as error:
        yield PageFile(path.name, refusal=_unreadable(str(error)))


def _is_known(page: PageFile, seen: set[bytes]) -> bool:
    """Say whether the same content was read for the same address before."""
    digest = sha256(page.address.encode("utf-8", "replace") + b"\0" + page.data).digest()[:16]
    if page.refusal is None and digest in seen:
        return True
    if len(seen) < _MOST_DIGESTS:
        seen.add(digest)
    return False


def _is_cut(record: Any) -> bool:
    """Say whether the file ends before the record does."""
    while record.raw_stream.read(_PIECE):
        pass
    return bool(getattr(record.raw_stream, "limit", 0) > 0)


def _read_record(record: Any, number: int, path: Path, file: IO[bytes]) -> PageFile | None:
    """Return the page in a response, or None when it is no page."""
    http = record.http_headers
    if http is None or http.get_statuscode() != "200":
        return None
    content_type = http.get_header("Content-Type") or ""
    if content_type.partition(";")[0].strip().lower() not in HTML_TYPES:
        return None
    address = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
    fetched_at = _moment(record.rec_headers.get_header("WARC-Date"))
    page = PageFile(f"{path.name}#{number}", address, fetched_at, content_type)
    try:
        return replace(page, data=_read_bounded(record, file))
    except SourceRefusedError as refusal:
        return replace(page, refusal=refusal)
    except Exception as error:  # whatever a decoder raises: this record is broken, the next may not be
        return replace(page, refusal=_unreadable(str(error)))


def _read_bounded(record: Any, file: IO[bytes]) -> bytes:
    """Read a page piece by piece, and stop when it is too large or swells out of all measure."""
    began = file.tell()
    pieces: list[bytes] = []
    size = 0
    for piece in _unpacked(record):
        size += len(piece)
        pieces.append(piece)
        if size > MAX_BYTES:
            raise _too_large()
        if size > _MEASURED_FROM and size > MOST_EXPANSION * max(file.tell() - began + _PIECE, _PIECE):
            raise _too_large()
    return b"".join(pieces)


def _unpacked(record: Any) -> Iterator[bytes]:
    """Yield what a record holds, unpacked as its headers say. warcio knows no Brotli that stops in time."""
    headers = record.http_headers
    encoding = (headers.get_header("Content-Encoding") or "identity").strip().lower()
    if encoding != "br":
        if encoding not in _ENCODINGS:
            raise _unreadable(f"Content-Encoding: {encoding[:40]}")
        stream = record.content_stream()
        while piece := stream.read(_PIECE):
            yield piece
        return
    is_chunked = (headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked"
    stream = ChunkedDataReader(record.raw_stream) if is_chunked else record.raw_stream
    unpack = brotli.Decompressor()
    while packed := stream.read(_PIECE):
        yield unpack.process(packed, output_buffer_limit=_PIECE)
        while not unpack.can_accept_more_data():
            yield unpack.process(b"", output_buffer_limit=_PIECE)
    if not unpack.is_finished():
        raise EOFError("unexpected end of a Brotli stream")


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _unreadable(cause: str) -> SourceRefusedError:
    return SourceRefusedError(Reason.UNREADABLE, cause=cause[:200])


def _too_large() -> SourceRefusedError:
    return SourceRefusedError(Reason.TOO_LARGE, megabytes=MAX_BYTES // (1024 * 1024))
