import socket

import pytest
from pytest_socket import SocketConnectBlockedError


@pytest.mark.filterwarnings("ignore:A test tried to use socket")  # which would be raised in its place
@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "10.0.0.1"])
def test_no_test_reaches_another_machine(address: str) -> None:
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection((address, 80), timeout=1)


def test_a_test_reaches_a_server_of_its_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
