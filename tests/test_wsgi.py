"""Readers' pages come from the store, uploads from beside Django, and nothing else of the disk is answered."""

import importlib
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

PICTURE = bytes(range(256)) * 8


@pytest.fixture
def ask(settings: Any, tmp_path: Path) -> Callable[..., tuple[str, dict[str, str], bytes]]:
    """Return a function that asks the wrapped application for one address; "Django" says where it was not reached."""
    from rotative.wsgi import serve_media

    media = tmp_path / "media"
    (media / "images").mkdir(parents=True)
    (media / "images" / "marché.jpg").write_bytes(PICTURE)
    (media / ".originals" / "original_images").mkdir(parents=True)
    (media / ".originals" / "original_images" / "x.jpg").write_bytes(b"a secret")
    (media / "page.html").write_text("<script>alert(1)</script>")
    (media / "rapport.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "sessions").write_text("a secret")
    settings.MEDIA_ROOT = media

    def django(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("404 Not Found", [])
        return [b"Django"]

    application = serve_media(django)

    def ask(address: str, method: str = "GET", **headers: str) -> tuple[str, dict[str, str], bytes]:
        answer: dict[str, Any] = {}

        def start_response(status: str, fields: list[tuple[str, str]]) -> None:
            answer.update(status=status[:3], headers=dict(fields))

        environ = {
            "PATH_INFO": unquote(address, "utf-8").encode().decode("latin-1"),
            "REQUEST_METHOD": method,
            **headers,
        }
        parts = application(environ, start_response)
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        return answer["status"], answer["headers"], body

    return ask


Ask = Callable[..., tuple[str, dict[str, str], bytes]]


def test_a_picture_is_answered_for_ever_and_cannot_act_as_a_page(ask: Ask) -> None:
    status, headers, body = ask("/medias/images/march%C3%A9.jpg")

    assert (status, body) == ("200", PICTURE)
    assert headers["Content-Type"] == "image/jpeg"
    assert "immutable" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_page_that_somebody_uploaded_is_put_in_a_sandbox(ask: Ask) -> None:
    assert ask("/medias/page.html")[1]["Content-Security-Policy"].startswith("sandbox")


def test_a_part_is_answered_with_that_part(ask: Ask) -> None:
    status, headers, body = ask("/medias/images/march%C3%A9.jpg", HTTP_RANGE="bytes=100-199")

    assert (status, body) == ("206", PICTURE[100:200])
    assert headers["Content-Range"] == f"bytes 100-199/{len(PICTURE)}"


def test_a_part_behind_the_end_is_refused(ask: Ask) -> None:
    assert ask("/medias/images/march%C3%A9.jpg", HTTP_RANGE="bytes=999999-")[0] == "416"


def test_what_has_not_changed_is_not_sent_again(ask: Ask) -> None:
    etag = ask("/medias/rapport.pdf")[1]["ETag"]

    assert ask("/medias/rapport.pdf", HTTP_IF_NONE_MATCH=etag)[0] == "304"


def test_nothing_is_written_through_this_door(ask: Ask) -> None:
    assert ask("/medias/rapport.pdf", method="PUT")[0] == "405"


def test_a_file_that_was_uploaded_while_the_server_runs_is_there_at_once(ask: Ask, settings: Any) -> None:
    (settings.MEDIA_ROOT / "new.ogg").write_bytes(b"sound")

    assert ask("/medias/new.ogg")[2] == b"sound"


@pytest.mark.parametrize(
    "address",
    [
        "/medias/../secrets/sessions",
        "/medias/%2e%2e/secrets/sessions",
        "/medias/images/../../secrets/sessions",
        "/medias//../secrets/sessions",
        "/medias/./images/march%C3%A9.jpg",
        "/medias/..%5csecrets%5csessions",
        "/medias//etc/passwd",
        "//etc/passwd",
        "/medias/images/march%C3%A9.jpg%00.html",
        "/medias/" + "x" * 5000,
        "/medias/",
        "/medias/images",
        "/medias/.originals/original_images/x.jpg",
        "/medias/%2eoriginals/original_images/x.jpg",
        "/medias",
        "/secrets/sessions",
    ],
)
def test_nothing_outside_the_folder_of_uploads_is_answered(address: str, ask: Ask) -> None:
    status, _headers, body = ask(address)

    assert (status, body) == ("404", b"Django")


def test_what_is_sent_to_a_readers_address_is_refused_before_it_is_read() -> None:
    from rotative.wsgi import refuse_to_write

    def never(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise AssertionError("the body would be read")

    for path in ("/", "/en-continu/", "/redactionnel/"):
        answers: list[str] = []
        environ = {"PATH_INFO": path, "REQUEST_METHOD": "POST"}
        assert list(refuse_to_write(never)(environ, lambda status, fields: answers.append(status))) == []  # noqa: B023
        assert answers == ["405 Method Not Allowed"]
    passed = refuse_to_write(lambda environ, start_response: [b"newsroom"])
    assert list(passed({"PATH_INFO": "/redaction/login/", "REQUEST_METHOD": "POST"}, None)) == [b"newsroom"]


@pytest.fixture
def stored_page() -> Iterator[tuple[str, bytes]]:
    """Put a page into the store that the real application was made with; yield its path and body."""
    from django.conf import settings

    from rotative.publishing.compress import compress
    from rotative.publishing.store import Store

    store = Store(settings.STORE_ROOT)
    store.prepare()
    path, body = "/un-essai-de-la-chaine/", b"<p>one page</p>"
    store.write(path, 200, body, compress(body, "br"), small=False, modified_at=1.0)
    yield path, body
    shutil.rmtree(store.root)


def ask_everything(method: str, path: str) -> tuple[str, dict[str, str], bytes]:
    from rotative import wsgi

    # The application knows its store from when it was made: this test's settings, whichever test was the first.
    application = importlib.reload(wsgi).application
    answer: dict[str, Any] = {}
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    parts = application(environ, lambda status, fields: answer.update(status=status, fields=dict(fields)))
    return answer["status"], answer["fields"], b"".join(parts)


def test_a_stored_page_is_answered_by_the_whole_without_its_database(stored_page: tuple[str, bytes]) -> None:
    """No test without a mark may touch the database: Django behind would fail."""
    path, body = stored_page

    assert ask_everything("GET", path)[::2] == ("200 OK", body)
    assert ask_everything("POST", path)[0] == "405 Method Not Allowed"


def test_a_stored_page_has_the_headers_that_django_gives_it(stored_page: tuple[str, bytes], rf: Any) -> None:
    from django.middleware.clickjacking import XFrameOptionsMiddleware
    from django.middleware.security import SecurityMiddleware

    from rotative.frontend import views
    from rotative.publishing.page_types import Document

    path, body = stored_page
    chain = SecurityMiddleware(XFrameOptionsMiddleware(lambda request: views.answer(request, Document(body))))
    by_django = dict(chain(rf.get(path)).items())

    by_store = ask_everything("GET", path)[1]

    assert by_store.pop("Content-Length") == str(len(body))
    assert by_store == by_django
