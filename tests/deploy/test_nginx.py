"""The shipped configuration of nginx: pages from the store, alive or dead what stands behind."""

import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rotative import addresses
from rotative.frontend.site import BESIDE, SITE
from rotative.publishing import store
from rotative.publishing.compress import compress, decompress
from rotative.publishing.redirects import redirect_document
from rotative.publishing.serving import headers
from rotative.publishing.serving.server import serve_stored
from rotative.publishing.store import MEDIA_TYPES, Counter, Store
from rotative.wsgi import guard
from tests.deploy.web_server import SHIPPED, Answer, get, has_nginx, nginx, render, upstream
from tests.postgresql import free_port

pytestmark = pytest.mark.skipif(not has_nginx(), reason="needs nginx-light and libnginx-mod-http-brotli-static")

PAGE = "<!doctype html><p>Le marché de Dantokpa rouvre.</p>".encode() * 40
OTHER = PAGE.replace(b"Dantokpa", b"Ganhi")
UNAVAILABLE, NOT_FOUND, GONE = b"<p>back in a moment", b"<p>no such page", b"<p>taken back"
NOT_SENT = b"<p>go back, your words are there"
BR = "gzip, deflate, br"
# Of one web server and not of the page.
OWN = {"date", "server", "connection", "etag", "content-length", "transfer-encoding", "accept-ranges"}


@dataclass
class Site:
    """nginx in front of a store, and the port of what stands behind, if anything does."""

    home: Path
    store: Store
    port: int

    def get(self, target: str, method: str = "GET", body: bytes | None = None, **fields: str) -> Answer:
        return get(self.port, target, method, body, **fields)


def write_store(home: Path) -> Store:
    made = Store(home / "store")
    made.prepare()
    Counter(made.root)

    def put(path: str, body: bytes, status: int = 200) -> None:
        made.write(path, status, body, compress(body, "br"), small=False, modified_at=1_700_000_000.0)

    for path in ("/", "/politique/", "/politique/budget/", "/robots.txt", "/flux/rss.xml", "/plan.xml"):
        put(path, PAGE)
    for path in ("/manifest.webmanifest", "/favicon.ico", "/sans-barre", "/~rédaction/".replace("é", "e"), "/a_B-9.x/"):
        put(path, PAGE)
    put("/404.html", NOT_FOUND)
    put("/503.html", UNAVAILABLE)
    put("/503-envoi.html", NOT_SENT)
    put("/politique/retire/", GONE, 410)
    put("/politics/x/", redirect_document("/politique/budget/", "fr").body, 301)
    (home / "media" / "images").mkdir(parents=True)
    (home / "media" / "images" / "x.jpg").write_bytes(bytes(range(256)))
    (home / "media" / "images" / ".hidden.jpg").write_bytes(b"secret")
    (home / "media" / ".originals" / "original_images").mkdir(parents=True)
    (home / "media" / ".originals" / "original_images" / "x.jpg").write_bytes(b"secret")
    (home / "media" / "page.html").write_text("<script>alert(1)</script>")
    (home / "media" / "rapport.pdf").write_bytes(b"%PDF-1.7")
    (home / "media" / "son.opus").write_bytes(b"sound")
    (home / "static").mkdir()
    (home / "static" / "reader.0123.js").write_text("x = 1;" * 100)
    (home / "static" / "reader.0123.js.br").write_bytes(compress(b"x = 1;" * 100, "br"))
    (home / "static" / "reader.0123.js.gz").write_bytes(compress(b"x = 1;" * 100, "gzip"))
    (home / "secrets").mkdir()
    (home / "secrets" / "sessions").write_text("secret")
    (home / "rotative.sqlite3").write_text("secret")
    (made.root / "pages" / ".hidden.gz").write_bytes(compress(b"secret", "gzip"))
    return made


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Be Django: say what was asked for."""
    path = environ["PATH_INFO"]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    received = len(environ["wsgi.input"].read(length))
    known = path.startswith(("/redaction", "/commentaires/")) or path == "/recherche/" or environ.get("QUERY_STRING")
    start_response(
        "200 OK" if known else "404 Not Found",
        [
            ("Content-Type", "text/plain"),
            ("X-Frame-Options", "SAMEORIGIN"),
            ("X-Asked", f"{environ['REQUEST_METHOD']} {path}?{environ.get('QUERY_STRING', '')} {received}"),
            ("X-Forwarded", f"{environ.get('HTTP_X_FORWARDED_FOR')} {environ.get('HTTP_X_FORWARDED_PROTO')}"),
        ],
    )
    return [b"Django"]


@pytest.fixture(scope="module")
def alive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Yield nginx with an application behind, which is not wrapped by the store: what it answers is Django's."""
    yield from serve(tmp_path_factory.mktemp("alive"), application)


