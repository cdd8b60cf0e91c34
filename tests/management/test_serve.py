"""`rotative serve` as a newcomer meets it: one command, a newspaper, an account; and how it stops."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from rotative import cli
from tests.postgresql import free_port

pytestmark = pytest.mark.slow

LIMIT_SECONDS = 120


@contextmanager
def served(home: Path, port: int, *options: str, **variables: str) -> Iterator["subprocess.Popen[str]"]:
    """Run `rotative serve`; end it, and whatever it left, afterwards."""
    kept = {name: value for name, value in os.environ.items() if name == "PATH"}
    process = subprocess.Popen(
        [sys.executable, "-m", "rotative", "serve", "--port", str(port), "--workers", "1", *options],
        env={**kept, "LANG": "C.UTF-8", "ROTATIVE_HOME": str(home), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    """Return what the server said up to and including the line with `words`."""
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"It ended without saying “{words}”:\n{said}")


def status_of(address: str) -> int:
    with urllib.request.urlopen(address, timeout=30) as response:
        return int(response.status)


def is_free(port: int) -> bool:
    try:
        status_of(f"http://127.0.0.1:{port}/redaction/login/")
    except OSError:
        return True
    return False


def wait_until_free(port: int) -> None:
    until = time.monotonic() + 20
    while not is_free(port):
        assert time.monotonic() < until, "somebody still answers"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


def test_the_first_start_makes_the_paper_and_an_account_and_the_second_keeps_them(home: Path) -> None:
    port = free_port()
    with served(home, port, "--empty") as process:
        said = read_until(process, "Ctrl-C")
        file = home / "secrets" / "first-password"
        assert f"Password:     in the file {file}" in said
        password = file.read_text().strip()
        assert re.fullmatch(r"(\w{4}-){3}\w{4}", password)
        assert password not in said, "whoever reads the log of a service would have it"
        assert file.stat().st_mode & 0o077 == 0
        assert f"The newspaper: http://127.0.0.1:{port}/" in said
        assert status_of(f"http://127.0.0.1:{port}/") == 200
        assert status_of(f"http://127.0.0.1:{port}/redaction/login/") == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    wait_until_free(port)

    started = time.monotonic()
    with served(home, port, "--empty", LANG="fr_FR.UTF-8") as process:
        said = read_until(process, "Ctrl-C")
        assert "Password" not in said
        assert "Mot de passe" not in said
        assert "Le journal" in said
        assert time.monotonic() - started < 30
        assert status_of(f"http://127.0.0.1:{port}/") == 200


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        (None, "http://127.0.0.1:9000"),
        ("", "http://127.0.0.1:9000"),
        (" ", "http://127.0.0.1:9000"),
        ("https://journal.example", "https://journal.example"),
    ],
)
def test_links_lead_to_the_served_port_unless_an_address_is_set(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, expected: str
) -> None:
    monkeypatch.setenv("ROTATIVE_SITE_URL", variable or "")
    if variable is None:
        monkeypatch.delenv("ROTATIVE_SITE_URL")

    cli.name_served_address(["rotative", "serve", "--port", "9000"])

    assert os.environ["ROTATIVE_SITE_URL"] == expected


def test_other_commands_know_the_address_that_serve_has_decided_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else `rotative audit` in another terminal would call every page different."""
    address = (home / "served-address").read_text()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
    asked = [sys.executable, "-c", "from rotative import settings; print(settings.SITE_URL)"]
    variables = {"PATH": os.environ["PATH"], "ROTATIVE_HOME": str(home)}

    assert subprocess.check_output(asked, env=variables, text=True).strip() == address
    variables["ROTATIVE_SITE_URL"] = "https://journal.example"
    assert subprocess.check_output(asked, env=variables, text=True).strip() == "https://journal.example"


def children_of(parent: int) -> dict[str, int]:
    """Return the processes that the supervisor has, by their names."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
            fields = rest.split()
            if int(fields[1]) == parent and fields[0] != "Z":
                found[name] = int(folder.name)
    return found


def wait_for(happened: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def test_whatever_is_killed_is_there_again_within_five_seconds_and_a_stopped_web_worker_is_replaced(
    home: Path,
) -> None:
    port = free_port()
    with served(home, port, "--empty") as process:
        read_until(process, "Ctrl-C")
        before = children_of(process.pid)
        assert {"rotative-web", "rotative-publis", "rotative-worker"} <= set(before)
        for number in before.values():
            os.kill(number, signal.SIGKILL)
        wait_for(
            lambda: (
                set(children_of(process.pid)) == set(before)
                and not set(children_of(process.pid).values()) & set(before.values())
            ),
            seconds=5,
        )
        wait_for(lambda: not is_free(port), seconds=20)

        (worker,) = children_of(children_of(process.pid)["rotative-web"]).values()
        wait_for(lambda: status_of(f"http://127.0.0.1:{port}/redaction/login/") == 200, seconds=20)
        time.sleep(1.5)  # the supervisor knows it by its first beat
        os.kill(worker, signal.SIGSTOP)
        wait_for(lambda: not Path(f"/proc/{worker}").exists(), seconds=40)
        wait_for(lambda: not is_free(port), seconds=20)


def test_slow_bodies_hold_up_neither_readers_nor_the_newsrooms_pages(home: Path) -> None:
    port = free_port()
    request = (
        b"POST /redaction/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken=abcdefghijklmnopqrstuvwxyzABCDEF\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\na"
    )
    with served(home, port, "--empty") as process, ExitStack() as connections:
        read_until(process, "Ctrl-C")
        slow = [connections.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(40)]
        for connection in slow:
            connection.sendall(request)
        # Those for whom there is no place are told so; the others are waited for.
        wait_for(lambda: len(select.select(slow, [], [], 0)[0]) >= 38, seconds=20)

        for path in ("/", "/redaction/login/", "/", "/nulle-part/"):
            began = time.monotonic()
            with suppress(urllib.error.HTTPError):
                status_of(f"http://127.0.0.1:{port}{path}")
            assert time.monotonic() - began < 5, path


def test_nothing_goes_on_when_the_server_is_killed(home: Path) -> None:
    port = free_port()
    with served(home, port, "--empty") as process:
        read_until(process, "Ctrl-C")
        assert not is_free(port)
        process.kill()
        process.wait()

        wait_until_free(port)
        until = time.monotonic() + 20
        while processes_of(process.pid):
            assert time.monotonic() < until, "a process was left behind"
            time.sleep(0.2)


def processes_of(group: int) -> list[int]:
    """Return the processes of a process group that are alive."""
    alive = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            alive.append(int(folder.name))
    return alive
