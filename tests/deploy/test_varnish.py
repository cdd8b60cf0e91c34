"""The shipped configuration of Varnish: it keeps pages, forgets what it is told to, and keeps out of the newsroom."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from rotative.publishing.compress import compress, decompress
from rotative.publishing.serving.server import serve_stored
from rotative.publishing.store import Counter, Store
from tests.deploy.web_server import get, upstream
from tests.postgresql import free_port

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "varnish.vcl"
VARNISH = shutil.which("varnishd", path="/usr/sbin:/usr/bin")
OLD, NEW = b"<p>before" * 50, b"<p>after" * 50

pytestmark = pytest.mark.skipif(not VARNISH, reason="needs varnish")


@contextmanager
def varnish(folder: Path, behind: int) -> Iterator[int]:
    """Run Varnish with the shipped configuration in front of a port; end it in any case."""
    edited = folder / "rotative.vcl"
    text = SHIPPED.read_text()
    assert text.count('.port = "8000"; ') == 1
    edited.write_text(
        text.replace('.port = "8000"; ', f'.port = "{behind}"; ').replace(".interval = 5s", ".interval = 1s")
    )
    port = free_port()
    command = [str(VARNISH), "-F", "-n", str(folder / "work"), "-f", str(edited), "-a", f"127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "-p", "http_gzip_support=off", "-s", "malloc,20m", "-j", "none"], stdout=log, stderr=log
        )
        try:
            until = time.monotonic() + 60  # it compiles its configuration with gcc
            while time.monotonic() < until and process.poll() is None:
                try:
                    get(port, "/robots.txt")
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                raise RuntimeError((folder / "log").read_text())
            yield port
        finally:
            process.terminate()
            process.wait(timeout=20)


def test_it_keeps_pages_and_forgets_what_it_is_told_to(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.prepare()
    counter = Counter(store.root)
    asked: list[str] = []

    def put(body: bytes) -> None:
        store.write("/x/", 200, body, compress(body, "br"), small=False, modified_at=1_700_000_000.0)
        counter.move()

    def django(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Cache-Control", "private")])
        return [environ.get("HTTP_COOKIE", "").encode()]

    stored = serve_stored(django, store)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"] + "?" + environ.get("QUERY_STRING", "") + environ.get("HTTP_COOKIE", ""))
        return stored(environ, start_response)

    put(OLD)
    behind = free_port()
    with ExitStack() as stack:
        with upstream(application, behind):
            port = stack.enter_context(varnish(tmp_path, behind))
            asked.clear()
            for accepted in ("gzip, deflate, br", "br;q=1.0, gzip", "gzip", "identity"):
                for query in ("", "?utm_source=a&utm_medium=b", "?fbclid=1"):
                    answer = get(port, "/x/" + query, Accept_Encoding=accepted, Cookie="sessionid=1")
                    assert decompress(answer.body, answer.headers.get("content-encoding", "identity")) == OLD
            assert [address for address in asked if "robots" not in address] == ["/x/?"] * 3

            put(NEW)
            assert get(port, "/x/").body == OLD
            assert get(port, "/x/", "PURGE").status == 200
            for accepted in ("br", "gzip", "identity"):
                answer = get(port, "/x/", Accept_Encoding=accepted)
                assert decompress(answer.body, answer.headers.get("content-encoding", "identity")) == NEW

            assert get(port, "/redaction/", Cookie="sessionid=1").body == b"sessionid=1"
            assert get(port, "/redaction/", Cookie="sessionid=2").body == b"sessionid=2"
            asked.clear()
            get(port, "/?utm_source=a&p=12&fbclid=1")
            assert "/?p=12" in asked
        time.sleep(0.2)
        assert get(port, "/x/", Accept_Encoding="br").status == 200  # the server is gone, the page is not


def test_only_the_machine_itself_may_purge() -> None:
    text = SHIPPED.read_text()

    assert 'acl publishers {\n    "127.0.0.1";\n    "::1";\n}' in text
