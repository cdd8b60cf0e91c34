import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from rotative.management import assets, health
from rotative.management.health import Finding, Verdict
from rotative.publishing.models import Invalidation, Priority, PublisherState, Purge, StoredPage
from rotative.publishing.store import Store
from tests.builders import a_newspaper
from tests.importers.wires.builders import a_wire


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    (tmp_path / "secrets").mkdir(mode=0o700)
    return tmp_path


def well(finding: Finding) -> bool:
    assert bool(finding.remedy) == (finding.verdict is not Verdict.GOOD), "what is not well says what to do"
    return finding.verdict is Verdict.GOOD


def test_secrets_that_others_can_read_are_broken(home: Path) -> None:
    assert well(health.examine_secrets())
    (home / "secrets" / "sessions").touch(mode=0o644)

    assert not well(health.examine_secrets())


def test_a_full_disk_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 50 * health.MEGABYTE})
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)

    assert health.examine_space().verdict is Verdict.BROKEN


@pytest.mark.django_db
def test_a_database_that_answers_says_its_version() -> None:
    finding = health.examine_database()

    assert well(finding)
    assert any(letter.isdigit() for letter in finding.state)
    assert well(health.examine_migrations())


@pytest.mark.django_db
def test_a_paper_that_is_not_founded_is_broken() -> None:
    assert not well(health.examine_founding())
    a_newspaper()

    assert well(health.examine_founding())


def test_a_database_that_is_down_is_a_line_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(connection, "ensure_connection", refuse)

    findings = list(health.examine())

    assert [finding.verdict for finding in findings].count(Verdict.BROKEN) >= 1
    assert len(findings) > 5, "what needs no database is examined all the same"


def test_static_files_of_another_version_are_broken(home: Path) -> None:
    (home / "static").mkdir()
    (home / "static" / "staticfiles.json").write_text("{}")
    assets.stamp().write_text("of another version")
    assert not well(health.examine_static_files())
    assets.stamp().write_text(assets.digest_of_sources())

    assert well(health.examine_static_files())


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("http://127.0.0.1:8000", Verdict.DOUBTFUL),
        ("http://journal.example", Verdict.DOUBTFUL),
        ("https://journal.example", Verdict.GOOD),
    ],
)
def test_the_public_address_should_be_set_and_encrypted(settings: Any, address: str, verdict: Verdict) -> None:
    settings.SITE_URL = address

    assert health.examine_address().verdict is verdict


@pytest.mark.parametrize("address", ["https://journal.example", "http://127.0.0.1:8000"])
def test_a_site_that_answers_to_any_name_is_doubtful(settings: Any, address: str) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = address, ["*"]
    assert not well(health.examine_hosts())
    settings.ALLOWED_HOSTS = ["journal.example"]

    assert well(health.examine_hosts())


