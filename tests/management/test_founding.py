"""Founding: never over a paper that has lost its database; a store of another time or paper is kept aside."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from rotative.content.models import Home
from rotative.environment import ConfigurationError, identity_file
from rotative.management import founding
from rotative.management.commands import prepare
from rotative.publishing.identity import StoreMismatchError
from rotative.publishing.leader_lock import sole_publisher
from rotative.publishing.models import PublisherState
from rotative.publishing.store import Store
from tests.builders import a_newspaper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    (tmp_path / "secrets").mkdir()
    return tmp_path


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_a_database_without_a_paper_is_refused_where_one_was_founded(home: Path) -> None:
    founding.refuse_to_found_over_a_paper()
    identity_file(home).touch()

    with pytest.raises(ConfigurationError, match="Restore its database"):
        founding.refuse_to_found_over_a_paper()
    assert not Home.objects.exists()

    a_newspaper()
    founding.refuse_to_found_over_a_paper()


def test_the_first_start_gives_database_store_and_secrets_one_identity(home: Path) -> None:
    a_newspaper()
    founding.settle_identity()
    known = identity_file(home).read_text()
    founding.settle_identity()

    assert known == Store(home / "store").identity() == PublisherState.objects.get().identity
    assert len(known) == 32
    assert identity_file(home).stat().st_mode & 0o077 == 0


def test_a_store_that_is_not_the_databases_is_kept_aside_and_a_new_one_begun(
    home: Path, settings: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_newspaper()
    for step in ("migrate", "collect_static_files", "make_administrator"):
        monkeypatch.setattr(prepare, step, lambda: None)
    monkeypatch.setattr(prepare, "found", lambda demo: None)
    store = Store(Path(settings.STORE_ROOT))
    store.note_identity("f" * 32)
    page = store.find("/", 200, "br")
    page.parent.mkdir(parents=True)
    page.write_bytes(b"of the other paper")
    PublisherState.objects.create(pk=1, identity="a" * 32)

    with pytest.raises(StoreMismatchError, match="another paper"):
        prepare.prepare(demo=False)
    with sole_publisher(), pytest.raises(ConfigurationError, match="Stop Rotative"):
        prepare.prepare(demo=False, new_store=True)
    prepare.prepare(demo=False, new_store=True)

    (kept,) = home.glob("store-until-*")
    assert (kept / "pages" / "index.html.br").read_bytes() == b"of the other paper"
    assert str(kept) in capsys.readouterr().out
    assert store.identity() == "a" * 32
    assert not store.holds_pages()
    prepare.prepare(demo=False, new_store=True)
    assert len(list(home.glob("store-until-*"))) == 1, "a store that is the database's stays"
