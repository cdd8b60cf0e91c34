"""Addresses that others wrote."""

from rotative.addresses import parts_of


def test_what_cannot_be_split_has_no_parts() -> None:
    assert not any(parts_of("http://[x/a.jpg"))
    assert parts_of("http://x/a.jpg?b")[1:4] == ("x", "/a.jpg", "b")
