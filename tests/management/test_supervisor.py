"""The supervisor with real processes: whatever is killed or stopped is there again, or all ends with an error."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died"),
    pytest.mark.slow,
]

SERVICE = """
    import os, sys, time
    from pathlib import Path
    from rotative.management import supervisor
    from rotative.management.supervisor import Work, supervise
    from rotative.publishing import heartbeat

    folder = Path(sys.argv[1])
    supervisor.SILENT_SECONDS = 3.0
    supervisor.WATCHDOG_SECONDS = 0.2
    supervisor.STOP_SECONDS, supervisor.PAUSE_SECONDS = 2.0, (0.05, 0.2)
    heartbeat.BEAT_SECONDS = 0.2

    def note(name):
        with (folder / name).open("a") as file:
            file.write(f"{os.getpid()}\\n")

    def goes_on():
        note("goes-on")
        while True:
            heartbeat.note_progress()
            time.sleep(0.05)

    def gets_stuck():
        note("gets-stuck")
        time.sleep(1000)

    def has_a_child():
        note("parent")
        if os.fork() == 0:
            heartbeat.start()
            note("child")
            while True:
                time.sleep(1)
        os.wait()

    def dies():
        note("dies")

    supervise({
        "goes-on": Work(goes_on, stuck_seconds=10.0),
        **{name: Work(globals()[name], stuck_seconds=1.0, is_vital=name == "dies") for name in sys.argv[2:]},
    }, lambda: True)
"""


@contextmanager
def service(folder: Path, *works: str, **variables: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Keep some works; end what is left of them afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SERVICE), str(folder), *works],
        cwd=ROOT,
        env={**os.environ, **variables},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def started(folder: Path, name: str) -> list[int]:
    """Return the processes that have begun a work, in their order."""
    file = folder / name
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(happened: Callable[[], object], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def test_a_process_that_is_killed_is_there_again_within_five_seconds(tmp_path: Path) -> None:
    with service(tmp_path):
        wait_for(lambda: started(tmp_path, "goes-on"))
        for _death in range(3):
            before = len(started(tmp_path, "goes-on"))
            os.kill(started(tmp_path, "goes-on")[-1], signal.SIGKILL)
            wait_for(lambda before=before: len(started(tmp_path, "goes-on")) > before, seconds=5.0)


def test_a_process_that_is_stopped_is_noticed_and_replaced(tmp_path: Path) -> None:
    with service(tmp_path):
        wait_for(lambda: started(tmp_path, "goes-on"))
        stopped = started(tmp_path, "goes-on")[0]
        os.kill(stopped, signal.SIGSTOP)

        wait_for(lambda: len(started(tmp_path, "goes-on")) > 1)
        assert not is_alive(stopped)


def test_a_process_whose_work_does_not_go_on_is_noticed_and_replaced(tmp_path: Path) -> None:
    with service(tmp_path, "gets_stuck"):
        wait_for(lambda: len(started(tmp_path, "gets-stuck")) > 1)

        assert len(started(tmp_path, "goes-on")) == 1, "the others are left alone"


def test_a_stopped_process_of_a_process_is_noticed_too(tmp_path: Path) -> None:
    with service(tmp_path, "has_a_child"):
        wait_for(lambda: started(tmp_path, "child"))
        time.sleep(0.5)  # it is known by its first beat
        child = started(tmp_path, "child")[0]
        os.kill(child, signal.SIGSTOP)

        wait_for(lambda: not is_alive(child))
        wait_for(lambda: len(started(tmp_path, "child")) > 1)


def test_all_ends_when_the_supervisor_is_killed_even_what_is_stopped(tmp_path: Path) -> None:
    with service(tmp_path, "has_a_child") as supervisor:
        wait_for(lambda: started(tmp_path, "goes-on") and started(tmp_path, "child"))
        numbers = [started(tmp_path, name)[0] for name in ("goes-on", "parent", "child")]
        os.kill(numbers[0], signal.SIGSTOP)

        supervisor.kill()

        wait_for(lambda: not any(is_alive(number) for number in numbers), seconds=5.0)


def test_all_ends_with_an_error_when_a_vital_process_cannot_be_kept(tmp_path: Path) -> None:
    with service(tmp_path, "dies") as supervisor:
        wait_for(lambda: supervisor.poll() is not None, seconds=30.0)

        assert supervisor.returncode == 1
        assert not is_alive(started(tmp_path, "goes-on")[0])


def test_sigterm_ends_all_without_an_error(tmp_path: Path) -> None:
    with service(tmp_path) as supervisor:
        wait_for(lambda: started(tmp_path, "goes-on"))
        supervisor.terminate()

        assert supervisor.wait(timeout=10) == 0
        assert not is_alive(started(tmp_path, "goes-on")[0])


def test_systemd_is_told_that_the_service_is_ready_and_goes_on(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(15)
        with service(tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify")) as supervisor:
            assert systemd.recv(100) == b"READY=1"
            assert systemd.recv(100) == b"WATCHDOG=1"
            os.kill(supervisor.pid, signal.SIGSTOP)
            systemd.settimeout(1.0)
            with pytest.raises(TimeoutError):
                while True:
                    systemd.recv(100)
