"""What is read from the HTML of one page of an invented newspaper."""

import json
from dataclasses import replace
from datetime import date
from datetime import time as clock

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from rotative.importers.boilerplate.chrome import Kind
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.pages import extractor, read_page
from rotative.importers.pages.body import choose
from rotative.importers.pages.texts import text_of_block
from rotative.importers.pages.units import cut
from rotative.importers.story.stories import (
    Doubt,
    Embed,
    Gallery,
    Image,
    Moment,
    Quotation,
    Repair,
    Story,
    Table,
    Text,
)
from tests.importers.pages.invented import ADDRESS, HEADLINE, P1, P2, P3, P4, STORY, a_page, json_ld


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def body_of(story: Story) -> list[str]:
    return [line for block in story.blocks for line in text_of_block(block).split("\n") if line]


def plain_text(story: Story) -> str:
    return "\n".join(filter(None, [story.standfirst, *map(text_of_block, story.blocks)]))


def parsed_body(html: bytes) -> LexborNode:
    body = LexborHTMLParser(html.decode()).body
    assert body is not None
    return body


def doubts_of(story: Story) -> set[Doubt]:
    return {doubt for doubt, _ in story.doubts}


def test_the_story_is_its_paragraphs_and_nothing_of_the_template() -> None:
    story = read_page(a_page())
    assert story.headline == HEADLINE
    assert body_of(story) == list(STORY)


def test_structured_data_names_author_dates_sections_country_and_topics() -> None:
    story = read_page(a_page(head=json_ld()), ADDRESS)
    assert story.bylines == ("Rokia Bance",)
    assert story.published == Moment(date(2023, 3, 14), clock(9, 5), is_utc=True)
    assert story.updated == Moment(date(2023, 3, 15), clock(7, 0), is_utc=True)
    assert (story.sections, story.country) == (("Société",), "Bénin")
    assert story.topics == ("marché", "lagune")
    assert story.language == "fr"
    assert story.lead is not None
    assert story.lead.address == "https://courrier-delta.example/photos/etals.jpg"
    assert story.doubts == ()


def test_a_page_without_structured_data_is_read_from_what_it_shows() -> None:
    before = (
        '<div class="breadcrumb"><a href="/">Accueil</a> › <a href="/s">Société</a></div><p class="byline">Par '
        '<a rel="author" href="/r">Rokia Bance</a></p><time datetime="2023-03-14T10:05">14 mars 2023</time>'
    )
    story = read_page(a_page(before=before))
    assert story.bylines == ("Rokia Bance",)
    assert story.published == Moment(date(2023, 3, 14), clock(10, 5))
    assert story.sections == ("Société",)
    assert body_of(story) == list(STORY)


def test_microdata_and_meta_elements_are_read_where_there_is_no_json() -> None:
    head = (
        '<meta property="article:published_time" content="2023-03-14T10:05:00+00:00">'
        '<meta property="article:section" content="Société"><meta property="article:tag" content="marché">'
        '<meta name="author" content="Rokia Bance; Kossi Adzo">'
    )
    story = read_page(a_page(head=head))
    assert story.published == Moment(date(2023, 3, 14), clock(10, 5), is_utc=True)
    assert story.sections == ("Société",)
    assert story.topics == ("marché",)
    assert story.bylines == ("Rokia Bance", "Kossi Adzo")


def test_the_day_in_an_address_is_taken_when_nothing_else_tells_it() -> None:
    assert read_page(a_page(), ADDRESS).published == Moment(date(2023, 3, 14))


def test_without_any_date_there_is_a_doubt_and_no_guess() -> None:
    story = read_page(a_page(paragraphs(P1, P2, P3, "Le 12 mars 2023, la mairie avait déjà promis de répondre vite.")))
    assert story.published is None
    assert Doubt.NO_DATE in doubts_of(story)


def test_two_dates_that_differ_are_a_doubt() -> None:
    head = json_ld() + '<meta property="article:published_time" content="2021-01-02T10:05:00+00:00">'
    story = read_page(a_page(head=head))
    assert story.published is not None
    assert story.published.on == date(2023, 3, 14)
    assert Doubt.DATES_DIFFER in doubts_of(story)


