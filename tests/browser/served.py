"""A real newspaper to look at: `rotative serve` with the demonstration articles, in a home of its own on a free port.

ROTATIVE_TEST_SITE names a served demonstration newspaper to use instead (with its ROTATIVE_HOME), which saves the
minute in which one is made. additions.py adds two articles to it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import Message
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from tests.postgresql import free_port

START_SECONDS = 300
ADDRESSES = Path(__file__).with_name("addresses.py")
ADDITIONS = Path(__file__).with_name("additions.py")


@dataclass(frozen=True)
class Site:
    """A served newspaper: where it answers, where its state is, and one path for each kind of page.

    The page for bad days is served from elsewhere: it stands in `pages` with its whole address.
    """

    url: str
    home: Path
    pages: dict[str, str]
    paths: list[str]

    def address_of(self, kind: str) -> str:
        return urljoin(self.url, self.pages[kind])

    def get(self, path: str, **headers: str) -> "Answer":
        """Ask for one path, without a browser; an error status is an answer too, and a redirect is not followed."""
        request = urllib.request.Request(urljoin(self.url, path), headers=headers)
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=30) as response:
                return Answer(response.status, lowered(response.headers), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, lowered(error.headers), error.read())

    def run(self, script: Path) -> Any:
        """Run a script inside the newspaper's program; return the JSON it prints."""
        return run_inside(self.home, script)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def lowered(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@contextmanager
def served() -> Iterator[Site]:
    """Yield a served demonstration newspaper; stop it afterwards."""
    with starting() as wait:
        yield wait()


@contextmanager
def starting() -> Iterator[Callable[[], Site]]:
    """Start to make and serve a demonstration newspaper; yield a function that waits for it. Stop it afterwards."""
    given = os.environ.get("ROTATIVE_TEST_SITE")
    with ExitStack() as stack:
        if given:
            home = Path(os.environ.get("ROTATIVE_TEST_HOME", "var")).resolve()
            yield lambda: describe(given.rstrip("/"), home, stack.enter_context(outage(home)))
            return
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rotative-site-")))
        log, home, port = stack.enter_context((folder / "log").open("w+")), folder / "var", free_port()
        command = [sys.executable, "-m", "rotative", "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=environment_of(home), stdout=log, stderr=subprocess.STDOUT)
        stack.callback(stop, server)
        url = f"http://127.0.0.1:{port}"

        def wait() -> Site:
            wait_until_answering(url, server, Path(log.name))
            return describe(url, home, stack.enter_context(outage(home)))

        yield wait


def stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    server.wait(timeout=30)


@contextmanager
def outage(home: Path) -> Iterator[str]:
    """Yield the address of the same newspaper, served while its database does not answer."""
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.outage"],
        env={**environment_of(home), "DATABASE_URL": nowhere},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a trace for each request: that is what is served here
        text=True,
    )
    assert server.stdout is not None
    try:
        port = server.stdout.readline().strip()
        if not port:
            raise RuntimeError("The newspaper without a database did not start: python -m tests.browser.outage")
        yield f"http://127.0.0.1:{port}/en-panne/"
    finally:
        server.terminate()
        server.wait(timeout=30)
        server.stdout.close()


def environment_of(home: Path) -> dict[str, str]:
    """Return the variables of a plain installation: the suite's own settings stay out of it."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("ROTATIVE_", "DATABASE_"))}
    return {**ours, "ROTATIVE_HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(Path.cwd())}


def wait_until_answering(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"`rotative serve` ended with {server.returncode}:\n{log.read_text()[-3000:]}")
        try:
            urllib.request.urlopen(url, timeout=10).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"`rotative serve` did not answer within {START_SECONDS} s:\n{log.read_text()[-3000:]}")


def describe(url: str, home: Path, elsewhere: str) -> Site:
    added = run_inside(home, ADDITIONS)
    found = run_inside(home, ADDRESSES)
    pages = {
        **found["pages"],
        "gone": added["withdrawn"],
        "unavailable": elsewhere,
        "article-discussed": added["discussed"],
    }
    return Site(url, home, pages, found["paths"])


def run_inside(home: Path, script: Path) -> Any:
    """Return the JSON that a script prints inside the newspaper."""
    process = _inside(home)
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps({"script": str(script), "variables": environment_of(home)}) + "\n")
    process.stdin.flush()
    done = json.loads(process.stdout.readline())
    if done["status"]:
        raise RuntimeError(f"{script.name} failed:\n{done['complained'][-3000:]}")
    return json.loads(done["printed"])


@cache
def _inside(home: Path) -> "subprocess.Popen[str]":
    """Start the process in which scripts run; it ends with this one, which closes its input."""
    command = [sys.executable, "-m", "tests.browser.inside"]
    return subprocess.Popen(command, env=environment_of(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
