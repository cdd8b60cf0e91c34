"""`kill -9` at each step of an import: whoever goes on with it makes the paper that one run makes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash import Site
from tests.importers.wordpress.exports import an_export, an_item

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["wordpress", "pages", "warc", "capture"])
def test_an_import_that_is_killed_anywhere_and_gone_on_with_gives_what_one_run_gives(
    kind: str, migrated: str, tmp_path: Path
) -> None:
    most = 6 if os.environ.get("DATABASE_URL") else 24  # with PostgreSQL a run for each
    command = [sys.executable, "-m", "tests.importers.filing.crash", str(tmp_path), migrated, kind, str(most)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["problems"] == []
    assert found["killed"] >= most


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_worker_that_is_killed_hard_leaves_a_job_that_another_takes_to_its_end(migrated: str, tmp_path: Path) -> None:
    """Kill the process that imports in the middle, run out its lease, and let the next worker go on."""
    path = an_export(tmp_path / "export.xml", *[an_item(number, f"Histoire {number}") for number in range(1, 201)])
    site = Site(tmp_path, migrated)
    site.run(
        "from rotative.content import actions; actions.found_newspaper('Le journal');"
        "from rotative.importers.filing import sources; from rotative.importers.models import ImportJob;"
        f"job = ImportJob(kind='wordpress', source={str(path)!r}, state='waiting', options={{'online': False}});"
        "source = sources.open_source(job); job.site, job.total = source.name, source.total; job.save()"
    )
    work = "from rotative.importers.filing import chores, jobs; jobs.BATCH = 20; chores.IMPORTS.do_all()"
    with site.start(work) as first:
        try:
            wait_until(lambda: site.ask("SELECT position FROM importers_importjob")[0] > 0)
        finally:
            first.kill()
    state, came = site.ask("SELECT state, (SELECT count(*) FROM content_article) FROM importers_importjob")
    assert state in {"running", "finishing"} and came < 200, "it was killed in the middle"
    site.ask("UPDATE importers_importjob SET seen_at = '2020-01-01 00:00:00+00'")
    site.run(work)
    assert site.ask("SELECT state, (SELECT count(*) FROM content_article) FROM importers_importjob") == ("done", 200)
