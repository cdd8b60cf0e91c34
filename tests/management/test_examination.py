import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from rotative.management import assets, examination
from rotative.management.examination import Finding, Verdict
from tests.builders import a_newspaper


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
    assert well(examination.examine_secrets())
    (home / "secrets" / "sessions").touch(mode=0o644)

    assert not well(examination.examine_secrets())


def test_a_full_disk_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 50 * examination.MEGABYTE})
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)

    assert examination.examine_space().verdict is Verdict.BROKEN


@pytest.mark.django_db
def test_a_database_that_answers_says_its_version() -> None:
    finding = examination.examine_database()

    assert well(finding)
    assert any(letter.isdigit() for letter in finding.state)
    assert well(examination.examine_migrations())


@pytest.mark.django_db
def test_a_paper_that_is_not_founded_is_broken() -> None:
    assert not well(examination.examine_founding())
    a_newspaper()

    assert well(examination.examine_founding())


def test_a_database_that_is_down_is_a_line_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(connection, "ensure_connection", refuse)

    findings = list(examination.examine())

    assert [finding.verdict for finding in findings].count(Verdict.BROKEN) >= 1
    assert len(findings) > 5, "what needs no database is examined all the same"


def test_static_files_of_another_version_are_broken(home: Path) -> None:
    (home / "static").mkdir()
    (home / "static" / "staticfiles.json").write_text("{}")
    assets.stamp().write_text("of another version")
    assert not well(examination.examine_static_files())
    assets.stamp().write_text(assets.digest_of_sources())

    assert well(examination.examine_static_files())


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

    assert examination.examine_address().verdict is verdict


def test_a_public_site_that_answers_to_any_name_is_doubtful(settings: Any) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://journal.example", ["*"]
    assert not well(examination.examine_hosts())
    settings.ALLOWED_HOSTS = ["journal.example"]

    assert well(examination.examine_hosts())


def test_traces_shown_to_the_public_are_broken(settings: Any) -> None:
    settings.SITE_URL, settings.DEBUG = "https://journal.example", True

    assert examination.examine_debugging().verdict is Verdict.BROKEN
