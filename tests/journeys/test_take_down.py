"""An article has to go, now and everywhere; and an editor wants to know whether a change is online."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.test import Client
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser
from wagtail.models import PageLogEntry

from rotative.accounts import roles
from rotative.content import verification
from rotative.content.models import Article, Withdrawal
from rotative.frontend.site import SITE
from rotative.publishing.models import Invalidation, Priority, PublisherState, Purge, StoredBody, StoredPage
from rotative.publishing.publisher import Publisher, publish_until_idle
from rotative.publishing.serving.server import serve_stored
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from tests.builders import an_article, an_edition
from tests.newsroom import a_client, article_form

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def publisher(settings: Any) -> Publisher:
    return Publisher(Disk(Store(settings.STORE_ROOT)))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotative.content.views.WAIT_SECONDS", 0.6)


class SilentHandler(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


class ThreadedServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def the_store(publisher: Publisher, old: dict[str, bytes] | None = None) -> Iterator[str]:
    """Hand out the stored pages by the built-in server; `old` are pages that something in front still has."""
    serve = serve_stored(lambda environ, start: start("404 Not Found", []) and [], publisher.disk.files, SITE)

    def answer(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"] not in (old or {}):
            return serve(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [(old or {})[environ["PATH_INFO"]]]

    with at_work(answer) as url:
        yield url


@contextmanager
def a_site(status: str, body: bytes = b"") -> Iterator[str]:
    """Answer every address with one status and body, as what stands before the paper would."""

    def answer(environ: Any, start_response: Any) -> Any:
        start_response(status, [("Content-Length", str(len(body)))])
        return [body]

    with at_work(answer) as url:
        yield url


@contextmanager
def at_work(application: Any) -> Iterator[str]:
    """Serve a WSGI application; yield its address."""
    server = make_server("127.0.0.1", 0, application, ThreadedServer, SilentHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
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
    with a_site("410 Gone") as url:
        settings.SITE_URL = url
        result = a_client(roles.DESK_EDITOR).get(answer.headers["Location"]).content.decode()
    assert "Personne ne trouve plus" in result and "✗" not in result


def test_a_cache_that_still_shows_the_headline_is_told(publisher: Publisher, settings: Any) -> None:
    article = an_article("Le titre qui doit partir")
    publish_until_idle(publisher)
    answer = take_down(article, kind="gone")
    publish_until_idle(publisher)

    with a_site("410 Gone") as url, a_site("200 OK", b"<h1>Le titre qui doit partir</h1>") as cache:
        settings.SITE_URL, settings.PURGE_URLS = url, [cache]
        result = a_client(roles.DESK_EDITOR).get(answer.headers["Location"]).content.decode()

    assert "✗" in result and "pas encore" in result


def result_of(article: Article, publisher: Publisher, settings: Any, **old: bytes) -> LexborHTMLParser:
    """Return the screen that tells whether an article is gone, while something in front still has the `old` pages."""
    pages = {path.replace("__", "/"): body for path, body in old.items()}
    with the_store(publisher, pages) as url:
        settings.SITE_URL = url
        screen = a_client(roles.DESK_EDITOR).get(f"/redaction/retrait/{article.pk}/resultat/")
    return LexborHTMLParser(screen.content)


def rows_of(screen: LexborHTMLParser) -> dict[str, str]:
    return {row.css_first("th").text(): row.css("td")[-1].text() for row in screen.css(".passage-table tbody tr")}


def test_each_page_that_showed_the_article_is_asked_for_and_shown(publisher: Publisher, settings: Any) -> None:
    article = an_article("L’affaire des puits")
    publish_until_idle(publisher)
    take_down(article, kind="gone")
    publish_until_idle(publisher)

    screen = result_of(article, publisher, settings)

    rows = rows_of(screen)
    assert {article.address, "/", "/politique/", "/benin/", "/en-continu/", "/flux/rss.xml"} <= rows.keys()
    assert set(rows.values()) == {"✓ disparu"}
    assert "Personne ne trouve plus" in screen.css_first(".passage.online").text()


def test_an_old_front_page_in_a_cache_is_found_out(publisher: Publisher, settings: Any) -> None:
    article = an_article("L’affaire des puits")
    publish_until_idle(publisher)
    front = publisher.disk.files.read("/", 200, "br")
    take_down(article, kind="gone")
    publish_until_idle(publisher)

    screen = result_of(article, publisher, settings, __=front)

    assert [path for path, state in rows_of(screen).items() if "✗" in state] == ["/"]
    assert "pas encore" in screen.css_first(".passage.failed").text()
    assert "Réessayer" in screen.css_first("main form").text()


@pytest.mark.parametrize(
    "headline", ["L'affaire \"Bio & Cie\" : ce qu'il faut savoir", "Le coeur... de l'Etat, le 1er mai 10000 fois"]
)
def test_a_headline_is_recognised_in_the_typography_of_the_page(
    headline: str, publisher: Publisher, settings: Any
) -> None:
    article = an_article(headline, slug="une-affaire")
    publish_until_idle(publisher)
    old = publisher.disk.files.read(article.address, 200, "br")
    take_down(article, kind="gone")
    publish_until_idle(publisher)
    gone = publisher.disk.files.read(article.address, 410, "br")

    old = old.partition(b"<body>")[2]  # before it the headline stands as it was typed
    assert headline not in old.decode(), "else this proves nothing"
    assert verification.shows(headline, old)
    assert not verification.shows(headline, gone)
    with a_site("410 Gone", old) as url:
        settings.SITE_URL = url
        result = a_client(roles.DESK_EDITOR).get(f"/redaction/retrait/{article.pk}/resultat/").content.decode()
    assert "Personne ne trouve plus" not in result


def test_a_notice_that_names_the_article_is_no_trace_of_it(publisher: Publisher, settings: Any) -> None:
    article = an_article("Le titre qui doit partir")
    publish_until_idle(publisher)
    take_down(article, kind="notice", notice="« Le titre qui doit partir » reposait sur un faux.")
    publish_until_idle(publisher)

    assert rows_of(result_of(article, publisher, settings))[article.address] == "✓ disparu"


@pytest.mark.parametrize("target", ["/en-continu/", "/élan/?q=a&b=c", "https://ailleurs.example/x"])
def test_a_way_elsewhere_is_followed_to_where_it_leads(target: str, publisher: Publisher, settings: Any) -> None:
    article = an_article()
    publish_until_idle(publisher)
    take_down(article, kind="redirect", target=target)
    publish_until_idle(publisher)

    assert rows_of(result_of(article, publisher, settings))[article.address] == "✓ disparu"
    Withdrawal.objects.filter(address=article.address).update(target="/ailleurs/")
    assert "✗" in rows_of(result_of(article, publisher, settings))[article.address]


def test_every_page_that_shows_the_article_goes_before_everything_else(publisher: Publisher) -> None:
    article = an_article()
    publish_until_idle(publisher)
    take_down(article, kind="gone")

    steps = publisher.steps()
    while next(steps) != "drained":
        pass

    stale = StoredPage.objects.filter(stale_at__isnull=False, dependencies__key=article.key)
    assert stale.exists() and set(stale.values_list("priority", flat=True)) == {Priority.URGENT}


def test_a_publisher_that_is_not_at_work_is_told_at_once(publisher: Publisher, settings: Any) -> None:
    article = an_article()
    publish_until_idle(publisher)
    take_down(article, kind="gone")
    Withdrawal.objects.update(made_at=timezone.now() - timedelta(seconds=5))
    PublisherState.objects.update(seen_at=timezone.now() - timedelta(minutes=5))

    screen = result_of(article, publisher, settings)

    assert "ne tourne pas" in screen.css_first(".passage.failed").text()
    assert "✗" in rows_of(screen)[article.address]
    assert publisher.disk.files.find(article.address, 200, "br").exists(), "only the publisher writes the store"


def test_a_second_try_makes_the_pages_again_and_tells_the_caches(publisher: Publisher, settings: Any) -> None:
    article = an_article()
    publish_until_idle(publisher)
    take_down(article, kind="gone")
    publish_until_idle(publisher)
    settings.PURGE_URLS = ["http://127.0.0.1:1"]

    answer = a_client(roles.DESK_EDITOR).post(f"/redaction/retrait/{article.pk}/resultat/")

    assert answer.headers["Location"] == f"/redaction/retrait/{article.pk}/resultat/"
    assert Invalidation.objects.filter(cause="retry", urgent=True, key=article.key).exists()
    assert {article.address, "/"} <= set(Purge.objects.values_list("path", flat=True))


def test_the_history_of_the_article_says_who_took_it_down_and_why(publisher: Publisher) -> None:
    article = an_article()
    take_down(article, kind="gone")

    entries = PageLogEntry.objects.filter(page=article.pk)
    assert {"wagtail.unpublish", "content.take_down"} <= set(entries.values_list("action", flat=True))
    entry = entries.get(action="content.take_down")
    assert entry.user and entry.data == {"kind": "gone", "target": "", "reason": "plainte"}
    history = a_client(roles.EDITOR_IN_CHIEF).get(f"/redaction/pages/{article.pk}/history/").content.decode()
    assert "Retiré partout" in history and "plainte" in history


def test_other_words_in_its_place_are_looked_for_on_the_same_pages(publisher: Publisher) -> None:
    article = an_article()
    publish_until_idle(publisher)
    take_down(article, kind="gone")
    publish_until_idle(publisher)
    before = Withdrawal.objects.get().shown_on

    take_down(article, kind="notice", notice="Nous nous sommes trompés.")

    after = Withdrawal.objects.get()
    assert (after.kind, after.notice) == ("notice", "Nous nous sommes trompés.")
    assert "/" in before and set(after.shown_on) == set(before)


def test_a_damaged_page_does_not_hold_up_a_take_down(publisher: Publisher) -> None:
    article = an_article()
    publish_until_idle(publisher)
    StoredBody.objects.update(brotli=b"not what it was")

    take_down(article, kind="gone")

    assert not Article.objects.get(pk=article.pk).live


def test_the_result_for_an_article_that_stands_there_again_leads_to_the_form(publisher: Publisher) -> None:
    article = an_article()

    answer = a_client(roles.DESK_EDITOR).get(f"/redaction/retrait/{article.pk}/resultat/")

    assert answer.headers["Location"] == f"/redaction/retrait/{article.pk}/"


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


def test_the_screens_say_which_article_is_meant(publisher: Publisher, settings: Any) -> None:
    article = an_article("Le titre qui doit partir")
    form = a_client(roles.DESK_EDITOR).get(f"/redaction/retrait/{article.pk}/").content
    take_down(article, kind="gone")
    publish_until_idle(publisher)

    for screen in (LexborHTMLParser(form), result_of(article, publisher, settings)):
        assert "Le titre qui doit partir" in screen.css_first("h1").text()


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
    assert after["state"] == "online" and after["sentence"].startswith("En ligne après ")
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


def test_a_way_that_leads_on_to_where_a_page_stands_now_is_the_one_that_was_chosen(
    publisher: Publisher, settings: Any
) -> None:
    taken_down, target = an_article("Le premier article"), an_article("Le dernier article")
    publish_until_idle(publisher)
    take_down(taken_down, kind="redirect", target=target.address)
    target.slug = "enfin"
    target.save_revision().publish()
    publish_until_idle(publisher)

    row = rows_of(result_of(taken_down, publisher, settings))[taken_down.address]

    assert "✓" in row and "✗" not in row
