"""`rotative metrics`, as Prometheus reads it."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from rotative.publishing.models import Invalidation, Priority, PublisherState, Purge, StoredPage

pytestmark = pytest.mark.django_db

# https://prometheus.io/docs/instrumenting/exposition_formats/
SAMPLE = re.compile(r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?P<value>-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)")


def figures(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """Return the figures, having read the format strictly: HELP, TYPE, sample, for each name once."""
    call_command("metrics")
    text = capsys.readouterr().out
    assert text.endswith("\n") and "\n\n" not in text, "the last line ends too, and none is empty"
    lines = text.splitlines()
    found: dict[str, float] = {}
    for described, typed, sample in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        match = SAMPLE.fullmatch(sample)
        assert match, sample
        name = match["name"]
        assert re.fullmatch(rf"# HELP {name} [^\\]+", described)
        assert typed == f"# TYPE {name} gauge"
        assert name not in found
        found[name] = float(match["value"])
    return found


def test_a_paper_that_was_never_published_has_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys)

    assert found["rotative_publisher_up"] == 0
    assert found["rotative_pages"] == found["rotative_oldest_invalidation_seconds"] == 0


def test_what_doctor_looks_at_can_be_watched(capsys: pytest.CaptureFixture[str]) -> None:
    now = timezone.now()
    PublisherState.objects.create(
        pk=1, seen_at=now, disk_error="No space left on device", clock_error="It stood still."
    )
    StoredPage.objects.create(
        path="/", number=1, stale_at=now - timedelta(seconds=70), priority=Priority.HOT, untracked=3
    )
    StoredPage.objects.create(path="/a/", number=2, stale_at=now, failures=1, error="KeyError")
    Invalidation.objects.create(key="article:1")
    Invalidation.objects.update(created_at=now - timedelta(seconds=40))
    Purge.objects.create(path="/", due_at=now)

    found = figures(capsys)

    assert found["rotative_pages"] == found["rotative_stale_pages"] == 2
    assert found["rotative_failing_pages"] == found["rotative_purges"] == found["rotative_invalidations"] == 1
    assert found["rotative_untracked_reads"] == 3
    assert 70 <= found["rotative_oldest_stale_hot_page_seconds"] < 100
    assert 40 <= found["rotative_oldest_invalidation_seconds"] < 70
    assert found["rotative_publisher_up"] == 1
    assert found["rotative_store_writable"] == found["rotative_clock_trusted"] == 0
