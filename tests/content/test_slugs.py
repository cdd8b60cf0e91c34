"""Addresses made of words."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotative.accounts import roles
from rotative.content import actions
from rotative.content.bulk_articles import FreeSlugs
from rotative.content.models import Article
from rotative.content.slugs import slug_from
from rotative.content.widgets import SlugInput
from rotative.demonstration import generator
from rotative.importers.filing.naming import Names
from rotative.importers.models import ImportJob
from tests.builders import a_newspaper, a_section, a_topic, an_article, an_edition
from tests.newsroom import a_client, article_form

WORDS = {
    "L'eau d'Abomey": "l-eau-d-abomey",
    "L’eau d’Abomey": "l-eau-d-abomey",
    "Œuvre d'Œdipe": "oeuvre-d-oedipe",
    "Ɛwɛ et Gbɛ̀tìn": "ewe-et-gbetin",
    "Ọ̀yọ́, ṣé ó dára?": "oyo-se-o-dara",
    "Ɓaƙin ɗan Hausa ƴar": "bakin-dan-hausa-yar",
    "Ŋutila ƒe ɣeyiɣi ʋu ɖe": "ngutila-fe-geyigi-vu-de",
    "Straße nach Iğdır, İzmir": "strasse-nach-igdir-izmir",
    "ﬁn du ﬂeuve, Đặng, Łódź": "fin-du-fleuve-dang-lodz",
    "Москва, Ελλάδα, كوتونو": "moskva-ellada-kwtwnw",
    "ߒߞߏ 𞤀𞤣𞤤𞤢𞤥 ⵜⵉⴼⵉⵏⴰⵖ": "nko-adlam-tifinagh",
    "E\u0301te\u0301 a\u0300 Porto\u00adNovo\u200b": "ete-a-portonovo",
    "25\u202f000 F CFA : 3,5 % de hausse & 2 m²": "25-000-f-cfa-3-5-de-hausse-2-m2",
    "un_ancien-slug": "un_ancien-slug",
    "🙂 … « » ½": "",
}


@pytest.mark.parametrize(("words", "slug"), WORDS.items())
def test_letters_of_french_and_african_languages_are_kept(words: str, slug: str) -> None:
    assert slug_from(words) == slug


@given(st.text())
def test_an_address_is_always_one_that_the_form_accepts_and_stays_as_it_is(words: str) -> None:
    slug = slug_from(words)
    assert re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9_-]{0,253}[a-z0-9])?)?", slug)
    assert slug_from(slug) == slug


@given(st.text(alphabet=st.characters(categories=["Ll", "Lu"], max_codepoint=0x17F), min_size=1))
def test_no_latin_letter_is_lost(words: str) -> None:
    assert len(slug_from(words).replace("-", "")) >= min(len(words), 200)


def test_the_field_hands_the_same_rules_to_the_browser() -> None:
    assert "data-w-slug-formatters-value" in SlugInput().attrs
    assert '"oe"' in SlugInput().attrs["data-w-slug-formatters-value"]


@pytest.mark.django_db
def test_every_way_in_makes_the_same_address() -> None:
    a_newspaper()
    section, _made = actions.find_or_make_section(["L’eau", "Œuvres"])
    assert section.address == "/l-eau/oeuvres/"
    story = Article(title="Ɛwɛ et Gbɛ̀tìn", edition=an_edition(), body=[("text", "<p>Mots.</p>")])
    assert actions.publish_article(section, story).address == "/l-eau/oeuvres/ewe-et-gbetin/"
    assert generator._topic("Cœur d’Afrique").address == "/sujets/coeur-d-afrique/"


@pytest.mark.django_db
def test_a_section_and_a_topic_that_stand_at_an_address_of_the_old_kind_are_found_and_stay() -> None:
    section = a_section("L'eau")
    section.slug = "leau"
    section.save()
    found, made = actions.find_or_make_section(["L’eau"])
    assert (found.pk, found.slug, made) == (section.pk, "leau", [])
    topic = a_topic("L'or d'Abomey")
    topic.slug = "lor-dabomey"
    topic.save()
    assert Names(ImportJob()).topic("L’or d’Abomey") == topic


@pytest.mark.django_db
def test_of_sections_whose_titles_give_one_address_that_with_the_very_title_is_found() -> None:
    other = a_section("C++")
    other.slug = "c-plus-plus"
    other.save()
    section = a_section("C")
    assert actions.find_or_make_section(["C"]) == (section, [])


@pytest.mark.django_db
def test_a_title_without_letters_gets_the_address_of_its_kind_each_time_a_free_one() -> None:
    section, client, addresses = a_section(), a_client(roles.EDITOR_IN_CHIEF), []
    for _time in range(2):
        form = article_form(an_edition(), "🙂", slug="")
        address = f"/redaction/pages/add/content/article/{section.pk}/"
        response = client.post(address, form, headers={"Accept": "application/json"})
        assert response.json()["success"], response.content
        addresses.append(Article.objects.latest("pk").slug)
    assert addresses == ["article", "article-2"]


@pytest.mark.django_db
def test_an_address_that_was_given_stays_when_the_title_changes() -> None:
    article: Any = an_article("L'eau d'Abomey", slug="leau-dabomey")
    article.title = "L'eau d'Abomey, encore"
    article.save_revision().publish()
    assert Article.objects.get(pk=article.pk).slug == "leau-dabomey"


# --- many at once


@pytest.mark.django_db
def test_a_slug_that_a_page_beside_has_is_numbered() -> None:
    section = an_article("Vote").section
    slugs = FreeSlugs({section.pk: {"vote", "archives"}})
    assert [slugs.take(section.pk, slug) for slug in ("vote", "vote", "archives")] == ["vote-2", "vote-3", "archives-2"]


@pytest.mark.django_db
def test_below_the_front_page_the_words_of_the_system_are_taken() -> None:
    home = a_newspaper()
    slugs = FreeSlugs({home.pk: {"commentaires"}})
    assert slugs.take(home.pk, "commentaires") == "commentaires-2"
