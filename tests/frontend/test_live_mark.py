"""The live mark of the masthead: some pages show it themselves, on the others a script lights it."""

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from rotative.publishing import page_types, render
from tests.frontend.world import World, a_world, all_paths

pytestmark = pytest.mark.django_db

LIT = {"home", "edition", "section", "latest"}


@pytest.fixture
def world() -> World:
    return a_world()


def test_only_pages_that_change_with_each_publication_light_the_mark_themselves(world: World) -> None:
    lit, unlit = set(), set()
    for path in all_paths():
        rendering = render.render(path)
        mark = LexborHTMLParser(rendering.document.body).css_first("[data-live]")
        if mark is None:
            continue
        if "data-lit" in mark.attributes:
            lit.add(rendering.kind)
            assert mark.attributes["href"] == world.article.address
        else:
            unlit.add(rendering.kind)
            assert "site:ongoing" not in rendering.keys
            assert mark.attributes["href"] == "/en-continu/"
    assert lit == LIT
    assert not lit & unlit


def test_the_fragment_says_which_story_is_happening_now(client: Client, world: World) -> None:
    page = LexborHTMLParser(client.get("/fragments/dernieres/").content)
    assert page.css_first("[data-ongoing]").attributes["href"] == world.article.address


def test_every_page_with_a_masthead_finds_the_fragment() -> None:
    assert "fragment-dernieres" in {page_type.kind for page_type in page_types.registered()}
