"""Download media of an old site, from a copy of its uploads or the internet, each once; pictures are developed anew.

A file is looked for by its old address. What came in before is not fetched again; what is the same in bytes is one
file. Nothing here fails an import: what is missing is listed with its address and the reason. Where a file stood leads
to where it stands now: links in old stories and on other sites go on.
"""

import io
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from rotative.addresses import parts_of
from rotative.content import actions
from rotative.content.darkroom import Developed, UndevelopedError, develop
from rotative.content.forms import MOST_MEDIA_BYTES, SIGNATURES, is_of_kind
from rotative.content.models import MediaFile, Picture
from rotative.content.models.images import WIDTHS, copy_spec
from rotative.fetching import MOST_SECONDS, FetchError, fetch
from rotative.importers.filing.redirects import add_redirect
from rotative.importers.models import FetchedFile, FetchState, ImportJob, Made
from rotative.importers.story.old_addresses import is_of
from rotative.importers.story.stories import FileAt, KnownFiles, PictureAt
from rotative.publishing.writing import writing

TOGETHER: Final = 6  # requests at once: an old site is often a small machine
MOST_BYTES: Final = 25 * 1024 * 1024
MOST_MEDIA_SECONDS: Final = 600.0
LONGEST_ADDRESS: Final = 1000

Wanted = PictureAt | FileAt


@dataclass(frozen=True)
class Shelves:
    """Where files are looked for: in a copy of the old site's uploads, then at their address if `online`."""

    uploads: Path | None = None
    online: bool = True
    retries: bool = False  # those that were missing before
    allow_private: bool = False


def bring_in(job: ImportJob, wanted: Iterable[Wanted], shelves: Shelves) -> KnownFiles:
    """Bring in the files of a batch, each in a transaction of its own; return which are there."""
    by_address: dict[str, Wanted] = {}
    for one in wanted:
        before = by_address.setdefault(one.address, one)
        if isinstance(one, PictureAt) and isinstance(before, PictureAt) and one.description and not before.description:
            by_address[one.address] = one  # some uses of a picture say what it shows, others do not
    known_files = KnownFiles()
    for address in [one for one in by_address if len(one) > LONGEST_ADDRESS or "\0" in one]:
        del by_address[address]
        known_files.reasons[address] = "address"
    known = {row.address: row for row in FetchedFile.objects.filter(address__in=by_address).select_related("picture")}
    missing: list[Wanted] = []
    for address, one in by_address.items():
        row = known.get(address)
        if row is None or (row.state != FetchState.IN and shelves.retries):
            missing.append(one)
        else:
            _tell(known_files, row)
    _fetch_all(job, [one for one in missing if isinstance(one, PictureAt)], shelves, known_files)
    for one in missing:
        if isinstance(one, FileAt):  # one at a time: a film fills the memory of a small machine
            _fetch_all(job, [one], shelves, known_files)
    return known_files


def _tell(known_files: KnownFiles, row: FetchedFile) -> None:
    if row.picture:
        known_files.pictures[row.address] = row.picture.pk
        known_files.descriptions[row.address] = row.picture.description
    elif row.media_id:
        known_files.media[row.address] = row.media_id
    else:
        known_files.reasons[row.address] = row.reason or "deleted"


def _fetch_all(job: ImportJob, missing: Sequence[Wanted], shelves: Shelves, known_files: KnownFiles) -> None:
    with ThreadPoolExecutor(TOGETHER) as pool:  # no thread touches the database
        fetched = pool.map(lambda one: _look_for(one, shelves), missing)
        for one, (data, reason) in zip(missing, fetched, strict=True):
            _tell(known_files, _keep(job, one, data, reason))


def _look_for(wanted: Wanted, shelves: Shelves) -> tuple[bytes, str]:
    """Return the bytes of a file, or why there are none."""
    address = wanted.address
    most, seconds = (MOST_MEDIA_BYTES, MOST_MEDIA_SECONDS) if isinstance(wanted, FileAt) else (MOST_BYTES, MOST_SECONDS)
    if shelves.uploads and (data := _on_shelf(address, shelves.uploads, most)):
        return data, ""
    if not shelves.online or not address.startswith(("http://", "https://")):
        return b"", "not fetched"
    try:
        return fetch(address, most_bytes=most, most_seconds=seconds, allow_private=shelves.allow_private).data, ""
    except FetchError as error:
        return b"", str(error)


