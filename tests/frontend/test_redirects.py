"""Old addresses lead to the new ones."""

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect

from tests.builders import a_newspaper, a_section, a_topic, an_article, an_author

pytestmark = pytest.mark.django_db


def test_a_hand_made_redirect_is_followed_and_not_for_ever(client: Client) -> None:
    a_newspaper()
    Redirect.add_redirect("/?p=12", "/en-continu/")
    response = client.get("/?p=12")
    assert (response.status_code, response.headers["Location"]) == (301, "/en-continu/")
    assert client.get("/?utm_source=whatsapp").status_code == 200
    Redirect.add_redirect("/vieille-page", "/en-continu/")
    response = client.get("/vieille-page/")
    assert (response.status_code, response.headers["Location"]) == (301, "/en-continu/")
    assert "max-age=60" in response.headers["Cache-Control"]


def test_a_withdrawn_page_may_lead_elsewhere_and_else_is_gone(client: Client) -> None:
    article = an_article()
    article.unpublish()
    assert client.get(article.address).status_code == client.get(article.address.rstrip("/")).status_code == 410
    Redirect.add_redirect(article.address, "/en-continu/")
    assert client.get(article.address).headers["Location"] == "/en-continu/"


@pytest.mark.parametrize("make", [a_topic, an_author])
def test_what_is_renamed_keeps_its_old_address_and_its_archive(client: Client, make: object) -> None:
    a_newspaper()
    renamed = make("Ancien nom")  # type: ignore[operator]
    old = renamed.address
    renamed.slug = "nouveau-nom"
    renamed.save()
    assert client.get(old).headers["Location"] == renamed.address
    assert client.get(f"{old}archives/").headers["Location"] == f"{renamed.address}archives/"


def test_a_name_that_comes_back_does_not_lead_in_a_circle(client: Client) -> None:
    a_newspaper()
    topic = a_topic("Eau")
    for slug in ("fleuve", "eau"):
        topic.slug = slug
        topic.save()
    assert client.get("/sujets/eau/").status_code == 200
    assert client.get("/sujets/fleuve/").headers["Location"] == "/sujets/eau/"


def test_the_archive_of_a_renamed_section_moves_with_it(
    client: Client, django_capture_on_commit_callbacks: object
) -> None:
    section = a_section("Politique")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        section.slug = "vie-politique"
        section.save_revision().publish()
    assert client.get("/politique/").headers["Location"].endswith("/vie-politique/")
    assert client.get("/politique/archives/").headers["Location"].endswith("/vie-politique/archives/")


@pytest.mark.parametrize("address", ["/%2Fevil.example", "/%2F%2Fevil.example", "/\\\\evil.example"])
def test_a_reader_is_never_led_to_another_site(client: Client, address: str) -> None:
    a_newspaper()
    assert client.get(address).status_code == 404


def test_the_newsroom_is_found_without_its_last_slash(client: Client) -> None:
    assert client.get("/redaction").headers["Location"] == "/redaction/"
