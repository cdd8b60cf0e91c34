"""Fetch something from the internet on behalf of the newsroom: the one function that does.

An address that comes from outside may name a machine that only we can reach. So each name is resolved here, every
address it has must be a public one, and the connection goes to the address that was looked at. Redirects are followed
by hand, a few of them, each looked at anew.
"""

import ipaddress
import socket
import ssl
import time
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
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
AGENT: Final = "Rotative (+https://rotative.example/)"


class FetchError(Exception):
    """Raised when something cannot be fetched, or must not be. The word says why: `reporting` has the sentences.

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
        connection, path = _connect(address, allow_private)
        try:
            with _ask(connection, address, path, conditions) as response:
                if response.status in REDIRECTS:
                    address = _target(response, address)
                    continue
                return _take(response, address, Fetched(b"", "", address, etag, modified), most_bytes, until)
        except (OSError, HTTPException, ValueError) as error:
            raise FetchError("timeout" if isinstance(error, TimeoutError) else "connection") from error
        except zlib.error as error:
            raise FetchError("encoding") from error
        finally:
            connection.close()
    raise FetchError("redirects")


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
    headers = response.headers
    return Fetched(
        _read(response, most, until),
        headers.get("Content-Type", ""),
        address,
        headers.get("ETag", ""),
        headers.get("Last-Modified", ""),
    )


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


def _connect(address: str, allow_private: bool) -> tuple[HTTPConnection, str]:
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
    number = resolve(host, port, allow_private)
    connection: HTTPConnection
    if parts.scheme == "https":
        connection = _SecureConnection(number, host, port)
    else:
        connection = HTTPConnection(number, port, timeout=CONNECT_SECONDS)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    )
    return connection, path


def resolve(host: str, port: int, allow_private: bool = False) -> str:
    """Return an address of a machine. Raises FetchError unless every address that its name has is a public one."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise FetchError("name") from None
    for number in found:
        if not allow_private and not _is_public(number):
            raise FetchError("private")
    if not found:
        raise FetchError("name")
    return sorted(found, key=lambda number: ":" in number)[0]


def _is_public(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return _is_public(str(inner))
        if address in ipaddress.ip_network("64:ff9b::/96"):
            return _is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    return address.is_global and not address.is_multicast


class _SecureConnection(HTTPSConnection):
    """A connection to a number, which proves that it belongs to the name."""

    def __init__(self, number: str, host: str, port: int) -> None:
        super().__init__(number, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context())
        self._name = host

    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self._name)  # type: ignore[attr-defined]


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
        if time.monotonic() > until:
            raise FetchError("timeout")
        data += unpack.decompress(part, most + 1 - len(data)) if unpack else part
        if len(data) > most or came > most or (unpack and unpack.unconsumed_tail):
            raise FetchError("too large")
        if unpack and len(data) > MOST_EXPANSION * max(came, 1024):
            raise FetchError("too large")
    return bytes(data)
