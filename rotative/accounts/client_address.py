"""The client's IP address, of which a sign-in comes."""

import ipaddress
from typing import Final

from django.conf import settings
from django.http import HttpRequest

# What a provider gives to one subscriber: whoever has one address of it has all of them.
IPV6_SUBSCRIBER_BITS: Final = 64


def find_client_address(request: HttpRequest) -> str:
    """Return the peer's address, or what the trusted proxy in front says of its own peer.

    Each proxy appends to X-Forwarded-For the address it was asked from; only the last entry was written by ours, what
    stands before it is whatever the client liked to send.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.TRUSTED_PROXY:
        return peer
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or peer


def find_network(request: HttpRequest) -> str | None:
    """Return the address as attempts are counted by it: an IPv4 address, or the first of the /64 of an IPv6 one.

    None for what is no address, such as the path of a socket.
    """
    try:
        address = ipaddress.ip_address(find_client_address(request).partition("%")[0])
    except ValueError:
        return None
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_SUBSCRIBER_BITS), strict=False).network_address)
