"""Dump the whole paper into a folder: tables in JSON Lines, files as they are, a manifest that says what there is."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils import timezone

from rotative.copies import folders
from rotative.copies import format as export_format
from rotative.copies.serializing import exported_fields, exported_models, write_rows
from rotative.publishing.models import StoredPage

Tell = Callable[[str, int], None]  # hears the name of a table, and how many rows of it were written


def say_nothing(label: str, count: int) -> None:
    """Take the place of a Tell when nobody listens."""


@dataclass
class Export:
    """What was written."""

    rows: Counter[str] = field(default_factory=Counter)
    files: int = 0
    bytes: int = 0  # of the files
    missing: list[str] = field(default_factory=list)  # files that a row names, and that are not there


def dump_paper(target: Path, tell: Tell = say_nothing) -> Export:
    """Write everything into the folder `target`, which is there when all is written. Raises ExportError.

    An earlier export at the same place is replaced.
    """
    export = Export()
    with folders.new_folder(target, is_export) as folder, snapshot():
        tables = [_write_table(folder, model, export, tell) for model in exported_models()]
        others = [_write_addresses(folder), _write_media(folder, export, tell)]
        manifest = {
            "format": export_format.NAME,
            "version": export_format.VERSION,
            "program": version("rotative"),
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "site": settings.SITE_URL,
            "language": settings.LANGUAGE_CODE,
            "time_zone": settings.TIME_ZONE,
            "tables": tables,
            "others": others,
            "missing": export.missing,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (folder / export_format.MANIFEST).write_text(text + "\n", encoding="utf-8")
    return export


def is_export(folder: Path) -> bool:
    """Tell whether a folder holds an exported paper, and nothing else."""
    return (folder / export_format.MANIFEST).is_file() and {
        entry.name for entry in folder.iterdir()
    } <= export_format.OURS


@contextmanager
def snapshot() -> Iterator[None]:
    """Read the database as it is at one moment inside, while others go on writing."""
    if connection.in_atomic_block:  # whoever called has chosen the moment
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Below Django, whose transactions begin with the lock of the one writer.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with suppress(Exception), connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


def _write_table(folder: Path, model: type[models.Model], export: Export, tell: Tell) -> dict[str, Any]:
    label = model._meta.label
    name = export_format.table_file(label)
    stream = folders.Digesting(folder / name)
    try:
        count = write_rows(model, cast(IO[str], stream))
    finally:
        digest = stream.close()
    export.rows[label] = count
    tell(label, count)
    return {
        "model": label,
        "file": name,
        "rows": count,
        "fields": exported_fields(model),
        "size": stream.size,
        "sha256": digest,
    }


def _write_addresses(folder: Path) -> dict[str, Any]:
    """Write where no page stands and something answers: redirects, pages taken back."""
    paths = StoredPage.objects.exclude(status=200).order_by("path").values_list("path", "status")
    lines = ({"path": path, "status": status} for path, status in paths.iterator() if status)
    return _write_lines(folder, export_format.ADDRESSES, lines)


def _write_media(folder: Path, export: Export, tell: Tell) -> dict[str, Any]:
    described = _write_lines(folder, export_format.FILES, _copy_files(folder / export_format.MEDIA, export))
    tell(export_format.MEDIA, export.files)
    return described


def _copy_files(folder: Path, export: Export) -> Iterator[dict[str, Any]]:
    for name in named_files():
        target = folder / name
        if not export_format.is_safe(name) or target.exists():
            continue
        try:
            source = default_storage.open(name)
        except (FileNotFoundError, IsADirectoryError):
            export.missing.append(name)
            continue
        with source:
            size, digest = folders.copy(source, target)
        export.files += 1
        export.bytes += size
        yield {"name": name, "size": size, "sha256": digest}


def named_files() -> Iterator[str]:
    """Yield the name of every file that a row names, table by table; some may come twice."""
    for model in exported_models():
        for column in model._meta.local_fields:
            if isinstance(column, models.FileField):
                names = model._base_manager.exclude(**{column.name: ""}).order_by("pk").values_list(column.name)
                yield from (str(name) for (name,) in names.iterator() if name)


def _write_lines(folder: Path, name: str, lines: Iterator[dict[str, Any]]) -> dict[str, Any]:
    stream = folders.Digesting(folder / name)
    count = 0
    try:
        for line in lines:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    finally:
        digest = stream.close()
    return {"file": name, "rows": count, "size": stream.size, "sha256": digest}
