"""HTML of a body becomes blocks; nothing of it comes through that a story may not hold."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotative.importers.story.markup import read_body
from rotative.importers.story.stories import Doubt, Embed, Gallery, Image, Media, Quotation, Repair, Table, Text
from rotative.importers.story.walk import Body

BASE = "https://ancien.example/"
ALLOWED = re.compile(
    r"</?(?:p|h2|h3|ul|ol|li|b|i|sup)>|<br/>|</a>|<a href=\"(?:https?:|mailto:|tel:|/)[^\"<>]*\">", re.IGNORECASE
)


def read(html: str, *, breaks: bool = False) -> Body:
    return read_body(html, BASE, breaks=breaks)


def text_of(html: str, *, breaks: bool = False) -> str:
    return "".join(block.html for block in read(html, breaks=breaks).blocks if isinstance(block, Text))


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<p>Un</p><p>Deux</p>", "<p>Un</p><p>Deux</p>"),
        ("Un<br><br>Deux<br>suite", "<p>Un</p><p>Deux<br/>suite</p>"),
        ("<div>Un<div>Deux</div></div>", "<p>Un</p><p>Deux</p>"),
        ("<h1>Titre</h1><h4>Sous-titre</h4>", "<h2>Titre</h2><h3>Sous-titre</h3>"),
        ("<p><strong>Gras</strong> et <em>italique</em></p>", "<p><b>Gras</b> et <i>italique</i></p>"),
        ("<ul><li>Un<ul><li>Deux</li></ul></li></ul>", "<ul><li>Un<ul><li>Deux</li></ul></li></ul>"),
        (
            '<p><a href="/x?a=1&amp;b=2" onclick="x()">ici</a></p>',
            '<p><a href="https://ancien.example/x?a=1&amp;b=2">ici</a></p>',
        ),
        ("<p>a &lt; b &amp; c</p>", "<p>a &lt; b &amp; c</p>"),
        ("<p>  </p><p>&nbsp;</p><p>Un</p>", "<p>Un</p>"),
        ("<p>Ã©tÃ© Ã\xa0 Dakar</p>", "<p>été à Dakar</p>"),
        ("<p>deux  espaces et un\xa0fin</p>", "<p>deux espaces et un\xa0fin</p>"),
        ("<pre>vers un\nvers deux<br>trois</pre>", "<p>vers un<br/>vers deux<br/>trois</p>"),
        (
            '<ul><li>Voir <a href="/g">ce guide</a> pour <b>plus</b> de <i>mots</i></li></ul>',
            '<ul><li>Voir <a href="https://ancien.example/g">ce guide</a> pour <b>plus</b> de <i>mots</i></li></ul>',
        ),
        (
            "<ul>Avant <b>tout</b><li><p>Un</p><p>deux</p></li></ul>",
            "<ul><li>Avant <b>tout</b></li><li>Un<br/>deux</li></ul>",
        ),
        ("<ol><li>Un<ol><li>a <b>b</b></li></ol>et</li></ol>", "<ol><li>Un<ol><li>a <b>b</b></li></ol>et</li></ol>"),
    ],
)
def test_text_is_written_anew(html: str, wanted: str) -> None:
    assert text_of(html) == wanted


def test_lines_of_the_classic_editor_are_paragraphs_and_breaks() -> None:
    assert text_of("Un\ndeux\n\nTrois\r\n\r\nQuatre", breaks=True) == "<p>Un<br/>deux</p><p>Trois</p><p>Quatre</p>"


def test_pictures_galleries_and_their_captions() -> None:
    body = read(
        '<p>Avant<img src="a-300x200.jpg" alt="Un pont"></p>'
        '<figure><a href="x"><img src="b.jpg"></a><figcaption>Le <b>bac</b></figcaption></figure>'
        '<div class="gallery"><dl><dt><img src="1.jpg"></dt><dd>Un</dd></dl><dl><dt><img src="2.jpg"></dt></dl></div>'
        '<img src="pixel.gif" width="1" height="1">'
    )
    text, inline, figure, gallery = body.blocks
    assert isinstance(text, Text)
    assert isinstance(inline, Image) and inline.picture.description == "Un pont"
    assert isinstance(figure, Image) and figure.picture.caption == "Le bac"
    assert isinstance(gallery, Gallery) and [one.caption for one in gallery.pictures] == ["Un", ""]


def test_quotations_tables_and_what_is_elsewhere() -> None:
    body = read(
        "<blockquote><p>« Oui »</p><cite>— Awa</cite></blockquote>"
        "<table><caption>Prix</caption><tr><th>Sac</th><th>F CFA</th></tr>"
        "<tr><td>Mil</td><td><b>1</b></td></tr></table>"
        '<iframe src="//www.youtube.com/embed/abcdefghijk?rel=0" title="Le film"></iframe>'
        '<blockquote class="twitter-tweet"><p>Dit</p><a href="https://twitter.com/a/status/1">x</a></blockquote>'
        '<video src="f.mp4" poster="f.jpg"></video><p>https://youtu.be/abcdefghijk</p>'
    )
    assert body.blocks == [
        Quotation("Oui", "Awa"),
        Table((("Sac", "F CFA"), ("Mil", "<b>1</b>")), has_head=True, caption="Prix"),
        Embed("https://www.youtube.com/watch?v=abcdefghijk", "Le film"),
        Embed("https://twitter.com/a/status/1", "Dit x"),
        Media("video", f"{BASE}f.mp4", poster=body.blocks[4].poster),  # type: ignore[union-attr]
        Embed("https://youtu.be/abcdefghijk", "YouTube"),
    ]


def test_the_words_of_a_cell_keep_their_spaces() -> None:
    body = read("<table><tr><td>Mil <b>blanc</b> du plateau</td><td>Le <i>5</i> mai</td></tr></table>")
    assert body.blocks == [Table((("Mil <b>blanc</b> du plateau", "Le <i>5</i> mai"),))]


def test_a_list_goes_on_behind_what_cannot_stand_in_one() -> None:
    body = read("<ul><li>Un<blockquote>Oui<cite>Awa</cite></blockquote>deux</li><li>Trois</li></ul>")
    assert body.blocks == [
        Text("<ul><li>Un</li></ul>"),
        Quotation("Oui", "Awa"),
        Text("<ul><li>deux</li><li>Trois</li></ul>"),
    ]


def test_a_work_that_a_quotation_names_stays_where_it_is_named() -> None:
    assert read("<blockquote>Selon <cite>Le Fleuve</cite>, il pleut.</blockquote>").blocks == [
        Quotation("Selon Le Fleuve, il pleut.")
    ]
    assert read("<blockquote><ul><li>Un<ul><li>deux</li></ul></li></ul></blockquote>").blocks == [
        Quotation("Un\n\ndeux")
    ]


def test_a_figure_of_a_quotation_says_whose_words_they_are() -> None:
    figure = "<figure><blockquote><p>Oui</p></blockquote><figcaption>Awa</figcaption></figure>"
    assert read(figure).blocks == [Quotation("Oui", "Awa")]


def test_what_no_field_has_room_for_is_a_paragraph() -> None:
    long = " ".join(["mot"] * 100)
    paragraph = Text(f"<p>{long}</p>")
    assert read(f'<figure><img src="a.jpg"><figcaption>{long}</figcaption></figure>').blocks[1:] == [paragraph]
    assert read(f"<blockquote>Oui<footer>{long}</footer></blockquote>").blocks == [Quotation("Oui"), paragraph]
    post = f'<blockquote class="twitter-tweet">{long}<a href="https://x.com/a/status/1"></a></blockquote>'
    assert read(post).blocks == [Quotation(long), Embed("https://x.com/a/status/1", "X")]


def test_what_stands_where_an_address_should_is_kept() -> None:
    wrapped = '<figure><div class="wp-block-embed__wrapper">{}</div><figcaption>La crue</figcaption></figure>'
    assert text_of(wrapped.format("plus rien ici")) == "<p>plus rien ici</p><p>La crue</p>"
    assert read(wrapped.format(" https://youtu.be/abcdefghijk ")).blocks == [
        Embed("https://youtu.be/abcdefghijk", "La crue")
    ]


def test_of_the_sizes_of_a_picture_the_largest_is_taken() -> None:
    body = read('<img srcset="/s.jpg 300w, /l.jpg 1200w, /m.jpg 600w">')
    assert [block.picture.address for block in body.blocks if isinstance(block, Image)] == [f"{BASE}l.jpg"]


def test_what_is_said_in_a_gallery_beside_its_captions_is_kept() -> None:
    shown = '<figure><img src="1.jpg"><figcaption>Un</figcaption></figure><figure><img src="2.jpg"></figure>'
    first, second, text = read(f'<div class="gallery">{shown}<p>Trois</p></div>').blocks
    assert isinstance(first, Image) and first.picture.caption == "Un"
    assert isinstance(second, Image) and text == Text("<p>Trois</p>")


def test_what_is_dangerous_goes_and_is_counted() -> None:
    body = read(
        '<p onmouseover="x()">Un <a href="java\nscript:alert(1)">lien</a><script>alert(1)</script>'
        '<a href="data:text/html,x">autre</a><style>p{}</style><svg onload="x()"></svg></p>'
    )
    assert body.blocks == [Text("<p>Un lienautre</p>")]
    assert body.repairs[Repair.UNSAFE] == 3


@pytest.mark.parametrize("named", ["javascript:alert(1)", "data:text/html,x", "//x", "mailto:a@b.example"])
def test_what_the_address_of_a_player_names_is_checked_like_any_other(named: str) -> None:
    player = f"https://www.facebook.com/plugins/post.php?href={named}"
    wrapped = f'<figure><div class="wp-block-embed__wrapper">\n{player}\n</div></figure>'
    for body in (
        read(player, breaks=True),
        read(f"<p>{player}</p>"),
        read(wrapped),
        read(f'<iframe src="{player}"></iframe>'),
    ):
        assert [block.url for block in body.blocks if isinstance(block, Embed)] == [player]


def test_a_link_without_an_address_is_none_and_half_a_letter_is_left_out() -> None:
    assert text_of('<p><a name="x">Un</a> de\ud800ux</p>') == "<p>Un deux</p>"


def test_an_embed_of_a_place_that_is_not_known_is_doubted() -> None:
    assert read('<iframe src="https://sondages.example/3"></iframe>').doubts == [
        (Doubt.EMBED_UNKNOWN, "https://sondages.example/3")
    ]


MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<a",
                'href="javascript:x">',
                "<a",
                'href="https://x.example/">',
                "</a>",
                "<ul>",
                "<li>",
                "</ul>",
                "<table>",
                "<tr>",
                "<td>",
                "</table>",
                "<img",
                'src="x.jpg">',
                "<blockquote>",
                "</blockquote>",
                "<figure>",
                "</figure>",
                "<script>",
                "</script>",
                "<h1>",
                "</h1>",
                "<br>",
                "<iframe",
                'src="https://x.example">',
                "<svg>",
                "<math>",
                "<template>",
                "<div>",
                "</div>",
                "&lt;",
                "&amp;lt;",
                '"',
                "'",
                "<!--",
                "-->",
                "]]>",
                "<",
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=40,
)


@given(MARKUP, st.booleans())
def test_whatever_comes_in_only_what_a_story_may_hold_comes_out(parts: list[str], breaks: bool) -> None:
    for block in read("".join(parts), breaks=breaks).blocks:
        texts = [block.html] if isinstance(block, Text) else []
        texts += [cell for row in block.rows for cell in row] if isinstance(block, Table) else []
        for html in texts:
            assert "<" not in ALLOWED.sub("", html), html


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 200_000,
        "<div></x>" * 60_000,
        "<blockquote>x" * 300,
        "<ul><li>x" * 300,
        "<figure>x" * 300,
        "<b><p>x" * 300,
        "<b>" * 199 + "x" * 1_000_000,
        "<a " * 300_000,
        "<img src=x>" * 50_000,
        "<table><tr><td>" * 60,
        "&" * 900_000,
    ],
    ids=[
        "nested",
        "other ends",
        "quotations",
        "lists",
        "figures",
        "formats",
        "long",
        "open tags",
        "pictures",
        "tables",
        "ampersands",
    ],
)
def test_hostile_bodies_take_no_more_than_a_moment(bomb: str) -> None:
    began = time.monotonic()
    read(bomb)
    assert time.monotonic() - began < 10


def test_what_is_nested_too_deeply_keeps_its_text_and_is_said() -> None:
    body = read("<div>" * 300 + "Le texte" + "</div>" * 300)
    assert body.blocks == [Text("<p>Le texte</p>")]
    assert body.doubts == [(Doubt.TOO_DEEP, "100")]
