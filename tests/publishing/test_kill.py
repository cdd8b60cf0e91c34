"""`kill -9` at each step of publishing: the store is old or new, never torn, and the next start finishes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_a_publisher_that_is_killed_anywhere_leaves_whole_pages_and_the_next_one_finishes(
    migrated: str, tmp_path: Path
) -> None:
    # With SQLite one run is copied at every point; PostgreSQL wants a run for each.
    most, spread = (8, 40) if os.environ.get("DATABASE_URL") else (24, 13)
    command = [sys.executable, "-m", "tests.publishing.crash", str(tmp_path), migrated, str(most), str(spread)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    if done.returncode:
        pytest.fail(done.stderr[-3000:])
    found = json.loads(done.stdout.splitlines()[-1])

    print(f"killed at {found['killed']} points; slowest restart {found['slowest_restart']:.2f} s")
    assert found["problems"] == [], done.stderr[-3000:]
    assert found["killed"] > (10 if os.environ.get("DATABASE_URL") else 40)
    assert found["slowest_restart"] < 30
