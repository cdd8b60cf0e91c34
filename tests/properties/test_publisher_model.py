"""In whatever order things happen, and wherever the publisher crashes, no page stays stale; and no rule can be spared.

The model and the search are in `publisher_model.py`, with their story. Each wrong design below ends with the shortest
story in which it shows a reader what is not true.
"""

import pytest

from tests.properties import publisher_model
from tests.properties.publisher_model import (
    BUSY_DAY,
    LAGGING,
    POOLED,
    RIGHT,
    SEARCHES,
    THREE_CHANGES,
    TWO_CHANGES,
    TWO_CHANGES_OF_A,
    WRONG,
    Design,
    News,
    Truth,
    explore,
    replaced,
)

pytestmark = pytest.mark.slow


def told(name: str) -> list[str]:
    """Return the shortest story that leads from a wrong design to a harm, and the harm."""
    report = explore(*SEARCHES[name])
    return [*report.story, report.harm]


def possible_truths(news: News) -> set[Truth]:
    """Return every truth of a day, at each of its moments, whoever comes first."""
    truths: set[Truth] = set()
    moments = {(news.morning, (0,) * len(news.turns))}
    while moments:
        truth, taken = moments.pop()
        truths.add(truth)
        for editor, turns in enumerate(news.turns):
            for change in turns[taken[editor]] if taken[editor] < len(turns) else ():
                changed = replaced(truth, change.article, change.apply(truth[change.article]))
                moments.add((changed, replaced(taken, editor, taken[editor] + 1)))
    return truths


@pytest.mark.parametrize(
    ("design", "news", "least_states"),
    [
        pytest.param(RIGHT, BUSY_DAY, 35_000, id="a busy day"),
        pytest.param(RIGHT, THREE_CHANGES, 80_000, id="any three changes"),
        pytest.param(LAGGING, TWO_CHANGES, 48_000, id="a disk that lags"),
        pytest.param(POOLED, TWO_CHANGES_OF_A, 48_000, id="two that render"),
    ],
)
def test_no_interleaving_of_two_editors_and_crashes_leaves_a_stale_page(
    design: Design, news: News, least_states: int
) -> None:
    report = explore(design, news)

    assert [*report.story, report.harm] == [""]
    # What is right because nothing was looked at proves nothing.
    assert report.states >= least_states
    assert report.truths == possible_truths(news)


@pytest.mark.parametrize("name", WRONG)
def test_every_wrong_design_comes_to_harm(name: str) -> None:
    assert explore(*SEARCHES[name]).harm


def test_a_purge_beside_the_renderer_has_its_mark_wiped_out_by_the_render_it_came_too_late_for() -> None:
    assert told("purge beside the renderer") == [
        "Awa puts a into t",
        "the purger drains, and marks what read article:a, section:s, section:t",
        "the publisher renders article:a: reads article:a",
        "Awa corrects a",
        "the purger drains, and marks what read article:a",
        "the publisher stores article:a",
        "the publisher replaces article:a.br",
        "the publisher replaces article:a.gz",
        "the publisher notes that the disk has article:a",
        "article:a.br stays stale: it shows article:a v1 in t, true is article:a v2 in t",
    ]


def test_comparing_generations_does_not_help_a_purge_that_looks_before_the_new_edge_is_there() -> None:
    # The page of t is not marked at the second drain, because it is not yet known to show a: nothing is refused.
    assert told("the same, comparing generations") == [
        "Awa puts a into t",
        "the purger drains, and marks what read article:a, section:s, section:t",
        "the publisher renders section:t: reads section:t",
        "the publisher renders section:t: reads article:a",
        "Awa corrects a",
        "the purger drains, and marks what read article:a",
        "the publisher stores section:t",
        "the publisher replaces section:t.br",
        "the publisher replaces section:t.gz",
        "the publisher notes that the disk has section:t",
        "section:t.br stays stale: it shows article:a v1 in t, true is article:a v2 in t",
    ]


def test_a_withdrawn_article_has_no_keys_after_the_change_so_those_from_before_are_needed() -> None:
    assert told("keys from after the change alone") == [
        "Koffi withdraws b",
        "article:b.br stays stale: it shows article:b v1 in s, true is nothing",
    ]


def test_an_invalidation_in_a_second_transaction_is_lost_with_a_crash_before_it() -> None:
    assert told("invalidate in a second transaction") == [
        "Awa puts a into t",
        "Awa is cut off by a crash",
        "article:a.br stays stale: it shows article:a v1 in s, true is article:a v1 in t",
    ]


def test_a_drain_that_commits_before_the_marks_loses_them_with_a_crash_in_between() -> None:
    assert told("mark in a second transaction") == [
        "Awa puts a into t",
        "the publisher drains article:a, section:s, section:t",
        "the publisher crashes and starts again",
        "article:a.br stays stale: it shows article:a v1 in s, true is article:a v1 in t",
    ]


def test_a_page_stored_without_its_edges_is_missed_by_the_next_change() -> None:
    assert told("store edges in a second transaction") == [
        "Awa puts a into t",
        "the publisher drains, and marks what read article:a, section:s, section:t",
        "the publisher renders section:t: reads section:t",
        "the publisher renders section:t: reads article:a",
        "Awa corrects a",
        "the publisher stores the bytes of section:t",
        "the publisher crashes and starts again",
        "the publisher replaces section:t.br",
        "the publisher replaces section:t.gz",
        "the publisher notes that the disk has section:t",
        "the publisher drains, and marks what read article:a",
        "section:t.br stays stale: it shows article:a v1 in t, true is article:a v2 in t",
    ]


