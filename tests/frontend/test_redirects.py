"""Old addresses lead to the new ones."""

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from rotative.publishing import moved, render
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


def test_a_chain_of_old_addresses_leads_straight_to_its_end_and_depends_on_every_link() -> None:
    article = an_article()
    for old, new in (("/un", "/deux/"), ("/deux", "/trois"), ("/trois", article)):
        Redirect.add_redirect(old, new)
    rendering = render.render("/un/")
    assert rendering.document.status == 301
    assert moved.target_of(rendering.document.body) == article.address
    assert {"path:/un/", "path:/deux/", "path:/trois/", article.key} <= rendering.keys


@pytest.mark.parametrize("links", [[("/un", "/un/")], [("/un", "/deux"), ("/deux", "/trois"), ("/trois", "/un")]])
def test_a_circle_leads_nowhere(links: list[tuple[str, str]]) -> None:
    a_newspaper()
    for old, new in links:
        Redirect.add_redirect(old, new)
    assert render.render("/un/").document.status == 404


def test_a_chain_without_end_leads_nowhere() -> None:
    a_newspaper()
    for number in range(12):
        Redirect.add_redirect(f"/pas-{number}", f"/pas-{number + 1}/")
    assert render.render("/pas-0/").document.status == 404
    assert moved.target_of(render.render("/pas-3/").document.body) == "/pas-12/"


def test_an_old_address_of_a_page_that_was_taken_back_leads_nowhere_but_depends_on_it() -> None:
    article = an_article()
    Redirect.add_redirect("/ancien", article)
    article.unpublish()
    rendering = render.render("/ancien/")
    assert rendering.document.status == 404
    assert article.key in rendering.keys


def test_what_was_taken_back_depends_on_its_own_address() -> None:
    article = an_article()
    article.unpublish()
    rendering = render.render(article.address)
    assert rendering.document.status == 410
    assert {f"path:{article.address}", "site:frame"} <= rendering.keys


def test_a_page_that_leads_elsewhere_is_the_same_for_any_site() -> None:
    a_newspaper()
    Redirect.objects.create(old_path="/ancien", site=Site.objects.get(), redirect_link="https://ailleurs.example/é")
    assert moved.target_of(render.render("/ancien/").document.body) == "https://ailleurs.example/%C3%A9"
