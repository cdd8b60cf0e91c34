import json
import re
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import translation
from selectolax.lexbor import LexborHTMLParser

from rotative.content.models import Correction, MediaFile, Newspaper, RelatedStory
from rotative.publishing import page_types, render
from tests.builders import a_picture, a_section, a_topic, an_article, an_author, an_edition

pytestmark = pytest.mark.django_db


def read(client: Client, address: str) -> LexborHTMLParser:
    response = client.get(address)
    assert response.status_code == 200, address
    return LexborHTMLParser(response.content)


def text_of(page: LexborHTMLParser, selector: str) -> str:
    node = page.css_first(selector)
    assert node is not None, selector
    return " ".join(node.text().split())


def test_an_article_shows_its_furniture_under_its_breadcrumb(client: Client) -> None:
    section = a_section("Politique", a_section("News – Infos"))
    article = an_article(
        "Bachar el-Assad à Moscou",
        section,
        kicker="Diplomatie",
        standfirst="Une rare visite.",
        authors=[an_author("Awa Tossou"), an_author("Yves Agbodjan")],
        guests=["Rokia Bance, économiste"],
        topics=[a_topic("Eau potable")],
        place="Cotonou",
        published_at=datetime(2026, 3, 14, 9, 5, tzinfo=UTC),
        corrections=[Correction(made_at=datetime(2026, 3, 15, tzinfo=UTC), text="Le pont mesure 40 m.")],
    )
    page = read(client, article.address)
    assert [link.attributes["href"] for link in page.css(".trail a")] == ["/", "/news-infos/", "/news-infos/politique/"]
    assert text_of(page, "h1") == "Bachar el-Assad à Moscou"
    assert text_of(page, ".story .kicker") == "Diplomatie"
    assert text_of(page, ".byline") == "Par Awa Tossou, Yves Agbodjan et Rokia Bance, économiste"
    assert [a.attributes["href"] for a in page.css(".byline a")] == ["/auteurs/awa-tossou/", "/auteurs/yves-agbodjan/"]
    assert page.css_first(".story time").attributes["datetime"] == "2026-03-14T10:05+01:00"
    assert text_of(page, ".place") == "Cotonou."
    assert "40\u00a0m" in page.css_first(".notes").text()
    assert text_of(page, ".tags") == "Eau potable"


@pytest.mark.parametrize(("gone", "trail"), [("desk", ["/", "/infos/politique/"]), ("section", ["/", "/infos/"])])
def test_a_story_below_a_section_that_was_taken_back_does_not_lead_there(
    gone: str, trail: list[str], client: Client
) -> None:
    desk = a_section("Infos")
    section = a_section("Politique", desk)
    article = an_article("Un récit", section)
    taken_back = {"desk": desk, "section": section}[gone]
    taken_back.unpublish()
    page = read(client, article.address)
    assert [link.attributes["href"] for link in page.css(".trail a")] == trail
    assert taken_back.address not in [link.attributes["href"] for link in page.css("a")]
    assert taken_back.key in render.render(article.address).keys


def test_control_characters_are_not_shown(client: Client) -> None:
    words = "Un\x01 mot\x0b,\x1f un\x7f autre\x85\ufffe"
    article = an_article("Un récit", slug="un-recit", body=[("text", f"<p>{words}&#1;</p>")], kicker=words)
    html = client.get(article.address).content.decode()
    assert "Un mot, un autre" in html
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", html)


def test_the_text_of_a_page_is_set_in_french_typography(client: Client) -> None:
    article = an_article('Niger: "Où va l\'eau ?"', body=[("text", "<p>Vraiment ! C'est l'heure...</p>")])
    html = client.get(article.address).content.decode()
    assert "Niger\u00a0: «\u00a0Où va l’eau\u202f?\u00a0»</h1>" in html
    assert "Vraiment\u202f! C’est l’heure…" in html


def test_a_paper_for_old_telephones_has_no_narrow_spaces(client: Client) -> None:
    article = an_article("Vraiment !")
    Newspaper.objects.update(narrow_spaces=False)
    html = client.get(article.address).content.decode()
    assert "Vraiment\u00a0!</h1>" in html and "\u202f" not in html


def test_share_links_are_plain_links_with_the_absolute_address(client: Client) -> None:
    page = read(client, an_article("L'eau & le feu").address)
    links = {a.text(): a.attributes["href"] or "" for a in page.css(".share a")}
    assert set(links) == {"WhatsApp", "Facebook", "X", "Telegram", "E-mail"} or len(links) == 5
    assert all("127.0.0.1" in link for link in links.values())
    assert "%26" in links["WhatsApp"]


