"""Shortcodes are translated, unwrapped, or kept as text and listed."""

import time

import pytest

from rotative.importers.story.stories import PictureAt
from rotative.importers.wordpress.shortcodes import Attachments, Shortcodes, translate

KNOWN = Attachments(
    picture=lambda number: PictureAt(f"https://o.example/{number}.jpg", f"Photo {number}"),
    of_post=lambda: [PictureAt("https://o.example/own.jpg")],
)


def done(html: str) -> Shortcodes:
    return translate(html, KNOWN)


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        (
            '[caption id="a" width="300"]<img src="a.jpg"> Une <b>légende</b>[/caption]',
            "<figcaption>Une <b>légende</b></figcaption>",
        ),
        (
            '[caption caption="Ancienne"]<a href="x"><img src="a.jpg"></a>[/caption]',
            "<figcaption>Ancienne</figcaption>",
        ),
        ('[gallery ids="3,4"]', 'src="https://o.example/4.jpg"'),
        ("[gallery]", 'src="https://o.example/own.jpg"'),
        ("[embed]https://vimeo.com/1[/embed]", '<iframe src="https://vimeo.com/1">'),
        ("[youtube abcdefghijk]", "watch?v=abcdefghijk"),
        ('[video mp4="https://o.example/f.mp4"][/video]', '<video src="https://o.example/f.mp4">'),
        ("[vc_row][vc_column_text]Le texte[/vc_column_text][/vc_row]", "Le texte"),
        ('[blockquote author="Awa"]Oui[/blockquote]', "<cite>Awa</cite>"),
    ],
)
def test_what_is_known_is_translated(html: str, wanted: str) -> None:
    found = done(html)
    assert wanted in found.html
    assert "[" not in found.html
    assert found.translated and not found.unknown


@pytest.mark.parametrize("text", ["[sic]", "[…]", "[Ndlr : voir plus haut]", "[…] et [2]", "tableau[0]", "[[gallery]]"])
def test_brackets_of_a_journalist_stay_and_are_no_shortcodes(text: str) -> None:
    found = done(text)
    assert found.html == text.replace("[[", "[").replace("]]", "]")
    assert not found.unknown


def test_unknown_ones_stay_as_text_and_are_listed() -> None:
    found = done('Avant [sondage_du_jour id="3"] après')
    assert found.html == 'Avant [sondage_du_jour id="3"] après'
    assert found.unknown == {"sondage_du_jour": 1}


def test_forms_and_advertising_leave_nothing_but_are_listed() -> None:
    found = done('Avant [contact-form-7 id="3"] après [adrotate banner="2"]')
    assert found.html == "Avant  après "
    assert found.unknown == {"contact-form-7": 1, "adrotate": 1}


def test_an_address_in_a_shortcode_cannot_leave_its_attribute() -> None:
    html = done("[iframe src='https://x.example/\" onload=\"alert(1)']").html
    assert '<iframe src="https://x.example/&quot; onload=&quot;alert(1)"></iframe>' in html


@pytest.mark.parametrize(
    "bomb", ["[" * 300_000, "[a " * 100_000, "[caption]" * 50_000, "[embed]" * 50_000, '[a x="' * 50_000]
)
def test_hostile_bodies_take_no_more_than_a_moment(bomb: str) -> None:
    began = time.monotonic()
    done(bomb)
    assert time.monotonic() - began < 5
