"""One publisher at a time; and it wakes when somebody commits."""

import os
import statistics
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from django.db import connection, transaction

from rotative.publishing import invalidation
from rotative.publishing.leader_lock import AnotherPublisherError, sole_publisher
from rotative.publishing.models import Invalidation
from rotative.publishing.publisher import Publisher, Step, run
from rotative.publishing.waking import make_waker

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("without_transaction")


def test_a_second_publisher_is_refused_until_the_first_has_ended() -> None:
    with sole_publisher():
        with pytest.raises(AnotherPublisherError), sole_publisher():
            pytest.fail("two publishers at once")
        with pytest.raises(AnotherPublisherError), sole_publisher():
            pytest.fail("the lock was lost by asking for it")
    with sole_publisher():
        pass


def test_a_publisher_that_fails_gives_the_lock_back() -> None:
    with pytest.raises(BlockingIOError), sole_publisher():
        raise BlockingIOError("something else")
    with sole_publisher():
        pass


def test_a_publisher_that_is_killed_gives_the_lock_back(settings: Any) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("the server ends the connection of a process that is gone")
    held, holding = os.pipe()
    child = os.fork()
    if child == 0:
        with sole_publisher():
            os.write(holding, b"x")
            time.sleep(60)
        os._exit(1)
    os.read(held, 1)
    with pytest.raises(AnotherPublisherError), sole_publisher():
        pass
    os.kill(child, 9)
    os.waitpid(child, 0)
    with sole_publisher():
        pass


def end_the_connection_that_holds_the_lock() -> None:
    # Of this database alone: other tests hold such locks beside this one.
    held = (
        "FROM pg_locks WHERE locktype = 'advisory' AND granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) {held}")
        while True:
            cursor.execute(f"SELECT count(*) {held}")
            if cursor.fetchone()[0] == 0:
                return
            time.sleep(0.02)


def test_a_publisher_takes_its_lock_again_when_the_server_has_forgotten_it() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("a file's lock ends with its process alone")
    with sole_publisher() as confirm:
        confirm()
        end_the_connection_that_holds_the_lock()
        confirm()
        with pytest.raises(AnotherPublisherError), sole_publisher():
            pytest.fail("the lock was not taken again")


def test_a_publisher_that_lost_its_lock_to_another_ends_before_its_next_turn() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("a file's lock ends with its process alone")
    with sole_publisher() as confirm:
        end_the_connection_that_holds_the_lock()
        with sole_publisher(), pytest.raises(AnotherPublisherError):
            confirm()


class Idle:
    """Stands where a publisher stands, and has nothing to do."""

    def steps(self) -> Iterator[Step]:
        while True:
            yield Step.PURGED
            yield Step.IDLE


class Waiting:
    def wait(self, seconds: float) -> None: ...
    def close(self) -> None: ...


def test_the_loop_makes_sure_of_its_lock_at_the_end_of_each_turn() -> None:
    turns = 0

    def confirm() -> None:
        nonlocal turns
        turns += 1
        if turns == 3:
            raise AnotherPublisherError

    with pytest.raises(AnotherPublisherError):
        run(cast("Publisher", Idle()), Waiting(), lambda: False, confirm)
    assert turns == 3


COMMIT = """
    import sys, time
    sys.path.insert(0, {root!r})
    import django
    from django.conf import settings
    settings.configure(
        DATABASES={{"default": {database!r}}}, INSTALLED_APPS=["rotative.publishing"], USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    from django.db import transaction
    from rotative.publishing.invalidation import invalidate
    for _line in sys.stdin:
        with transaction.atomic():
            invalidate("article:1")
        print(time.monotonic(), flush=True)
"""


def test_a_commit_of_another_process_wakes_the_publisher_within_a_tenth_of_a_second() -> None:
    database = {key: value for key, value in connection.settings_dict.items() if key not in {"TEST", "MIRROR"}}
    script = textwrap.dedent(COMMIT).format(root=str(ROOT), database=database)
    waker = make_waker()
    delays = []
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as editor:
        assert editor.stdin and editor.stdout
        for _commit in range(8):
            # Late enough that the publisher sleeps by then.
            timer = threading.Timer(0.15, lambda: (editor.stdin.write("\n"), editor.stdin.flush()))
            timer.start()
            waker.wait(10.0)
            woken = time.monotonic()
            delays.append(woken - float(editor.stdout.readline()))
        editor.stdin.close()
    waker.close()
    print(f"woken after {1000 * statistics.median(delays):.0f} ms, at most {1000 * max(delays):.0f} ms")
    assert statistics.median(delays) < 0.1


def test_what_committed_while_the_publisher_was_at_work_wakes_it_at_once() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite does not count the commits of one's own connection; the process test above covers it")
    waker = make_waker()
    with transaction.atomic():
        invalidation.invalidate("article:1")
    began = time.monotonic()
    waker.wait(5.0)
    assert time.monotonic() - began < 1.0
    waker.close()


def test_a_publisher_that_nobody_wakes_goes_on_by_its_own_clock() -> None:
    waker = make_waker()
    began = time.monotonic()
    waker.wait(0.2)
    assert 0.15 < time.monotonic() - began < 2.0
    waker.close()


def test_an_invalidation_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="commit together"):
        invalidation.invalidate("article:1")
    assert not Invalidation.objects.exists()