def test_hostile_text_never_becomes_markup(client: Client) -> None:
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    article = an_article(
        hostile[:200],
        slug="hostile",
        standfirst=hostile,
        kicker=hostile[:100],
        guests=[hostile],
        place=hostile[:100],
        body=[
            ("text", f'<p onclick="x()">{hostile}</p><a href="javascript:x()">a</a><iframe src="//x"></iframe>'),
            ("quotation", {"text": hostile, "attribution": hostile}),
            ("fact_box", {"title": hostile, "text": f"<p>{hostile}</p>"}),
        ],
    )
    page = read(client, article.address)
    scripts = [s for s in page.css("script") if s.attributes.get("type") != "application/ld+json"]
    assert len(scripts) == 1 and "reader" in (scripts[0].attributes["src"] or "")
    assert not page.css("iframe, img, [onclick], [onerror]")
    assert not [a for a in page.css("a") if (a.attributes.get("href") or "").startswith("javascript")]
    for data in page.css('script[type="application/ld+json"]'):
        json.loads(data.text())


def test_structured_data_describes_the_article(client: Client) -> None:
    article = an_article(authors=[an_author()], published_at=datetime(2026, 3, 14, 9, 5, tzinfo=UTC))
    page = read(client, article.address)
    data = [json.loads(script.text()) for script in page.css('script[type="application/ld+json"]')]
    assert data[0]["@type"] == "NewsArticle" and data[0]["author"][0]["name"] == "Awa Tossou"
    assert data[0]["datePublished"] == "2026-03-14T10:05:00+01:00"
    assert [item["name"] for item in data[1]["itemListElement"]][-1] == article.title


def test_an_undated_article_says_that_its_date_is_unknown(client: Client) -> None:
    page = read(client, an_article(is_undated=True).address)
    assert page.css_first(".story time") is None
    assert "inconnue" in text_of(page, ".story .meta")


def test_a_lead_image_has_sizes_alternative_text_and_no_shift(client: Client) -> None:
    picture = a_picture("Marché", description="Un étal d'ignames", credit="Photo : Essai")
    page = read(client, an_article(lead_image=picture, lead_caption="Au marché").address)
    image = page.css_first("figure img")
    assert image.attributes["alt"] == "Un étal d'ignames"
    assert (image.attributes["width"], image.attributes["height"]) == ("640", "427")
    assert image.attributes["fetchpriority"] == "high" and "loading" not in image.attributes
    assert re.findall(r" (\d+)w", image.attributes["srcset"] or "") == ["320", "480", "640", "960"]
    assert page.css_first("source").attributes["type"] == "image/avif"
    assert text_of(page, "figcaption") == "Au marché Photo\u00a0: Essai".replace("\u00a0", " ")


def test_every_kind_of_block_is_shown(client: Client) -> None:
    other = an_article("L'autre récit")
    picture = {"image": a_picture(), "caption": "Légende", "credit": "Crédit"}
    article = an_article(
        body=[
            ("text", "<p>Un.</p>"),
            ("image", picture),
            ("gallery", {"title": "Galerie", "pictures": [picture, picture]}),
            ("quotation", {"text": "On continue", "attribution": "Une maire"}),
            ("fact_box", {"title": "À savoir", "text": "<p>Ceci</p>"}),
            ("related", {"story": other}),
            ("embed", {"url": "https://video.example/1", "title": "Film", "description": "D", "megabytes": "12"}),
        ]
    )
    page = read(client, article.address)
    assert len(page.css(".body figure")) == 3
    assert text_of(page, "blockquote p") == "« On continue »"
    assert text_of(page, ".box h2") == "À savoir"
    assert page.css_first(".also a").attributes["href"] == other.address
    assert "video.example" in text_of(page, ".elsewhere .meta") and "12" in text_of(page, ".elsewhere .meta")


def test_a_long_story_reserves_a_labelled_placement_that_takes_no_space_while_empty(client: Client) -> None:
    paragraphs = "".join(f"<p>Paragraphe {n}.</p>" for n in range(6))
    page = read(client, an_article(body=[("text", paragraphs)]).address)
    placement = page.css_first(".encart")
    assert placement.attributes["data-label"] == "Publicité" and not placement.text(strip=True)
    assert ".encart:empty{display:none}" in page.css_first("style").text()
    sensitive = read(client, an_article(body=[("text", paragraphs)], is_sensitive=True).address)
    assert sensitive.css_first(".encart") is None


