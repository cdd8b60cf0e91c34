"""The page store: a folder of compressed files that any web server can hand out.

    store/
      pages/politique/x/index.html.br  .gz    what readers get with 200
      gone/politique/y/index.html.br   .gz    410: a page that was taken back
      moved/politics/x/index.html.br   .gz    301: a page that leads to where it stands now
      identity                                of which paper the pages are
      applied                                 the number up to which this disk has what the database has
      asking/                                 locks of web workers that render a page which is not stored yet
      counter                                 eight bytes in shared memory; they move when a page is stored

A path has its files in one of the three folders at most, and nothing else is there: the type of a page follows from its
path, its validator from its bytes. The rows of the database are the truth; a disk applies them by number, and may do so
again, so that a crash between two renames is mended by the next start.
"""

import hashlib
import mmap
import os
import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from rotative.publishing.compress import ENCODINGS, compress, decompress

FOLDERS: Final = {200: "pages", 410: "gone", 301: "moved"}
SUFFIXES: Final = {"br": ".br", "gzip": ".gz"}
SCRATCH: Final = ".new"  # no path ends like this: see STORABLE
# What a file system, nginx and a browser read alike. A step never begins with a dot, so it is no hidden file either.
STORABLE: Final = re.compile(r"/(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]{0,199}/)*(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]{0,199})?")
LONGEST_PATH: Final = 1000
RESERVED: Final = re.compile(r"(?:index\.html|\.br|\.gz|\.new)(?:/|\Z)")

MEDIA_TYPES: Final = {  # by the end of a path; rooms above add theirs
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".ico": "image/png",
}
HTML: Final = "text/html; charset=utf-8"


def can_hold(path: str) -> bool:
    """Tell whether a page at `path` can be a file: plain ASCII steps, none of them hidden or of absurd length."""
    return len(path) <= LONGEST_PATH and bool(STORABLE.fullmatch(path)) and not RESERVED.search(path)


def media_type(path: str) -> str:
    """Return the Content-Type of the page at `path`."""
    ending = max(filter(path.endswith, MEDIA_TYPES), key=len, default="")
    return MEDIA_TYPES.get(ending, HTML)


def file_name(path: str) -> str:
    """Return the name of the file of a page, below one of the folders and without the suffix of an encoding."""
    return path[1:] + "index.html" if path.endswith("/") else path[1:]


def digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


class Store:
    """The files of all pages below one folder. Only the publisher of the machine writes there."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self) -> None:
        """Make the folders."""
        for name in FOLDERS.values():
            (self.root / name).mkdir(parents=True, exist_ok=True)

    def is_empty(self) -> bool:
        """Tell whether no page was ever stored here."""
        return not self.applied()

    def holds_pages(self) -> bool:
        """Tell whether there is a file of any page."""
        return next(self.files(), None) is not None

    def identity(self) -> str:
        """Return the identity of the paper whose pages are here; empty where nobody has noted it."""
        try:
            return (self.root / "identity").read_text().strip()
        except (FileNotFoundError, ValueError):
            return ""

    def note_identity(self, identity: str) -> None:
        """Note of which paper the pages are."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.sync([self._replace(self.root / "identity", identity.encode(), None)])

    def find(self, path: str, status: int, encoding: str) -> Path:
        """Return where the file of a page is, or would be."""
        return self.root / FOLDERS[status] / (file_name(path) + SUFFIXES[encoding])

    def write(
        self, path: str, status: int, body: bytes, brotli: bytes, *, small: bool, modified_at: float
    ) -> list[Path]:
        """Put a page on the disk in every encoding; return the files that came or went, which `sync` makes durable.

        `brotli` is the page as the database has it. The time of the files is that of the store, on every machine the
        same: web servers make their validator of it.
        """
        written = []
        for encoding in ENCODINGS:
            data = brotli if encoding == "br" else compress(body, encoding, small=small)
            written.append(self._replace(self.find(path, status, encoding), data, modified_at))
        # Only now, so that there is no moment at which nothing stands there.
        return written + self._remove_others(path, status)

    def remove(self, path: str) -> list[Path]:
        """Take a page off the disk, whatever it answered; return its files, whose end `sync` makes durable."""
        return self._remove_others(path, None)

    def read(self, path: str, status: int, encoding: str) -> bytes:
        """Return a page as it is on the disk, decompressed. Raises OSError, and ValueError for an altered file."""
        return decompress(self.find(path, status, encoding).read_bytes(), encoding)

    def sync(self, files: list[Path]) -> None:
        """Wait until it is durable that the files are there, or that they are there no more."""
        for file in files:
            with suppress(FileNotFoundError):
                _fsync(file)
        for folder in {_standing(file.parent) for file in files}:
            _fsync(folder)

    def applied(self) -> int:
        """Return the number up to which every page is durable here; 0 for a new disk."""
        try:
            return int((self.root / "applied").read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def note_applied(self, number: int) -> None:
        """Note that every page up to `number` is durable here."""
        file = self._replace(self.root / "applied", str(number).encode(), None)
        self.sync([file])

    def files(self) -> Iterator[tuple[int, Path]]:
        """Yield (status, file) of every file in the three folders."""
        for status, name in FOLDERS.items():
            for folder, _folders, names in os.walk(self.root / name):
                for file in names:
                    yield status, Path(folder, file)

    def _replace(self, target: Path, data: bytes, modified_at: float | None) -> Path:
        """Write under a temporary name and rename: a reader opens the old file or the new one, never a part."""
        scratch = target.with_name(target.name + SCRATCH)
        try:
            file = scratch.open("wb")
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            file = scratch.open("wb")
        with file:
            file.write(data)
        if modified_at is not None:
            os.utime(scratch, (modified_at, modified_at))
        scratch.replace(target)
        return target

    def _remove_others(self, path: str, status: int | None) -> list[Path]:
        removed = []
        for other in FOLDERS:
            if other != status:
                for encoding in ENCODINGS:
                    file = self.find(path, other, encoding)
                    with suppress(FileNotFoundError, NotADirectoryError):
                        file.unlink()
                        removed.append(file)
                        self._prune(file.parent, self.root / FOLDERS[other])
        return removed

    def _prune(self, folder: Path, top: Path) -> None:
        """Remove folders that have become empty."""
        while folder != top:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def _standing(folder: Path) -> Path:
    """Return the folder, or the nearest above it that has not become empty and gone since."""
    return folder if folder.is_dir() else _standing(folder.parent)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Counter:
    """A generation counter in shared memory, of all processes of a machine; it moves when the store has changed.

    A web worker compares it before it trusts a page in its memory, which costs less than looking at the file.
    """

    _LAYOUT = struct.Struct("<Q")

    def __init__(self, root: Path) -> None:
        path = root / "counter"
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if os.fstat(handle).st_size < self._LAYOUT.size:
                os.write(handle, bytes(self._LAYOUT.size))  # real bytes: a hole could not be filled on a full disk
            self._memory = mmap.mmap(handle, self._LAYOUT.size)
        finally:
            os.close(handle)

    def value(self) -> int:
        return int(self._LAYOUT.unpack_from(self._memory)[0])

    def move(self) -> None:
        """Tell every process of this machine that the store has changed."""
        self._LAYOUT.pack_into(self._memory, 0, self.value() + 1)
