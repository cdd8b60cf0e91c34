from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from selectolax.lexbor import LexborHTMLParser
from wagtail.images.tests.utils import get_test_image_file_jpeg

from rotative.content import queries
from rotative.content.models import Article, Newspaper, Rendition, Section
from rotative.content.models.listings import PAPER
from rotative.frontend.pages import feeds
from rotative.publishing import page_types, render
from rotative.publishing.models import Priority
from rotative.publishing.page_types import NotOnThisPathError
from rotative.publishing.store import media_type
from rotative.publishing.writing import writing
from tests.builders import a_newspaper, a_picture, a_section, an_article, an_author, an_edition

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
ATOM = "{http://www.w3.org/2005/Atom}"
NARROW, NO_BREAK = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def settings_of_the_paper(settings: Any) -> None:
    settings.SITE_URL = "https://essai.example"


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def channel_of(path: str = feeds.ADDRESS) -> ElementTree.Element:
    document = page_types.render(path)
    assert document.status == 200
    assert document.content_type == media_type(path) == "application/rss+xml; charset=utf-8"
    channel = ElementTree.fromstring(document.body).find("channel")
    assert channel is not None
    return channel


def items_of(path: str = feeds.ADDRESS) -> list[ElementTree.Element]:
    return channel_of(path).findall("item")


def links_of(path: str) -> list[str | None]:
    return [item.findtext("link") for item in items_of(path)]


def link_to(article: Article) -> str:
    return f"https://essai.example{article.address}"


def test_a_feed_names_the_paper_and_itself() -> None:
    a_newspaper("L’Essai")
    an_article()
    Newspaper.objects.update(description="Le quotidien de Cotonou")
    channel = channel_of()
    assert channel.findtext("title") == "L’Essai"
    assert channel.findtext("link") == "https://essai.example/"
    assert channel.findtext("description") == "Le quotidien de Cotonou"
    assert channel.findtext("language") == "fr"
    itself = channel.find(f"{ATOM}link")
    assert itself is not None
    assert itself.attrib == {
        "rel": "self",
        "href": "https://essai.example/flux/rss.xml",
        "type": "application/rss+xml",
    }


def test_an_item_says_what_a_card_says() -> None:
    section = a_section("Politique")
    article = an_article(
        "Une “victoire” !",
        section=section,
        standfirst="Qui l'emporte ?",
        authors=[an_author("Awa Tossou")],
        guests=["Bio Guerra"],
        lead_image=a_picture(),
        published_at=at(2),
    )
    [item] = items_of()
    assert item.findtext("title") == f"Une «{NO_BREAK}victoire{NO_BREAK}»{NARROW}!"
    assert item.findtext("description") == f"Qui l’emporte{NARROW}?"
    assert item.findtext("link") == link_to(article)
    assert [author.text for author in item.findall(f"{DC}creator")] == ["Awa Tossou", "Bio Guerra"]
    assert [category.text for category in item.findall("category")] == ["Politique"]
    picture = item.find(f"{MEDIA}content")
    assert picture is not None
    assert picture.attrib["url"].startswith("https://essai.example/medias/")
    assert picture.attrib["url"].endswith(".960.jpg")
    assert (picture.attrib["type"], picture.attrib["width"], picture.attrib["height"]) == ("image/jpeg", "960", "640")


def test_a_story_keeps_its_name_when_its_address_changes() -> None:
    article = an_article(slug="avant")
    [before] = items_of()
    article.slug = "apres"
    article.save()
    [after] = items_of()
    assert before.findtext("link") != after.findtext("link")
    name = after.find("guid")
    assert name is not None
    assert name.text == before.findtext("guid") == f"urn:uuid:{article.translation_key}"
    assert name.attrib == {"isPermaLink": "false"}


def test_hours_are_those_of_the_paper() -> None:
    an_article(published_at=datetime(2026, 8, 31, 23, 30, tzinfo=UTC))
    channel = channel_of()
    expected = "Tue, 01 Sep 2026 00:30:00 +0100"
    assert channel.findtext("item/pubDate") == channel.findtext("lastBuildDate") == expected