def test_related_stories_are_chosen_at_publication_and_editors_come_first(client: Client) -> None:
    topic = a_topic()
    first, second, pinned = an_article("A", topics=[topic]), an_article("B", topics=[topic]), an_article("C")
    article = an_article("D", topics=[topic])
    article.related_stories = [RelatedStory(story=pinned)]
    article.save_revision().publish()
    an_article("E", topics=[topic])
    page = read(client, article.address)
    shown = [a.attributes["href"] for a in page.css("#liens ~ ul a")]
    assert shown == [pinned.address, second.address, first.address]


def test_publishing_another_article_changes_nothing_on_an_article_page(client: Client) -> None:
    article = an_article(topics=[a_topic()], edition=an_edition("Togo"))
    before = client.get(article.address).content
    an_article(topics=[a_topic()], edition=an_edition("Togo"), is_ongoing=True)
    assert client.get(article.address).content == before


def test_a_withdrawn_article_answers_410_and_one_that_never_was_404(client: Client) -> None:
    article = an_article()
    article.unpublish()
    assert client.get(article.address).status_code == 410
    assert client.get("/politique/jamais/").status_code == 404


def test_a_picture_or_a_sound_that_was_deleted_leaves_the_story_readable(client: Client) -> None:
    sound = MediaFile.objects.create(title="Son", file=ContentFile(b"ID3", name="son.mp3"))
    pictures = [{"image": a_picture(), "caption": "Légende", "credit": ""} for _ in range(3)]
    article = an_article(
        body=[
            ("text", "<p>Avant.</p>"),
            ("image", pictures[0]),
            ("gallery", {"title": "", "pictures": pictures[1:]}),
            ("audio", {"title": "Son", "file": sound, "transcript": ""}),
            ("video", {"title": "Film", "file": sound, "poster": None, "transcript": ""}),
        ]
    )
    for picture in pictures:
        picture["image"].delete()
    sound.delete()
    page = read(client, article.address)
    assert "Avant." in text_of(page, ".body")
    assert not page.css("audio, video, .body img")


def test_a_story_is_not_related_to_itself_nor_twice_to_another(client: Client) -> None:
    topic, other = a_topic(), an_article("A")
    article = an_article("B", topics=[topic])
    article.related_stories = [RelatedStory(story=story) for story in (other, article, other)]
    article.save_revision().publish()
    page = read(client, article.address)
    assert [a.attributes["href"] for a in page.css("#liens ~ ul a")] == [other.address]


def test_of_stories_that_share_as_many_topics_the_newest_are_related() -> None:
    first, second = a_topic("Eau"), a_topic("École")
    old = an_article("Ancien", topics=[first], published_at=datetime(2014, 1, 1, tzinfo=UTC))
    new = an_article("Récent", topics=[second], published_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert an_article("Lien", topics=[first, second]).computed_related == [new.pk, old.pk]


def test_the_place_stands_even_before_a_story_that_begins_with_a_picture(client: Client) -> None:
    picture = {"image": a_picture(), "caption": "", "credit": ""}
    page = read(client, an_article(place="Lomé", body=[("image", picture), ("text", "<p>Texte.</p>")]).address)
    assert text_of(page, ".place") == "Lomé."


def test_the_placement_stands_after_the_third_paragraph_whatever_the_blocks(client: Client) -> None:
    page = read(client, an_article(body=[("text", f"<p>Paragraphe {n}.</p>") for n in range(6)]).address)
    before = [node.text() for node in page.css(".body p:has(~ .encart)")]
    assert before == ["Paragraphe 0.", "Paragraphe 1.", "Paragraphe 2."]


def test_html_that_is_too_deep_for_the_sanitiser_is_shown_as_text(client: Client) -> None:
    bomb = "<b>" * 50_000 + "Mot" + "</b>" * 50_000
    page = read(client, an_article(body=[("text", bomb)]).address)
    assert "Mot" in text_of(page, ".body")
    assert not page.css(".body b")


def test_a_page_speaks_the_papers_language_whoever_renders_it() -> None:
    article = an_article()
    with translation.override("en"):
        assert "Accueil" in page_types.render(article.address).body.decode()
        assert "Accueil" in page_types.preview(article).body.decode()


def test_a_portrait_has_its_copies_before_a_reader_comes() -> None:
    portrait = a_picture()
    an_author("Awa Tossou", portrait=portrait)
    assert portrait.renditions.count() == 8
