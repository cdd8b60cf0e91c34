"""What it costs to answer a stored page: `python -m bench.serving`. nginx alone, nginx over our store, our own server.

All send the same article of 40 KB in Brotli, on one machine, in rounds one after the other, to `wrk` with one
thread and 32 connections. Medians of the rounds; CPU time is that of the serving processes, all of them. The ratios to
nginx alone travel, the absolutes do not.
"""

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATH = "/politique/assemblee-nationale/le-budget-est-vote/"
PAGE_BYTES = 40_000
WARM_SECONDS = 1
ALONE = """
server {{
    listen 127.0.0.1:{port};
    location / {{
        root {home}/store/pages;
        types {{ "text/html; charset=utf-8" html; }}
        brotli_static on;
        sendfile on;
        tcp_nopush on;
        index index.html;
        rewrite "^(.*)/$" $1/index.html break;
        {headers}
    }}
}}
"""
# What every page says of caches and policies, whichever server sends it.
HEADERS = """
        add_header Vary "Accept-Encoding";
        add_header Cache-Control "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400";
        add_header Content-Security-Policy "frame-ancestors 'none'";
        add_header Permissions-Policy "browsing-topics=(), camera=(), geolocation=(), microphone=()";
        add_header X-Frame-Options "DENY";
        add_header Cross-Origin-Opener-Policy "same-origin";
        add_header Referrer-Policy "strict-origin-when-cross-origin";
        add_header X-Content-Type-Options "nosniff";
"""
# How Granian can run; `own_core` keeps a worker and its threads on one core, where they do not wait for each other's
# lock across cores. USUAL is how `rotative serve` runs one of its workers.
SETTINGS: dict[str, dict[str, Any]] = {
    "Rotative, 1 thread": {"http": "1", "blocking_threads": 1},
    "Rotative, 4 threads": {"http": "1", "blocking_threads": 4},
    "Rotative, 8 threads": {"http": "1", "blocking_threads": 8},
    "Rotative, 4 threads on a core": {"http": "1", "blocking_threads": 4, "own_core": True},
    "Rotative, 8 threads on a core": {"http": "1", "blocking_threads": 8, "own_core": True},
    "Rotative, 2 workers of 8 threads, a core each": {
        "http": "1",
        "blocking_threads": 8,
        "own_core": True,
        "workers": 2,
    },
}
USUAL = "Rotative, 8 threads on a core"
SERVE = """
import json, os, socket, sys
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from rotative.wsgi import application

taken = []

def load(target):
    cores = sorted(os.sched_getaffinity(0), reverse=True) if own_core else []  # the first has the interrupts
    for core in cores:
        mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            mark.bind(chr(0) + f"rotative-{os.getppid()}-core-{core}")
        except OSError:
            continue
        taken.append(mark)
        os.sched_setaffinity(0, {core})
        break
    return application

options = json.loads(sys.argv[2])
own_core = options.pop("own_core", False)
if "http" in options:
    options["http"] = HTTPModes(options["http"])
Granian("rotative.wsgi:application", port=int(sys.argv[1]), interface=Interfaces.WSGI, log_level=LogLevels.error,
        websockets=False, **options).serve(target_loader=load)
"""


@dataclass(frozen=True)
class Served:
    """One server at work."""

    name: str
    port: int
    process_id: int


@dataclass(frozen=True)
class Round:
    per_second: float
    cpu_microseconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="of each server (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=4, metavar="N", help="of each round (default: %(default)s)")
    parser.add_argument("--threads", action="store_true", help="compare settings of the built-in server as well")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from tests.machine import find_program

    missing = [name for name in ("nginx", "wrk") if not find_program(name)]
    if missing:
        print(
            f"Not on this machine: {', '.join(missing)}. On Debian: "
            "sudo apt install wrk nginx-light libnginx-mod-http-brotli-static"
        )
        return 1
    home = Path(tempfile.mkdtemp(prefix="rotative-bench-"))
    os.environ.update(ROTATIVE_HOME=str(home), DJANGO_SETTINGS_MODULE="rotative.settings")
    try:
        write_store(home)
        with ExitStack() as stack:
            names = list(SETTINGS) if options.threads else [USUAL]
            servers = [stack.enter_context(alone(home))]
            servers.append(stack.enter_context(alone(home, "nginx alone, with our headers", HEADERS)))
            servers.append(stack.enter_context(nginx_over_store(home)))
            servers += [stack.enter_context(built_in(name, home)) for name in names]
            check_same_answer(servers)
            report(measure(servers, options.rounds, options.seconds))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


def write_store(home: Path) -> None:
    from rotative.publishing.compress import compress
    from rotative.publishing.store import Counter, Store

    store = Store(home / "store")
    store.prepare()
    Counter(store.root)
    body = article()
    brotli = compress(body, "br", small=True)
    store.write(PATH, 200, body, brotli, small=True, modified_at=time.time())
    print(f"One article: {len(body)} bytes, {len(brotli)} in Brotli. Load of the machine: {os.getloadavg()[0]:.1f}.")


