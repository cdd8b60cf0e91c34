"""The exports with which WordPress's own importer tests itself: each comes in whole, with a line for each thing in it.

They are not ours to copy: where they are absent, these tests are skipped.
"""

import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from rotative.content.models import Article, StandingPage
from rotative.importers.filing import jobs
from rotative.importers.filing.uploads import Shelves
from rotative.importers.models import ImportJob, Line, Outcome
from rotative.importers.wordpress.targets import open_export
from tests.builders import a_newspaper

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "wxr"
FILES = sorted(FOLDER.glob("*.xml"))

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not FILES, reason="the reference exports are not here")]


def bring_in(path: Path) -> list[Line]:
    a_newspaper()
    with open_export(path) as export:
        job = ImportJob.objects.create(kind="wordpress", source=str(path), site=export.name)
        jobs.run(job, export, Shelves(online=False))
    return list(job.lines.all())


def things_in(path: Path) -> Counter[str]:
    """Count what stands below the channel of an export, with a parser that mends some of what is broken."""
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(recover=True, huge_tree=True, resolve_entities=False))
    channel = root.find("channel")  # which the most broken of them seem not to have
    children = () if channel is None else channel
    names = [re.sub(r"^\{.*\}", "", child.tag) for child in children if isinstance(child.tag, str)]
    return Counter(name for name in names if name in {"item", "author", "category", "tag", "term"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_thing_has_a_line_and_each_story_comes_in(path: Path) -> None:
    lines = bring_in(path)
    assert len(lines) >= sum(things_in(path).values())
    assert len({line.key for line in lines}) == len(lines)
    assert not [line for line in lines if line.outcome == Outcome.REFUSED]
    stories = [line for line in lines if line.item_id]
    assert len(stories) == Article.objects.count() + StandingPage.objects.count()
    skipped = Counter(line.reason for line in lines if line.outcome == Outcome.SKIPPED)
    assert "" not in skipped


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_second_run_changes_nothing(path: Path) -> None:
    bring_in(path)
    written = {Outcome.IMPORTED, Outcome.CHANGED}
    assert not [line for line in bring_in(path) if line.outcome in written]


def test_every_comment_of_the_theme_unit_test_is_accounted_for() -> None:
    path = FOLDER / "theme-unit-test-data.xml"
    lines = bring_in(path)
    written = len(re.findall(rb"<wp:comment>", path.read_bytes()))
    accounted = 0
    for line in lines:
        left = line.report.get("left_out", {})
        accounted += line.comments + left.get("lost comments", 0) + left.get("pingback", 0) + left.get("trackback", 0)
    assert accounted == written