@pytest.fixture(scope="module")
def dead(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Yield nginx with nothing behind: F02, and F03, a machine that has just started."""
    yield from serve(tmp_path_factory.mktemp("dead"), None)


def serve(home: Path, behind: Callable[..., Iterable[bytes]] | None) -> Iterator[Site]:
    made = write_store(home)
    port = free_port()
    with ExitStack() as stack:
        up = stack.enter_context(upstream(behind)) if behind else free_port()
        stack.enter_context(nginx(render(port, up, home), port=port))
        yield Site(home, made, port)


@pytest.fixture(params=["alive", "dead"])
def either(request: pytest.FixtureRequest) -> Site:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [(BR, "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), (None, None), ("identity", None), ("zstd", None)],
)
def test_a_page_is_answered_in_the_encoding_of_the_browser_whatever_stands_behind(
    accepted: str | None, encoding: str | None, either: Site
) -> None:
    answer = either.get("/politique/budget/", **({"Accept_Encoding": accepted} if accepted else {}))

    assert (answer.status, answer.headers.get("content-encoding")) == (200, encoding)
    assert decompress(answer.body, encoding or "identity") == PAGE


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/politique/", "/robots.txt", "/flux/rss.xml", "/plan.xml", "/manifest.webmanifest", "/favicon.ico"),
        *("/sans-barre", "/~redaction/", "/a_B-9.x/"),
    ],
)
@pytest.mark.parametrize("accepted", [BR, "gzip", "identity"])
def test_the_headers_are_those_of_the_built_in_server(path: str, accepted: str, dead: Site) -> None:
    theirs = dead.get(path, Accept_Encoding=accepted)
    ours = built_in(dead.store, path, accepted)

    assert theirs.status == ours.status == 200
    assert without(theirs.headers) == without(ours.headers)
    assert decompress(theirs.body, theirs.headers.get("content-encoding", "identity")) == PAGE


def test_a_page_that_was_taken_back_has_them_too_when_the_application_is_down(dead: Site) -> None:
    theirs = dead.get("/politique/retire/", Accept_Encoding=BR)
    ours = built_in(dead.store, "/politique/retire/", BR)

    assert theirs.status == ours.status == 410
    assert without(theirs.headers) == without(ours.headers)
    assert decompress(theirs.body, "br") == GONE


def test_and_so_has_the_page_for_bad_days(dead: Site) -> None:
    theirs = dead.get("/jamais-vu/", Accept_Encoding=BR)
    ours = built_in(dead.store, "/jamais-vu/", BR)

    assert theirs.status == ours.status == 503
    assert without(theirs.headers) == without(ours.headers)
    assert theirs.headers["retry-after"] == "60"
    assert theirs.headers["cache-control"] == "no-store"
    assert decompress(theirs.body, "br") == UNAVAILABLE


def built_in(made: Store, path: str, accepted: str) -> Answer:
    """Return what our own server answers when Django is broken."""

    def broken(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise OSError

    got: dict[str, Any] = {}
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_ACCEPT_ENCODING": accepted}
    parts = serve_stored(broken, made, SITE)(environ, lambda status, fields: got.update(status=status, fields=fields))
    return Answer(int(got["status"][:3]), {name.lower(): value for name, value in got["fields"]}, b"".join(parts))


def without(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in OWN}


def test_a_browser_that_has_the_page_is_told_so(either: Site) -> None:
    for accepted in (BR, "gzip", "identity"):
        etag = either.get("/politique/", Accept_Encoding=accepted).headers["etag"]
        answer = either.get("/politique/", Accept_Encoding=accepted, If_None_Match=etag)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["cache-control"] == headers.CACHE_CONTROL
        assert answer.headers["vary"] == "Accept-Encoding"
    assert either.get("/politique/", Accept_Encoding=BR, If_None_Match='W/"other"').status == 200


def test_head_answers_the_headers_and_no_body(either: Site) -> None:
    head, full = (either.get("/politique/", method, Accept_Encoding=BR) for method in ("HEAD", "GET"))

    assert head.body == b""
    assert {**head.headers, "date": ""} == {**full.headers, "date": ""}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE"])
@pytest.mark.parametrize("path", ["/", "/politique/", "/jamais-vu/", "/medias/images/x.jpg", "/redactionnel/"])
def test_readers_only_read(method: str, path: str, either: Site) -> None:
    answer = either.get(path, method, b"x=1" if method == "POST" else None)

    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "query", ["utm_source=x", "fbclid=1", "p=", "p=x1", "page=2", "m=1", "q=riz", "xtag=1", "P=1", "a&b"]
)
def test_what_means_nothing_behind_a_question_mark_does_not_miss_the_store(query: str, alive: Site) -> None:
    assert not addresses.OLD_QUERY.search(query)
    assert alive.get(f"/?{query}").body == PAGE


@pytest.mark.parametrize(
    "query",
    [
        "p=12",
        "page_id=3",
        "attachment_id=9",
        "cat=4",
        "author=2",
        "m=202103",
        "tag=riz",
        "category_name=x",
        "author_name=x",
        "feed=rss2",
        "utm_source=x&p=12",
        "p=12&utm=1",
    ],
)
def test_old_permalinks_reach_the_application(query: str, alive: Site) -> None:
    assert addresses.OLD_QUERY.search(query)
    assert alive.get(f"/?{query}").headers["x-asked"] == f"GET /?{query} 0"


@pytest.mark.parametrize("query", ["tag=b", "feed=rss2", "m=1", "author=2", "cat=3", "p=12", "utm_source=a&tag=b"])
@pytest.mark.parametrize("path", ["/politique/", "/flux/rss.xml"])
def test_what_old_sites_had_at_their_front_page_means_nothing_elsewhere(path: str, query: str, alive: Site) -> None:
    assert alive.get(f"{path}?{query}").body == alive.get(path).body
    assert "x-asked" not in alive.get(f"{path}?{query}").headers


def test_an_address_that_is_not_stored_reaches_the_application_as_it_was_sent(alive: Site) -> None:
    for target, asked in (
        ("/recherche/", "/recherche/?"),
        ("/spip.php?article123", "/spip.php?article123"),
        ("/p%C3%A9trole/", "/p\u00c3\u00a9trole/?"),
        ("/x//y/", "/x//y/?"),
        ("/x/index.html", "/x/index.html?"),
        ("/politique.br", "/politique.br?"),
        ("/politique/index.html.br", "/politique/index.html.br?"),
        ("/politique/index.html", "/politique/index.html?"),
    ):
        answer = alive.get(target)
        assert answer.headers["x-asked"].encode("latin-1") == f"GET {asked} 0".encode("latin-1"), target
        assert answer.body == b"Django"
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert "cache-control" not in answer.headers


def test_the_application_knows_who_asks(alive: Site) -> None:
    answer = alive.get("/redaction/", X_Forwarded_For="6.6.6.6", X_Forwarded_Proto="https")

    assert answer.headers["x-forwarded"] == "6.6.6.6, 127.0.0.1 http"


def test_the_newsroom_may_send_much(alive: Site) -> None:
    answer = alive.get("/redaction/documents/add/", "POST", b"x" * 3_000_000)

    assert answer.headers["x-asked"] == "POST /redaction/documents/add/? 3000000"


def test_a_comment_reaches_the_application_and_its_answer_the_reader(alive: Site) -> None:
    answer = alive.get("/commentaires/envoyer/42/", method="POST", body=b"x" * 200_000)
    assert (answer.status, answer.headers["x-asked"]) == (200, "POST /commentaires/envoyer/42/? 200000")


def test_a_comment_that_nobody_can_take_is_answered_by_a_stored_page(dead: Site) -> None:
    answer = dead.get("/commentaires/envoyer/42/", method="POST", body=b"text=Bonjour")
    assert (answer.status, answer.headers["retry-after"]) == (503, "60")
    assert answer.headers["cache-control"] == "no-store" and answer.body == NOT_SENT


def test_a_body_that_is_no_comment_is_refused_before_it_is_read(alive: Site) -> None:
    answer = alive.get("/commentaires/envoyer/42/", method="POST", body=b"x" * 2_200_000)
    assert answer.status == 503 and answer.body == NOT_SENT


def test_a_missing_slash_at_the_end_is_mended_without_the_application(either: Site) -> None:
    answer = either.get("/politique")

    assert (answer.status, answer.headers["location"]) == (301, "/politique/")


def test_when_the_application_is_down_a_page_that_moved_leads_on(dead: Site) -> None:
    answer = dead.get("/politics/x/")

    assert answer.status == 200
    assert b'content="0;url=/politique/budget/"' in answer.body


@pytest.mark.parametrize(
    "target", ["/redaction/", "/redaction/login/", "/?tag=riz", "/x//y/", "/x/index.html", "/x.br"]
)
def test_when_the_application_is_down_all_else_is_the_calm_page(target: str, dead: Site) -> None:
    answer = dead.get(target)

    assert (answer.status, answer.body, answer.headers["retry-after"]) == (503, UNAVAILABLE, "60")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_without_a_calm_page_it_is_still_503(tmp_path: Path) -> None:
    for site in serve(tmp_path, None):
        site.store.remove("/503.html")
        site.store.remove("/404.html")
        answer = site.get("/jamais-vu/")
        assert (answer.status, answer.headers["retry-after"]) == (503, "60")
        assert site.get("/.env").status == 404


@pytest.mark.parametrize("path", ["/.env", "/.git/config", "/politique/.hidden", "/.hidden", "/404.html", "/503.html"])
def test_hidden_files_and_error_pages_have_no_address(path: str, either: Site) -> None:
    answer = either.get(path, Accept_Encoding=BR)

    assert (answer.status, decompress(answer.body, "br")) == (404, NOT_FOUND)
    assert answer.headers["cache-control"] == headers.CACHE_CONTROL


@pytest.mark.parametrize(
    "target",
    [
        "/../secrets/sessions",
        "/politique/../../secrets/sessions",
        "/%2e%2e/secrets/sessions",
        "/..%2fsecrets%2fsessions",
        "/..%5csecrets",
        "/medias/../secrets/sessions",
        "/medias../secrets/sessions",
        "/medias/%2e%2e/secrets/sessions",
        "/medias/..%2f..%2fsecrets/sessions",
        "/medias//etc/passwd",
        "/medias/images/.hidden.jpg",
        "/medias/.originals/original_images/x.jpg",
        "/static../rotative.sqlite3",
        "/static/../rotative.sqlite3",
        "/static/..%2frotative.sqlite3",
        "/rotative.sqlite3",
        "/store/applied",
        "/secrets/sessions",
        "//secrets/sessions",
        "/x%00.html",
        "/.hidden",
        "/medias/",
        "/medias/images/",
    ],
)
def test_nothing_outside_the_folders_is_answered(target: str, either: Site) -> None:
    answer = either.get(target)

    assert answer.status in {400, 404, 503}
    assert b"secret" not in answer.body
    assert b"root:" not in answer.body


def test_static_files_are_kept_for_ever_and_sent_compressed(either: Site) -> None:
    answer = either.get("/static/reader.0123.js", Accept_Encoding=BR)

    assert decompress(answer.body, "br") == b"x = 1;" * 100
    assert answer.headers["cache-control"] == "max-age=315360000, public, immutable"
    assert answer.headers["content-type"].split(";")[0] in {"text/javascript", "application/javascript"}
    assert answer.headers["vary"] == "Accept-Encoding"
    assert either.get("/static/reader.0123.js").body == b"x = 1;" * 100
    assert either.get("/static/missing.js").status == 404


@pytest.mark.parametrize("name", ["images/x.jpg", "page.html", "rapport.pdf", "son.opus"])
def test_uploads_are_as_harmless_as_those_of_the_built_in_server(name: str, either: Site) -> None:
    from wsgiref.headers import Headers

    guarded = Headers()
    guard(guarded, f"/x/{name}", "")

    answer = either.get(f"/medias/{name}", Accept_Encoding=BR)

    assert answer.body == (either.home / "media" / name).read_bytes()
    for field in ("content-security-policy", "x-content-type-options"):
        assert answer.headers.get(field) == guarded.get(field)
    assert "immutable" in answer.headers["cache-control"]
    if name == "son.opus":
        assert answer.headers["content-type"] == "audio/ogg"


def test_a_part_of_a_media_file_is_answered_with_that_part(either: Site) -> None:
    answer = either.get("/medias/images/x.jpg", Range="bytes=10-19")

    assert (answer.status, answer.body) == (206, bytes(range(10, 20)))


def test_a_page_that_is_stored_anew_is_answered_from_the_next_request_on(tmp_path: Path) -> None:
    for site in serve(tmp_path, None):
        site.get("/politique/")
        site.store.write("/politique/", 200, OTHER, compress(OTHER, "br"), small=False, modified_at=1_700_000_001.0)
        assert site.get("/politique/").body == OTHER
        site.store.write("/politique/", 410, GONE, compress(GONE, "br"), small=False, modified_at=1_700_000_002.0)
        assert site.get("/politique/").status == 410


def test_silent_and_slow_clients_do_not_keep_a_good_reader_waiting(dead: Site) -> None:
    with ExitStack() as stack:
        for number in range(300):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", dead.port)))
            if number % 2:
                client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        started = time.monotonic()
        assert dead.get("/politique/").status == 200
        assert time.monotonic() - started < 1


def test_a_client_that_does_not_finish_its_request_is_let_go(tmp_path: Path) -> None:
    port = free_port()
    shipped = "client_header_timeout 10s;"
    configuration = render(port, free_port(), tmp_path)
    assert shipped in configuration
    with (
        nginx(configuration.replace(shipped, "client_header_timeout 1s;"), port=port),
        socket.create_connection(("127.0.0.1", port), timeout=5) as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        with suppress(ConnectionResetError):
            client.recv(1000)


def test_huge_headers_are_refused(dead: Site) -> None:
    assert dead.get("/politique/", X_Huge="x" * 60_000).status in {400, 431, 494}


def test_the_configuration_and_the_program_say_the_same() -> None:
    """What stands in both is the same in both."""
    text = SHIPPED.read_text()

    assert f"/{store.STORABLE.pattern[1:]}$" in text
    assert store.RESERVED.pattern.replace(r"\Z", "$") in text
    assert addresses.OLD_QUERY.pattern.replace(r"\A", "^").replace(r"\Z", "$") in text
    assert f'"{headers.CACHE_CONTROL}"' in text
    for name, value in headers.SECURITY.items():
        assert f'add_header {name} "{value}" always;' in text
    for ending, kind in MEDIA_TYPES.items():
        assert kind in text, ending
    for address in BESIDE:
        assert f"location ^~ {address} {{" in text
    hidden = "|".join(sorted(path[1:].removesuffix(".html") for path in SITE.hidden))
    assert rf"^/(?:{hidden})\.html$" in text
    assert f'"{re.escape(addresses.FEED)}$"' in text
    assert re.search(rf"503 {headers.RETRY_AFTER_SECONDS};", text)