def article() -> bytes:
    """Return an article as readers get it: the style sheets in its head, French text below."""
    from rotative.demonstration import prose

    styles = sorted((ROOT / "rotative" / "frontend" / "css").glob("*.css"))
    style = "".join(file.read_text() for file in styles)[:15_000]
    head = f"<!doctype html><html lang=fr><head><meta charset=utf-8><title>Le budget</title><style>{style}</style>"
    page = f"{head}</head><body><main><article>"
    chance = random.Random(7)
    while len(page) < PAGE_BYTES:
        page += "".join(prose.compose(chance, prose.DEFAULT_THEME, prose.DEFAULT_EDITION).blocks)
    return page[:PAGE_BYTES].encode() + b"</article></main></body></html>"


@contextmanager
def alone(home: Path, name: str = "nginx alone, one file", headers: str = "") -> Iterator[Served]:
    """Serve the compressed file, and nothing else: the limit."""
    from tests.deploy.web_server import nginx
    from tests.postgresql import free_port

    port = free_port()
    with nginx(ALONE.format(port=port, home=home, headers=headers), port=port) as process:
        yield Served(name, port, process.pid)


@contextmanager
def nginx_over_store(home: Path) -> Iterator[Served]:
    from tests.deploy.web_server import nginx, render
    from tests.postgresql import free_port

    port = free_port()
    with nginx(render(port, free_port(), home), port=port) as process:
        yield Served("nginx, deploy/nginx.conf", port, process.pid)


@contextmanager
def built_in(name: str, home: Path) -> Iterator[Served]:
    import json

    from tests.postgresql import free_port

    port = free_port()
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{home}/none.sqlite3"}
    command = [sys.executable, "-c", SERVE, str(port), json.dumps(SETTINGS[name])]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: wrk(port, 1) > 0)
        yield Served(name, port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(is_ready: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if is_ready():
                return
        except (OSError, RuntimeError, subprocess.CalledProcessError):
            pass
        time.sleep(0.2)
    raise RuntimeError("the server did not start")


def check_same_answer(servers: list[Served]) -> None:
    """Make sure that all send the same bytes."""
    from tests.deploy.web_server import get

    bodies = {get(served.port, PATH, Accept_Encoding="gzip, deflate, br").body for served in servers}
    if len(bodies) != 1:
        raise RuntimeError("the servers do not send the same")


def measure(servers: list[Served], rounds: int, seconds: int) -> dict[str, list[Round]]:
    results = defaultdict(list)
    for _round in range(rounds):
        for served in servers:
            wrk(served.port, WARM_SECONDS)
            before = cpu_seconds(served.process_id)
            requests = wrk(served.port, seconds)
            used = cpu_seconds(served.process_id) - before
            results[served.name].append(Round(requests / seconds, 1e6 * used / requests))
    return results


def wrk(port: int, seconds: int) -> int:
    """Return how many requests were answered with success."""
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", "-H", "Accept-Encoding: gzip, deflate, br"]
    done = subprocess.run([*command, f"http://127.0.0.1:{port}{PATH}"], capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout:
        raise RuntimeError(done.stdout)
    found = re.search(r"(\d+) requests in", done.stdout)
    return int(found[1]) if found else 0


def cpu_seconds(process_id: int) -> float:
    """Return the CPU time of a process and all below it, from /proc."""
    children: dict[int, list[int]] = defaultdict(list)
    used: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            children[int(fields[1])].append(int(entry.name))
            used[int(entry.name)] = int(fields[11]) + int(fields[12])
    total, waiting = 0, [process_id]
    while waiting:
        one = waiting.pop()
        total += used.get(one, 0)
        waiting += children[one]
    return total / os.sysconf("SC_CLK_TCK")


def report(results: dict[str, list[Round]]) -> None:
    from rich.console import Console
    from rich.table import Table

    limit = next(iter(results.values()))
    table = Table("server", "requests/s", "of nginx alone", "CPU µs a request", "of nginx alone", box=None)
    for name, rounds in results.items():
        # Rounds are compared pair by pair: what else the machine does falls on both.
        faster = statistics.median(
            ours.per_second / theirs.per_second for ours, theirs in zip(rounds, limit, strict=True)
        )
        costlier = statistics.median(
            ours.cpu_microseconds / theirs.cpu_microseconds for ours, theirs in zip(rounds, limit, strict=True)
        )
        table.add_row(
            name,
            f"{statistics.median(each.per_second for each in rounds):,.0f}".replace(",", " "),
            f"{faster:.2f} ×",
            f"{statistics.median(each.cpu_microseconds for each in rounds):.1f}",
            f"{costlier:.2f} ×",
        )
    Console(width=110).print(table)


if __name__ == "__main__":
    sys.exit(main())