def test_a_feed_has_the_newest_stories_first_and_no_more_than_twenty() -> None:
    section = a_section()
    stories = [an_article(section=section, published_at=at(1) + timedelta(hours=hour)) for hour in range(22)]
    assert links_of(feeds.ADDRESS) == [link_to(story) for story in reversed(stories[2:])]
    newest = parsedate_to_datetime(channel_of().findtext("lastBuildDate") or "")
    assert newest == stories[-1].published_at


def test_stories_of_unknown_date_and_drafts_are_in_no_feed() -> None:
    section = a_section()
    shown, withdrawn = an_article(section=section), an_article(section=section)
    an_article(section=section, is_undated=True)
    withdrawn.unpublish()
    assert links_of(feeds.ADDRESS) == [link_to(shown)]


def test_each_section_and_each_edition_has_a_feed_of_its_own() -> None:
    news, sport = a_section("News Infos"), a_section("Sport")
    politics = a_section("Politique", news)
    one = an_article(section=politics, edition=an_edition("Bénin"), published_at=at(1))
    two = an_article(section=sport, edition=an_edition("Togo"), published_at=at(2))
    assert links_of("/flux/rss.xml") == [link_to(two), link_to(one)]
    for path in ("/flux/news-infos/rss.xml", "/flux/news-infos/politique/rss.xml", "/flux/benin/rss.xml"):
        assert links_of(path) == [link_to(one)], path
    for path in ("/flux/sport/rss.xml", "/flux/togo/rss.xml"):
        assert links_of(path) == [link_to(two)], path
    channel = channel_of("/flux/news-infos/politique/rss.xml")
    assert channel.findtext("title") == "L’Essai – Politique"
    assert channel.findtext("link") == "https://essai.example/news-infos/politique/"


def test_every_section_and_edition_is_among_the_paths() -> None:
    for title in ("Politique", "Sport"):
        a_section(title)
    a_section("Football", Section.objects.get(slug="sport"))
    an_edition("Togo")
    a_section("Ancienne").unpublish()
    assert sorted(feeds.place_paths()) == [
        "/flux/politique/rss.xml",
        "/flux/sport/football/rss.xml",
        "/flux/sport/rss.xml",
        "/flux/togo/rss.xml",
    ]


@pytest.mark.parametrize("place", ["inconnue", "politique/inconnue", "politique/", "politique/avant", "ancienne"])
def test_what_is_no_section_and_no_edition_has_no_feed(place: str) -> None:
    an_article(section=a_section("Politique"), slug="avant")
    a_section("Ancienne").unpublish()
    with pytest.raises(NotOnThisPathError):
        page_types.render(f"/flux/{place}/rss.xml")


def test_a_feed_without_stories_is_a_feed() -> None:
    a_section("Politique")
    channel = channel_of("/flux/politique/rss.xml")
    assert channel.findall("item") == []
    assert channel.find("lastBuildDate") is None
    assert channel.findtext("description") == "L’Essai – Politique"


def test_hostile_words_stay_words(monkeypatch: pytest.MonkeyPatch) -> None:
    an_article(guests=["x"])
    hostile = "<script>alert(1)</script> ]]> & \0\ufffe\uffff\x01\x0b\x1bfin"
    clean = "<script>alert(1)</script> ]]> & fin"
    [story] = queries.feed_stories(PAPER, 1)
    story.title = story.standfirst = story.section.title = story.bylines.all()[0].guest = hostile
    # Not by way of the database: PostgreSQL does not take a NUL, but a title may come from elsewhere.
    monkeypatch.setattr(queries, "feed_stories", lambda *_arguments: [story])
    [item] = items_of()
    assert item.findtext("title") == item.findtext(f"{DC}creator") == item.findtext("category") == clean
    description = item.findtext("description") or ""
    assert unescape(description) == clean
    assert "<" not in description


def test_characters_that_xml_forbids_are_dropped_and_no_others() -> None:
    assert feeds.without_forbidden("a\0b\x1fc\ufffed\uffffe\ud800f") == "abcdef"
    kept = "\t\n\r é\ud7ff\ue000\ufffd\U00010000\U0010ffff"
    assert feeds.without_forbidden(kept) == kept


def test_a_newsroom_without_narrow_spaces_has_none_in_its_feeds() -> None:
    an_article("Enfin !", standfirst="Vraiment ?")
    Newspaper.objects.update_or_create(defaults={"narrow_spaces": False})
    [item] = items_of()
    assert (item.findtext("title"), item.findtext("description")) == (f"Enfin{NO_BREAK}!", f"Vraiment{NO_BREAK}?")


