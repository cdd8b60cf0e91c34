"""The connection: to a file that is there, and as long as it is the one that was opened."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.sqlite3 import base

from rotative.environment import LOST_DATABASE, holds_paper


class DatabaseWrapper(base.DatabaseWrapper):
    """Opens the file of a paper, and makes one only in a folder that is no paper's yet.

    SQLite makes what it does not find. An empty file in the place of one that was moved or deleted looks like a first
    start, whose pages would replace those of the paper that is there.
    """

    _opened: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        name = str(conn_params["database"])
        if self.is_in_memory_db():
            return super().get_new_connection(conn_params)
        path = Path(name).absolute()
        if not path.exists() and holds_paper(Path(settings.HOME)):
            raise sqlite3.OperationalError(LOST_DATABASE)
        mode = "rw" if path.exists() else "rwc"
        connection = super().get_new_connection({**conn_params, "database": f"{path.as_uri()}?mode={mode}"})
        self._opened = _number_of(path)
        return connection

    def is_usable(self) -> bool:
        """Tell whether the file at the path is still the one that was opened: what is in another nobody would see."""
        if self.is_in_memory_db():
            return bool(super().is_usable())
        return self._opened == _number_of(Path(self.settings_dict["NAME"]))


def _number_of(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None
