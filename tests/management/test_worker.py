"""The background worker: chores in a plain loop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rotative.comments.chores import CHORES
from rotative.management import background, worker


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


def until(done: Callable[[], bool], seconds: float = 5) -> Callable[[], bool]:
    """Return what tells the loop to stop: what was awaited has come, or too much time has passed."""
    end = time.monotonic() + seconds
    return lambda: done() or time.monotonic() > end


def test_each_chore_is_done_as_often_as_it_says() -> None:
    done = {"often": 0, "once": 0}

    def often() -> int:
        done["often"] += 1
        return 0

    def once() -> int:
        done["once"] += 1
        return 0

    worker.run([(0.0, often), (3600.0, once)], until(lambda: done["often"] == 5))
    assert done == {"often": 5, "once": 1}


def test_a_chore_that_fails_holds_up_no_other_and_is_put_back(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def breaks() -> int:
        done.append("breaks")
        raise RuntimeError("poison")

    def works() -> int:
        done.append("works")
        return 0

    worker.run([(0.0, breaks), (0.0, works)], until(lambda: done.count("works") == 3))
    assert done.count("breaks") == 1
    assert "A chore failed (breaks); next try in 2 s." in caplog.text


def test_serve_runs_the_worker_beside_the_publisher() -> None:
    assert background.WORKS.keys() == {"rotative-publisher", "rotative-worker"}
    assert {chore.__name__ for _seconds, chore in CHORES} >= {"send_due", "tell_moderators", "shorten_addresses"}


def test_the_worker_alone_ends_when_it_is_told_to(tmp_path: Path) -> None:
    home = {**os.environ, "ROTATIVE_HOME": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"}
    with subprocess.Popen([sys.executable, "-m", "rotative", "worker"], env=home, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert b"A chore failed" in process.stderr.readline(), "there is no database, and it goes on all the same"
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        assert process.wait(timeout=10) == 0
