import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from rotative.importers.filing import leases
from rotative.importers.models import ImportJob, JobState


@pytest.mark.django_db
def test_a_lease_is_renewed_of_a_job_that_is_run_and_of_no_other() -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    running, ended, undoing = (
        ImportJob.objects.create(state=state, seen_at=seen_at)
        for state, seen_at in ((JobState.RUNNING, long_ago), (JobState.RUNNING, None), (JobState.UNDOING, long_ago))
    )
    for job in (running, ended, undoing):
        leases.renew(job.pk)
        job.refresh_from_db()
    assert running.seen_at is not None and running.seen_at > long_ago
    assert (ended.seen_at, undoing.seen_at) == (None, long_ago)


def test_a_lease_is_renewed_as_long_as_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[int] = []
    twice = threading.Event()

    def renew(number: int) -> None:
        renewed.append(number)
        if len(renewed) > 1:
            twice.set()

    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(leases, "renew", renew)
    monkeypatch.setattr("rotative.importers.filing.leases.connection.close", lambda: None)
    with leases.held(7):
        assert twice.wait(10)
    count = len(renewed)
    assert set(renewed) == {7}
    assert not [thread for thread in threading.enumerate() if thread.name == "import-7"]
    assert len(renewed) == count
