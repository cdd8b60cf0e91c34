"""What the tests need of the machine: programs, Debian's packages that bring them, packages from npm."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

PACKAGES = {
    "chromium": ("chromium-headless-shell", "fonts-dejavu-core"),
    "java": ("default-jre-headless",),
    "msgfmt": ("gettext",),
    "nginx": ("nginx-light", "libnginx-mod-http-brotli-static"),
    "node": ("nodejs",),
    "npm": ("npm",),
    "postgres": ("postgresql",),
}
OLDEST_NODE = 18
ROOM_OF_TESTS = 8_000_000_000  # bytes; they write a tenth of it, and take the memory of several browsers
# deploy/nginx.conf hands out pages in Brotli: nginx is of no use without this.
NGINX_BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


def find_program(name: str) -> str | None:
    """Return the path of a program, or None. Debian keeps PostgreSQL's server off the path, and nginx in sbin."""
    if name == "postgres":
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
        return str(found[-1]) if found else shutil.which(name)
    if name == "chromium":  # without its windows, which nobody sees, it takes less time
        return shutil.which("chromium-headless-shell") or shutil.which(name)
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if name == "nginx" and not NGINX_BROTLI.exists():
        return None
    if name == "node" and path:
        version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        number = re.match(r"v(\d+)", version)
        return path if number and int(number[1]) >= OLDEST_NODE else None
    return path


def install(names: set[str]) -> set[str]:
    """Install those of the programs that are missing, as root on Debian; return those that still are."""
    missing = {name for name in names if not find_program(name)}
    if not missing:
        return missing
    packages = sorted(package for name in missing for package in PACKAGES[name])
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"Missing: {', '.join(sorted(missing))}. To run everything: sudo apt install {' '.join(packages)}")
        return missing
    print(f"· Installing Debian's packages: {' '.join(packages)}", flush=True)
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "capture_output": True, "text": True}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", *packages]):
        done = subprocess.run(command, check=False, **quiet)  # type: ignore[call-overload]
    if done.returncode:
        print("\n".join(done.stderr.splitlines()[-5:]), flush=True)
    return {name for name in missing if not find_program(name)}


def install_node_packages(folder: Path) -> None:
    """Install the packages locked in `folder`, unless they are there."""
    digest = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == digest:
        return
    print("· Installing the checkers from npm", flush=True)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        print("\n".join(done.stderr.splitlines()[-5:]), flush=True)
    else:
        stamp.write_text(digest)


def quick_folder() -> Path | None:
    """Return a folder in memory with room for what tests write; None where the machine has none.

    A page is synced to the disk before it counts as stored: tests would wait for the disk a quarter of their time.
    """
    memory = Path("/dev/shm")
    try:
        available = re.search(r"^MemAvailable: *(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
        room = min(shutil.disk_usage(memory).free, 1024 * int(available[1]) if available else 0)
    except OSError:
        return None
    return memory if room >= ROOM_OF_TESTS and os.access(memory, os.W_OK | os.X_OK) else None


def folder(stack: ExitStack) -> str:
    """Return a folder that is gone when `stack` unwinds."""
    return stack.enter_context(tempfile.TemporaryDirectory(prefix="rotative-"))
