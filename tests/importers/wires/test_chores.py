"""Wires in the background: a process of their own, and what is left when it is killed."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from rotative.importers.wires import chores
from rotative.management import background
from tests.crash import Site
from tests.importers.wires.builders import a_wire, rss
from tests.old_site import old_site

pytestmark = pytest.mark.slow

MANY = 200


def test_the_worker_asks_wires() -> None:
    assert chores.CHORES[0] in background.WIRES


def test_a_wire_that_holds_its_process_holds_no_other() -> None:
    assert chores.WIRES.most > 1


@pytest.mark.django_db
def test_a_process_begins_when_a_wire_is_due() -> None:
    wire = a_wire(next_ask_at=timezone.now() + timedelta(minutes=1))
    assert not chores.WIRES.is_due()
    assert chores.WIRES.start() == 0
    wire.next_ask_at = timezone.now()
    wire.save()
    assert chores.WIRES.is_due()


def test_a_process_that_is_killed_hard_leaves_a_wire_that_another_takes_to_its_end(
    migrated: str, tmp_path: Path
) -> None:
    paper = Site(tmp_path, migrated)

    def count(table: str, condition: str = "true") -> int:
        return int(paper.ask(f"SELECT count(*) FROM {table} WHERE {condition}")[0])

    with old_site() as site:
        site.answers = {"/feed": rss(*[f"Histoire {number}" for number in range(MANY, 0, -1)])}
        paper.run(
            "from rotative.content import actions; actions.found_newspaper('Le journal');"
            "section, _made = actions.find_or_make_section(['Monde']);"
            "from rotative.importers.models import Wire;"
            f"Wire.objects.create(name='A', address='{site.url}/feed', site='a', section=section)"
        )
        ask = (
            "from rotative.importers.filing import jobs; jobs.BATCH = 20; from rotative.importers.wires import asking;"
        )
        ask += "asking.ask_next(allow_private=True)"
        with paper.start(ask) as first:
            until = time.monotonic() + 60
            while count("importers_line") == 0 and time.monotonic() < until:
                time.sleep(0.01)
            first.kill()
        came = count("importers_line")
        assert 0 < came < MANY and came == count("content_article"), "it was killed in the middle"
        paper.ask("UPDATE importers_wire SET claimed_until = NULL")
        paper.ask("UPDATE importers_importjob SET seen_at = '2020-01-01 00:00:00+00'")
        paper.run(ask)
    assert count("content_article") == count("importers_line") == MANY
    assert count("importers_importjob") == count("importers_importjob", "state = 'done'") == 1
    assert count("importers_wire", "claimed_until IS NULL AND problem = '' AND answered_at IS NOT NULL") == 1
