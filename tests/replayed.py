"""What a builder writes, recorded the first time and written again as rows: through Wagtail it takes ten times as long.

A paper is founded in more than a thousand tests, and always in the same way. The rows are written again only where the
tables stand as they stood when they were recorded; elsewhere the builder builds, as it does the first time.

What is derived from other rows, as an article's related stories are, is written again only where nothing but the same
calls have written since the test began: the history names them, and `note_write` forgets them. A replay sends no
signal and calls nothing after the commit, so what a test is about must not be what its builders do.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache as memory
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import get_language

from rotative.publishing.writing import is_writing, writing

MOST = 3  # recordings of one call, each in other surroundings: to record costs more than to build
NOW = object()  # in the place of the time at which it was recorded
# The same within the JSON of a version.
NOW_IN_JSON = "\x00now"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
# Nothing of the newspaper is derived from these: what is read, and who has signed in.
HARMLESS = re.compile(
    r"\s*(SELECT|SAVEPOINT|RELEASE|PRAGMA|BEGIN|SET)\b"
    r'|(INSERT INTO|DELETE FROM) "(django_session|axes_accesslog|accounts_wrongpassword)"'
    r'|UPDATE "accounts_user" SET "last_login"'
)

Row = dict[str, Any]
Rows = dict[str, dict[Any, Row]]  # by table and key


@dataclass(frozen=True)
class Recording:
    """The rows that one call added, changed and removed."""

    newest: dict[str, Any]  # the highest key, before it, of each table that it adds to
    added: Rows
    changed: Rows  # only their columns that changed
    removed: dict[str, list[Any]]
    files: dict[str, bytes]  # of pictures and media
    result: Any  # what the builder returned, with references in the place of rows

    def fits(self) -> bool:
        """Tell whether the tables stand as they stood when this was recorded."""
        return _newest(self.newest) == self.newest

    def play(self) -> Any:
        """Write the rows again, with the time of today; return what the builder returned."""
        current = _current(timezone.now())
        with writing(), connection.cursor() as cursor:
            for table, keys in self.removed.items():
                cursor.executemany(f'DELETE FROM "{table}" WHERE "{_key_of(table)}" = %s', [[key] for key in keys])
            for table, rows in self.changed.items():
                for key, row in rows.items():
                    columns = ", ".join(f'"{name}" = %s' for name in row)
                    values = [current(value) for value in row.values()]
                    cursor.execute(f'UPDATE "{table}" SET {columns} WHERE "{_key_of(table)}" = %s', [*values, key])
            for table, rows in self.added.items():
                names = next(iter(rows.values()))
                columns, places = ", ".join(f'"{name}"' for name in names), ", ".join(["%s"] * len(names))
                values = [[current(value) for value in row.values()] for row in rows.values()]
                cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', values)
            if connection.vendor == "postgresql":
                _reserve({table: max(rows) for table, rows in self.added.items()})
        for name, content in self.files.items():
            path = Path(settings.MEDIA_ROOT, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        memory.clear()  # where Wagtail remembers which site stands at which page
        return _read_again(self.result)


def _current(now: datetime) -> Callable[[Any], Any]:
    """Return what puts the time `now` in the places of the time at which something was recorded."""
    column = connection.ops.adapt_datetimefield_value(now)
    text = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def current(value: Any) -> Any:
        if value is NOW:
            return column
        return value.replace(NOW_IN_JSON, text) if isinstance(value, str) and NOW_IN_JSON in value else value

    return current


@dataclass(frozen=True)
class Reference:
    """A row, where a recording would hold an object of one test."""

    model: type[models.Model]
    key: Any


def _referred(value: Any) -> Any:
    """Return what a builder made, with references in the place of rows."""
    if isinstance(value, models.Model):
        return Reference(type(value), value.pk)
    if isinstance(value, dict):
        return {name: _referred(one) for name, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _referred(getattr(value, field.name)) for field in fields(value)})
    return value


def _read_again(value: Any) -> Any:
    """Return what a builder made, as it stands in the database now."""
    if isinstance(value, Reference):
        return value.model._default_manager.get(pk=value.key)
    if isinstance(value, dict):
        return {name: _read_again(one) for name, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _read_again(getattr(value, field.name)) for field in fields(value)})
    return value


_recordings: defaultdict[tuple[Any, ...], list[Recording]] = defaultdict(list)
_calls: Counter[tuple[Any, ...]] = Counter()
# The calls that wrote all that was written since the test began, and their rows; None when anything else was written.
_history: tuple[Any, ...] | None = None


def begin() -> None:
    """Begin a test, with a database in which nothing was written since it was migrated."""
    global _history
    _history = ()


def note_write(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Stand between Django and the database, and forget what was replayed when something else is written."""
    global _history
    if _history is not None and not HARMLESS.match(sql):
        _history = None
    return execute(sql, params, many, context)


