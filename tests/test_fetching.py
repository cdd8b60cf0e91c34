"""The one function that fetches for the newsroom: nothing that only we can reach, nothing without an end."""

import gzip
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from rotative import fetching
from rotative.fetching import FetchError, fetch
from tests.old_site import OldSite, old_site


@pytest.fixture
def site() -> Iterator[OldSite]:
    with old_site() as found:
        yield found


def get(address: str, **options: Any) -> bytes:
    return fetch(address, allow_private=True, **options).data


def refusal(address: str, **options: Any) -> str:
    with pytest.raises(FetchError) as refused:
        fetch(address, **options)
    return str(refused.value)


def test_what_stands_there_comes_packed_or_not(site: OldSite) -> None:
    site.answers = {"/a": b"bonjour", "/b%20c?d=1": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"salut"))}
    assert get(f"{site.url}/a") == b"bonjour"
    assert get(f"{site.url}/b c?d=1") == b"salut"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fd00::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://224.0.0.1/",
        "http://[::127.0.0.1]/",
        "http://[::8.8.8.8]/",
        "http://[fec0::1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[64:ff9b:1::808:808]/",
        "http://[2002:808:808::]/",
        "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "http://[ff0e::1]/",
    ],
)
def test_nothing_is_fetched_from_where_only_we_can_go(address: str) -> None:
    assert refusal(address) in {"private", "name"}


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 80)) for number in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)
    assert refusal("http://ancien.example/") == "private"


