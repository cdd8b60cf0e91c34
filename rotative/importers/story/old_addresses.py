"""Addresses of an old site as it wrote them itself: which are its own, which are of one picture."""

import re

from rotative.addresses import parts_of


def is_of(site: str, address: str) -> bool:
    """Tell whether an address is one of an old site's (`site` is its host, perhaps with a port and a path).

    An old site answered with and without `www.`, and a copy of it was often exported from another port.
    """
    own, host = _host(f"//{site}"), _host(address)
    return bool(own) and host == own


def _host(address: str) -> str:
    return (parts_of(address).hostname or "").removeprefix("www.")


def stem_of(url: str) -> str:
    """Return what the addresses of all sizes of one picture share."""
    bare = url.partition("?")[0].partition("://")[2] or url
    return re.sub(r"(?:-\d{2,5}x\d{2,5}|-scaled)(?=\.\w{3,5}$)", "", bare)