def test_a_headline_that_structured_data_does_not_know_is_a_doubt() -> None:
    story = read_page(a_page(head=json_ld(headline="Une comète visible à l’œil nu")).replace(b"<title>", b"<title>X "))
    assert story.headline == HEADLINE
    assert (Doubt.HEADLINES_DIFFER, "Une comète visible à l’œil nu") in story.doubts


def test_all_addresses_of_a_page_are_kept_the_canonical_first() -> None:
    head = (
        f'<link rel="canonical" href="{ADDRESS}"><link rel="shortlink" href="https://courrier-delta.example/?p=812">'
        '<meta property="og:url" content="https://www.courrier-delta.example/2023/03/14/les-etals-de-la-lagune">'
    )
    story = read_page(a_page(head=head), "https://courrier-delta.example/2023/03/14/les-etals-de-la-lagune/?utm=x#top")
    assert story.address == story.key == ADDRESS
    assert story.slug == "les-etals-de-la-lagune"
    assert set(story.other_addresses) == {
        "https://courrier-delta.example/?p=812",
        "https://www.courrier-delta.example/2023/03/14/les-etals-de-la-lagune",
        "https://courrier-delta.example/2023/03/14/les-etals-de-la-lagune/?utm=x",
    }


def test_pictures_come_with_caption_and_credit() -> None:
    figure = (
        '<figure><img src="/photos/halle.jpg" alt="Une halle"><figcaption>La halle de Zébé, lundi. © Afi Kodjo'
        "</figcaption></figure>"
    )
    story = read_page(a_page(paragraphs(P1, P2) + figure + paragraphs(P3, P4)), ADDRESS)
    (image,) = (block for block in story.blocks if isinstance(block, Image))
    assert image.picture.address == "https://courrier-delta.example/photos/halle.jpg"
    assert (image.picture.caption, image.picture.credit) == ("La halle de Zébé, lundi.", "Afi Kodjo")
    assert image.picture.description == "Une halle"
    assert body_of(story) == list(STORY)


def test_the_lead_picture_stands_once() -> None:
    figure = '<figure><img src="https://courrier-delta.example/photos/etals-1024x683.jpg"><figcaption>Les étals'
    story = read_page(a_page(figure + "</figcaption></figure>" + paragraphs(*STORY), head=json_ld()), ADDRESS)
    assert story.lead is not None
    assert story.lead.caption == "Les étals"
    assert not any(isinstance(block, Image) for block in story.blocks)


def test_galleries_embeds_quotations_and_tables_stand_where_they_stood() -> None:
    gallery = '<div class="gallery"><figure><img src="/a.jpg"></figure><figure><img src="/b.jpg"></figure></div>'
    film = '<p><iframe src="https://www.youtube.com/embed/abcdefghijk" title="Le film"></iframe></p>'
    quotation = (
        "<blockquote><p>Nous paierons, mais pas deux fois la même planche.</p><cite>La doyenne</cite></blockquote>"
    )
    table = "<table><tr><th>Marché</th><th>Étals</th></tr><tr><td>Zébé</td><td>312</td></tr></table>"
    body = paragraphs(P1) + gallery + paragraphs(P2) + film + quotation + paragraphs(P3) + table + paragraphs(P4)
    blocks = [type(block) for block in read_page(a_page(body), ADDRESS).blocks]
    assert blocks == [Text, Gallery, Text, Embed, Quotation, Text, Table, Text]


def test_subheadings_lists_and_links_stay() -> None:
    items = "<ul><li>Zébé</li><li>Gbado</li></ul>"
    body = paragraphs(P1) + "<h2>Une promesse</h2>" + paragraphs(P2) + items + f'<p>{P3} <a href="/r">Ici</a></p>'
    story = read_page(a_page(body + paragraphs(P4)), ADDRESS)
    html = "".join(block.html for block in story.blocks if isinstance(block, Text))
    assert "<h2>Une promesse</h2>" in html
    assert "<ul><li>Zébé</li><li>Gbado</li></ul>" in html
    assert '<a href="https://courrier-delta.example/r">Ici</a>' in html


