"""A store and a database of one paper know each other; nobody writes in a store of another."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import OperationalError
from django.utils import translation

from rotative.environment import LOST_DATABASE, holds_paper, identity_file
from rotative.publishing import identity, publisher
from rotative.publishing.identity import StoreMismatchError
from rotative.publishing.models import PublisherState, StoredPage
from rotative.publishing.publisher import Publisher, publish_until_idle
from rotative.publishing.sqlite3.base import DatabaseWrapper
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from tests.builders import a_newspaper, a_section, an_article

pytestmark = pytest.mark.slow


def files_of(store: Store) -> dict[str, bytes]:
    return {str(file.relative_to(store.root)): file.read_bytes() for _status, file in store.files()}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def paper(db: None, store: Store) -> Publisher:
    """Publish a small paper."""
    a_newspaper()
    an_article("Le pont est ouvert", a_section("Ville"), slug="le-pont")
    loop = Publisher(Disk(store))
    publish_until_idle(loop)
    return loop


def forget_the_identities(store: Store) -> None:
    """Make the paper one of the time before identities."""
    (store.root / "identity").unlink()
    PublisherState.objects.update(identity="")


def begin_another_paper() -> None:
    """Let the database be that of a new paper."""
    StoredPage.objects.all().delete()
    PublisherState.objects.all().delete()


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_the_first_publication_marks_database_and_store(paper: Publisher, store: Store) -> None:
    assert len(store.identity()) == 32
    assert store.identity() == PublisherState.objects.get().identity
    assert identity.find_problem(store) == ""


def test_a_new_paper_neither_writes_nor_scrubs_in_the_store_of_another(paper: Publisher, store: Store) -> None:
    before = files_of(store)
    begin_another_paper()

    with pytest.raises(StoreMismatchError, match="another paper"):
        publish_until_idle(Publisher(Disk(store)))

    assert files_of(store) == before


def test_a_store_older_than_identities_is_kept_from_another_paper_too(paper: Publisher, store: Store) -> None:
    before = files_of(store)
    forget_the_identities(store)
    begin_another_paper()

    with pytest.raises(StoreMismatchError, match="another paper"):
        publish_until_idle(Publisher(Disk(store)))
    assert files_of(store) == before


def test_a_paper_older_than_identities_gets_one_silently(paper: Publisher, store: Store) -> None:
    forget_the_identities(store)
    # A file is damaged, as may be: the others tell whose store it is.
    store.find("/", 200, "br").write_bytes(b"")
    store.find("/", 200, "gzip").unlink()

    publish_until_idle(Publisher(Disk(store)))

    assert store.identity() == PublisherState.objects.get().identity != ""


@pytest.mark.parametrize("forgotten", ["database", "store"])
def test_what_has_lost_its_identity_takes_that_of_the_other(paper: Publisher, store: Store, forgotten: str) -> None:
    known = store.identity()
    if forgotten == "store":
        (store.root / "identity").unlink()
    else:
        PublisherState.objects.update(identity="")

    assert identity.claim(store) == known
    assert store.identity() == PublisherState.objects.get().identity == known


def test_a_backup_on_a_new_machine_makes_its_store_anew(paper: Publisher, store: Store, tmp_path: Path) -> None:
    elsewhere = Store(tmp_path / "elsewhere")

    publish_until_idle(Publisher(Disk(elsewhere)))

    assert files_of(elsewhere) == files_of(store)
    assert elsewhere.identity() == store.identity()


def test_a_database_older_than_the_store_is_recognised(paper: Publisher, store: Store) -> None:
    newest = StoredPage.objects.order_by("-number")[0]
    StoredPage.objects.filter(pk=newest.pk).delete()
    before = files_of(store)

    with pytest.raises(StoreMismatchError, match="older than the store") as told:
        publish_until_idle(Publisher(Disk(store)))

    assert "rotative prepare --new-store" in str(told.value)
    assert files_of(store) == before


def test_a_database_replaced_while_the_publisher_runs_is_noticed_within_seconds(
    paper: Publisher, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "ALIVE_SECONDS", 0.0)
    before = files_of(store)
    begin_another_paper()
    PublisherState.objects.create(pk=1, identity="f" * 32)

    with pytest.raises(StoreMismatchError):
        next(paper.turn())
    assert files_of(store) == before


# --- the file of SQLite


@pytest.fixture
def home(settings: Any, tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    settings.HOME = tmp_path / "home"
    (settings.HOME / "secrets").mkdir(parents=True)
    with django_db_blocker.unblock():
        yield Path(settings.HOME)


def connect(file: Path) -> DatabaseWrapper:
    options = {"OPTIONS": {}, "TIME_ZONE": None, "AUTOCOMMIT": True, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    wrapper = DatabaseWrapper({**project.DATABASES["default"], **options, "NAME": str(file)}, "another")
    wrapper.inc_thread_sharing()
    return wrapper


def value(wrapper: DatabaseWrapper) -> Any:
    with wrapper.cursor() as cursor:
        return cursor.execute("SELECT max(x) FROM t").fetchone()[0]


def make(file: Path, number: int) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE t (x)")
        database.execute("INSERT INTO t VALUES (?)", [number])


@pytest.mark.parametrize("trace", ["secrets/identity", "store/pages/index.html.br", "media/original/pont.jpg"])
def test_no_database_is_made_where_a_paper_has_lost_its_own(home: Path, trace: str) -> None:
    (home / trace).parent.mkdir(parents=True, exist_ok=True)
    (home / trace).write_text("x")
    assert holds_paper(home)

    with pytest.raises(OperationalError, match=LOST_DATABASE):
        connect(home / "rotative.sqlite3").ensure_connection()
    assert not (home / "rotative.sqlite3").exists()


def test_the_first_start_makes_the_database(home: Path) -> None:
    (home / "store" / "pages").mkdir(parents=True)
    (home / "secrets" / "sessions").touch()  # settings make it before anything else
    assert not holds_paper(home)

    connect(home / "rotative é %20?.sqlite3").ensure_connection()

    assert (home / "rotative é %20?.sqlite3").exists()


def test_a_connection_follows_the_file_that_was_lost_and_restored(home: Path) -> None:
    file = home / "rotative.sqlite3"
    make(file, 1)
    identity_file(home).touch()
    wrapper = connect(file)
    assert value(wrapper) == 1
    file.rename(home / "moved")

    wrapper.close_if_unusable_or_obsolete()  # as at the beginning of each request
    with pytest.raises(OperationalError, match=LOST_DATABASE):
        value(wrapper)
    make(file, 2)
    wrapper.close_if_unusable_or_obsolete()

    assert value(wrapper) == 2
    wrapper.close()
