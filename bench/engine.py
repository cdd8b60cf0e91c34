"""The engine as a whole: `python -m bench.engine [--articles 1000]`. Rebuild, size and memory, in one run on SQLite.

Pages per second of a full rebuild, by the number of rendering processes; kilobytes of the store, of the database's copy
and of the edges per thousand pages; and the memory (PSS) of each process of `rotative serve`, idle and under load.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

LOAD_SECONDS = 10


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.engine", description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--processes", type=int, action="append")
    options = parser.parse_args()
    home = tempfile.mkdtemp(prefix="rotative-bench-")
    from tests.postgresql import free_port

    port = free_port()
    os.environ.update(
        ROTATIVE_HOME=home, ROTATIVE_SITE_URL=f"http://127.0.0.1:{port}", DJANGO_SETTINGS_MODULE="rotative.settings"
    )
    try:
        return measure(options.articles, options.processes or [1, 2], port)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def measure(articles: int, processes: list[int], port: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from rich.console import Console
    from rich.table import Table

    call_command("prepare", verbosity=0)
    call_command("demo", articles=articles)
    table = Table("full rebuild", "pages", "pages a second", "ratio", box=None)
    first = 0.0
    for count in processes:
        pages, seconds = rebuild(count)
        first = first or pages / seconds
        table.add_row(f"{count} processes", f"{pages:,}", f"{pages / seconds:.0f}", f"{pages / seconds / first:.2f} ×")
    Console().print(table)
    Console().print(sizes())
    connections.close_all()
    Console().print(memory(port))
    return 0


def invalidate_everything() -> None:
    from django.db import transaction

    from rotative.publishing.invalidation import invalidate
    from rotative.publishing.keys import EVERYTHING

    with transaction.atomic():
        invalidate(EVERYTHING, cause="bench")


def rebuild(processes: int) -> tuple[int, float]:
    from rotative.management.background import make_publisher
    from rotative.publishing import marking
    from rotative.publishing.publisher import Step

    invalidate_everything()
    publisher = make_publisher(processes)
    started, done = time.monotonic(), 0
    for step in publisher.steps():
        if step is Step.RENDERED:
            done += publisher.rendered
        elif step is Step.PURGED and not marking.count_stale():
            break
    seconds = time.monotonic() - started
    publisher.close()
    return done, seconds


def sizes() -> object:
    from django.conf import settings
    from django.db.models import Sum
    from django.db.models.functions import Length
    from rich.table import Table

    from rotative.publishing.models import Dependency, StoredBody, StoredPage

    pages = StoredPage.objects.filter(status=200).count()
    files = [file for file in Path(settings.STORE_ROOT).rglob("*") if file.is_file()]
    on_disk = sum(file.stat().st_size for file in files)
    allocated = sum(file.stat().st_blocks * 512 for file in files)
    in_database = StoredBody.objects.aggregate(total=Sum(Length("brotli")))["total"] or 0
    edges = Dependency.objects.count()
    table = Table("per thousand pages", "", box=None)
    for name, value in (
        ("store, both encodings", f"{on_disk / pages:,.0f} KB"),
        ("store, blocks of the disk", f"{allocated / pages:,.0f} KB"),
        ("bytes in the database", f"{in_database / pages:,.0f} KB"),
        ("edges", f"{1000 * edges / pages:,.0f}"),
    ):
        table.add_row(name, value)
    return table


def memory(port: int) -> object:
    from rich.table import Table

    command = [sys.executable, "-m", "rotative", "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(15)
        idle = proportional(server.pid)
        load(f"http://127.0.0.1:{port}/")
        loaded = proportional(server.pid)
    finally:
        server.terminate()
        server.wait(30)
    table = Table("memory (PSS)", "idle MB", "under load MB", box=None)
    for number, (before, after) in enumerate(zip(idle, loaded, strict=False), 1):
        table.add_row(f"process {number}", f"{before:.0f}", f"{after:.0f}")
    table.add_row("all", f"{sum(idle):.0f}", f"{sum(loaded):.0f}")
    return table


def proportional(parent: int) -> list[float]:
    """Return the proportional set size, in MB, of a process and all below it."""
    found = [parent]
    for process in found:
        children = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False).stdout
        found += map(int, children.split())
    sizes = []
    for process in found:
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            continue
        sizes += [int(line.split()[1]) / 1024 for line in rollup.splitlines() if line.startswith("Pss:")]
    return sizes


def load(address: str) -> None:
    """Have every page made again, and meanwhile ask for the front page from eight threads."""
    invalidate_everything()
    until = time.monotonic() + LOAD_SECONDS

    def ask() -> None:
        while time.monotonic() < until:
            urllib.request.urlopen(address, timeout=10).read()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
