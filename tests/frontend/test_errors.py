"""Pages for addresses where nothing stands, and for bad days."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from selectolax.lexbor import LexborHTMLParser

from rotative.publishing import page_types, render
from tests.builders import a_newspaper, an_article

pytestmark = pytest.mark.django_db


def test_an_error_page_changes_with_no_publication(client: Client) -> None:
    withdrawn = an_article()
    withdrawn.unpublish()
    for address, status in (("/nulle-part/", 404), (withdrawn.address, 410)):
        before = client.get(address)
        assert before.status_code == status
        an_article(is_ongoing=True)
        assert client.get(address).content == before.content
    assert not {key for key in render.render(withdrawn.address).keys if "/articles" in key or key == "site:ongoing"}


def test_an_error_page_fetches_the_latest_stories_around_a_plain_link(client: Client) -> None:
    a_newspaper()
    page = LexborHTMLParser(client.get("/nulle-part/").content)
    place = page.css_first('[data-fragment="/fragments/dernieres/"]')
    assert place.css_first("a").attributes["href"] == "/en-continu/"
    style = page.css_first("style").text()
    assert ".more li{" in style  # how the list looks that arrives
    assert ".latest{min-height:" in style  # and room for it, so that nothing moves


def test_the_pages_for_web_servers_are_those_that_readers_get(client: Client) -> None:
    a_newspaper()
    stored = render.render("/404.html")
    assert (stored.kind, stored.document.status) == ("not-found", 200)
    assert stored.document.body == client.get("/nulle-part/").content


def test_the_page_for_bad_days_reads_nothing() -> None:
    page_types.render("/503.html")  # what a process reads once
    with CaptureQueriesContext(connection) as captured:
        rendering = render.render("/503.html")
    assert not captured.captured_queries
    assert rendering.keys == {"path:/503.html"}


def test_robots_are_told_where_the_sitemap_is(client: Client) -> None:
    a_newspaper()
    assert b"Sitemap: http://127.0.0.1:8000/sitemap.xml" in client.get("/robots.txt").content
