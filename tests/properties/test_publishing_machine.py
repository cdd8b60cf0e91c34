"""Whatever a newsroom does, and wherever the publisher stops: when it is idle, the store is what a rebuild would make.

`publishing_machine.py` has the rules. This runs about a thousand steps, always the same; `python -m bench.machine`
runs others for as long as you like.
"""

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from rotative.comments import queries as comment_queries
from rotative.publishing import compress, publisher, store
from rotative.publishing.publisher import publish_until_idle
from tests.properties.publishing_machine import NewsroomMachine, counted, found_the_paper, make_publisher
from tests.publishing.rebuild import differences_from_rebuild

pytestmark = pytest.mark.slow

EXAMPLES, STEPS = int(os.environ.get("ROTATIVE_MACHINE_EXAMPLES", "18")), 30
MINUTES = float(os.environ.get("ROTATIVE_MACHINE_MINUTES", "0"))
# Making a failing story short takes minutes; without, it is told as it was found.
PHASES = [Phase.generate] if os.environ.get("ROTATIVE_MACHINE_RAW") else [Phase.generate, Phase.shrink]


@pytest.fixture
def machine(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[NewsroomMachine]:
    """The newsroom with its paper founded and published, on a disk that is quick because it forgets nothing here."""
    monkeypatch.setattr(store, "_fsync", lambda path: None)
    monkeypatch.setattr(compress, "BROTLI_SMALL", 4)
    monkeypatch.setattr(publisher, "TICK_SECONDS", 0.0)
    monkeypatch.setattr(comment_queries, "PAGE", 2)  # so that discussions have several pages
    found_the_paper()
    NewsroomMachine.store, NewsroomMachine.scratch = tmp_path / "founded", tmp_path / "scratch"
    first = make_publisher(NewsroomMachine.store)
    publish_until_idle(first)
    assert list(differences_from_rebuild(first.disk)) == []
    return NewsroomMachine


def test_at_every_quiet_point_the_store_is_what_a_full_rebuild_would_make(machine: type[NewsroomMachine]) -> None:
    counted.clear()
    until = time.monotonic() + 60 * MINUTES
    try:
        while True:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    derandomize=not MINUTES,
                    database=None,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    phases=PHASES,
                    print_blob=False,
                ),
            )
            if time.monotonic() >= until:
                break
    finally:
        for what, times in sorted(counted.items()):
            print(f"{times:>9,} {what}")
    assert counted["changes"] + counted["refusals"] + counted["moments"] >= 1000
