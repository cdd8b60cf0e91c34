"""What every test starts from: files in its own folder, a migrated database, and no network beyond this machine."""

import contextlib
import gc
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from rotative.publishing import compress


@pytest.fixture(autouse=True)
def test_settings(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep files of a test in its own folder, static files unhashed, and hashing and compressing quick."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORE_ROOT = tmp_path / "store"
    settings.STRICT_TRACKING = True
    settings.STORAGES = {
        "default": {"BACKEND": "rotative.content.storage.MediaStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(compress, "BROTLI_SMALL", 9)  # a tenth of the time of 11, and sizes keep their order
    cache.clear()  # Wagtail remembers copies of pictures by a key that the next test's picture has too
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def migrated_database(root: Path) -> Path:
    """Return where the migrated SQLite database of this state of the code is kept between runs."""
    sources = [*sorted(root.glob("rotative/*/migrations/*.py")), root / "requirements" / "base.txt"]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    return root / "build" / "tests" / f"migrated-{digest}.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, request: pytest.FixtureRequest) -> None:
    """Start from a copy of the migrated SQLite database: migrating takes longer than most tests."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        copy = Path(os.environ["ROTATIVE_HOME"]) / "test.sqlite3"
        kept = migrated_database(request.config.rootpath)
        if kept.exists():
            shutil.copyfile(kept, copy)
        database["TEST"]["NAME"] = str(copy)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, request: pytest.FixtureRequest, django_db_blocker: Any) -> None:
    """Keep the database that was just migrated, for the next run."""
    from django.db import connection
    from django.test.utils import setup_databases

    if not any(item.get_closest_marker("django_db") for item in request.session.items):
        # pytest-django goes by the marks alone; who commits for real has none.
        with django_db_blocker.unblock():
            setup_databases(verbosity=0, interactive=False, aliases={"default"}, keepdb=True)
    kept = migrated_database(request.config.rootpath)
    if connection.vendor != "sqlite" or kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    scratch = kept.with_suffix(f".{os.getpid()}")
    with django_db_blocker.unblock(), contextlib.closing(sqlite3.connect(scratch)) as target:
        connection.ensure_connection()
        connection.connection.backup(target)
    scratch.rename(kept)


@pytest.fixture
def migrated(django_db_setup: None) -> str:
    """The database of the tests, with no connection to it, to make copies of: a file, or a name on the server."""
    from django.db import connection, connections

    connections.close_all()
    return str(connection.settings_dict["NAME"])


# Who asks for one of these speaks with the database of the run; pytest-django lets nobody else.
OPENS_DATABASE = {"db", "transactional_db", "django_db_setup"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what the database has a part in, and begin with the files that take longest.

    With one of those last, a worker would wait for the other.
    """
    for item in items:
        if item.get_closest_marker("django_db") or OPENS_DATABASE & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Keep what was loaded before the tests out of the garbage collector's sight: it is most of what it looks at."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture
def files_collected() -> Iterator[None]:
    """Collect the files that Wagtail leaves open: Python complains of them in some unlucky later test."""
    yield
    gc.collect()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Iterator[None]:
    """Begin with nothing written but what was migrated, and note what is."""
    from django.db import connection

    from tests import builders, replayed

    builders.number_from_one()
    replayed.begin()
    if replayed.note_write not in connection.execute_wrappers:
        connection.execute_wrappers.append(replayed.note_write)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Let no test pass in which the newspaper is changed without the writers' lock."""
    from django.db import connection

    from tests.writers import refuse_late_writes

    connection.execute_wrappers.append(refuse_late_writes)
    try:
        return (yield)
    finally:
        connection.execute_wrappers.remove(refuse_late_writes)


@pytest.fixture(scope="session", autouse=True)
def state_folder() -> Iterator[None]:
    yield
    shutil.rmtree(os.environ["ROTATIVE_HOME"], ignore_errors=True)
