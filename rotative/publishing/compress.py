"""Which encoding a reader's browser takes, and a page in it."""

import gzip

import brotli

BROTLI_QUALITY = 5  # 1 ms for a page; quality 11 takes 40 times as long for a twelfth fewer bytes
GZIP_LEVEL = 6
PREFERRED = ("br", "gzip")


def negotiate(accept_encoding: str) -> str:
    """Return `br`, `gzip` or `identity` for an Accept-Encoding header, by RFC 9110, 12.5.3.

    Of the encodings with the highest weight ours is the smallest. `identity` is also the answer where nothing fits:
    a page that could have been compressed is worth more than a 406.
    """
    weights = _weights(accept_encoding)
    anything = weights.get("*", 0.0)
    best, best_weight = "identity", 0.0
    for encoding in PREFERRED:
        weight = weights.get(encoding, anything)
        if weight > best_weight:
            best, best_weight = encoding, weight
    return best if best_weight >= weights.get("identity", 0.0) else "identity"


def compress(body: bytes, encoding: str) -> bytes:
    """Return `body` in one of the encodings that `negotiate` returns."""
    if encoding == "br":
        return brotli.compress(body, quality=BROTLI_QUALITY)
    if encoding == "gzip":
        return gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
    return body


def _weights(header: str) -> dict[str, float]:
    weights = {}
    for part in header.lower().split(","):
        name, _, parameter = part.partition(";")
        if name := name.strip():
            weights[name] = _weight(parameter)
    return weights


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
