"""Imports in the background: taken up, gone on with, taken back, and said so when they cannot."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from rotative.content.models import Article
from rotative.importers.filing import chores, jobs, leases, sources, undoing
from rotative.importers.models import ImportJob, JobState, SourceKind
from rotative.importers.wordpress.targets import open_export
from tests.builders import a_newspaper
from tests.importers.wordpress.exports import a_category, an_export, an_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(tmp_path: Path) -> Path:
    a_newspaper()
    items = [an_item(number, f"Histoire {number}") for number in range(1, 6)]
    return an_export(tmp_path / "export.xml", a_category("politique", "Politique"), *items)


def a_job(path: Path, state: JobState = JobState.WAITING, **fields: Any) -> ImportJob:
    with open_export(path) as source:
        values = {"kind": SourceKind.WORDPRESS, "source": str(path), "site": source.name, "total": source.total}
    return ImportJob.objects.create(state=state, **{**values, "options": {"online": False}, **fields})


def after(job: ImportJob) -> ImportJob:
    job.refresh_from_db()
    return job


def once() -> Callable[[], bool]:
    """Return what asks to stop when it is asked a second time."""
    asked: list[int] = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) > 1

    return should_stop


def test_a_waiting_import_is_run_to_its_end(export: Path) -> None:
    job = a_job(export)
    assert chores.do_next()
    assert after(job).state == JobState.DONE
    assert Article.objects.count() == 5
    assert not chores.do_next()


def test_one_at_a_time_the_oldest_first(export: Path) -> None:
    first, second = a_job(export), a_job(export)
    assert chores.do_next()
    assert (after(first).state, after(second).state) == (JobState.DONE, JobState.WAITING)


def test_when_the_worker_ends_the_next_one_goes_on(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    job = a_job(export)
    chores.do_next(once())
    assert after(job).state == JobState.WAITING
    assert 0 < job.position < job.total
    chores.do_next()
    assert after(job).state == JobState.DONE
    assert Article.objects.count() == 5


def test_who_was_asked_to_stop_stays_stopped(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = a_job(export)

    def stop_at_once(*_arguments: Any) -> bool:
        return True

    monkeypatch.setattr(leases.Lease, "is_stop_asked", stop_at_once)
    chores.do_next()
    assert after(job).state == JobState.STOPPED
    assert not chores.due().exists()


def test_a_source_that_is_gone_is_named_in_a_sentence(export: Path) -> None:
    job = a_job(export)
    export.unlink()
    chores.do_next()
    assert after(job).state == JobState.FAILED
    assert str(export) in job.error and len(job.error) > len(str(export)) + 10


def test_a_source_that_is_another_file_now_is_refused(export: Path) -> None:
    job = a_job(export, total=7)
    chores.do_next()
    assert after(job).state == JobState.FAILED
    assert str(export) in job.error
    assert not Article.objects.exists()


def test_a_source_that_cannot_be_opened_is_tried_once(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = a_job(export)

    def fail(*_arguments: Any) -> None:
        raise OSError("no such device")

    monkeypatch.setattr(sources, "open_source", fail)
    chores.do_next()
    assert after(job).state == JobState.FAILED
    assert "no such device" in job.error
    assert not chores.due().exists()


def test_what_the_newsroom_wants_back_is_taken_back(export: Path) -> None:
    job = a_job(export)
    chores.do_next()
    ImportJob.objects.update(state=JobState.UNDOING, seen_at=None)
    assert chores.do_next()
    assert after(job).state == JobState.UNDONE
    assert not Article.objects.exists()


def test_an_undo_that_fails_says_why_and_is_tried_again_later(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = a_job(export, JobState.UNDOING)

    def fail(*_arguments: Any, **_named: Any) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(undoing, "undo", fail)
    chores.do_next()
    assert (after(job).state, job.error) == (JobState.UNDOING, "ValueError: broken")
    assert not chores.due().exists()
    ImportJob.objects.update(seen_at=timezone.now() - 2 * leases.LEASE)
    assert chores.due().exists()


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.FINISHING, JobState.UNDOING])
def test_what_died_in_the_background_is_taken_up_when_its_lease_has_run_out(export: Path, state: JobState) -> None:
    options = {"online": False, chores.BACKGROUND: True}
    job = a_job(export, state, seen_at=timezone.now(), options=options)
    assert not chores.due().exists()
    ImportJob.objects.update(seen_at=timezone.now() - leases.LEASE - timedelta(seconds=1))
    assert chores.due().get() == job


def test_what_died_at_a_keyboard_is_left_to_who_sat_there(export: Path) -> None:
    a_job(export, JobState.RUNNING, seen_at=timezone.now() - timedelta(days=1))
    assert not chores.due().exists()


def test_a_process_begins_when_a_job_waits(export: Path) -> None:
    assert not chores.IMPORTS.is_due()
    assert chores.IMPORTS.start() == 0
    a_job(export)
    assert chores.IMPORTS.is_due()


# --- killed