def replayed(build: Callable[[], Any], *key: Any, is_derived: bool = False) -> Any:
    """Return what `build` makes: a row, a dictionary or a dataclass of rows, or nothing.

    `key` names it among all calls that write the same: with the keys of the rows that it refers to. What `is_derived`
    from other rows as well is replayed only after the same calls, and recorded when it is made a second time.
    """
    global _history
    history = _history
    # What a change leaves to its end, as the index, is not written yet within it.
    if is_writing() or (is_derived and history is None):
        return build()
    name = (*key, get_language(), timezone.localdate())
    _calls[history, name] += 1
    recordings = _recordings[history, name]
    made = next((recording for recording in recordings if recording.fits()), None)
    if made:
        result = made.play()
    # Most articles are made once: one is worth recording that is made again.
    elif len(recordings) == MOST or (is_derived and _calls[history, name] == 1):
        result = build()
    else:
        made, result = _record(build)
        recordings.append(made)
    # PostgreSQL's next number is another one after each test: the key says which row it is that stands there.
    _history = None if history is None else (*history, (name, getattr(result, "pk", None)))
    return result


def _record(build: Callable[[], Any]) -> tuple[Recording, Any]:
    began, before, files = timezone.now(), rows_of_database(), _files()
    result = build()
    return _difference(before, rows_of_database(), result, began, timezone.now(), _files() - files), result


def _difference(
    before: Rows, after: Rows, made: Any, began: datetime, ended: datetime, files: Iterable[str]
) -> Recording:
    added: Rows = {}
    changed: Rows = {}
    removed: dict[str, list[Any]] = {}
    for table, rows in after.items():
        old = before[table]
        clocks = _clocks(table)

        def dated(row: Row, clocks: frozenset[str] = clocks) -> Row:
            return {name: _undated(value, name in clocks, began, ended) for name, value in row.items()}

        if new := {key: dated(row) for key, row in rows.items() if key not in old}:
            added[table] = new
        differing = {
            key: {name: value for name, value in dated(row).items() if value is NOW or value != old[key][name]}
            for key, row in rows.items()
            if key in old and row != old[key]
        }
        if differing:
            changed[table] = differing
        if gone := [key for key in old if key not in rows]:
            removed[table] = gone
    newest = {table: max(before[table], default=None) for table in added}
    contents = {name: Path(settings.MEDIA_ROOT, name).read_bytes() for name in files}
    return Recording(newest, added, changed, removed, contents, _referred(made))


def _undated(value: Any, is_clock: bool, began: datetime, ended: datetime) -> Any:
    """Return a value with marks in the place of the time at which it was recorded."""
    if is_clock:
        return NOW if _is_between(began, value, ended) else value
    if not isinstance(value, str):
        return value
    # JSON gives milliseconds.
    began = began.replace(microsecond=began.microsecond // 1000 * 1000)
    return MOMENT.sub(
        lambda found: NOW_IN_JSON if _is_between(began, datetime.fromisoformat(found[0]), ended) else found[0], value
    )


def _is_between(began: datetime, value: Any, ended: datetime) -> bool:
    if value is None:
        return False
    return began <= (value if value.tzinfo else value.replace(tzinfo=UTC)) <= ended  # SQLite gives it without its zone


def _files() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def rows_of_database() -> Rows:
    """Return the whole database."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column.name if hasattr(column, "name") else column[0] for column in cursor.description]
            key = _key_of(table)
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            found[table] = {row[key]: row for row in rows}
    return found


def _newest(tables: Iterable[str]) -> dict[str, Any]:
    """Return the highest key of each table."""
    names = list(tables)
    parts = ", ".join(f'(SELECT max("{_key_of(table)}") FROM "{table}")' for table in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {parts}")
        return dict(zip(names, cursor.fetchone(), strict=True))


def _reserve(keys: dict[str, Any]) -> None:
    """Let PostgreSQL number the next row of each table behind a key; SQLite does so by itself.

    Each time: a sequence goes back when a test brings in an exported paper, and no rollback takes it forward again.
    """
    sequences = {sequence: key for table, key in keys.items() if (sequence := _sequence_of(table))}
    parts = [f"setval('{name}', greatest({key}, (SELECT last_value FROM {name})))" for name, key in sequences.items()]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}")


@cache
def _sequence_of(table: str) -> str | None:
    """Return what numbers a table. A page's own table has nothing: its key is the page's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', _key_of(table)])
        (sequence,) = cursor.fetchone()
    return sequence


@cache
def _models() -> dict[str, type[models.Model]]:
    """Return the models by their tables, those of many-to-many relations among them.

    SQLite fills the tables of its full text (whose key is a `rowid`) by triggers.
    """
    return {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.pk.column != "rowid"
    }


@cache
def _tables() -> tuple[str, ...]:
    there = set(connection.introspection.table_names())
    return tuple(table for table in _models() if table in there)


@cache
def _key_of(table: str) -> str:
    return _models()[table]._meta.pk.column


@cache
def _clocks(table: str) -> frozenset[str]:
    """Return the columns that hold a time."""
    fields = _models()[table]._meta.local_concrete_fields
    return frozenset(field.column for field in fields if isinstance(field, models.DateTimeField))
