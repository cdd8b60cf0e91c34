"""An article has to go, now and everywhere; and an editor wants to know whether a change is online."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client

from rotative.accounts import roles
from rotative.content.models import Article, Withdrawal
from rotative.publishing.models import PublisherState, StoredPage
from rotative.publishing.publisher import Publisher, publish_until_idle
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from tests.builders import an_article, an_edition
from tests.newsroom import a_client, article_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher(settings: Any) -> Publisher:
    return Publisher(Disk(Store(settings.STORE_ROOT)))


@contextmanager
def a_site(status: int, body: bytes = b"") -> Iterator[str]:
    """Answer every address with one status and body, as what stands before the paper would."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def take_down(article: Article, **form: str) -> Any:
    return a_client(roles.DESK_EDITOR).post(f"/redaction/retrait/{article.pk}/", {"reason": "plainte", **form})


def test_an_article_that_is_taken_down_is_gone_everywhere_and_that_is_verified(
    publisher: Publisher, settings: Any, client: Client
) -> None:
    article = an_article("Le titre qui doit partir")
    publish_until_idle(publisher)
    store = publisher.disk.files
    assert "Le titre qui doit partir" in store.read("/", 200, "br").decode()

    answer = take_down(article, kind="gone")
    publish_until_idle(publisher)

    assert answer.headers["Location"] == f"/redaction/retrait/{article.pk}/resultat/"
    assert not store.find(article.address, 200, "br").exists()
    assert store.find(article.address, 410, "gzip").exists()
    for file in store.root.rglob("*.gz"):
        status = {"pages": 200, "gone": 410, "moved": 301}[file.relative_to(store.root).parts[0]]
        folder = store.root / file.relative_to(store.root).parts[0]
        name = "/" + str(file.relative_to(folder)).removesuffix(".gz").removesuffix("index.html")
        assert "Le titre qui doit partir" not in store.read(name, status, "gzip").decode(errors="replace"), name
    with a_site(410) as url:
        settings.SITE_URL = url
        result = a_client(roles.DESK_EDITOR).get(answer.headers["Location"]).content.decode()
    assert "Personne ne trouve plus" in result and "✗" not in result


def test_a_cache_that_still_shows_the_headline_is_told(publisher: Publisher, settings: Any) -> None:
    article = an_article("Le titre qui doit partir")
    publish_until_idle(publisher)
    answer = take_down(article, kind="gone")
    publish_until_idle(publisher)

    with a_site(410) as url, a_site(200, b"<h1>Le titre qui doit partir</h1>") as cache:
        settings.SITE_URL, settings.PURGE_URLS = url, [cache]
        result = a_client(roles.DESK_EDITOR).get(answer.headers["Location"]).content.decode()

    assert "✗" in result and "pas encore" in result


def test_readers_are_led_elsewhere_or_told_why(publisher: Publisher, client: Client) -> None:
    led, told = an_article("Premier"), an_article("Second")
    take_down(led, kind="redirect", target="/en-continu/")
    take_down(told, kind="notice", notice="Cet article reposait sur un faux <document>.")

    assert client.get(led.address).headers["Location"] == "/en-continu/"
    answer = client.get(told.address)
    assert answer.status_code == 410 and "faux &lt;document&gt;" in answer.content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "redirect"},
        {"kind": "redirect", "target": "javascript:alert(1)"},
        {"kind": "redirect", "target": "//ailleurs.example"},
        {"kind": "notice", "notice": "  "},
        {"kind": "autre"},
    ],
)
def test_a_form_that_says_too_little_takes_nothing_down(form: dict[str, str]) -> None:
    article = an_article()

    answer = take_down(article, **form)

    assert answer.status_code == 200
    assert Article.objects.get(pk=article.pk).live and not Withdrawal.objects.exists()


def test_an_article_that_is_published_again_stands_where_it_stood(client: Client) -> None:
    article = an_article()
    take_down(article, kind="notice", notice="Retiré.")

    Article.objects.get(pk=article.pk).get_latest_revision().publish()

    assert client.get(article.address).status_code == 200
    assert not Withdrawal.objects.exists()


def test_a_reporter_takes_nothing_down() -> None:
    article = an_article()

    a_client(roles.REPORTER).post(f"/redaction/retrait/{article.pk}/", {"kind": "gone"})

    assert Article.objects.get(pk=article.pk).live


def publish_in_the_newsroom(article: Article, client: Client, title: str) -> Any:
    form = article_form(an_edition(), title=title, **{"action-publish": "action-publish"}) | {"slug": article.slug}
    return client.post(f"/redaction/pages/{article.pk}/edit/", form, follow=True)


def test_the_newsroom_tells_when_readers_see_a_change(publisher: Publisher) -> None:
    article, client = an_article(), a_client(roles.EDITOR_IN_CHIEF)
    publish_until_idle(publisher)

    screen = publish_in_the_newsroom(article, client, "Un meilleur titre").content.decode()
    address = screen.partition('data-online="')[2].partition('"')[0].replace("&amp;", "&")
    before = client.get(address, headers={"Accept": "application/json"}).json()
    publish_until_idle(publisher)
    after = client.get(address, headers={"Accept": "application/json"}).json()

    assert before["state"] == "waiting"
    assert after["state"] == "online" and after["sentence"].startswith("En ligne après 0,")
    assert "En ligne après" in client.get(address).content.decode()


def test_the_newsroom_says_why_a_page_is_not_online_and_tries_again(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, client = an_article(), a_client(roles.EDITOR_IN_CHIEF)
    publish_until_idle(publisher)
    with monkeypatch.context() as broken:
        broken.setattr("rotative.content.queries.related_to", lambda article: 1 / 0)
        publish_in_the_newsroom(article, client, "Un meilleur titre")
        publish_until_idle(publisher)
    address = f"/redaction/en-ligne/{article.pk}/"

    failed = client.get(address).content.decode()
    assert "ZeroDivisionError" in failed and "Réessayer" in failed
    client.post(address)
    publish_until_idle(publisher)

    assert StoredPage.objects.get(path=article.address).failures == 0
    assert "En ligne après" in client.get(address).content.decode()


def test_a_full_disk_is_told_to_the_editor(publisher: Publisher) -> None:
    article, client = an_article(), a_client(roles.EDITOR_IN_CHIEF)
    publish_until_idle(publisher)
    PublisherState.objects.update(disk_error="No space left on device")

    assert "No space left on device" in client.get(f"/redaction/en-ligne/{article.pk}/").content.decode()