@pytest.mark.parametrize(
    "chrome",
    [
        "<p>Lire aussi : <a href='/x'>Le bac de Zébé reprend ses traversées</a></p>",
        "<div class='related-posts'><h3>À lire</h3><p>Le bac de Zébé reprend ses traversées, lundi soir.</p></div>",
        "<div class='newsletter-box'><p>Recevez chaque matin tous nos articles par courrier.</p></div>",
        "<div class='author-box'><p>Rokia Bance suit les marchés de la lagune depuis dix ans pour nous.</p></div>",
        "<p>- Publicité -</p>",
        "<div class='sharedaddy'><p>Partager sur Facebook, WhatsApp ou Telegram, et suivez-nous là aussi.</p></div>",
        "<form><p>Votre adresse e-mail ne sera pas publiée.</p><textarea></textarea></form>",
    ],
)
@pytest.mark.parametrize("place", ["inside", "after"])
def test_nothing_of_the_template_is_left_in_a_body(chrome: str, place: str) -> None:
    body = paragraphs(P1, P2) + (chrome if place == "inside" else "") + paragraphs(P3, P4)
    story = read_page(a_page(body + (chrome if place == "after" else "")))
    assert body_of(story) == list(STORY)


def test_a_standfirst_is_no_paragraph() -> None:
    standfirst = "La doyenne a tout compté, à pied, et la mairie promet de répondre avant les pluies."
    story = read_page(a_page(before=f'<p class="chapo">{standfirst}</p>'))
    assert story.standfirst == standfirst
    assert body_of(story) == list(STORY)
    assert plain_text(story).split("\n") == [standfirst, *STORY]


def test_a_page_in_another_encoding_than_it_says_is_read_and_counted() -> None:
    page = a_page(charset='<meta charset="utf-8">').decode().replace("’", "'").encode("cp1252")
    story = read_page(page)
    assert "marchés" in body_of(story)[0]
    assert story.repairs[Repair.ENCODING] == 1


def test_the_text_is_the_same_whatever_address_it_is_read_for() -> None:
    one, other = read_page(a_page(), ADDRESS), read_page(a_page())
    assert replace(one, key="", address="", slug="", published=None, doubts=()) == replace(
        other, key="", address="", slug="", published=None, doubts=()
    )
    assert other.key == read_page(a_page()).key != ""


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \n\0\n", Reason.EMPTY),
        (b"%PDF-1.7 ...", Reason.BINARY),
        (b"<html><body><nav><a href='/'>Accueil</a></nav></body></html>", Reason.NO_ARTICLE),
    ],
)
def test_what_is_no_page_of_an_article_is_refused(page: bytes, reason: Reason) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        read_page(page)
    assert refused.value.reason is reason


def test_a_theme_that_names_every_paragraph_for_its_subscribers_loses_none() -> None:
    body = "".join(f'<div class="subscribe-wrap"><p>{text}</p></div>' for text in STORY)
    assert plain_text(read_page(a_page(body))) == "\n".join(STORY)


def test_what_the_page_calls_its_words_is_found_when_the_extractor_takes_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = [
        f"Au port, {name} attend depuis l’aube que le bac de Zébé reprenne, un sac de mil sur les genoux."
        for name in ("Afi", "Kossi", "Rokia")
    ]
    page = a_page(head=json_ld(articleBody="\n".join(STORY)), after=f"<section>{paragraphs(*others)}</section>")
    monkeypatch.setattr(extractor, "extract", lambda html: extractor.extract_of(others))
    assert plain_text(read_page(page)) == "\n".join(STORY)


def test_the_words_that_stand_nowhere_on_the_page_change_nothing() -> None:
    page = a_page(head=json_ld(articleBody="Rien de tout cela ne se lit sur la page, ni aujourd’hui ni hier. " * 12))
    assert plain_text(read_page(page)) == "\n".join(STORY)


