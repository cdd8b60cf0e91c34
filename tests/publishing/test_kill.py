"""`kill -9` at each step of publishing: the store is old or new, never torn, and the next start finishes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def test_a_publisher_that_is_killed_anywhere_leaves_whole_pages_and_the_next_one_finishes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.publishing.crash", str(tmp_path), "24"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    if done.returncode:
        pytest.fail(done.stderr[-3000:])
    found = json.loads(done.stdout.splitlines()[-1])

    print(f"killed at {found['killed']} points; slowest restart {found['slowest_restart']:.2f} s")
    assert found["problems"] == [], done.stderr[-3000:]
    assert found["killed"] > 40
    assert found["slowest_restart"] < 30
