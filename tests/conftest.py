"""What every test starts from: a state folder of its own, and no way out to the network."""

import os
import tempfile

# Settings read the environment when they are imported: before any fixture can run.
os.environ["ROTATIVE_HOME"] = tempfile.mkdtemp(prefix="rotative-tests-")

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def test_settings(settings: Any, tmp_path: Path) -> None:
    """Keep files of a test in its own folder, static files unhashed, and password hashing quick."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, request: pytest.FixtureRequest) -> None:
    """Keep the migrated SQLite database between runs (--reuse-db): migrating takes longer than most tests."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        folder = request.config.rootpath / "build" / "tests"
        folder.mkdir(parents=True, exist_ok=True)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        database["TEST"]["NAME"] = str(folder / f"{worker}.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def state_folder() -> Iterator[None]:
    yield
    shutil.rmtree(os.environ["ROTATIVE_HOME"], ignore_errors=True)