def test_a_story_without_a_headline_takes_its_beginning_for_one_and_says_so() -> None:
    page = "<html><body><div>" + "".join(f"<p>{text}</p>" for text in STORY) + "</div></body></html>"
    story = read_page(page.encode())
    assert story.headline.startswith("Les délégués des marchés de la lagune")
    assert Doubt.NO_HEADLINE in dict(story.doubts)


def boxed(*parts: str) -> bytes:
    return a_page("".join(f'<div class="box"><div>{part}</div></div>' for part in parts))


def test_short_passages_in_boxes_between_those_of_a_story_are_its_own() -> None:
    short = "<p><b>Il n’est pas ouvert :</b></p><ul><li>aux halles ;</li><li>aux étals.</li></ul>"
    story = read_page(boxed(paragraphs(P1), short, paragraphs(P3 * 3, P4 * 3)))
    assert body_of(story) == [P1, "Il n’est pas ouvert :", "aux halles ;", "aux étals.", P3 * 3, P4 * 3]


def test_what_the_extractor_drops_between_passages_of_a_story_is_counted() -> None:
    units = cut(parsed_body(boxed(paragraphs(P1), "<p>Voir la carte</p>", paragraphs(P3, P4))))
    chosen = choose(units, extractor.extract_of([P1, P3, P4]), HEADLINE)
    assert chosen.left_out == {Kind.BETWEEN: 1}


def test_the_teaser_of_another_story_is_no_standfirst() -> None:
    teaser = '<p class="excerpt">Le bac de Zébé reprend ses traversées de nuit, et le passeur attend ses clients.</p>'
    story = read_page(a_page(after=f'</article><article class="card"><a href="/bac">{teaser}</a>'))
    assert story.standfirst == ""
    assert plain_text(story).split("\n") == list(STORY)


@pytest.mark.parametrize("name", ["elementor-widget elementor-widget-text-editor", "block-menu", "layout-tags"])
def test_prose_in_an_element_that_a_theme_names_like_a_menu_is_the_storys(name: str) -> None:
    parts = [f"<p>{P1}</p>", f'<div class="{name}"><p>{P2}</p></div>', f"<p>{P3}</p>", f"<p>{P4}</p>"]
    units = cut(parsed_body(a_page("".join(parts))))
    assert [unit.text for unit in choose(units, extractor.extract_of(STORY), HEADLINE).units] == list(STORY)


def test_what_stands_twice_on_a_page_and_no_extractor_took_is_the_templates() -> None:
    box = "<p>Le Courrier du Delta paraît chaque matin à six heures, et ses abonnés le lisent avant tout le monde.</p>"
    units = cut(parsed_body(a_page("".join((f"<p>{P1}</p>", box, f"<p>{P2}</p>", box, paragraphs(P3, P4))))))
    assert [unit.text for unit in choose(units, extractor.extract_of(STORY), HEADLINE).units] == list(STORY)


def test_a_line_of_dates_below_the_headline_dates_a_page_and_one_above_does_not() -> None:
    below = read_page(a_page(before="<p>Publié le mardi 14 mars 2023 à 10h05</p>"))
    assert below.published is not None and below.published.on == date(2023, 3, 14)
    today = a_page().replace(b'<header class="site-header">', b"<div>Lundi 30 novembre 2026</div><header>")
    assert read_page(today).published is None


def test_the_date_of_a_list_of_news_is_not_the_articles() -> None:
    latest = '<aside><ul><li><time datetime="2024-01-02">2 janvier</time><a href="/x">Le bac</a></li></ul></aside>'
    page = a_page(before="<p>Publié le 14 mars 2023</p>").replace(b"<main>", latest.encode() + b"<main>")
    assert read_page(page).published == Moment(date(2023, 3, 14))


def test_who_signs_between_headline_and_story_is_its_author() -> None:
    assert read_page(a_page(before="<p>Par Rokia Bance, le 14 mars 2023</p>")).bylines == ("Rokia Bance",)


@pytest.mark.parametrize(
    "name", ["Le Courrier du Delta", "Le Courrier du Delta, Cotonou", "Agence (www.agence.example)"]
)
def test_the_paper_is_no_author(name: str) -> None:
    story = read_page(a_page(head=json_ld(author=[{"name": name}, {"name": "Rokia Bance"}])))
    assert story.bylines == ("Rokia Bance",)


