"""A static, signed export of the reader's site: opens from any web server or memory stick, provably authentic."""

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from rotative.copies.errors import ExportError
from rotative.copies.folders import said_in_a_sentence
from rotative.copies.format import is_safe
from rotative.exporters import verification
from rotative.exporters.mirror import signing
from rotative.exporters.mirror.links import Links
from rotative.exporters.mirror.pages import is_mirrored, mirrored
from rotative.publishing.store import FOLDERS, Store

SIGNED_FOR = timedelta(days=1)  # an unchanged mirror is signed again after that, to say that it is still the newest
SCRATCH = ".new"
CLOCK_SECONDS = 2  # the finest step of a memory stick's clock

Entry = dict[str, Any]  # path, size, sha256


@dataclass
class Mirror:
    """What a run did."""

    files: int = 0
    written: int = 0
    removed: int = 0
    number: int = 0
    fingerprint: str = ""


def make_mirror(folder: Path, base_url: str | None = None, key: Path | None = None) -> Mirror:
    """Make `folder` equal to the stored pages, and sign it. Raises ExportError.

    Reads files alone: it works while the database is down. A second run writes what has changed.
    """
    signer = signing.load_or_make_key(key or signing.key_file())
    store = Store(settings.STORE_ROOT)
    pages = dict(_stored(store))
    if not pages:
        raise ExportError(_("No page is stored yet. `rotative rebuild --all` makes them."))
    with _claimed(folder) as known:
        run = _Run(folder, {str(entry["path"]): entry for entry in known.get("files", [])})
        links = Links({path for path, status in pages.items() if is_mirrored(path, status)})
        for path in sorted(links.pages):
            body = _read(store, path, pages[path])
            if body is not None:
                run.put(_name(path), mirrored(path, pages[path], body, links, base_url))
        for name, source in sorted(links.assets.items()):
            run.copy(name, source)
        run.remove_others()
        return run.sign(signer, known)


def _stored(store: Store) -> Iterator[tuple[str, int]]:
    """Yield the path of each stored page, and what it answers."""
    for status, file in store.files():
        name = file.relative_to(store.root / FOLDERS[status]).as_posix()
        if name.endswith(".br"):
            name = name.removesuffix(".br")
            yield "/" + (name.removesuffix("index.html") if name.endswith("index.html") else name), status


def _read(store: Store, path: str, status: int) -> bytes | None:
    try:
        return store.read(path, status, "br")
    except (OSError, ValueError):  # taken down meanwhile, or damaged: the publisher puts it right
        return None


def _name(path: str) -> str:
    return path[1:] + "index.html" if path.endswith("/") else path[1:]


@contextmanager
def _claimed(folder: Path) -> Iterator[Entry]:
    """Hold the folder alone inside; yield what was signed in it last."""
    known = _last_manifest(folder)
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not known))):
        raise ExportError(
            _("“%(path)s” exists and is no mirror of a newspaper. Name a folder that is not there yet.")
            % {"path": folder}
        )
    with said_in_a_sentence():
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ExportError(
                    _("Another export to “%(path)s” is at work. Wait for its end.") % {"path": folder}
                ) from None
            # From now on this is a mirror, however early the run ends.
            if not known:
                _replace(folder / verification.MANIFEST, json.dumps({"format": verification.NAME}).encode())
            yield known
        finally:
            os.close(handle)


def _last_manifest(folder: Path) -> Entry:
    try:
        data = verification.read_regular(folder / verification.MANIFEST, verification.LONGEST_MANIFEST)
        manifest = json.loads(data)
    except (verification.NotReadableError, ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) and manifest.get("format") == verification.NAME else {}