def test_of_two_publishers_one_marks_what_the_other_is_about_to_store() -> None:
    assert told("two publishers") == [
        "Awa puts a into t",
        "the publisher drains, and marks what read article:a, section:s, section:t",
        "the publisher renders article:a: reads article:a",
        "Awa corrects a",
        "the other publisher drains, and marks what read article:a",
        "the publisher stores article:a",
        "the publisher replaces article:a.br",
        "the publisher replaces article:a.gz",
        "the publisher notes that the disk has article:a",
        "article:a.br stays stale: it shows article:a v1 in t, true is article:a v2 in t",
    ]


def test_generations_do_not_replace_the_lock_between_two_publishers() -> None:
    design = Design(renderers=2, has_one_loop=False, compares_generations=True)
    report = explore(design, BUSY_DAY)

    assert len(report.story) == 10
    assert "the publisher renders section:t: reads article:a" in report.story
    assert report.harm.startswith("section:t.br stays stale")


def test_an_empty_list_that_noted_no_key_never_hears_of_its_first_article() -> None:
    assert told("no key for what is not there") == [
        "Awa puts a into t",
        "the publisher drains, and marks what read article:a, section:s, section:t",
        "section:t.br stays stale: it shows nothing, true is article:a v1 in t",
    ]


def test_a_file_written_in_its_place_is_read_by_half() -> None:
    assert told("files written in place")[-2:] == [
        "the publisher writes half of article:a.br",
        "a reader gets half of article:a",
    ]


def test_two_that_write_one_disk_leave_a_file_of_each_and_an_equal_page_is_not_written_again() -> None:
    assert told("two that write the disk") == [
        "Awa corrects a",
        "the publisher drains, and marks what read article:a",
        "the publisher renders article:a: reads article:a",
        "Koffi corrects a",
        "the other publisher renders article:a: reads article:a",
        "the publisher stores article:a",
        "the publisher replaces article:a.br",
        "the other publisher stores article:a",
        "the other publisher replaces article:a.br",
        "the other publisher replaces article:a.gz",
        "the publisher replaces article:a.gz",
        "the publisher notes that the disk has article:a",
        "the other publisher notes that the disk has article:a",
        "the publisher drains, and marks what read article:a",
        "the publisher renders article:a: reads article:a",
        "the publisher stores article:a",
        "article:a.gz stays stale: it shows article:a v2 in s, true is article:a v3 in s",
    ]


def test_a_disk_noted_before_its_files_is_not_repaired_after_a_crash() -> None:
    assert told("the disk noted before its files")[-4:] == [
        "the publisher stores article:a",
        "the publisher notes that the disk has article:a",
        "the publisher crashes and starts again",
        "article:a.br stays stale: it shows article:a v1 in s, true is article:a v1 in t",
    ]


def test_a_render_that_touches_what_it_reads_keeps_the_publisher_busy_for_ever() -> None:
    assert told("renders that write") == ["Awa corrects a", "the publisher may never come to rest"]


def test_of_two_writers_at_once_each_saves_what_it_loaded_and_misnames_what_it_touched() -> None:
    # Koffi saves the article as it was before it moved, which puts it back into s. Awa opened it in t and saves it
    # there again. What she saves differs from what she opened by its text alone, so nobody tells the page of t.
    assert told("two writers at once") == [
        "Awa opens article:a",
        "Koffi opens article:b",
        "Koffi withdraws b, and saves",
        "Koffi opens article:a",
        "Awa puts a into t, and saves",
        "Awa opens article:a",
        "Koffi corrects a, and saves",
        "the publisher drains, and marks what read article:a, article:b, section:s, section:t",
        "the publisher renders section:t: reads section:t",
        "Awa corrects a, and saves",
        "the publisher stores section:t",
        "the publisher drains, and marks what read article:a",
        "section:t.br stays stale: it shows nothing, true is article:a v2 in t",
    ]


def test_a_view_of_the_database_from_before_the_drain_shows_what_the_drain_was_about_as_it_was() -> None:
    assert told("reads from before the drain") == [
        "the publisher opens a view of the database",
        "Awa puts a into t",
        "the publisher drains, and marks what read article:a, section:s, section:t",
        "the publisher renders article:a: reads article:a",
        "the publisher stores article:a",
        "article:a.br stays stale: it shows article:a v1 in s, true is article:a v1 in t",
    ]


def test_the_table_has_a_line_for_each_design_and_a_story_for_each_wrong_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["right, on a busy day", "no key for what is not there"]
    monkeypatch.setattr(publisher_model, "SEARCHES", {name: SEARCHES[name] for name in names})

    publisher_model.main()

    _head, right, wrong, _blank, title, *story = capsys.readouterr().out.splitlines()
    assert right.split()[-2:] == ["right", "-"]
    assert wrong.split()[-2:] == ["wrong", "2"]
    assert title == "no key for what is not there:"
    assert [line.strip() for line in story] == told("no key for what is not there")
