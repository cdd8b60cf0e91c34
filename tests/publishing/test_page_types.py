from collections.abc import Iterator

import pytest

from rotative.publishing import page_types
from rotative.publishing.page_types import Document, NotOnThisPathError, PageType


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(page_types, "_page_types", {})
    yield


def a_page_type(kind: str, route: str, body: bytes | None) -> PageType:
    def render(**arguments: object) -> Document:
        if body is None:
            raise NotOnThisPathError
        return Document(body + repr(arguments).encode())

    return PageType(kind, route, render, list)


def test_the_first_page_type_that_stands_on_a_path_answers() -> None:
    page_types.register(a_page_type("nothing", "<path:steps>/", None))
    page_types.register(a_page_type("topic", "sujets/<slug:slug>/", b"topic"))
    assert page_types.render("/sujets/eau/").body == b"topic{'slug': 'eau'}"


def test_a_path_that_nobody_knows_is_said_so() -> None:
    page_types.register(a_page_type("nothing", "<path:steps>/", None))
    with pytest.raises(NotOnThisPathError):
        page_types.render("/ailleurs/")


def test_a_kind_is_registered_once() -> None:
    page_types.register(a_page_type("topic", "a/", b""))
    with pytest.raises(ValueError, match="topic"):
        page_types.register(a_page_type("topic", "b/", b""))
