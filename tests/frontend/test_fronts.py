import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from rotative.content import queries
from rotative.content.models import Edition
from tests.builders import a_newspaper, a_picture, a_section, an_article, an_edition, put_on_front

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


# --- pictures


def pictured(client: Client, address: str = "/") -> dict[str, list[str]]:
    """Return the headlines of the cards that show a picture, by the block of the front in which they stand."""
    page = LexborHTMLParser(client.get(address).content)
    return {
        block: [card.css_first("a").text() for card in page.css(f"{block} .card.pictured")]
        for block in (".top", ".columns", ".block")
    }


def test_each_block_of_the_front_shows_the_first_picture_that_its_stories_have(client: Client) -> None:
    image, section = a_picture(), a_section()
    illustrated = {1, 4, 6, 8, 10, 13, 14}
    stories = [an_article(f"Récit {n}", section, lead_image=image if n in illustrated else None) for n in range(15)]
    put_on_front(queries.get_home(), *stories[:11])
    assert pictured(client) == {
        ".top": ["Récit 1"],  # the lead has none: one of those beside it shows its own
        ".columns": ["Récit 6", "Récit 8", "Récit 10"],  # small ones, beside the headlines
        ".block": ["Récit 14"],
    }


def test_after_five_stories_without_a_picture_the_others_still_show_theirs(client: Client) -> None:
    image, desks = a_picture(), [a_section("Politique"), a_section("Sport")]
    without = [an_article(f"Sans image {n}", desks[0]) for n in range(5)]
    for number in range(16):
        an_article(f"Avec image {number}", desks[number % 2], lead_image=image)
    put_on_front(queries.get_home(), *without)
    shown = pictured(client)
    assert {block: len(headlines) for block, headlines in shown.items()} == {".top": 0, ".columns": 6, ".block": 2}


def test_a_lead_without_a_picture_takes_the_whole_width_and_its_seconds_a_row(client: Client) -> None:
    image = a_picture()
    for number in range(6):
        an_article(f"Récit {number}", lead_image=image if number < 5 else None)
    page = LexborHTMLParser(client.get("/").content)
    assert page.css_first(".top.bare .lead a").text() == "Récit 5"
    assert len(page.css(".top.bare .row .card")) == 4
    assert not page.css(".seconds")


def test_an_edition_shows_the_pictures_of_its_stories_too(client: Client) -> None:
    image, togo = a_picture(), an_edition("Togo")
    for number in range(12):
        an_article(f"Récit {number}", edition=togo, lead_image=image)
    shown = pictured(client, "/togo/")
    assert (len(shown[".top"]), len(shown[".columns"])) == (2, 7)
