"""Which addresses are an old site's, as it wrote them itself."""

from rotative.addresses import parts_of


def is_of(site: str, address: str) -> bool:
    """Tell whether an address is one of an old site's (`site` is its host, perhaps with a port and a path).

    An old site answered with and without `www.`, and a copy of it was often exported from another port.
    """
    own, host = _host(f"//{site}"), _host(address)
    return bool(own) and host == own


def _host(address: str) -> str:
    return (parts_of(address).hostname or "").removeprefix("www.")
