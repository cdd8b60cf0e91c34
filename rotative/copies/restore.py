"""Restore a dump into an empty paper: keys and all, in one transaction."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, models
from django.utils.translation import gettext as _
from wagtail.models import Site

from rotative.content.bulk import Rows
from rotative.copies import format as export_format
from rotative.copies.errors import RestoreRefusedError
from rotative.progress import Tell, say_nothing
from rotative.publishing.invalidation import invalidate_all
from rotative.publishing.keys import EVERYTHING, path_key
from rotative.publishing.store import can_hold
from rotative.publishing.writing import writing

BLOCK = 1024 * 1024
LONGEST_MANIFEST = 16 * 1024 * 1024
ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 8 * 1024 * 1024  # of lines: revisions are long
# A paper that has one of these is not empty. A front page, roles and accounts are there from the start.
SIGNS_OF_LIFE = (
    "content.Article",
    "content.Section",
    "content.Edition",
    "content.StandingPage",
    "content.Author",
    "content.Topic",
    "content.Picture",
    "content.MediaFile",
    "content.Withdrawal",
    "wagtailredirects.Redirect",
    "comments.Comment",
)
USER = "accounts.User"


@dataclass
class Restored:
    """What came in, and what did not because this program does not know what it is about."""

    rows: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    files: int = 0


def restore_paper(folder: Path, tell: Tell = say_nothing) -> Restored:
    """Make this paper, which must be empty, the one that was exported to `folder`.

    Raises RestoreRefusedError, and has changed nothing then.
    """
    source = Source(folder)
    source.verify()
    files = Files(source)
    try:
        with writing():
            _refuse_unless_empty()
            restored = Loading(source, files, tell).load()
            restored.files = files.bring(tell)
            _settle()
            invalidate_all([EVERYTHING, *map(path_key, source.addresses())], cause="import of a paper")
    except (IntegrityError, DataError) as error:
        files.take_back()
        raise RestoreRefusedError(
            _("The export contradicts itself: %(reason)s") % {"reason": str(error).split("\n")[0]}
        ) from error
    except BaseException:
        files.take_back()
        raise
    Site.clear_site_root_paths_cache()
    return restored


def _refuse_unless_empty() -> None:
    for label in SIGNS_OF_LIFE:
        model = apps.get_model(label)
        if count := model._base_manager.count():
            raise RestoreRefusedError(
                _("This newspaper is not empty: it has %(count)s × %(name)s. An export needs a new, empty one.")
                % {"count": count, "name": model._meta.verbose_name}
            )


def _settle() -> None:
    """Check what names what, let new rows be numbered after these, and make search and references anew."""
    connection.check_constraints()
    tables = [apps.get_model(label) for label in export_format.MODELS]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
    call_command("update_index", verbosity=0)
    call_command("rebuild_references_index", verbosity=0)  # who may change a picture depends on what shows it


# --- what was exported


class Source:
    """The folder of an export. Nothing in it is believed before its digest has been compared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = self._read_manifest()
        self.tables = {table["model"]: table for table in self._described("tables", "model")}
        self.others = {other["file"]: other for other in self._described("others", "file")}
        missing = self.manifest.get("missing")
        self.missing = frozenset(map(str, missing if isinstance(missing, list) else ()))

    def _read_manifest(self) -> dict[str, Any]:
        path = self.folder / export_format.MANIFEST
        try:
            with path.open("rb") as file:
                manifest = json.loads(file.read(LONGEST_MANIFEST))
        except (OSError, ValueError, RecursionError):
            manifest = None
        if not isinstance(manifest, dict) or manifest.get("format") != export_format.NAME:
            raise RestoreRefusedError(_("“%(path)s” is no export of a newspaper.") % {"path": self.folder})
        number = manifest.get("version")
        if not isinstance(number, int) or number > export_format.VERSION:
            raise RestoreRefusedError(
                _("This export was made by a newer Rotative (%(program)s). Upgrade this one first.")
                % {"program": str(manifest.get("program", "?"))[:40]}
            )
        return manifest

    def _described(self, name: str, key: str) -> list[dict[str, Any]]:
        entries = self.manifest.get(name)
        if not isinstance(entries, list) or not all(isinstance(entry, dict) and key in entry for entry in entries):
            raise _damaged(export_format.MANIFEST)
        known = export_format.MODELS if key == "model" else (export_format.ADDRESSES, export_format.FILES)
        for entry in entries:
            if entry[key] not in known:
                raise RestoreRefusedError(
                    _("The export has “%(name)s”, which this Rotative does not know.") % {"name": str(entry[key])[:80]}
                )
            if key == "model" and entry.get("file") != export_format.table_file(entry["model"]):
                raise _damaged(export_format.MANIFEST)
        return entries

    def verify(self) -> None:
        """Compare the digest of every file that is read as lines. Raises RestoreRefusedError."""
        for entry in [*self.tables.values(), *self.others.values()]:
            with self.open(entry["file"]) as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != entry.get("sha256"):
                raise _damaged(entry["file"])

    def open(self, name: str) -> BufferedReader:
        """Open a file of the export, which is no link to somewhere else."""
        path = self.folder / name
        try:
            if path.resolve(strict=True) != self.folder.resolve() / name or not path.is_file():
                raise RestoreRefusedError(_("“%(name)s” leads out of the export. It is refused.") % {"name": name})
            return path.open("rb")
        except OSError as error:
            raise _damaged(name) from error

    def lines(self, name: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """Yield (number, bytes, object) of each line of a file."""
        with self.open(name) as file:
            number = 0
            while line := file.readline(export_format.LONGEST_LINE + 1):
                number += 1
                if len(line) > export_format.LONGEST_LINE:
                    raise RestoreRefusedError(
                        _("Line %(number)s of “%(name)s” is too long to be part of a newspaper.")
                        % {"number": number, "name": name}
                    )
                try:
                    entry = json.loads(line)
                except (ValueError, RecursionError):
                    entry = None
                if not isinstance(entry, dict):
                    raise _wrong_line(name, number)
                yield number, len(line), entry

    def addresses(self) -> Iterator[str]:
        """Yield the paths at which no page stands, and something answers."""
        if export_format.ADDRESSES in self.others:
            for _number, _size, entry in self.lines(export_format.ADDRESSES):
                if can_hold(str(entry.get("path"))):
                    yield str(entry["path"])


def _damaged(name: str) -> RestoreRefusedError:
    return RestoreRefusedError(
        _("“%(name)s” is damaged or missing: it is not what the export wrote. Copy the export again.") % {"name": name}
    )


def _wrong_line(name: str, number: int, reason: str = "") -> RestoreRefusedError:
    return RestoreRefusedError(
        _("Line %(number)s of “%(name)s” cannot be read. %(reason)s")
        % {"number": number, "name": name, "reason": reason}
    )


# --- rows


class Loading:
    """From lines to rows, below the models: nothing is saved one by one, and no signal is sent."""

    def __init__(self, source: Source, files: "Files", tell: Tell) -> None:
        self.source = source
        self.files = files
        self.tell = tell
        self.restored = Restored()
        self._numbers: dict[tuple[str, tuple[str, ...]], int | None] = {}

    def load(self) -> Restored:
        accounts = Accounts(self._read(apps.get_model(USER)) if USER in self.source.tables else [])
        for label in reversed(export_format.MODELS):
            if label != USER:
                rows = apps.get_model(label)._base_manager.all()
                rows._raw_delete(rows.db)
        accounts.make_room()
        for label in export_format.MODELS:
            if label in self.source.tables:
                self._load_table(label, accounts)
        accounts.restore()
        return self.restored

    def _load_table(self, label: str, accounts: "Accounts") -> None:
        model = apps.get_model(label)
        told = self.source.tables[label].get("rows")
        total = told if isinstance(told, int) else 0
        rows = Rows(model)
        gathered = count = weight = 0
        name = str(model._meta.verbose_name_plural)
        values: Any
        for values, size in accounts.newcomers() if label == USER else self._read(model):
            rows.add(**values)
            count, gathered, weight = count + 1, gathered + 1, weight + size
            if gathered >= ROWS_AT_ONCE or weight >= BYTES_AT_ONCE:
                rows.write()
                gathered = weight = 0
                self.tell(name, count, total)
        rows.write()
        self.restored.rows[label] = count

    def _read(self, model: type[models.Model]) -> Iterator[tuple[dict[str, Any], int]]:
        """Yield the columns of each row of a table, and the length of its line."""
        label = model._meta.label
        name = export_format.table_file(label)
        left_out = export_format.LEFT_OUT_FIELDS.get(label, frozenset())
        known = {column.name: column for column in model._meta.local_fields if column.name not in left_out}
        for number, size, entry in self.source.lines(name):
            given = entry.get("fields")
            if entry.get("model") != label.lower() or not isinstance(given, dict):
                raise _wrong_line(name, number)
            if unknown := given.keys() - known.keys():
                raise _wrong_line(name, number, _("It has the field “%(name)s”.") % {"name": min(unknown)[:80]})
            key: Any = model._meta.pk
            try:
                values = {key.attname: _value(key, entry.get("pk"))}
                for field_name, value in given.items():
                    values[known[field_name].attname] = self._value(known[field_name], value)
            except UnknownWordsError:
                self.restored.skipped[label] += 1
                continue
            except (ValidationError, ValueError, TypeError, AttributeError, RecursionError) as error:
                raise _wrong_line(name, number, str(error)[:200]) from error
            yield values, size

    def _value(self, column: Any, value: Any) -> Any:
        if isinstance(column, models.FileField):
            return self.files.name_in_row(value)
        if column.is_relation and column.related_model._meta.label in export_format.NAMED_IN_WORDS:
            return None if value is None else self._number_of(column.related_model, value)
        return _value(column, value)

    def _number_of(self, model: Any, words: Any) -> int:
        """Return the number that this installation gives to a content type or a permission."""
        known = (model._meta.label, tuple(map(str, words)))
        if known not in self._numbers:
            try:
                self._numbers[known] = model.objects.get_by_natural_key(*known[1]).pk
            except ObjectDoesNotExist:
                self._numbers[known] = None
        number = self._numbers[known]
        if number is None:
            raise UnknownWordsError
        return number


class UnknownWordsError(Exception):
    """Raised when a row is about a kind of thing, or a permission, that this program does not have."""


def _value(column: Any, value: Any) -> Any:
    """Return what a column holds. Raises ValueError or ValidationError for what it cannot hold."""
    if value is None:
        if not column.null:
            raise ValueError(f"{column.name}: null")
        return None
    if isinstance(value, str) and "\0" in value:
        raise ValueError(f"{column.name}: NUL")
    return (column.target_field if column.is_relation else column).to_python(value)


# --- accounts


class Accounts:
    """Who worked at the paper comes along, without a password; who can sign in here goes on being able to."""

    def __init__(self, rows: Any) -> None:
        self._rows: list[tuple[dict[str, Any], int]] = list(rows)
        self._here = {user.pk: user for user in get_user_model()._default_manager.all()}
        self._moved: list[Any] = []

    def make_room(self) -> None:
        """Take away the accounts of this installation whose number or name an account of the export has."""
        model = get_user_model()
        names = {values["username"]: values["id"] for values, _size in self._rows}
        numbers = set(names.values())
        for user in self._here.values():
            name = user.get_username()
            is_same = names.get(name) == user.pk
            if not is_same and (name in names or user.pk in numbers):
                self._moved.append(user)
                rows = model._base_manager.filter(pk=user.pk)
                rows._raw_delete(rows.db)

    def newcomers(self) -> Iterator[tuple[dict[str, Any], int]]:
        """Yield the accounts of the export that are not here; those which are keep everything they have."""
        standing = self._here.keys() - {user.pk for user in self._moved}
        for values, size in self._rows:
            if values["id"] not in standing:
                yield {**values, "password": make_password(None)}, size

    def restore(self) -> None:
        """Give the accounts that had to make room their password again, under the number that they have now."""
        model = get_user_model()
        for user in self._moved:
            same = model._default_manager.filter(username=user.get_username())
            if not same.update(password=user.password, is_superuser=user.is_superuser, is_active=user.is_active):
                user.pk = None
                user.save(force_insert=True)


# --- files


class Files:
    """Pictures, sounds and films of an export. Their names stay as they are: pages show them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.extensions = {*settings.WAGTAILIMAGES_EXTENSIONS, *settings.WAGTAILDOCS_EXTENSIONS}
        self.entries = {entry["name"]: entry for entry in self._read()} if export_format.FILES in source.others else {}
        self._brought: list[Path] = []

    def _read(self) -> Iterator[dict[str, Any]]:
        for number, _size, entry in self.source.lines(export_format.FILES):
            name = entry.get("name")
            if not isinstance(name, str):
                raise _wrong_line(export_format.FILES, number)
            self._refuse_unsafe(name)
            yield entry

    def _refuse_unsafe(self, name: str) -> None:
        if not export_format.is_safe(name):
            raise RestoreRefusedError(_("“%(name)s” leads out of the export. It is refused.") % {"name": name[:200]})
        if export_format.extension_of(name) not in self.extensions:
            raise RestoreRefusedError(_("“%(name)s” is no kind of file that a newspaper has.") % {"name": name[:200]})

    def name_in_row(self, name: Any) -> str:
        """Return the name of a file that a row has. Raises RestoreRefusedError for one that is not in the export."""
        name = str(name or "")
        if name and name not in self.entries:
            self._refuse_unsafe(name)
            if name not in self.source.missing:
                raise _damaged(f"{export_format.MEDIA}/{name}")
        return name

    def bring(self, tell: Tell) -> int:
        """Copy the files to where this paper has its own. Raises RestoreRefusedError for one that is damaged."""
        for count, (name, entry) in enumerate(sorted(self.entries.items()), 1):
            self._bring_one(name, str(entry.get("sha256")))
            tell(export_format.MEDIA, count, len(self.entries))
        return len(self.entries)

    def _bring_one(self, name: str, expected: str) -> None:
        target = Path(default_storage.path(name))
        if target.exists():
            with target.open("rb") as there:
                if hashlib.file_digest(there, "sha256").hexdigest() == expected:
                    return  # an import that was killed has left it
            raise RestoreRefusedError(
                _("“%(path)s” is there already, and is another file. Take it away first.") % {"path": target}
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.with_name(f".{target.name}.new")
        digest = hashlib.sha256()
        try:
            with self.source.open(f"{export_format.MEDIA}/{name}") as file, scratch.open("wb") as copy:
                while block := file.read(BLOCK):
                    digest.update(block)
                    copy.write(block)
                copy.flush()
                os.fsync(copy.fileno())
            if digest.hexdigest() != expected:
                raise _damaged(f"{export_format.MEDIA}/{name}")
            scratch.replace(target)
        except OSError as error:
            raise RestoreRefusedError(
                _("“%(path)s” cannot be written: %(reason)s.") % {"path": target, "reason": error.strerror}
            ) from error
        finally:
            scratch.unlink(missing_ok=True)
        self._brought.append(target)

    def take_back(self) -> None:
        """Remove what was copied."""
        for path in self._brought:
            with suppress(OSError):
                path.unlink()