def test_a_brief_whose_words_are_nearly_all_in_its_standfirst_is_an_article() -> None:
    parts = f'<h1>{HEADLINE}</h1><p class="chapo">{P1}</p><p>Plus d’informations à suivre.</p>'
    story = read_page(f"<html><head><title>{HEADLINE}</title></head><body><article>{parts}</article></body>".encode())
    assert (story.standfirst, body_of(story)) == (P1, ["Plus d’informations à suivre."])


def marked_up(headline: str, author: str, more: str = "") -> str:
    name = f'<meta itemprop="headline" content="{headline}">' if headline else ""
    parts = f'{name}<meta itemprop="author" content="{author}">{more}'
    return f'<div itemscope itemtype="https://schema.org/NewsArticle">{parts}</div>'


MORE = '<meta itemprop="datePublished" content="2023-03-14"><meta itemprop="articleSection" content="Une">'


@pytest.mark.parametrize(
    "articles",
    [
        marked_up("Une autre histoire", "Kossi Adzo", MORE) + marked_up(HEADLINE, "Rokia Bance"),
        marked_up("", "Kossi Adzo", MORE) + marked_up(HEADLINE, "Rokia Bance"),
        marked_up("Dite autrement", "Rokia Bance") + marked_up("Une autre histoire", "Kossi Adzo", MORE),
        marked_up("", "Rokia Bance"),
    ],
)
def test_in_microdata_the_article_that_the_page_shows_is_its_own_then_the_first(articles: str) -> None:
    assert read_page(a_page(after=articles)).bylines == ("Rokia Bance",)


def test_in_json_the_article_that_the_page_shows_is_its_own() -> None:
    others = [
        {"@type": "NewsArticle", "headline": "Le bac de Zébé", **dict.fromkeys("abcdefghijklm", "x")},
        {"@type": "NewsArticle", **dict.fromkeys("abcdefghijklm", "x")},
    ]
    for other in others:
        script = f'<script type="application/ld+json">{json.dumps({**other, "author": "Kossi Adzo"})}</script>'
        assert read_page(a_page(head=script + json_ld())).bylines == ("Rokia Bance",)


@pytest.mark.parametrize(
    ("paper", "name"), [("Afrik", "Afrika Konaté"), ("Afrik", "Afrik Konaté"), ("Le Pays", "Le Pays avec AFP")]
)
def test_a_name_that_begins_as_the_papers_does_is_an_author(paper: str, name: str) -> None:
    story = read_page(a_page(head=json_ld(author=[{"name": name}], publisher={"name": paper})))
    assert story.bylines == (name,)


@pytest.mark.parametrize("name", ["Afrik", "Afrik, Cotonou", "Afrik (rédaction)", "Afrik en ligne"])
def test_the_paper_with_its_town_or_desk_is_no_author(name: str) -> None:
    assert read_page(a_page(head=json_ld(author=name, publisher={"name": "Afrik"}))).bylines == ()


def test_an_article_that_says_only_when_it_was_made_has_that_date() -> None:
    story = read_page(a_page(head=json_ld(datePublished=None, dateCreated="2023-03-14")))
    assert story.published == Moment(date(2023, 3, 14))


def test_json_with_a_last_comma_too_many_is_read() -> None:
    story = read_page(a_page(head=json_ld().replace("}]}]}", "},]},],}")))
    assert story.bylines == ("Rokia Bance",)


def test_the_repairs_of_a_title_that_is_not_used_are_not_counted() -> None:
    page = a_page(head=json_ld()).replace(b"<title>", "<title>LÃ©ger ".encode())
    page = page.replace(b"<h1", b"<h2").replace(b"</h1>", b"</h2>")
    assert read_page(page).headline == HEADLINE
    assert read_page(page).repairs == {}


def test_a_desk_that_signs_below_the_headline_is_no_author() -> None:
    assert read_page(a_page(before="<p>Par la rédaction du journal de Cotonou</p>")).bylines == ()
