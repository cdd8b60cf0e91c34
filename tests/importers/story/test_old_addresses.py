"""Which addresses are an old site's own."""

import pytest

from rotative.importers.story.old_addresses import is_of


@pytest.mark.parametrize(
    ("site", "address", "expected"),
    [
        ("gazette.example", "https://www.gazette.example/2019/pont/", True),
        ("www.gazette.example/journal", "http://gazette.example/?p=7", True),
        ("localhost:8080/journal", "http://localhost/2019/pont/", True),
        ("Gazette.example", "https://GAZETTE.example:443/", True),
        ("gazette.example", "https://images.gazette.example/pont.jpg", False),
        ("gazette.example", "https://gazette.example.autre.example/", False),
        ("gazette.example", "/2019/pont/", False),
        ("", "/2019/pont/", False),
        ("gazette.example", "http://[x", False),
        ("[x", "https://gazette.example/", False),
    ],
)
def test_an_address_is_a_sites_by_its_host(site: str, address: str, expected: bool) -> None:
    assert is_of(site, address) is expected
