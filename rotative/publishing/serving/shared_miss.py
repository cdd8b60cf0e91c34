"""A cache miss shared by processes: single flight between the web workers of a machine, by file locks.

One of them asks Django for a page that is not stored. A file in the store, locked by it, says for which path, and
afterwards what the answer was, so that those who waited need not ask. A process that is killed loses its lock.
"""

import fcntl
import json
import os
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rotative.publishing.compress import compress, decompress

FOLDER: Final = "asking"
LOCK_FILES: Final = 64
FRESH_SECONDS: Final = 1.0
LARGEST: Final = 1_000_000  # bytes of a page, compressed, that are handed to other processes


@dataclass(frozen=True)
class PlainResponse:
    """What Django answered for a path: everything that is the same for all readers, uncompressed."""

    status: int
    media_type: str
    location: str
    body: bytes


class SharedMiss:
    """The lock of one path, not held yet. `try_lock` says whether it is ours; `close` gives it back."""

    def __init__(self, root: Path, path: str) -> None:
        """Open the lock file. Raises OSError where there is no store or it cannot be written."""
        name = root / FOLDER / f"{zlib.crc32(path.encode('utf-8', 'surrogateescape')) % LOCK_FILES:02d}"
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._path = path
        try:
            self._file = os.open(name, flags, 0o640)
        except FileNotFoundError:
            name.parent.mkdir(exist_ok=True)  # but not the store itself
            self._file = os.open(name, flags, 0o640)

    def try_lock(self) -> bool:
        """Take the lock for our path, unless another process or thread has it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def is_of_another_path(self) -> bool:
        """Tell whether whoever holds the lock asks for another path: there is nothing to wait for then."""
        note, _body = self._read()
        return note.get("path", self._path) != self._path

    def announce(self) -> None:
        """Say for which path Django is asked. The lock must be ours."""
        self._write({"path": self._path}, b"")

    def share(self, response: PlainResponse) -> None:
        """Leave the response to those who wait. The lock must be ours."""
        body = compress(response.body, "br")
        if len(body) > LARGEST:
            return
        note = {"status": response.status, "type": response.media_type, "location": response.location}
        self._write({"path": self._path, "at": time.monotonic(), **note}, body)

    def find_response(self) -> PlainResponse | None:
        """Return what another process was answered a moment ago. The lock must be ours, so that nobody writes."""
        note, body = self._read()
        try:
            # The clock is the machine's: all its processes see the same.
            if note["path"] != self._path or not 0 <= time.monotonic() - note["at"] <= FRESH_SECONDS:
                return None
            return PlainResponse(int(note["status"]), str(note["type"]), str(note["location"]), decompress(body, "br"))
        except (KeyError, TypeError, ValueError):  # no answer yet, or cut off by a kill or a full disk
            return None

    def close(self) -> None:
        os.close(self._file)

    def _read(self) -> tuple[dict[str, Any], bytes]:
        try:
            line, _, body = os.pread(self._file, LARGEST + 10_000, 0).partition(b"\n")
            note = json.loads(line)
        except (OSError, ValueError):
            return {}, b""
        return (note, body) if isinstance(note, dict) else ({}, b"")

    def _write(self, note: dict[str, Any], body: bytes) -> None:
        data = json.dumps(note).encode() + b"\n" + body
        try:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, data, 0)
        except OSError:  # a full disk: the others ask for themselves
            return