class _Run:
    """One run over the folder: what belongs there, and what had to be written."""

    def __init__(self, folder: Path, known: dict[str, Entry]) -> None:
        self.folder = folder
        self.known = known
        self.entries: dict[str, Entry] = {}
        self.done = Mirror()
        self._checked: set[Path] = set()

    def put(self, name: str, data: bytes) -> None:
        """Let a file hold `data`."""
        target = self._place(name)
        digest = hashlib.sha256(data).hexdigest()
        if not _holds(target, data):
            _replace(target, data)
            self.done.written += 1
        self.entries[name] = {"path": name, "size": len(data), "sha256": digest}

    def copy(self, name: str, source: Path) -> None:
        """Let a file be a copy of `source`. Names of pictures stand for the same bytes for ever: size and time do."""
        target = self._place(name)
        status = source.stat()
        known = self.known.get(name)
        if known and _is_as_before(target, status, known):
            self.entries[name] = known
            return
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        scratch = target.with_name(f".{target.name}{SCRATCH}")
        shutil.copyfile(source, scratch)
        os.utime(scratch, (status.st_mtime, status.st_mtime))
        scratch.replace(target)
        self.done.written += 1
        self.entries[name] = {"path": name, "size": status.st_size, "sha256": digest}

    def remove_others(self) -> None:
        """Remove what an earlier run wrote, and the paper no longer has. What others put there stays."""
        for name, _is_plain in list(verification.walk(self.folder)):
            if name.endswith(SCRATCH) and name.rpartition("/")[2].startswith("."):
                (self.folder / name).unlink()  # left by a run that was killed
        for name in sorted(self.known.keys() - self.entries.keys()):
            if is_safe(name) and (self.folder / name).is_file():
                target = self._place(name)
                target.unlink()
                self.done.removed += 1
                _prune(target.parent, self.folder)

    def sign(self, signer: Any, known: Entry) -> Mirror:
        """Sign the list of files, unless it is signed already and says the same."""
        self.done.files = len(self.entries)
        self.done.fingerprint = verification.fingerprint_of(signer.public_key())
        files = [self.entries[name] for name in sorted(self.entries)]
        if self._is_signed(signer, known, files):
            self.done.number = known["number"]
            return self.done
        now = datetime.now(UTC)
        last = known.get("number", 0)
        self.done.number = max(int(last) + 1 if isinstance(last, int) else 0, int(time.time()))
        manifest = {
            "format": verification.NAME,
            "version": verification.VERSION,
            "number": self.done.number,
            "made_at": now.isoformat(timespec="seconds"),
            "site": settings.SITE_URL,
            "key": self.done.fingerprint,
            "files": files,
        }
        data = json.dumps(manifest, ensure_ascii=False, indent=0).encode() + b"\n"
        os.sync()  # what is signed is there
        _replace(self.folder / verification.PUBLIC_KEY, signing.public_pem(signer))
        _replace(self.folder / verification.SIGNATURE, signer.sign(data))
        _replace(self.folder / verification.MANIFEST, data)
        return self.done

    def _is_signed(self, signer: Any, known: Entry, files: list[Entry]) -> bool:
        if known.get("files") != files or known.get("site") != settings.SITE_URL:
            return False
        try:
            data = verification.read_regular(self.folder / verification.MANIFEST, verification.LONGEST_MANIFEST)
            signature = verification.read_regular(self.folder / verification.SIGNATURE, verification.LONGEST_KEY)
            public = verification.read_regular(self.folder / verification.PUBLIC_KEY, verification.LONGEST_KEY)
            age = datetime.now(UTC) - datetime.fromisoformat(known["made_at"])
        except (verification.NotReadableError, ValueError, KeyError, TypeError):
            return False
        is_ours = public == signing.public_pem(signer)
        return is_ours and verification.is_signed(signer.public_key(), signature, data) and age < SIGNED_FOR

    def _place(self, name: str) -> Path:
        """Return where a file belongs, and make its folder. Raises ExportError when a link leads out from there."""
        target = self.folder / name
        if target.parent not in self._checked:
            if target.parent.resolve() != self.folder.resolve() / Path(name).parent:
                raise ExportError(_("“%(path)s” is a link to somewhere else. Remove it.") % {"path": target.parent})
            target.parent.mkdir(parents=True, exist_ok=True)
            self._checked.add(target.parent)
        return target


def _holds(target: Path, data: bytes) -> bool:
    try:
        return not target.is_symlink() and target.stat().st_size == len(data) and target.read_bytes() == data
    except OSError:
        return False


def _is_as_before(target: Path, source: os.stat_result, known: Entry) -> bool:
    try:
        there = target.lstat()
    except OSError:
        return False
    is_same_time = abs(there.st_mtime - source.st_mtime) <= CLOCK_SECONDS
    return not target.is_symlink() and is_same_time and there.st_size == source.st_size == known.get("size")


def _replace(target: Path, data: bytes) -> None:
    scratch = target.with_name(f".{target.name}{SCRATCH}")
    scratch.write_bytes(data)
    scratch.replace(target)


def _prune(folder: Path, top: Path) -> None:
    while folder != top:
        with suppress(OSError):
            folder.rmdir()
            folder = folder.parent
            continue
        return
