"""A process that is killed at any of its steps, and what it leaves to the next one.

`kill -9` leaves the files of a process as they are, and PostgreSQL what was committed. So with SQLite one run is enough
for all points: at each of them the state folder is copied, and is then what a kill would have left. With PostgreSQL,
and at a few points with SQLite too, a process is killed for each point.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

KILLED_FOR_REAL = 3  # with SQLite

Act = Callable[[], object]
Reach = Callable[[], None]  # called by a process at each of its points
_numbers = count()


class Site:
    """A paper in a folder of its own, with a database of its own on whichever server the tests have.

    `migrated` is the database of the tests, of which it gets a copy: a file, or a name on the server.
    """

    def __init__(self, root: Path, migrated: str) -> None:
        self.root = root
        self.server, _slash, _name = os.environ.get("DATABASE_URL", "").rpartition("/")
        self.name = f"site_{os.getpid()}_{next(_numbers)}"
        self.file = root / "var" / "rotative.sqlite3"
        # What its processes find in their environment.
        self.variables = {"ROTATIVE_HOME": str(root / "var"), "DJANGO_SETTINGS_MODULE": "rotative.settings"}
        (root / "var").mkdir()
        if self.server:
            self.variables["DATABASE_URL"] = f"{self.server}/{self.name}"
            self._on_server(f'CREATE DATABASE {self.name} TEMPLATE "{migrated}"')
        else:
            with closing(sqlite3.connect(migrated)) as source, closing(sqlite3.connect(self.file)) as target:
                source.backup(target)

    def start(self, code: str) -> "subprocess.Popen[str]":
        """Start a process of this site that runs `code` within Django."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("ROTATIVE_", "DATABASE_"))}
        command = [sys.executable, "-c", f"import django; django.setup(); {code}"]
        return subprocess.Popen(command, env={**ours, **self.variables, "LANG": "C.UTF-8"}, text=True)

    def run(self, code: str) -> None:
        """Run `code` to its end in a process of this site."""
        with self.start(code) as process:
            pass
        assert process.returncode == 0

    def ask(self, statement: str) -> Any:
        """Return the first row that a statement gives. A process of Django's would take seconds for it."""
        if self.server:
            import psycopg

            with psycopg.connect(f"{self.server}/{self.name}") as database:
                found = database.execute(statement)  # type: ignore[call-overload]
                return found.fetchone() if found.description else None
        with closing(sqlite3.connect(self.file, timeout=20)) as database, database:
            return database.execute(statement).fetchone()

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
    steps = 0

    def reach() -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach


def _copying(root: Path, points: Collection[int]) -> Reach:
    steps, is_copying = 0, False

    def reach() -> None:
        nonlocal steps, is_copying
        if is_copying:  # what copies the folder comes to points too
            return
        steps += 1
        if steps in points:
            is_copying = True
            shutil.copytree(root / "var", root / f"at-{steps}")
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
