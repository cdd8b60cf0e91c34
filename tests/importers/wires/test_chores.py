"""Wires in the background: a process of their own, and what is left when it is killed."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from rotative.importers.wires import chores
from rotative.management import background
from tests.importers.web import old_site
from tests.importers.wires.builders import a_wire, rss

MANY = 400


def test_the_worker_asks_wires() -> None:
    assert chores.CHORES[0] in background.WIRES


@pytest.mark.django_db
def test_a_process_begins_when_a_wire_is_due() -> None:
    wire = a_wire(next_ask_at=timezone.now() + timedelta(minutes=1))
    assert not chores.WIRES.is_due()
    wire.next_ask_at = timezone.now()
    wire.save()
    assert chores.WIRES.is_due()


def in_home(home: Path, code: str) -> "subprocess.Popen[str]":
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("ROTATIVE_", "DATABASE_"))}
    environment = {**ours, "ROTATIVE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "rotative.settings"}
    start = "import django; django.setup(); from rotative.importers.models import *; "
    return subprocess.Popen([sys.executable, "-c", start + code], env=environment, text=True)


def count(home: Path, table: str, condition: str = "1") -> int:
    with closing(sqlite3.connect(f"file:{home / 'rotative.sqlite3'}?mode=ro", uri=True, timeout=20)) as database:
        (found,) = database.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()
    return int(found)


def test_a_process_that_is_killed_hard_leaves_a_wire_that_another_takes_to_its_end(tmp_path: Path) -> None:
    with old_site() as site:
        site.answers = {"/feed": rss(*[f"Histoire {number}" for number in range(MANY, 0, -1)])}
        make = (
            "from django.core.management import call_command; call_command('migrate', verbosity=0);"
            "from rotative.content import actions; actions.found_newspaper('Le journal');"
            "section, _made = actions.find_or_make_section(['Monde']);"
            f"Wire.objects.create(name='A', address='{site.url}/feed', site='a', section=section)"
        )
        assert in_home(tmp_path, make).wait() == 0
        ask = "from rotative.importers.wires import asking; asking.ask_next(allow_private=True)"
        with in_home(tmp_path, ask) as first:
            until = time.monotonic() + 60
            while count(tmp_path, "importers_line") == 0 and time.monotonic() < until:
                time.sleep(0.01)
            first.kill()
        came = count(tmp_path, "importers_line")
        assert 0 < came < MANY and came == count(tmp_path, "content_article"), "it was killed in the middle"
        forget = "Wire.objects.update(claimed_until=None); ImportJob.objects.update(seen_at='2020-01-01T00:00:00Z')"
        assert in_home(tmp_path, forget).wait() == 0
        assert in_home(tmp_path, ask).wait() == 0
    assert count(tmp_path, "content_article") == count(tmp_path, "importers_line") == MANY
    assert count(tmp_path, "importers_importjob") == count(tmp_path, "importers_importjob", "state = 'done'") == 1
    assert count(tmp_path, "importers_wire", "claimed_until IS NULL AND problem = '' AND answered_at IS NOT NULL") == 1
