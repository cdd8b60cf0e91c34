"""A throwaway PostgreSQL: made in a folder of its own, listening on a free port of this machine, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.machine import find_program

# Nothing in it outlives the tests: what protects data on a power cut is left out.
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1")


@contextmanager
def cluster() -> Iterator[str]:
    """Run a PostgreSQL server; yield the address for DATABASE_URL."""
    server = find_program("postgres")
    if server is None:
        raise OSError("PostgreSQL's server is not on this machine")
    bin_folder = Path(server).parent
    place = Path(tempfile.mkdtemp(prefix="rotative-postgresql-"))
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(place, "postgres", "postgres")
    port = free_port()
    options = " ".join([f"-p {port}", f"-k {place}", *(f"-c {setting}" for setting in HASTY)])
    data = str(place / "data")
    try:
        _run(bin_folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        _run(bin_folder / "pg_ctl", "-D", data, "-o", options, "-l", str(place / "log"), "-w", "start")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        if (place / "data" / "postmaster.pid").exists():
            _run(bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(program: Path, *arguments: str) -> None:
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # The server keeps the streams it inherits open: it gets none of ours.
    done = subprocess.run(
        [*as_postgres, str(program), *arguments],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if program.name == "initdb" else subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if done.returncode:
        raise OSError(f"{program.name} failed: {(done.stderr or '').strip()}")
