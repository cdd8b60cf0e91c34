"""The one function that fetches for the newsroom: nothing that only we can reach, nothing without an end."""

import gzip
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from rotative.importers import fetching
from rotative.importers.fetching import FetchError, fetch
from tests.importers.web import OldSite, old_site


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
        "http://a\x00b/",
        "x",
        "http://[",
        "http://ancien.example:99999/",
    ],
)
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    assert refusal(address) in {"address", "name"}


def test_ports_that_no_site_has_are_refused() -> None:
    assert refusal("http://ancien.example:22/") == "port"


def test_redirects_are_followed_a_few_and_looked_at_anew(site: OldSite) -> None:
    site.answers = {
        "/1": (301, {"Location": "/2"}, b""),
        "/2": (302, {"Location": f"{site.url}/3"}, b""),
        "/3": b"bonjour",
        "/loop": (302, {"Location": "/loop"}, b""),
        "/nowhere": (302, {}, b""),
        "/file": (302, {"Location": "file:///etc/passwd"}, b""),
    }
    assert get(f"{site.url}/1") == b"bonjour"
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


def test_other_answers_say_their_status(site: OldSite) -> None:
    assert refusal(f"{site.url}/nothing", allow_private=True) == "status 404"


def test_what_has_not_changed_is_not_sent_again(site: OldSite) -> None:
    site.answers = {"/": (304, {}, b"")}
    assert fetch(f"{site.url}/", etag='"1"', allow_private=True).is_unchanged
