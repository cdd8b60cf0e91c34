"""What keeps the tree whole: mistakes and moves are refused with a sentence, and nothing is lost."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data

from rotative.accounts import roles
from rotative.content import queries
from rotative.content.models import Article, Home, Section
from tests.builders import a_newspaper, a_section, a_topic, an_article, an_author, an_edition
from tests.newsroom import a_client, article_form, messages_of

pytestmark = pytest.mark.django_db

NB = "\N{NO-BREAK SPACE}"


def text_of(response: Any) -> str:
    return re.sub(r"[ \n]+", " ", response.content.decode())


def add(client: Client, model: str, parent: Any, form: dict[str, Any]) -> Any:
    return client.post(reverse("wagtailadmin_pages:add", args=["content", model, parent.pk]), form, follow=True)


def test_missing_fields_at_publication_are_named_and_nothing_typed_is_lost() -> None:
    section = a_section()
    form = article_form(None, title="La crue arrive", standfirst="Un chapô soigné") | {"action-publish": "1"}
    page = text_of(add(a_client(roles.DESK_EDITOR), "article", section, form))
    assert "erreurs de validation" in page
    assert "Champ requis." in page
    assert "La crue arrive" in page
    assert "Un chapô soigné" in page
    assert not Article.objects.exists()


def test_a_missing_headline_is_refused_and_the_body_is_not_lost() -> None:
    section, edition = a_section(), an_edition()
    page = text_of(add(a_client(roles.REPORTER), "article", section, article_form(edition, title="")))
    assert "Champ requis." in page
    assert "Les vendeuses sont revenues" in page


def test_a_duplicate_slug_is_explained() -> None:
    section, edition = a_section(), an_edition()
    an_article("Ancien", section=section, slug="le-marche-rouvre", edition=edition)
    page = text_of(add(a_client(roles.REPORTER), "article", section, article_form(edition)))
    assert re.search(r"slug.{1,40}(déjà utilisé|déjà)", page.replace("&#x27;", "’"))
    assert "Les vendeuses sont revenues" in page
    assert Article.objects.count() == 1


def test_a_reserved_address_is_refused() -> None:
    a_newspaper()
    form = nested_form_data({"title": "Sujets", "slug": "sujets", "description": "", "search_description": "",
                             "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0})  # fmt: skip
    page = text_of(add(a_client(roles.EDITOR_IN_CHIEF), "section", a_newspaper(), form | {"action-publish": "1"}))
    assert f"L’adresse «{NB}sujets{NB}» est prise par le système" in page
    assert not Section.objects.exists()


def test_a_byline_needs_an_author_or_a_guest_but_not_both() -> None:
    section, edition, author = a_section(), an_edition(), an_author()
    form = article_form(edition, authors=[author])
    form["bylines-0-guest"] = "Une invitée"
    page = text_of(add(a_client(roles.REPORTER), "article", section, form))
    assert "l’un des deux" in page
    assert not Article.objects.exists()


def section_form(title: str = "Troisième", slug: str = "troisieme") -> dict[str, Any]:
    blank = dict.fromkeys(("description", "search_description", "go_live_at", "expire_at"), "")
    return {"title": title, "slug": slug, **blank, "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}


def test_a_section_of_a_third_level_is_refused_without_a_trace() -> None:
    section = a_section("Politique", a_section("News"))
    response = add(a_client(roles.EDITOR_IN_CHIEF), "section", section, section_form())
    assert response.status_code == 200
    assert messages_of(response)
    assert Section.objects.count() == 2


def move(client: Client, page: Any, destination: Any) -> Any:
    path = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, destination.pk])
    return client.post(path, follow=True)


def test_a_section_cannot_be_moved_below_itself_or_below_its_own_sections() -> None:
    desk = a_section("News")
    section = a_section("Politique", desk)
    client = a_client(roles.EDITOR_IN_CHIEF)
    for destination in (desk, section):
        response = move(client, desk, destination)
        assert f"«{NB}News{NB}» ne peut pas être déplacé sous lui-même." in messages_of(response)
        assert response.status_code == 200
    assert Section.objects.get(pk=section.pk).desk == desk


def test_a_section_cannot_be_moved_to_a_third_level() -> None:
    desk, other = a_section("News"), a_section("Économie")
    section = a_section("Politique", desk)
    client = a_client(roles.EDITOR_IN_CHIEF)
    assert "Les rubriques ont deux niveaux" in messages_of(move(client, other, section))
    assert "Les rubriques ont deux niveaux" in messages_of(move(client, desk, other))
    assert Section.objects.filter(desk=None).count() == 2


def test_an_article_cannot_be_moved_to_the_front_page() -> None:
    article = an_article()
    response = move(a_client(roles.DESK_EDITOR), article, Home.objects.get())
    assert "les articles se trouvent dans les rubriques" in messages_of(response)
    assert Article.objects.get().section == article.section


def test_a_section_that_moves_takes_its_articles_to_the_lists_of_its_new_desk() -> None:
    news, economy = a_section("News"), a_section("Économie")
    article = an_article(section=a_section("Politique", news))
    move(a_client(roles.EDITOR_IN_CHIEF), article.section, economy)
    assert Section.objects.get(pk=article.section.pk).desk == economy
    assert queries.latest(economy.collection_key, 5) == [article]


def test_an_article_moves_to_another_section() -> None:
    article, target = an_article(), a_section("Économie")
    move(a_client(roles.DESK_EDITOR), article, target)
    assert Article.objects.get().section == target


def test_a_second_place_for_the_same_article_is_refused() -> None:
    article, other = an_article(), a_section("Économie")
    form = {"new_title": "x", "new_slug": "x", "new_parent_page": other.pk, "alias": "on"}
    response = a_client(roles.DESK_EDITOR).post(
        reverse("wagtailadmin_pages:copy", args=[article.pk]), form, follow=True
    )
    assert "Un article a une seule adresse" in messages_of(response)
    assert Article.objects.count() == 1


def test_a_copied_article_is_a_draft_of_its_own() -> None:
    article = an_article(authors=[an_author()], topics=[a_topic()])
    form = {"new_title": "Copie", "new_slug": "copie", "new_parent_page": article.section.pk}
    a_client(roles.DESK_EDITOR).post(reverse("wagtailadmin_pages:copy", args=[article.pk]), form)
    copy = Article.objects.get(slug="copie")
    assert (copy.live, copy.section, copy.published_at) == (False, article.section, None)
