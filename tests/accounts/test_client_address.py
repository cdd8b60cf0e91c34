from typing import Any

import pytest
from django.test import RequestFactory

from rotative.accounts.client_address import find_client_address


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (False, None, "192.0.2.1"),
        (False, "203.0.113.9", "192.0.2.1"),
        (True, None, "192.0.2.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (True, "", "192.0.2.1"),
    ],
)
def test_only_what_our_own_proxy_says_is_believed(
    settings: Any, trusted: bool, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXY = trusted
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers=headers)
    assert find_client_address(request) == address
