"""Folders and files that are there whole, or not at all."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from rotative.copies.errors import ExportError

BLOCK = 1024 * 1024
# What leaves has drafts in it, and readers' e-mail addresses.
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


@contextmanager
def said_in_a_sentence() -> Iterator[None]:
    """Turn what the disk refuses into an ExportError."""
    try:
        yield
    except OSError as error:
        where = error.filename or ""
        raise ExportError(
            _("“%(path)s” cannot be written: %(reason)s. Nothing that stood there before has changed.")
            % {"path": where, "reason": error.strerror or error}
        ) from error


@contextmanager
def new_folder(target: Path, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `target` at the end, and is removed when something fails.

    What a killed run left is removed by the next. Raises ExportError when something stands at `target` for which
    `is_ours` is false, or when another run is at work.
    """
    target = target.absolute()
    if target.is_symlink() or (target.exists() and not (target.is_dir() and (_is_empty(target) or is_ours(target)))):
        raise ExportError(
            _("“%(path)s” exists and is no export of Rotative. Name a folder that is not there yet.") % {"path": target}
        )
    scratch = target.with_name(f".{target.name}.new")
    with said_in_a_sentence():
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch.mkdir(exist_ok=True)
        scratch.chmod(PRIVATE_FOLDER)
        handle = os.open(scratch, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            _claim(handle, target)
            _clear(scratch)
            yield scratch
            os.sync()  # everything below is durable before it gets its name
            _take_place(scratch, target)
        except BaseException:
            with suppress(OSError):
                shutil.rmtree(scratch)
            raise
        finally:
            os.close(handle)


def _claim(handle: int, target: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ExportError(_("Another export to “%(path)s” is at work. Wait for its end.") % {"path": target}) from None


def _take_place(scratch: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    scratch.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


@contextmanager
def new_file(target: Path) -> Iterator[IO[bytes]]:
    """Yield a file that takes the name `target` at the end, and is removed when something fails."""
    scratch = target.with_name(f".{target.name}.new")
    with said_in_a_sentence():
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(target)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise


def copy(source: IO[bytes], target: Path) -> tuple[int, str]:
    """Copy an open file; return its size in bytes and its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while block := source.read(BLOCK):
            digest.update(block)
            size += len(block)
            file.write(block)
    return size, digest.hexdigest()


class Digesting:
    """A text stream into a file that knows its digest when it is closed."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("xb")
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, text: str) -> int:
        data = text.encode()
        self._digest.update(data)
        self.size += len(data)
        self._file.write(data)
        return len(text)

    def close(self) -> str:
        """Close the file and return its SHA-256."""
        self._file.close()
        return self._digest.hexdigest()
