"""Pictures of an old site: from a folder of uploads or from the internet, each once, developed anew.

A picture is looked for by its old address. What came in before is not fetched again; what is the same in bytes is one
picture. Nothing here fails an import: what is missing is listed with its address and the reason.
"""

import io
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from django.core.files.images import ImageFile
from django.db import transaction
from django.utils import timezone

from rotative.content.darkroom import Developed, UndevelopedError, develop
from rotative.content.models import Picture
from rotative.content.models.images import make_copies
from rotative.importers.fetching import FetchError, fetch
from rotative.importers.models import FetchedPicture, FetchState, ImportJob, Made
from rotative.importers.stories import PictureAt

TOGETHER: Final = 6  # requests at once: an old site is often a small machine
MOST_BYTES: Final = 25 * 1024 * 1024
LONGEST_ADDRESS: Final = 1000


@dataclass
class Found:
    """Which pictures are in, by their old addresses, and why the others are not."""

    numbers: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shelves:
    """Where pictures are looked for: in a copy of the old site's uploads, then at their address if `online`."""

    uploads: Path | None = None
    online: bool = True
    retries: bool = False  # those that were missing before
    allow_private: bool = False


def bring_in(job: ImportJob, wanted: Iterable[PictureAt], shelves: Shelves) -> Found:
    """Bring in the pictures of a batch, each in a transaction of its own; return which are there."""
    by_address = {picture.address: picture for picture in wanted}
    found = Found()
    for address in [one for one in by_address if len(one) > LONGEST_ADDRESS or "\0" in one]:
        del by_address[address]
        found.reasons[address] = "address"
    known = {row.address: row for row in FetchedPicture.objects.filter(address__in=by_address)}
    missing: list[PictureAt] = []
    for address, picture in by_address.items():
        row = known.get(address)
        if row is None or (row.state != FetchState.IN and shelves.retries):
            missing.append(picture)
        elif row.picture_id:
            found.numbers[address] = row.picture_id
        else:
            found.reasons[address] = row.reason or "deleted"
    if missing:
        _fetch_all(job, missing, shelves, found)
    return found


def _fetch_all(job: ImportJob, missing: Sequence[PictureAt], shelves: Shelves, found: Found) -> None:
    with ThreadPoolExecutor(TOGETHER) as pool:  # no thread touches the database
        fetched = pool.map(lambda picture: _look_for(picture.address, shelves), missing)
        for picture, (data, reason) in zip(missing, fetched, strict=True):
            row = _keep(job, picture, data, reason)
            if row.picture_id:
                found.numbers[picture.address] = row.picture_id
            else:
                found.reasons[picture.address] = row.reason


def _look_for(address: str, shelves: Shelves) -> tuple[bytes, str]:
    """Return the bytes of a picture, or why there are none."""
    if shelves.uploads and (data := _on_shelf(address, shelves.uploads)):
        return data, ""
    if not shelves.online or not address.startswith(("http://", "https://")):
        return b"", "not fetched"
    try:
        return fetch(address, most_bytes=MOST_BYTES, allow_private=shelves.allow_private).data, ""
    except FetchError as error:
        return b"", str(error)


def _on_shelf(address: str, uploads: Path) -> bytes:
    """Read a picture from a copy of the uploads: by its whole path, or by what follows `uploads/`."""
    path = unquote(urlsplit(address).path if "://" in address else address).lstrip("/")
    root = uploads.resolve()
    for part in (path, path.partition("/uploads/")[2] or path.partition("uploads/")[2]):
        if not part or "\0" in part:
            continue
        file = (root / part).resolve()
        if file.is_relative_to(root) and file.is_file() and file.stat().st_size <= MOST_BYTES:
            return file.read_bytes()
    return b""


def _keep(job: ImportJob, picture: PictureAt, data: bytes, reason: str) -> FetchedPicture:
    if not data:
        return _note(picture.address, FetchState.MISSING, reason or "empty")
    digest = sha256(data).hexdigest()
    same = FetchedPicture.objects.filter(digest=digest, picture__isnull=False).first()
    if same is not None:
        return _note(picture.address, FetchState.IN, "", digest, same.picture_id)
    try:
        developed = develop(io.BytesIO(data))
    except UndevelopedError as error:
        return _note(
            picture.address, FetchState.REFUSED, "too many pixels" if error.too_large else "no picture", digest
        )
    with transaction.atomic():
        made = _make(picture, developed)
        Made.objects.create(job=job, kind="picture", number=made.pk)
        return _note(picture.address, FetchState.IN, "", digest, made.pk)


def _make(picture: PictureAt, developed: Developed) -> Picture:
    name = unquote(urlsplit(picture.address).path.rpartition("/")[2])[-100:] or "image"
    title = (picture.description or picture.caption or name)[:255]
    file = ImageFile(io.BytesIO(developed.data), name=developed.rename(name))
    described = (picture.description or picture.caption)[:255]
    made = Picture.objects.create(title=title, file=file, description=described, credit=picture.credit[:200])
    make_copies([made])
    return made


def _note(address: str, state: FetchState, reason: str, digest: str = "", picture: int | None = None) -> FetchedPicture:
    row, _made = FetchedPicture.objects.update_or_create(
        address=address,
        defaults={
            "state": state,
            "reason": reason[:200],
            "digest": digest,
            "picture_id": picture,
            "tried_at": timezone.now(),
        },
    )
    return row
