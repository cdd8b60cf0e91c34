"""Work apart: so many processes at a time, and none when there is nothing to do."""

import multiprocessing
from typing import Any

import pytest

from rotative.publishing.processes import WorkApart


class Process:
    """Stands in for a process: it begins, and is at work until it is said to have ended."""

    begun: "list[Process]"

    def __init__(self, **_named: Any) -> None:
        self.is_at_work = False

    def start(self) -> None:
        self.is_at_work = True
        Process.begun.append(self)

    def is_alive(self) -> bool:
        return self.is_at_work


@pytest.fixture(autouse=True)
def processes(monkeypatch: pytest.MonkeyPatch) -> None:
    Process.begun = []
    monkeypatch.setattr(multiprocessing, "Process", Process)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)


def test_one_is_at_work_at_a_time_and_another_when_it_has_ended() -> None:
    work = WorkApart("work", lambda: True, lambda should_stop: False)
    assert [work.start(), work.start()] == [1, 0]
    Process.begun[0].is_at_work = False
    assert work.start() == 1


def test_work_that_holds_its_process_holds_no_other() -> None:
    work = WorkApart("work", lambda: True, lambda should_stop: False, most=3)
    assert [work.start() for _ in range(5)] == [1, 1, 1, 0, 0]
    Process.begun[1].is_at_work = False
    assert [work.start(), work.start()] == [1, 0]


def test_none_is_started_when_nothing_is_due() -> None:
    assert WorkApart("work", lambda: False, lambda should_stop: False).start() == 0
    assert Process.begun == []
