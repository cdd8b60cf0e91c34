"""A real nginx with the shipped deploy/nginx.conf, on a free port, over a store that a test has written."""

import http.client
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from tests.machine import NGINX_BROTLI, find_program
from tests.postgresql import free_port

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
MAIN = """
{user}
load_module {brotli};
worker_processes 1;
daemon off;
pid {place}/pid;
error_log {place}/error.log warn;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    include {place}/rotative.conf;
}}
"""


def has_nginx() -> bool:
    return bool(find_program("nginx"))


def render(port: int, upstream: int, home: Path) -> str:
    """Return the shipped configuration as somebody edits it: each line marked EDIT, and no other."""
    text = SHIPPED.read_text()
    for line, edited in (
        (r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{upstream};"),
        (r"listen 80;", f"listen 127.0.0.1:{port};"),
        (r"listen \[::\]:80;", ""),
        (r"server_name journal\.example;", "server_name 127.0.0.1;"),
        (r"set \$rotative_home /var/lib/rotative;", f"set $rotative_home {home};"),
    ):
        text, found = re.subn(
            rf"^( +){line} +# EDIT.*$", lambda match, edited=edited: match[1] + edited, text, flags=re.M
        )
        assert found == 1, line
    assert "# EDIT" not in text
    return text


@contextmanager
def nginx(configuration: str, *, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Run nginx with `configuration` inside its http block; end it in any case."""
    program = find_program("nginx")
    assert program is not None
    place = Path(tempfile.mkdtemp(prefix="rotative-nginx-"))
    # Folders of tests are their owner's: here the workers stay root, where they would be www-data in the group.
    user = "user root;" if Path("/proc/self").stat().st_uid == 0 else ""
    (place / "rotative.conf").write_text(configuration)
    (place / "nginx.conf").write_text(MAIN.format(place=place, user=user, brotli=NGINX_BROTLI))
    command = [program, "-p", str(place), "-c", str(place / "nginx.conf"), "-e", str(place / "error.log")]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, port, place / "error.log")
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(place, ignore_errors=True)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            connection.connect()
            connection.close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"nginx did not start:\n{log.read_text() if log.exists() else ''}")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def get(port: int, target: str, method: str = "GET", body: bytes | None = None, **fields: str) -> Answer:
    """Ask for `target` as it is written: nothing is normalised on the way."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in fields.items():
            connection.putheader(name.replace("_", "-"), value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        pairs = [(name.lower(), value) for name, value in response.getheaders()]
        assert len(dict(pairs)) == len(pairs), f"a header is sent twice: {pairs}"
        return Answer(response.status, dict(pairs), response.read())
    finally:
        connection.close()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing: nobody reads it."""


@contextmanager
def upstream(application: Callable[..., Iterable[bytes]], port: int | None = None) -> Iterator[int]:
    """Serve a WSGI application in threads of this process; yield its port."""
    server: Any = make_server("127.0.0.1", port or free_port(), application, _Server, _Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