@pytest.mark.parametrize("address", ["https://journal.example", "http://127.0.0.1:8000"])
def test_root_is_doubtful_wherever_the_paper_is_served(
    settings: Any, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SITE_URL = address
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert not well(health.examine_owner())
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert well(health.examine_owner())


@pytest.mark.usefixtures("at_work")
def test_a_store_of_another_paper_is_broken(settings: Any) -> None:
    store = Store(settings.STORE_ROOT)
    assert well(health.examine_store())
    store.note_identity("a" * 32)
    PublisherState.objects.update(identity="b" * 32)

    assert health.examine_store().verdict is Verdict.BROKEN
    assert "--new-store" in health.examine_store().remedy


def test_traces_shown_to_the_public_are_broken(settings: Any) -> None:
    settings.SITE_URL, settings.DEBUG = "https://journal.example", True

    assert health.examine_debugging().verdict is Verdict.BROKEN


def seconds_ago(seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


@pytest.fixture
def at_work(db: None) -> None:
    """Let a publisher have said a moment ago that it is at work, with one page in the store."""
    PublisherState.objects.create(pk=1, seen_at=timezone.now())
    StoredPage.objects.create(path="/", status=200, number=1, stored_at=timezone.now())


@pytest.mark.usefixtures("at_work")
def test_a_publisher_at_work_with_nothing_to_do_is_well() -> None:
    assert well(health.examine_publisher())
    assert well(health.examine_pages())


@pytest.mark.usefixtures("at_work")
def test_a_publisher_that_has_not_been_heard_of_is_broken() -> None:
    PublisherState.objects.update(seen_at=seconds_ago(120))

    assert not well(health.examine_publisher())
    assert health.examine_publisher().verdict is Verdict.BROKEN


@pytest.mark.django_db
def test_before_the_first_start_nobody_has_missed_a_publisher() -> None:
    assert health.examine_publisher().verdict is Verdict.DOUBTFUL


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize(("seconds", "verdict"), [(5, Verdict.GOOD), (40, Verdict.DOUBTFUL), (301, Verdict.BROKEN)])
def test_a_change_that_waits_too_long_is_told(seconds: float, verdict: Verdict) -> None:
    Invalidation.objects.create(key="article:1")
    Invalidation.objects.update(created_at=seconds_ago(seconds))

    assert health.examine_publisher().verdict is verdict


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize(
    ("priority", "verdict"),
    [(Priority.URGENT, Verdict.BROKEN), (Priority.HOT, Verdict.BROKEN), (Priority.BULK, Verdict.GOOD)],
)
def test_pages_of_the_archive_may_wait_but_fronts_may_not(priority: Priority, verdict: Verdict) -> None:
    StoredPage.objects.update(stale_at=seconds_ago(400), priority=priority)

    assert health.examine_publisher().verdict is verdict


@pytest.mark.usefixtures("at_work")
def test_a_clock_that_is_not_believed_is_broken() -> None:
    PublisherState.objects.update(clock_error="The clock stood still.")

    finding = health.examine_publisher()
    assert finding.verdict is Verdict.BROKEN and "The clock stood still." in finding.remedy


@pytest.mark.usefixtures("at_work")
def test_the_first_page_that_cannot_be_made_is_named_with_its_error() -> None:
    StoredPage.objects.create(path="/z/", failures=1, error="KeyError: 'z'")
    StoredPage.objects.create(path="/a/", failures=3, error="ZeroDivisionError: division by zero")

    finding = health.examine_pages()

    assert not well(finding)
    assert "/a/" in finding.remedy and "ZeroDivisionError" in finding.remedy


@pytest.mark.usefixtures("at_work")
def test_a_disk_that_refuses_pages_is_broken() -> None:
    PublisherState.objects.update(disk_error="No space left on device")

    finding = health.examine_pages()
    assert finding.verdict is Verdict.BROKEN and "No space left on device" in finding.state


@pytest.mark.usefixtures("at_work")
def test_reads_that_no_key_names_and_caches_that_do_not_answer_are_doubtful() -> None:
    StoredPage.objects.update(untracked=2)
    assert health.examine_pages().verdict is Verdict.DOUBTFUL
    StoredPage.objects.update(untracked=0)
    rows = (Purge(path="/", due_at=timezone.now()) for _ in range(health.MANY_PURGES + 1))
    Purge.objects.bulk_create(rows)

    assert not well(health.examine_pages())


@pytest.mark.django_db
def test_a_wire_that_keeps_answering_badly_is_doubtful_and_says_what_to_do() -> None:
    wire = a_wire(failures=health.MANY_FAILURES - 1, problem="status 403")
    assert well(health.examine_wires())
    wire.failures = health.MANY_FAILURES
    wire.save()
    finding = health.examine_wires()
    assert finding.verdict is Verdict.DOUBTFUL
    assert finding.remedy.startswith("Agence: ") and "refuse" in finding.remedy
    wire.is_on = False
    wire.save()
    assert well(health.examine_wires()), "nobody waits for it"