def _on_shelf(address: str, uploads: Path, most: int) -> bytes:
    """Read a file from a copy of the uploads: by its whole path, or by what follows `uploads/`."""
    root = uploads.resolve()
    with suppress(OSError, ValueError):  # no name a file may have, or one that may not be read
        path = unquote(parts_of(address).path if "://" in address else address).lstrip("/")
        for part in filter(None, (path, path.partition("/uploads/")[2] or path.partition("uploads/")[2])):
            file = (root / part).resolve()
            if file.is_relative_to(root) and file.is_file() and file.stat().st_size <= most:
                return file.read_bytes()
    return b""


def _keep(job: ImportJob, wanted: Wanted, data: bytes, reason: str) -> FetchedFile:
    if not data:
        return _note(wanted, FetchState.MISSING, reason or "empty")
    digest = sha256(data).hexdigest()
    kind = "picture" if isinstance(wanted, PictureAt) else "media"
    same = FetchedFile.objects.filter(digest=digest, **{f"{kind}__isnull": False}).first()
    # Before the lock: a picture takes seconds, for which nobody could write.
    developed = _develop(data) if same is None and isinstance(wanted, PictureAt) else ""
    with writing():
        if same is None:
            made = _picture(wanted, developed) if isinstance(wanted, PictureAt) else _media(wanted, data, digest)
            if isinstance(made, str):
                return _note(wanted, FetchState.REFUSED, made, digest=digest)
            Made.objects.create(job=job, kind=kind, number=made.pk)
        else:
            made = getattr(same, kind)
        _lead_from(job, wanted.address, made)
        return _note(wanted, FetchState.IN, "", digest=digest, **{kind: made})


def _develop(data: bytes) -> Developed | str:
    """Develop a picture, or say why it is none."""
    try:
        return develop(io.BytesIO(data))
    except UndevelopedError as error:
        return "too many pixels" if error.too_large else "no picture"


def _picture(wanted: PictureAt, developed: Developed | str) -> Picture | str:
    if isinstance(developed, str):
        return developed
    name = _name_of(wanted.address) or "image"
    described = wanted.description or wanted.caption
    return actions.add_picture(developed, name, title=described or name, description=described, credit=wanted.credit)


def _media(wanted: FileAt, data: bytes, digest: str) -> MediaFile | str:
    """Make a sound, a film or a PDF, or say why it is none."""
    if not is_of_kind(wanted.extension, data[:16]):
        return "no media"
    name = _name_of(wanted.address)
    return actions.add_media_file(data, digest, name.rpartition(".")[0], wanted.extension, wanted.title or name)


def is_media(address: str) -> bool:
    """Tell whether the name of a file is one of those that may be uploaded beside pictures."""
    return FileAt(address).extension in SIGNATURES


def _name_of(address: str) -> str:
    return unquote(parts_of(address).path.rpartition("/")[2])[-100:]


def _lead_from(job: ImportJob, address: str, made: Picture | MediaFile) -> None:
    """Let the old address of a file answer with the new one, where the old site's addresses become the paper's."""
    if not is_of(job.site, address):
        return
    new = made.get_rendition(copy_spec(WIDTHS[-1], "jpeg")).url if isinstance(made, Picture) else made.file.url
    add_redirect(job, str(Redirect.normalise_path(parts_of(address).path)), redirect_link=new)


def _note(wanted: Wanted, state: FetchState, reason: str, **kept: Any) -> FetchedFile:
    """Write down how it went; what was kept before, and is not now, is forgotten."""
    said = {"digest": "", "picture": None, "media": None, **kept, "state": state, "reason": reason[:200]}
    row, _made = FetchedFile.objects.update_or_create(
        address=wanted.address, defaults={**said, "tried_at": timezone.now()}
    )
    return row


def shelves_of(job: ImportJob) -> Shelves:
    """Return where the pictures of a job are looked for."""
    uploads = job.options.get("uploads")
    return Shelves(
        uploads=Path(uploads) if uploads else None,
        online=bool(job.options.get("online", True)),
        retries=bool(job.options.get("retries", False)),
    )
