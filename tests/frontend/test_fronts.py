import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from rotative.content import queries
from rotative.content.models import Edition
from tests.builders import a_newspaper, a_section, an_article, an_edition, put_on_front

pytestmark = pytest.mark.django_db


def links_of(client: Client, address: str, selector: str = ".card a") -> list[str | None]:
    page = LexborHTMLParser(client.get(address).content)
    return [link.attributes["href"] for link in page.css(selector)]


def test_an_empty_paper_has_a_front_page(client: Client) -> None:
    a_newspaper()
    response = client.get("/")
    assert response.status_code == 200 and "encore" in response.content.decode()


def test_editors_choose_the_lead_and_the_rest_fills_itself(client: Client) -> None:
    stories = [an_article(f"Récit {n}") for n in range(5)]
    put_on_front(queries.get_home(), stories[1])
    assert links_of(client, "/") == [s.address for s in (stories[1], stories[4], stories[3], stories[2], stories[0])]


def test_a_withdrawn_story_leaves_the_front(client: Client) -> None:
    story, other = an_article(), an_article()
    put_on_front(queries.get_home(), story)
    story.unpublish()
    assert links_of(client, "/") == [other.address]


def test_an_edition_shows_the_articles_of_its_country_at_their_one_address(client: Client) -> None:
    here = an_article("Ici", edition=an_edition("Togo"))
    also = an_article("Aussi", edition=an_edition("Bénin"), other_editions=[an_edition("Togo")])
    an_article("Ailleurs", edition=an_edition("Bénin"))
    assert links_of(client, "/togo/") == [also.address, here.address]


def test_an_edition_has_an_order_of_its_own(client: Client) -> None:
    first, _second = (an_article(edition=an_edition("Togo")) for _ in range(2))
    put_on_front(Edition.objects.get(slug="togo"), first)
    assert links_of(client, "/togo/")[0] == first.address


def test_the_live_mark_is_lit_only_while_something_is_happening(client: Client) -> None:
    an_article()
    assert links_of(client, "/", "[data-live]") == ["/en-continu/"]
    assert not links_of(client, "/", "[data-lit]")
    story = an_article(is_ongoing=True)
    assert links_of(client, "/", "[data-lit]") == [story.address]
    fragment = LexborHTMLParser(client.get("/fragments/dernieres/").content)
    assert fragment.css_first("[data-ongoing]").attributes["href"] == story.address


def test_the_menu_and_the_trail_say_where_the_reader_is(client: Client) -> None:
    desk = a_section("Économie")
    section = a_section("Agriculture", desk)
    page = LexborHTMLParser(client.get(section.address).content)
    assert page.css_first(".menu [aria-current]").attributes["href"] == desk.address
    assert [a.text() for a in page.css(".trail a")] == ["Accueil", "Économie"]


def test_the_latest_stories_stand_each_under_its_country(client: Client) -> None:
    story = an_article("Au Niger", edition=an_edition("Niger"))
    page = LexborHTMLParser(client.get("/fragments/dernieres/").content)
    assert page.css_first("li").text(strip=True).startswith("Niger")
    assert page.css_first("li a").attributes["href"] == story.address
