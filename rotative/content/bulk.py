"""Write many rows at once, below the models: `bulk_create` refuses pages, whose columns stand in two tables.

Nothing here runs `save()`, sends a signal, or fills the search index and Wagtail's index of references (`bulk_index`
does). Whoever uses it writes every row that a save would have written.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import F, Max
from wagtail.models import Page


class Rows:
    """Rows of one model's own table, gathered with `add` and written together.

    `always` are fields that have the same value in each row; a field never named takes the model's default.
    """

    def __init__(self, model: type[models.Model], **always: Any) -> None:
        pattern = model(**always)
        # The connection itself: the name in django.db looks it up anew for each value, of which there are millions.
        self._connection = connections[DEFAULT_DB_ALIAS]
        self.fields = {field.attname: field for field in model._meta.local_concrete_fields}
        if pattern.pk is None and isinstance(model._meta.pk, models.AutoField | models.BigAutoField):
            self._number = model._meta.pk.attname  # the database numbers the rows, unless `add` is given a number
        else:
            self._number = ""
        self._table = model._meta.db_table
        self._pattern = {
            name: self._prepare(name, field.pre_save(pattern, add=True)) for name, field in self.fields.items()
        }
        self._rows: list[dict[str, Any]] = []

    def add(self, **values: Any) -> None:
        """Gather a row; foreign keys are named by their column, such as `author_id`."""
        self._rows.append(self._filled(values))

    def add_each(self, name: str, different: Iterable[Any], **values: Any) -> None:
        """Gather a row for each of `different`, which stand in column `name`; the other values are the same."""
        row = self._filled(values)
        for value in different:
            self._rows.append({**row, name: self._prepare(name, value)})

    def write(self) -> None:
        """Insert what was gathered, and forget it."""
        if not self._rows:
            return
        names = [name for name in self.fields if name != self._number or self._rows[0][name] is not None]
        table = connection.ops.quote_name(self._table)
        columns = ", ".join(connection.ops.quote_name(str(self.fields[name].column)) for name in names)
        rows = [tuple([row[name] for name in names]) for row in self._rows]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # which takes a stream of rows faster than statements
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(names))
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608
        self._rows.clear()

    def _filled(self, values: dict[str, Any]) -> dict[str, Any]:
        row = self._pattern.copy()
        for name, value in values.items():
            row[name] = self._prepare(name, value)
        return row

    def _prepare(self, name: str, value: Any) -> Any:
        return None if value is None else self.fields[name].get_db_prep_save(value, self._connection)


def reserve_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """Return `count` primary keys that nobody else will be given. Call it inside the transaction that uses them."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, count]
            )
            return [key for (key,) in cursor.fetchall()]
        # SQLite has one writer, which is this transaction; rows that are gone leave their number in sqlite_sequence.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        used = cursor.fetchone()
    last = max(used[0] if used else 0, model._base_manager.aggregate(last=Max("pk"))["last"] or 0)
    return range(last + 1, last + 1 + count)


class Branch:
    """A page below which many new pages are put: it hands out their places in treebeard's tree."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.added = 0
        length = len(page.path) + Page.steplen
        # The last of all descendants stands below the last child, or is it.
        below = Page.objects.filter(path__gt=page.path, path__lt=page.path + "a")  # the alphabet has no small letters
        last = below.aggregate(last=Max("path"))["last"]
        self.last_step = Page._str2int(last[length - Page.steplen : length]) if last else 0

    def next_path(self) -> str:
        """Return the path of one more child."""
        self.added += 1
        path: str = Page._get_path(self.page.path, self.page.depth + 1, self.last_step + self.added)
        return path

    def write(self) -> None:
        """Tell the page how many children it has now."""
        if self.added:
            Page.objects.filter(pk=self.page.pk).update(numchild=F("numchild") + self.added)
