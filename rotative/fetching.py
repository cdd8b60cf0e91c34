"""HTTP client with limits against SSRF and floods: the one function that fetches for the newsroom.

An address that comes from outside may name a machine that only we can reach. So each name is resolved here, every
address it has must be a public one, and the connection goes to the address that was looked at. Redirects are followed
by hand, a few of them, each looked at anew. One deadline is over everything: the name, the connection, its keys, each
redirect, the headers, the body. Whoever sends a byte now and then is cut off.
"""

import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from queue import Empty, SimpleQueue
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

MOST_BYTES: Final = 25 * 1024 * 1024
MOST_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 8.0
MOST_REDIRECTS: Final = 3
MOST_EXPANSION: Final = 100  # of what came compressed
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PORTS: Final = frozenset({80, 443, 8080, 8443})
READ_BYTES: Final = 64 * 1024
# Of IPv6, what is handed out to the machines of the internet.
_WORLDWIDE: Final = ipaddress.ip_network("2000::/3")
# Ways to an IPv4 address that no site has any more: 6to4, Teredo.
_TUNNELS: Final = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))
# How a network without IPv4 writes the addresses of the internet (RFC 6052).
_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")
AGENT: Final = "Rotative (+https://rotative.example/)"


class FetchError(Exception):
    """Raised when something cannot be fetched, or must not be.

    The word says why; whoever shows it has the sentences.

    `wait_seconds` is how long the server asks us to stay away.
    """

    def __init__(self, word: str, wait_seconds: int = 0) -> None:
        super().__init__(word)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True)
class Fetched:
    """What came, from which address in the end."""

    data: bytes
    content_type: str
    address: str
    etag: str = ""
    modified: str = ""
    is_unchanged: bool = False


def fetch(
    address: str,
    *,
    most_bytes: int = MOST_BYTES,
    most_seconds: float | None = None,
    etag: str = "",
    modified: str = "",
    allow_private: bool = False,
) -> Fetched:
    """Return what stands at an http(s) address. Raises FetchError.

    `etag` and `modified` are those of the last time: what has not changed since comes as `is_unchanged`, without bytes.
    `allow_private` is for tests and for a paper whose old site runs beside it.
    """
    until = time.monotonic() + (MOST_SECONDS if most_seconds is None else most_seconds)
    for _hop in range(MOST_REDIRECTS + 1):
        conditions = {
            name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", modified)) if value
        }
        connection, path = _connect(address, allow_private, until)
        try:
            with _cut_off(connection, until), _ask(connection, address, path, conditions) as response:
                if response.status in REDIRECTS:
                    address = _target(response, address)
                    continue
                return _take(response, address, Fetched(b"", "", address, etag, modified), most_bytes, until)
        except (OSError, HTTPException, ValueError) as error:
            is_late = isinstance(error, TimeoutError) or time.monotonic() >= until
            raise FetchError("timeout" if is_late else "connection") from error
        except zlib.error as error:
            raise FetchError("encoding") from error
        finally:
            connection.close()
    raise FetchError("redirects")


@contextmanager
def _cut_off(connection: "_Connection", until: float) -> Iterator[None]:
    """End a connection at a moment, whatever is waited for: a timeout of a socket begins anew with each byte."""

    def cut() -> None:
        with suppress(OSError):  # it has ended
            if connection.line is not None:
                connection.line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(until - time.monotonic(), 0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _target(response: HTTPResponse, address: str) -> str:
    location = response.headers.get("Location", "")
    if not location:
        raise FetchError("redirect")
    return urljoin(address, location)


def _take(response: HTTPResponse, address: str, before: Fetched, most: int, until: float) -> Fetched:
    if response.status == 304:
        return replace(before, is_unchanged=True)
    if response.status != 200:
        raise FetchError(f"status {response.status}", _wait_of(response.headers.get("Retry-After", "")))
    said = [response.headers.get(name, "") for name in ("Content-Type", "ETag", "Last-Modified")]
    return Fetched(_read(response, most, until), said[0], address, said[1], said[2])


def _wait_of(said: str) -> int:
    """Return the seconds that a server asks us to wait: it gives their number, or a date."""
    if said.strip().isascii() and said.strip().isdecimal():
        return int(said.strip()[:9])
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return 0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, int((until - datetime.now(UTC)).total_seconds()))


def _connect(address: str, allow_private: bool, until: float) -> "tuple[_Connection, str]":
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise FetchError("address") from None
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.password:
        raise FetchError("address")
    if port not in PORTS and not allow_private:
        raise FetchError("port")
    number = resolve(host, port, allow_private, until - time.monotonic())
    seconds = min(CONNECT_SECONDS, until - time.monotonic())
    if seconds <= 0:
        raise FetchError("timeout")
    connection = _Connection(number, port, seconds, host if parts.scheme == "https" else "")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&()*+,;=~-._?")
    return connection, f"{path}?{query}" if query else path


def resolve(host: str, port: int, allow_private: bool = False, seconds: float = CONNECT_SECONDS) -> str:
    """Return an address of a machine. Raises FetchError unless every address that its name has is a public one."""
    numbers = _look_up(host, port, seconds)
    if not numbers:
        raise FetchError("name")
    if not allow_private and not all(map(_is_public, numbers)):
        raise FetchError("private")
    return sorted(numbers, key=lambda number: ":" in number)[0]


def _look_up(host: str, port: int, seconds: float) -> set[str]:
    """Ask for the addresses of a name, in a thread that is left to itself when the answer does not come."""
    answer: SimpleQueue[set[str]] = SimpleQueue()

    def ask() -> None:
        try:
            answer.put({str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
        except (OSError, UnicodeError):
            answer.put(set())

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        return answer.get(timeout=max(seconds, 0))
    except Empty:
        raise FetchError("timeout") from None


def _is_public(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped or address in _TRANSLATED:
            return _is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        if address not in _WORLDWIDE or any(address in tunnel for tunnel in _TUNNELS):
            return False
    return address.is_global and not address.is_multicast


class _Connection(HTTPConnection):
    """A connection to a number. With the name of a machine it speaks TLS, and the other side proves that it has it.

    It knows its socket to the end: Python's forgets it when an answer is to be the last of all.
    """

    line: socket.socket | None = None

    def __init__(self, number: str, port: int, seconds: float, secure_name: str) -> None:
        super().__init__(number, port, timeout=seconds)
        self._secure_name = secure_name

    def connect(self) -> None:
        super().connect()
        if self._secure_name:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._secure_name, do_handshake_on_connect=False)
        self.line = self.sock
        # The socket is known before keys are exchanged, so that the deadline cuts that off too.
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.do_handshake()


def _ask(connection: HTTPConnection, address: str, path: str, conditions: dict[str, str]) -> HTTPResponse:
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2].encode("idna").decode("ascii")
    headers = {"Host": host, "User-Agent": AGENT, "Accept-Encoding": "gzip", "Connection": "close", **conditions}
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def _read(response: HTTPResponse, most: int, until: float) -> bytes:
    """Read an answer to its end, unless it is too long, takes too long, or grows too much when it is unpacked."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise FetchError("encoding")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in encoding else None
    data, came = bytearray(), 0
    while part := response.read1(READ_BYTES):
        came += len(part)
        data += unpack.decompress(part, most + 1 - len(data)) if unpack else part
        if len(data) > most or came > most or (unpack and unpack.unconsumed_tail):
            raise FetchError("too large")
        if unpack and len(data) > MOST_EXPANSION * max(came, 1024):
            raise FetchError("too large")
    if time.monotonic() >= until:  # it was cut off, and looks like an end
        raise FetchError("timeout")
    return bytes(data)
