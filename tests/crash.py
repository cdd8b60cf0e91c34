"""A process that is killed at any of its steps, and what it leaves to the next one.

`kill -9` leaves the files of a process as they are, and PostgreSQL what was committed. So with SQLite one run is enough
for all points: at each of them the state folder is copied, and is then what a kill would have left. With PostgreSQL,
and at a few points with SQLite too, a process is killed for each point.
"""

import os
import shutil
import signal
import sqlite3
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

FILE = "rotative.sqlite3"
KILLED_FOR_REAL = 3  # with SQLite

Act = Callable[[], object]
Reach = Callable[[], None]  # called by a process at each of its points


class Site:
    """A paper in a folder of its own, with a database of its own on whichever server the tests have.

    `migrated` is the database of the tests, of which it gets a copy: a file, or a name on the server.
    """

    def __init__(self, root: Path, migrated: str) -> None:
        self.root = root
        self.server, _slash, _name = os.environ.get("DATABASE_URL", "").rpartition("/")
        self.name = f"crash_{os.getpid()}"
        os.environ.update(ROTATIVE_HOME=str(root / "var"), DJANGO_SETTINGS_MODULE="rotative.settings")
        if self.server:
            os.environ["DATABASE_URL"] = f"{self.server}/{self.name}"
            self._on_server(f'CREATE DATABASE {self.name} TEMPLATE "{migrated}"')
        else:
            (root / "var").mkdir()
            with closing(sqlite3.connect(migrated)) as source, closing(sqlite3.connect(root / "var" / FILE)) as target:
                source.backup(target)

    def keep(self) -> None:
        """Keep everything as it is now, for each point to begin with."""
        shutil.copytree(self.root / "var", self.root / "pristine")
        if self.server:
            self._on_server(f"CREATE DATABASE {self.name}_pristine TEMPLATE {self.name}")

    def restore(self, kept: str = "pristine") -> None:
        shutil.rmtree(self.root / "var")
        shutil.copytree(self.root / kept, self.root / "var")
        if self.server:
            self._on_server(
                f"DROP DATABASE {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name} TEMPLATE {self.name}_pristine"
            )

    def after_kills(self, run: Callable[[Reach], object], points: Collection[int]) -> Iterator[int]:
        """Run until a kill at each of the points; yield the point, with everything as the kill left it.

        Points that `run` does not reach are left out.
        """
        left = sorted(points)
        if not self.server:
            self.restore()
            in_child(lambda: run(_copying(self.root, left)))
            reached = [point for point in left if (self.root / f"at-{point}").exists()]
            for point in reached:
                self.restore(f"at-{point}")
                shutil.rmtree(self.root / f"at-{point}")
                yield point
            left = reached[:: max(1, len(reached) // KILLED_FOR_REAL)]
        for point in left:
            self.restore()
            if in_child(lambda at=point: run(_killing(at))):
                break  # it came to its end
            yield point

    def _on_server(self, *statements: str) -> None:
        import psycopg

        with closing(psycopg.connect(f"{self.server}/postgres", autocommit=True)) as server:
            for statement in statements:
                server.execute(statement)  # type: ignore[call-overload]


def _killing(at: int) -> Reach:
    count = 0

    def reach() -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


def _copying(root: Path, points: Collection[int]) -> Reach:
    count, is_copying = 0, False

    def reach() -> None:
        nonlocal count, is_copying
        if is_copying:  # what copies the folder comes to points too
            return
        count += 1
        if count in points:
            is_copying = True
            shutil.copytree(root / "var", root / f"at-{count}")
            is_copying = False

    return reach


def in_child(act: Callable[[], Any]) -> bool:
    """Act in a fork of this process; tell whether it came to its end without an error."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    return status == 0
