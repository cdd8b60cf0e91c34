"""Kill the publisher at each write, rename, removal, sync and commit, and see whether the next one finds its way.

Run in a process of its own: `python -m tests.publishing.crash HOME MOST`. Prints JSON: how many points were killed,
what was wrong after any of them, and the seconds from a restart until the change was on the disk.
"""

import json
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HEADLINE_BEFORE, HEADLINE_AFTER = "Le pont est fermé", "Le pont est ouvert"
SPREAD = 13  # after the first MOST points one of so many is killed


def main() -> int:
    home, most = Path(sys.argv[1]), int(sys.argv[2])
    os.environ.update(ROTATIVE_HOME=str(home / "var"), DJANGO_SETTINGS_MODULE="rotative.settings")
    os.environ["ROTATIVE_STRICT_TRACKING"] = "yes"
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    make_newspaper()
    connections.close_all()
    shutil.copytree(home / "var", home / "pristine")
    problems: list[str] = []
    restarts: list[float] = []
    killed = 0
    for point in points(most):
        restore(home)
        survived = in_child(lambda at=point: change_and_publish(kill_at=at))
        killed += not survived
        began = time.monotonic()
        if not in_child(examine_and_finish):
            problems.append(f"after point {point}")
        restarts.append(time.monotonic() - began)
        if survived:
            break
    print(json.dumps({"killed": killed, "problems": problems, "slowest_restart": max(restarts)}))
    return 0


def points(most: int) -> Iterator[int]:
    """Yield the points to be killed at: every one at first, then some; the last is behind all of them."""
    yield from range(1, most + 1)
    yield from range(most + SPREAD, 100_000, SPREAD)


def restore(home: Path) -> None:
    shutil.rmtree(home / "var")
    shutil.copytree(home / "pristine", home / "var")


def in_child(act: Callable[[], None]) -> bool:
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


def make_newspaper() -> None:
    from rotative.publishing.publisher import publish_until_idle
    from tests.builders import a_section, an_article

    section = a_section("Ville")
    an_article(HEADLINE_BEFORE, section, slug="le-pont")
    an_article("À retirer", section, slug="a-retirer")
    publisher = make_publisher()
    publish_until_idle(publisher)
    publisher.close()


def make_publisher() -> Any:
    from rotative.management.background import make_publisher as make

    return make()


def change_and_publish(kill_at: int) -> None:
    from rotative.content.models import Article
    from rotative.publishing.publisher import publish_until_idle
    from rotative.publishing.writing import writing

    with writing():
        article = Article.objects.get(slug="le-pont")
        article.title = HEADLINE_AFTER
        article.save_revision().publish()
        Article.objects.get(slug="a-retirer").unpublish()
    arm(kill_at)
    publisher = make_publisher()
    publish_until_idle(publisher)
    publisher.close()


def arm(kill_at: int) -> None:
    """Let this process be killed at one of the calls that change a disk or a database."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    from rotative.publishing import store

    count = 0

    def point() -> None:
        nonlocal count
        count += 1
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            point()
            result = call(*args, **kwargs)
            point()
            return result

        return called

    for name in ("replace", "unlink", "rmdir", "fsync", "utime"):
        setattr(os, name, around(getattr(os, name)))
    BaseDatabaseWrapper._commit = around(BaseDatabaseWrapper._commit)  # type: ignore[method-assign]
    plain_open = Path.open

    def open_halting(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        file = plain_open(path, mode, *args, **kwargs)
        return Halting(file, point) if "w" in mode else file

    store.Path.open = open_halting  # type: ignore[assignment, method-assign]


class Halting:
    """A file whose writing is interrupted half-way."""

    def __init__(self, file: Any, point: Callable[[], None]) -> None:
        self.file, self.point = file, point

    def __enter__(self) -> "Halting":
        return self

    def __exit__(self, *_error: object) -> None:
        self.file.close()

    def write(self, data: bytes) -> None:
        self.file.write(data[: len(data) // 2])
        self.file.flush()
        self.point()
        self.file.write(data[len(data) // 2 :])


def examine_and_finish() -> None:
    """See that readers get whole pages, old or new; then publish what is left, and compare with a rebuild."""
    from django.conf import settings

    from rotative.publishing.publisher import publish_until_idle
    from rotative.publishing.store import Store
    from tests.publishing.rebuild import differences_from_rebuild

    store = Store(settings.STORE_ROOT)
    for encoding in ("br", "gzip"):
        page = store.read("/ville/le-pont/", 200, encoding).decode()
        assert (HEADLINE_BEFORE in page) != (HEADLINE_AFTER in page)
        assert page.rstrip().endswith("</html>")
        assert (
            store.find("/ville/a-retirer/", 200, encoding).exists()
            or store.find("/ville/a-retirer/", 410, encoding).exists()
        )
    publisher = make_publisher()
    publish_until_idle(publisher)
    assert HEADLINE_AFTER in store.read("/ville/le-pont/", 200, "br").decode()
    found = list(differences_from_rebuild(publisher.disk))
    assert found == [], found


if __name__ == "__main__":
    sys.exit(main())
