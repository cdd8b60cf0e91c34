"""Kill the publisher at each write, rename, removal, sync and commit, and see whether the next one finds its way.

Run in a process of its own: `python -m tests.publishing.crash HOME MIGRATED MOST SPREAD`. Prints JSON: how many
points were killed, what was wrong after any of them, and the seconds from a restart until the change was on the disk.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.crash import Reach, Site, in_child

HEADLINE_BEFORE, HEADLINE_AFTER = "Le pont est fermé", "Le pont est ouvert"
BEHIND_ALL = 2000


def main() -> int:
    site, most, spread = Site(Path(sys.argv[1]), sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    os.environ["ROTATIVE_STRICT_TRACKING"] = "yes"
    os.environ.update(site.variables)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from rotative.publishing import compress

    compress.BROTLI_SMALL = 4  # how small the files are is not what is looked at
    call_command("collectstatic", interactive=False, verbosity=0)
    make_newspaper()
    connections.close_all()
    site.keep()
    problems: list[str] = []
    restarts: list[float] = []
    # Every point at first, then some.
    points = [*range(1, most + 1), *range(most + spread, BEHIND_ALL, spread)]
    for point in site.after_kills(change_and_publish, points):
        began = time.monotonic()
        if not in_child(examine_and_finish):
            problems.append(f"after point {point}")
        restarts.append(time.monotonic() - began)
    print(json.dumps({"killed": len(restarts), "problems": problems, "slowest_restart": max(restarts)}))
    return 0


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


def change_and_publish(reach: Reach) -> None:
    from rotative.content.models import Article
    from rotative.publishing.publisher import publish_until_idle
    from rotative.publishing.writing import writing

    with writing():
        article = Article.objects.get(slug="le-pont")
        article.title = HEADLINE_AFTER
        article.save_revision().publish()
        Article.objects.get(slug="a-retirer").unpublish()
    arm(reach)
    publisher = make_publisher()
    publish_until_idle(publisher)
    publisher.close()


def arm(reach: Reach) -> None:
    """Come to a point at each of the calls that change a disk or a database."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    from rotative.publishing import store

    def around(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            reach()
            result = call(*args, **kwargs)
            reach()
            return result

        return called

    for name in ("replace", "unlink", "rmdir", "fsync", "utime"):
        setattr(os, name, around(getattr(os, name)))
    BaseDatabaseWrapper._commit = around(BaseDatabaseWrapper._commit)  # type: ignore[method-assign]
    plain_open = Path.open

    def open_halting(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        file = plain_open(path, mode, *args, **kwargs)
        return Halting(file, reach) if "w" in mode else file

    store.Path.open = open_halting  # type: ignore[assignment, method-assign]


class Halting:
    """A file whose writing is interrupted half-way."""

    def __init__(self, file: Any, reach: Reach) -> None:
        self.file, self.reach = file, reach

    def __enter__(self) -> "Halting":
        return self

    def __exit__(self, *_error: object) -> None:
        self.file.close()

    def write(self, data: bytes) -> None:
        self.file.write(data[: len(data) // 2])
        self.file.flush()
        self.reach()
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
