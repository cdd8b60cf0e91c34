from datetime import UTC, datetime

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from rotative.frontend.pages import archives
from rotative.publishing import page_types
from tests.builders import a_newspaper, a_section, a_topic, an_article, an_author, an_edition

pytestmark = pytest.mark.django_db


def links_of(client: Client, address: str, selector: str = ".card a") -> list[str | None]:
    response = client.get(address)
    assert response.status_code == 200, address
    return [link.attributes["href"] for link in LexborHTMLParser(response.content).css(selector)]


def at(year: int, month: int, day: int = 1, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_sections_topics_and_authors_list_their_stories(client: Client) -> None:
    section = a_section("Politique")
    article = an_article(section=section, topics=[a_topic()], authors=[an_author()])
    for address in ("/politique/", "/sujets/eau-potable/", "/auteurs/awa-tossou/"):
        assert links_of(client, address) == [article.address]


def test_the_archive_goes_by_month_and_each_month_knows_its_neighbours(client: Client) -> None:
    old = an_article(published_at=at(2024, 2))
    middle = [an_article(published_at=at(2025, 7, day)) for day in (3, 1)]
    an_article(published_at=at(2026, 9))
    assert links_of(client, "/archives/", ".months a") == [
        "/archives/2026-09/",
        "/archives/2025-07/",
        "/archives/2024-02/",
    ]
    assert links_of(client, "/archives/2025-07/") == [middle[1].address, middle[0].address]
    assert links_of(client, "/archives/2025-07/", ".onward a") == ["/archives/2024-02/", "/archives/2026-09/"]
    assert links_of(client, "/archives/2024-02/") == [old.address]
    assert client.get("/archives/2023-01/").status_code == 404


def test_a_month_is_the_papers_month_and_not_that_of_greenwich(client: Client) -> None:
    article = an_article(published_at=datetime(2026, 8, 31, 23, 30, tzinfo=UTC))  # 00:30 on 1 September in Cotonou
    assert links_of(client, "/archives/2026-09/") == [article.address]


def test_sections_and_editions_have_archives_of_their_own(client: Client) -> None:
    article = an_article(section=a_section("Sport"), edition=an_edition("Togo"), published_at=at(2026, 3))
    for address in ("/sport/", "/togo/"):
        assert links_of(client, f"{address}archives/", ".months a") == [f"{address}archives/2026-03/"]
        assert links_of(client, f"{address}archives/2026-03/") == [article.address]


def test_a_long_month_has_parts_that_do_not_shift(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "PART", 2)
    stories = [an_article(published_at=at(2026, 3, day)) for day in (1, 2, 3)]
    assert links_of(client, "/archives/2026-03/") == [stories[0].address, stories[1].address]
    assert links_of(client, "/archives/2026-03/", "[rel=next]") == ["/archives/2026-03/2/"]
    assert links_of(client, "/archives/2026-03/2/") == [stories[2].address]
    for part in ("3", "0", "1", "99999999999999999999"):
        assert client.get(f"/archives/2026-03/{part}/").status_code == 404


def test_undated_stories_are_found_in_the_archive(client: Client) -> None:
    article = an_article(is_undated=True)
    assert links_of(client, "/archives/", ".months a") == ["/archives/sans-date/"]
    assert links_of(client, "/archives/sans-date/") == [article.address]


def test_everything_is_listed_by_day_newest_first(client: Client) -> None:
    first, second = an_article(published_at=at(2026, 3, 1)), an_article(published_at=at(2026, 3, 2))
    assert links_of(client, "/en-continu/") == [second.address, first.address]
    days = LexborHTMLParser(client.get("/en-continu/").content).css(".day")
    assert [day.text() for day in days] == ["Lundi 2 mars 2026", "Dimanche 1er mars 2026"]


def test_every_path_that_a_page_type_names_can_be_rendered() -> None:
    a_newspaper()
    an_article(section=a_section("Politique", a_section("News")), topics=[a_topic()], authors=[an_author()])
    paths = [path for page_type in page_types.registered() for path in page_type.paths()]
    assert len(paths) == len(set(paths)) > 20
    for path in paths:
        assert page_types.render(path).status == 200, path


def test_names_are_listed_without_regard_to_accents_and_capitals(client: Client) -> None:
    a_newspaper()
    for name in ("Zoé", "Élodie", "awa", "Bio"):
        an_author(name)
    page = LexborHTMLParser(client.get("/auteurs/").content)
    assert [link.text() for link in page.css(".months a")] == ["awa", "Bio", "Élodie", "Zoé"]
