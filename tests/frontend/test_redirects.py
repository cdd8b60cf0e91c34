"""Old addresses lead to the new ones."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from rotative.accounts import roles
from rotative.content.models import Article, Withdrawal, WithdrawalKind
from rotative.publishing import redirects, render
from tests.builders import a_newspaper, a_section, a_topic, an_article, an_author
from tests.newsroom import a_client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["article", "topic"])
def test_a_redirect_made_by_hand_outlives_the_move_of_what_stood_at_its_address(kind: str, client: Client) -> None:
    page: Any = an_article("Vote") if kind == "article" else a_topic("Vote")
    old = page.address
    Redirect.add_redirect(old, "/en-continu/")
    page.slug = "scrutin"
    page.save()
    assert Redirect.objects.get(old_path=old.rstrip("/"), automatically_created=False).redirect_link == "/en-continu/"
    assert client.get(old)["Location"].endswith("/en-continu/")


@pytest.mark.parametrize("kind", ["article", "section", "topic"])
def test_a_redirect_made_by_hand_has_no_twin_when_something_moves_from_its_address(kind: str) -> None:
    section = a_section("Politique")
    article = an_article("Le puits", section)
    moved: Any = {"article": article, "section": section, "topic": a_topic("Eau")}[kind]
    old = article.address if kind == "section" else moved.address
    Redirect.add_redirect(old, "/en-continu/")
    moved.slug = "nouveau"
    moved.save()

    [redirect] = Redirect.objects.filter(old_path=Redirect.normalise_path(old))
    assert (redirect.redirect_link, redirect.automatically_created) == ("/en-continu/", False)
    assert led_to(old) == "/en-continu/"
    form = {"old_path": old, "site": "", "is_permanent": "on", "redirect_link": "https://ailleurs.example/"}
    path = reverse("wagtailredirects:edit", args=[redirect.pk])
    answer = a_client(roles.ADMINISTRATOR).post(path, form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert led_to(old) == "https://ailleurs.example/"


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
    assert redirects.target_of(rendering.document.body) == article.address
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
    assert redirects.target_of(render.render("/pas-3/").document.body) == "/pas-12/"


def test_an_old_address_of_a_page_that_was_taken_back_says_so_and_depends_on_it() -> None:
    article = an_article()
    Redirect.add_redirect("/ancien", article)
    Redirect.add_redirect("/plus-ancien", "/ancien/")
    article.unpublish()
    for address in ("/ancien/", "/plus-ancien/"):
        rendering = render.render(address)
        assert rendering.document.status == 410
        assert article.key in rendering.keys


def test_an_old_address_of_a_page_that_was_taken_down_shows_the_same_notice() -> None:
    article = an_article()
    Redirect.add_redirect("/ancien", article)
    Withdrawal.objects.create(address=article.address, kind=WithdrawalKind.NOTICE, notice="Retiré à sa demande.")
    article.unpublish()
    document = render.render("/ancien/").document
    assert document.status == 410
    assert "Retiré à sa demande." in document.body.decode()


def test_an_old_address_whose_way_ends_in_nothing_is_not_found() -> None:
    a_newspaper()
    Redirect.add_redirect("/ancien", "/nouveau/")
    Redirect.add_redirect("/nouveau", "/ancien/")
    assert render.render("/ancien/").document.status == 404


def test_what_was_taken_back_depends_on_its_own_address() -> None:
    article = an_article()
    article.unpublish()
    rendering = render.render(article.address)
    assert rendering.document.status == 410
    assert {f"path:{article.address}", "site:frame"} <= rendering.keys


def test_a_page_that_leads_elsewhere_is_the_same_for_any_site() -> None:
    a_newspaper()
    Redirect.objects.create(old_path="/ancien", site=Site.objects.get(), redirect_link="https://ailleurs.example/é")
    assert redirects.target_of(render.render("/ancien/").document.body) == "https://ailleurs.example/%C3%A9"


# --- articles that were taken down


def take_down(article: Article, target: str = "", kind: WithdrawalKind = WithdrawalKind.REDIRECT) -> None:
    article.unpublish()
    Withdrawal.objects.create(address=article.address, kind=kind, target=target)


def led_to(path: str) -> str:
    document = render.render(path).document
    assert document.status == 301
    return redirects.target_of(document.body)


def test_two_articles_that_were_taken_down_for_each_other_are_gone() -> None:
    one, other = an_article("Un"), an_article("Autre")
    take_down(one, other.address)
    take_down(other, one.address)
    for article in (one, other):
        rendering = render.render(article.address)
        assert rendering.document.status == 410
        assert {f"path:{one.address}", f"path:{other.address}"} <= rendering.keys


@pytest.mark.parametrize("site", ["", "http://127.0.0.1:8000"])
def test_an_article_that_was_taken_down_and_a_redirect_lead_in_no_circle(site: str) -> None:
    article = an_article()
    take_down(article, f"{site}/ici/")
    Redirect.add_redirect("/ici", site + article.address)
    for address in (article.address, "/ici/"):
        assert render.render(address).document.status == 410


def test_what_was_taken_down_leads_straight_to_where_its_target_stands_now() -> None:
    one, other, last = an_article("Un"), an_article("Autre"), an_article("Dernier")
    take_down(one, other.address)
    take_down(other, last.address)
    last.slug = "enfin"
    last.save_revision().publish()
    Redirect.add_redirect("/tres-ancien", one.address)
    Redirect.add_redirect("/tres-ancienne-page", one)
    for path in (one.address, other.address, "/tres-ancien/", "/tres-ancienne-page/"):
        assert led_to(path) == "/politique/enfin/", path
    assert {one.key, last.key, f"path:{other.address}"} <= render.render("/tres-ancienne-page/").keys


def test_a_target_that_was_taken_down_for_good_is_where_the_lead_ends() -> None:
    one, other = an_article("Un"), an_article("Autre")
    take_down(one, other.address)
    take_down(other, kind=WithdrawalKind.GONE)
    assert led_to(one.address) == other.address


@pytest.mark.parametrize(
    "target", ["/élan/?q=a&b=c", "https://ailleurs.example/x", "http://127.0.0.1:8000.ailleurs.example/"]
)
def test_a_target_elsewhere_is_left_as_it_was_written(target: str) -> None:
    article = an_article()
    take_down(article, target)
    assert led_to(article.address) == redirects.target_of(redirects.redirect_document(target, "fr").body)


def test_an_address_below_what_has_moved_elsewhere_does_not_exist() -> None:
    a_newspaper()
    Redirect.add_redirect("/vieux", "https://ailleurs.example/a?b=c")
    Redirect.add_redirect("/mes-", "/en-continu/")
    for path in ("/vieux/archives/2020-01/", "/vieux/archives/", "/mes-archives/x/", "/flux/vieux/rss.xml"):
        assert render.render(path).document.status == 404, path


def test_the_root_of_the_tree_stands_nowhere() -> None:
    root = Page.get_first_root_node()
    article = an_article(body=[("text", f'<p><a linktype="page" id="{root.pk}">Racine</a></p>')])
    Redirect.objects.create(old_path="/racine", redirect_page=root)
    [link] = LexborHTMLParser(render.render(article.address).document.body).css(".body a")
    assert (link.text(), link.attributes.get("href")) == ("Racine", None)
    assert render.render("/racine/").document.status == 404


def test_an_old_address_with_a_number_leads_straight_to_the_end(client: Client) -> None:
    article, withdrawn = an_article("Un"), an_article("Autre")
    withdrawn.unpublish()
    Redirect.add_redirect("/?p=12", "/vieux/")
    Redirect.add_redirect("/vieux", article)
    Redirect.add_redirect("/?p=13", withdrawn)
    assert client.get("/?p=12").headers["Location"] == article.address
    assert client.get("/?p=13").status_code == 200  # the front page: nothing stands there any more


def test_however_much_moves_each_page_leaves_a_redirect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotative.content.models.addresses.BATCH", 2)
    section = a_section("Politique")
    old = [an_article(f"Le puits {number}", section).address for number in range(3)] + [section.address]
    section.slug = "nouveau"
    section.save()
    assert [led_to(path) for path in old] == [path.replace("politique", "nouveau") for path in old]