def test_the_connection_goes_to_the_address_that_was_looked_at(site: OldSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers otherwise the second time, as attackers' names do, is not asked a second time."""
    asked: list[str] = []
    answer = socket.getaddrinfo

    def once(host: str, *args: Any, **options: Any) -> Any:
        asked.append(host)
        return answer("127.0.0.1" if host == "ancien.example" else host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    site.answers = {"/": b"x"}
    get(site.url.replace("127.0.0.1", "ancien.example") + "/")
    assert asked.count("ancien.example") == 1


@pytest.mark.parametrize(
    "address",
    [
        "ftp://ancien.example/",
        "file:///etc/passwd",
        "http://",
        "http://u:p@ancien.example/",
        "http://u@ancien.example/",
        "http://:p@ancien.example/",
        "x",
        "http://[",
        "http://ancien.example:99999/",
    ],
)
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    assert refusal(address) == "address"


def test_a_name_that_none_can_be_is_refused() -> None:
    assert refusal("http://a\x00b/") in {"address", "name"}


def test_ports_that_no_site_has_are_refused() -> None:
    assert refusal("http://ancien.example:22/") == "port"
    for port in (80, 443, 8080, 8443):
        assert refusal(f"http://127.0.0.1:{port}/") == "private"


def test_redirects_are_followed_a_few_and_looked_at_anew(site: OldSite) -> None:
    site.answers = {
        "/1": (301, {"Location": "/2"}, b""),
        "/2": (302, {"Location": f"{site.url}/3"}, b""),
        "/3": b"bonjour",
        "/303": (303, {"Location": "/307"}, b""),
        "/307": (307, {"Location": "/308"}, b""),
        "/308": (308, {"Location": "/3"}, b""),
        "/loop": (302, {"Location": "/loop"}, b""),
        "/nowhere": (302, {}, b""),
        "/file": (302, {"Location": "file:///etc/passwd"}, b""),
    }
    assert get(f"{site.url}/1") == get(f"{site.url}/303") == b"bonjour"
    assert refusal(f"{site.url}/loop", allow_private=True) == "redirects"
    assert refusal(f"{site.url}/nowhere", allow_private=True) == "redirect"
    assert refusal(f"{site.url}/file", allow_private=True) == "address"
    assert site.asked.count("/loop") == fetching.MOST_REDIRECTS + 1


def test_what_is_too_long_or_grows_too_much_is_refused(site: OldSite) -> None:
    site.answers = {
        "/long": b"x" * 5000,
        "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"\0" * 30_000_000)),
        "/odd": (200, {"Content-Encoding": "br"}, b"x"),
    }
    assert refusal(f"{site.url}/long", allow_private=True, most_bytes=4000) == "too large"
    assert refusal(f"{site.url}/bomb", allow_private=True) == "too large"
    assert refusal(f"{site.url}/odd", allow_private=True) == "encoding"


def test_what_takes_too_long_is_given_up(site: OldSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_SECONDS", -1)
    site.answers = {"/": b"x" * 100}
    assert refusal(f"{site.url}/", allow_private=True) == "timeout"


@contextmanager
def dripping(
    *, before: bytes, drop: bytes, wrap: Callable[[socket.socket], socket.socket] = lambda plain: plain
) -> Iterator[str]:
    """A server that says something, and then a little again and again without an end."""
    ended = threading.Event()

    def answer(plain: socket.socket) -> None:
        with suppress(OSError), wrap(plain) as connection:
            connection.sendall(before)
            while not ended.wait(0.05):
                connection.sendall(drop)

    def serve(server: socket.socket) -> None:
        with suppress(OSError):
            while not ended.is_set():
                threading.Thread(target=answer, args=[server.accept()[0]], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=[server], daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        ended.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize(
    ("scheme", "before", "drop"),
    [
        ("http", b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        ("http", b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b"x"),
        ("http", b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        ("https", b"\x16\x03\x03\x40\x00", b"x"),
    ],
    ids=["a header", "100 Continue", "a body", "a body without an end", "keys"],
)
def test_one_deadline_is_over_everything(scheme: str, before: bytes, drop: bytes) -> None:
    with dripping(before=before, drop=drop) as place:
        began = time.monotonic()
        assert refusal(f"{scheme}://{place}/", allow_private=True, most_seconds=0.4) == "timeout"
        assert time.monotonic() - began < 5


def test_the_deadline_is_over_a_body_behind_keys_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proof, key = tmp_path / "proof.pem", tmp_path / "key.pem"
    words = "openssl req -x509 -nodes -days 1 -newkey rsa:2048 -subj /CN=x -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*words.split(), "-keyout", key, "-out", proof], check=True, capture_output=True)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(proof, key)
    theirs = ssl.create_default_context(cafile=proof)
    monkeypatch.setattr(ssl, "create_default_context", lambda: theirs)
    wrap = partial(ours.wrap_socket, server_side=True)
    with dripping(before=b"HTTP/1.1 200 OK\r\n\r\n", drop=b"x", wrap=wrap) as place:
        # Without the deadline it would be too large in the end.
        assert refusal(f"https://{place}/", allow_private=True, most_seconds=1, most_bytes=200) == "timeout"


def test_redirects_share_the_deadline(site: OldSite, monkeypatch: pytest.MonkeyPatch) -> None:
    with dripping(before=b"HTTP/1.1 200 OK\r\nX: ", drop=b"x") as place:
        site.answers = {"/": (302, {"Location": f"http://{place}/"}, b"")}
        assert refusal(f"{site.url}/", allow_private=True, most_seconds=0.4) == "timeout"


def test_a_name_whose_answer_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    comes = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: comes.wait(30) and [])
    assert refusal("http://ancien.example/", most_seconds=0.1) == "timeout"
    comes.set()


def test_a_site_of_the_internet_behind_a_translator_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in ("64:ff9b::808:808", "2a00:1450:4007::200e", "8.8.8.8"):
        assert fetching._is_public(number), number


def test_other_answers_say_their_status(site: OldSite) -> None:
    assert refusal(f"{site.url}/nothing", allow_private=True) == "status 404"


def test_what_has_not_changed_is_not_sent_again(site: OldSite) -> None:
    site.answers = {"/": (304, {}, b"")}
    assert fetch(f"{site.url}/", etag='"1"', allow_private=True).is_unchanged
