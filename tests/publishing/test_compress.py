import gzip

import brotli
import pytest

from rotative.publishing.compress import compress, negotiate


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("identity", "identity"),
        ("identity;q=1, br;q=0.1", "identity"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("", "identity"),
        ("BR", "br"),
        ("gzip;q=oops", "identity"),
        (",,;q=1,", "identity"),
        ("identity;q=0", "identity"),
    ],
)
def test_the_smallest_encoding_that_the_browser_wants_most_is_chosen(header: str, encoding: str) -> None:
    assert negotiate(header) == encoding


def test_compressed_bytes_give_the_page_back_and_never_differ() -> None:
    body = "Une brèche s’est ouverte. ".encode() * 100
    assert brotli.decompress(compress(body, "br")) == body
    assert gzip.decompress(compress(body, "gzip")) == body
    assert compress(body, "identity") == body
    assert compress(body, "gzip") == compress(body, "gzip")