def test_the_same_stories_give_the_same_bytes() -> None:
    an_article(section=a_section("Politique"), lead_image=a_picture(), authors=[an_author()])
    a_section("Sport")  # which has no story, whose hour it could take
    for path in (feeds.ADDRESS, "/flux/sport/rss.xml"):
        assert page_types.render(path) == page_types.render(path)


def test_a_picture_whose_copies_were_purged_or_whose_file_was_replaced_stays_in_the_feed() -> None:
    picture = a_picture()
    an_article(lead_image=picture)
    with writing():  # as Wagtail does it when a picture gets another file
        picture.renditions.all().delete()
        picture.file = get_test_image_file_jpeg("autre.jpg", size=(40, 30))
        picture.save()
    [item] = items_of()
    content = item.find(f"{MEDIA}content")
    assert content is not None
    assert "/autre-" in content.attrib["url"] and content.attrib["width"] == "40"
    assert picture.key in render.render(feeds.ADDRESS).keys


def test_a_picture_whose_file_is_lost_leaves_its_place_in_the_feed_empty() -> None:
    picture = a_picture()
    an_article(lead_image=picture)
    Rendition.objects.all().delete()
    picture.file.storage.delete(picture.file.name)
    [item] = items_of()
    assert item.find(f"{MEDIA}content") is None


def test_a_feed_costs_the_same_number_of_queries_however_many_stories() -> None:
    section = a_section("Sport")

    def count() -> int:
        page_types.render(feeds.ADDRESS)
        with CaptureQueriesContext(connection) as captured:
            page_types.render(feeds.ADDRESS)
        return len(captured)

    def publish() -> None:
        an_article(section=section, lead_image=a_picture(), authors=[an_author()])

    publish()
    one = count()
    for _ in range(4):
        publish()
    assert count() == one


def test_a_feed_notes_its_list_its_stories_and_its_place(settings: Any) -> None:
    settings.STRICT_TRACKING = True
    section = a_section("Politique")
    author, picture = an_author(), a_picture()
    article = an_article(section=section, authors=[author], lead_image=picture)
    keys = render.render("/flux/politique/rss.xml").keys
    assert {section.key, f"{section.collection_key}/articles", article.key, author.key, picture.key} <= keys
    assert {"paper/articles", article.key} <= render.render(feeds.ADDRESS).keys
    assert "path:/inconnue/" in render.render("/flux/inconnue/rss.xml").keys


def test_a_section_or_an_edition_that_is_touched_announces_its_feed() -> None:
    section, edition, gone = a_section("Politique"), an_edition("Togo"), a_section("Ancienne")
    gone.unpublish()
    page_type = next(kind for kind in page_types.registered() if kind.kind == "place-feed")
    assert page_type.priority == Priority.HOT
    assert list(page_type.announced_by(section.key)) == ["/flux/politique/rss.xml"]
    assert list(page_type.announced_by(edition.key)) == ["/flux/togo/rss.xml"]
    assert list(page_type.announced_by(gone.key)) == list(page_type.announced_by("section:999999")) == []
    with CaptureQueriesContext(connection) as captured:
        for key in ("article:1", "section:1/articles", "path:/section:1/", "site:frame", f"topic:{section.pk}"):
            assert list(page_type.announced_by(key)) == []
    assert len(captured) == 0


@pytest.mark.parametrize(
    ("address", "feed", "title"),
    [
        ("/", "/flux/rss.xml", "L’Essai"),
        ("/en-continu/", "/flux/rss.xml", "L’Essai"),
        ("/politique/", "/flux/politique/rss.xml", "L’Essai – Politique"),
        ("/togo/", "/flux/togo/rss.xml", "L’Essai – Togo"),
    ],
)
def test_pages_lead_to_the_feed_that_fits_them(address: str, feed: str, title: str) -> None:
    an_article(section=a_section("Politique"), edition=an_edition("Togo"))
    page = LexborHTMLParser(page_types.render(address).body)
    [link] = page.css("link[rel=alternate]")
    assert (link.attributes["href"], link.attributes["title"]) == (feed, title)
    assert link.attributes["type"] == "application/rss+xml"
