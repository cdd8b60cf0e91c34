import base64
import hashlib
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from rotative.content import queries
from rotative.content.models import Newspaper
from tests.builders import a_newspaper, a_section, an_article

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/nulle-part/",
        "/a/b/c/d/",
        "/%00/",
        "/..%2f..%2fetc/passwd",
        "/wp-login.php",
        "/archives/2026-13/",
        "/" + "a" * 5000,
    ],
)
def test_an_unknown_address_gets_the_404_page_and_never_a_trace(client: Client, address: str) -> None:
    a_newspaper()
    response = client.get(address)
    html = response.content.decode()
    assert response.status_code == 404
    assert "n’existe pas" in html and "Traceback" not in html and "noindex" in html


def test_an_address_without_its_last_slash_leads_to_the_page(client: Client) -> None:
    section = a_section("Sport")
    response = client.get(section.address.rstrip("/"))
    assert (response.status_code, response.headers["Location"]) == (301, section.address)


def test_only_get_and_head_are_answered(client: Client) -> None:
    a_newspaper()
    assert client.post("/").status_code == 405
    head = client.head("/")
    assert head.status_code == 200 and head.content == b""


def test_an_unchanged_page_is_not_sent_again(client: Client) -> None:
    an_article()
    first = client.get("/")
    second = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 304 and second.content == b""
    an_article()
    assert client.get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_readers_pages_set_no_cookie_and_carry_their_policy(client: Client) -> None:
    a_newspaper()
    response = client.get("/")
    page = LexborHTMLParser(response.content)
    style = page.css_first("style").text()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.css_first('meta[http-equiv="Content-Security-Policy"]').attributes["content"] or ""
    assert not response.cookies
    assert f"style-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy and "unsafe" not in policy
    assert response.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not page.css("[style]") and not page.css("link[rel=stylesheet]")


def test_the_accent_colour_is_the_newsrooms_and_readable_in_the_dark(client: Client) -> None:
    a_newspaper()
    Newspaper.objects.update(accent="#0b5d4b")
    style = LexborHTMLParser(client.get("/").content).css_first("style").text()
    assert "--accent:#0b5d4b" in style and "ACCENT" not in style and style.count("--accent:#") == 2


def test_a_dead_database_gives_a_calm_503(client: Client) -> None:
    with patch.object(queries, "find_page", side_effect=OperationalError("no such host")):
        response = client.get("/")
    assert response.status_code == 503 and response.headers["Retry-After"] == "60"
    assert "Traceback" not in response.content.decode() and "no such host" not in response.content.decode()


def test_robots_stay_out_of_the_newsroom_and_the_manifest_names_the_paper(client: Client) -> None:
    a_newspaper("L’Estuaire")
    assert b"Disallow: /redaction/" in client.get("/robots.txt").content
    manifest = client.get("/manifest.webmanifest")
    assert manifest.json()["name"] == "L’Estuaire"
    assert manifest.headers["Content-Type"].startswith("application/manifest+json")
    assert client.get("/favicon.ico").headers["Content-Type"] == "image/png"


def test_the_same_page_has_the_same_bytes_twice(client: Client) -> None:
    article = an_article()
    for address in ("/", article.address, article.section.address):
        assert client.get(address).content == client.get(address).content


def test_the_foot_says_who_is_responsible_and_how_to_reach_them(client: Client) -> None:
    a_newspaper()
    Newspaper.objects.update(
        publisher="Société de l'Essai",
        director="Awa Tossou",
        host="Hôte SA",
        telephone="+229 01 02",
        email="a@b.example",
    )
    foot = " ".join(LexborHTMLParser(client.get("/").content).css_first(".colophon").text().split())
    for words in ("Société de l’Essai", "Awa Tossou", "Hôte SA", "+229 01 02", "a@b.example"):
        assert words in foot


def test_a_broken_screen_of_the_newsroom_says_so_in_its_own_words(client: Client) -> None:
    from django.test import RequestFactory

    from rotative.frontend import views

    newsroom = views.failed(RequestFactory().get("/redaction/pages/1/edit/preview/"))
    assert newsroom.status_code == 500 and "rédaction" in newsroom.content.decode()
    assert newsroom.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    reader = views.failed(RequestFactory().get("/"))
    assert reader.status_code == 500 and reader.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
