"""What people paste into a story: from a word processor, an office in a browser, a messenger, a plain text."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import a_page
from tests.browser.served import Site
from tests.browser.signing_in import be_signed_in
from tests.browser.test_newsroom import PEOPLE

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta charset="utf-8"><style>p.MsoNormal {margin:0cm}</style><xml><w:WordDocument></w:WordDocument></xml></head>
<body lang=FR><!--StartFragment-->
<h1>La crue du fleuve<o:p></o:p></h1>
<p class=MsoNormal>Le XX<sup>e</sup> siècle n'a rien vu de <b>tel</b><a style='mso-footnote-id:ftn1' href="#_ftn1"
name="_ftnref1" title=""><span class=MsoFootnoteReference><span style='mso-special-character:footnote'><![if
!supportFootnotes]><span class=MsoFootnoteReference>[1]</span><![endif]></span></span></a>, dit
<a href="https://voisin.example/fleuve">le <i>préfet</i></a>.<o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>Malanville<o:p
></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span><![endif]>Karimama<o:p
></o:p></p>
<table class=MsoTableGrid border=1><tr><td><p class=MsoNormal>Commune<o:p></o:p></p></td>
<td><p class=MsoNormal>Sinistrés</p></td></tr>
<tr><td><p class=MsoNormal>Malanville</p></td><td><p class=MsoNormal>1 450</p></td></tr></table>
<p class=MsoNormal><![if !vml]><img width=602 height=401 src="file:///C:/Users/awa/AppData/clip_image002.jpg"><![endif]></p>
<p class=MsoNormal>Voir <a href="file:///C:/Users/awa/rapport.docx">le rapport</a>.</p>
<div style='mso-element:footnote-list'><br clear=all><hr align=left size=1 width="33%">
<div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1' href="#_ftnref1"
name="_ftn1" title=""><span class=MsoFootnoteReference>[1]</span></a> Source : préfecture.<o:p></o:p></p></div></div>
<!--EndFragment--></body></html>"""
DOCS = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-7f2b"><h2 dir="ltr"><span
style="font-weight:400">Ce que l'on sait</span></h2><p dir="ltr"><span style="font-weight:400">Une </span><span
style="font-weight:700">digue</span><span style="font-weight:400"> a cédé</span><span
style="font-size:0.6em;vertical-align:super;">2</span></p><ul><li
dir="ltr"><p dir="ltr"><span>Trois blessés</span></p></li></ul></b>"""
WHATSAPP_HTML = """<div class="copyable-text"><span class="selectable-text" style="white-space: pre-wrap">Alerte <img
alt="🚨" class="emoji" src="data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="> au pont
Voir https://estuaire.example/pont.</span></div>"""
TABLE = """<table><caption><b>Crue</b><br>de mai</caption><tr><td><p>Ligne un</p><p>Ligne deux</p></td>
<td>Cotonou<br>Bénin</td></tr><tr><td><ul><li>Un</li><li>Deux</li></ul><style>td {color: red}</style></td>
<td>Voir <a href="https://voisin.example/fleuve">le fleuve</a>, à 30 m<sup>2</sup> de
https://estuaire.example/pont<img src="x.png"><table><tr><td>Zou</td><td>Mono</td></tr></table></td></tr></table>
<p>Après le tableau</p>"""
MERGED = """<table><tr><td rowspan=2>Commune</td><td colspan=2>Sinistrés</td></tr><tr><td>2025</td><td>2026</td></tr>
<tr><td>Malanville</td><td>1 450</td><td>1 512</td></tr></table><p>Fin</p>"""
PLAIN = (
    "Premier paragraphe.\nÉcrire à redaction@estuaire.example, ou voir https://estuaire.example/a?b=1.\nSi x < 3, fin."
)


@pytest.fixture(scope="module")
def editor(site: Site, browser: Browser) -> Any:
    """Yield a function that opens a new story with an empty text, and pastes into it."""
    people = site.run(PEOPLE)
    with a_page(browser) as page:
        be_signed_in(page, site, "editor")

        def paste_into_a_new_story(html: str, text: str) -> Page:
            page.goto(f"{site.url}/redaction/pages/add/content/article/{people['section']['key']}/")
            page.locator("[data-contentpath=body] .c-sf-add-button").first.click()
            page.get_by_role("option", name="Texte").first.click()
            place = page.locator("[data-contentpath=body] [contenteditable=true]").first
            place.click()
            paste(place, html, text)
            return page

        yield paste_into_a_new_story
        page.evaluate("window.onbeforeunload = null")


def paste(place: Any, html: str, text: str) -> None:
    place.evaluate(
        """(element, [html, text]) => {
            const data = new DataTransfer();
            if (html) data.setData("text/html", html);
            data.setData("text/plain", text);
            const paste = { clipboardData: data, bubbles: true, cancelable: true };
            element.dispatchEvent(new ClipboardEvent("paste", paste));
        }""",
        [html, text],
    )


def lines_of(page: Page, last: str) -> list[tuple[str, str]]:
    """Return the blocks of the text, each with its type, once `last` has arrived in the form."""
    field = page.locator("[name=body-0-value]")
    expect(page.locator("[data-contentpath=body] [contenteditable=true]").first).to_contain_text(last)
    page.wait_for_function("last => document.querySelector('[name=body-0-value]').value.includes(last)", arg=last)
    return [(block["type"], block["text"]) for block in json.loads(field.input_value())["blocks"]]


def marks_of(page: Page) -> set[tuple[str, str]]:
    """Return what is bold, italic, raised or a link: the words, and the style or the address."""
    content = json.loads(page.locator("[name=body-0-value]").input_value())
    found = set()
    for block in content["blocks"]:
        for one in block["inlineStyleRanges"]:
            found.add((block["text"][one["offset"] : one["offset"] + one["length"]], one["style"]))
        for one in block["entityRanges"]:
            address = content["entityMap"][str(one["key"])]["data"]["url"]
            found.add((block["text"][one["offset"] : one["offset"] + one["length"]], address))
    return found


def cells_of(page: Page) -> list[str]:
    return list(filter(None, all_cells_of(page)))


def all_cells_of(page: Page) -> list[str]:
    cells = page.locator("[data-contentpath=body] table input[type=text], [data-contentpath=body] table textarea")
    return [field.input_value() for field in cells.all()]


def test_a_word_document_keeps_what_the_paper_has_a_place_for_and_says_the_rest(editor: Any) -> None:
    page = editor(WORD, "La crue du fleuve")

    assert lines_of(page, "Source : préfecture.") == [
        ("header-two", "La crue du fleuve"),
        ("unstyled", "Le XXe siècle n'a rien vu de tel[1], dit le préfet."),
        ("unordered-list-item", "Malanville"),
        ("ordered-list-item", "Karimama"),
        ("unstyled", "Voir le rapport."),
        ("unstyled", "[1] Source : préfecture."),
    ]
    marks = marks_of(page)
    assert {("e", "SUPERSCRIPT"), ("tel", "BOLD"), ("[1]", "SUPERSCRIPT"), ("préfet", "ITALIC")} <= marks
    assert {address for _words, address in marks if ":" in address} == {"https://voisin.example/fleuve"}

    assert cells_of(page) == ["Commune", "Sinistrés", "Malanville", "1 450"]

    note = page.locator(".paste-note")
    for words in ("image", "tableau", "notes", "lien"):
        expect(note).to_contain_text(words)


def test_the_cells_of_a_table_keep_their_words_apart_and_what_they_cannot_hold_is_said(editor: Any) -> None:
    page = editor(TABLE, "Ligne un")
    assert lines_of(page, "Après le tableau") == [("unstyled", "Après le tableau")]
    assert cells_of(page) == [
        "Ligne un Ligne deux",
        "Cotonou Bénin",
        "Un Deux",
        "Voir le fleuve, à 30 m2 de https://estuaire.example/pont Zou Mono",
    ]
    expect(page.locator("[name=body-1-value-caption]")).to_have_value("Crue de mai")
    note = page.locator(".paste-note")
    for words in ("Un lien dans un tableau", "exposants d’un tableau", "Une image"):
        expect(note).to_contain_text(words)


def test_what_stands_beside_and_below_merged_cells_stays_in_its_column(editor: Any) -> None:
    page = editor(MERGED, "Malanville")
    lines_of(page, "Fin")
    assert all_cells_of(page)[-9:] == ["Commune", "Sinistrés", "", "", "2025", "2026", "Malanville", "1 450", "1 512"]


def test_a_table_of_words_alone_loses_nothing(editor: Any) -> None:
    page = editor("<table><tr><td>redaction@estuaire.example</td><td><b>Zou</b></td></tr></table><p>Fin</p>", "Fin")
    lines_of(page, "Fin")
    assert cells_of(page) == ["redaction@estuaire.example", "Zou"]
    expect(page.locator(".paste-note p")).to_have_count(1)  # where the table was put


def test_a_google_document_is_not_all_bold(editor: Any) -> None:
    page = editor(DOCS, "Ce que l'on sait")
    assert lines_of(page, "Trois blessés") == [
        ("header-two", "Ce que l'on sait"),
        ("unstyled", "Une digue a cédé2"),
        ("unordered-list-item", "Trois blessés"),
    ]
    assert marks_of(page) == {("digue", "BOLD"), ("2", "SUPERSCRIPT")}
    expect(page.locator(".paste-note")).to_have_count(0)


def test_a_message_keeps_its_lines_its_emoji_and_its_link(editor: Any) -> None:
    page = editor(WHATSAPP_HTML, "Alerte 🚨 au pont\nVoir https://estuaire.example/pont.")
    assert lines_of(page, "/pont.") == [
        ("unstyled", "Alerte 🚨 au pont"),
        ("unstyled", "Voir https://estuaire.example/pont."),
    ]
    assert ("https://estuaire.example/pont", "https://estuaire.example/pont") in marks_of(page)


def test_a_plain_text_that_holds_an_address_keeps_its_paragraphs(editor: Any) -> None:
    page = editor("", PLAIN)
    assert [text for _kind, text in lines_of(page, "fin.")] == PLAIN.split("\n")
    assert marks_of(page) == {
        ("redaction@estuaire.example", "mailto:redaction@estuaire.example"),
        ("https://estuaire.example/a?b=1", "https://estuaire.example/a?b=1"),
    }


@pytest.mark.parametrize(
    "address", ["#_ftn1", "javascript:alert(1)", "file:///etc/passwd", "blob:http://a/b", "NEWSROOM#x"]
)
def test_a_link_that_leads_nowhere_is_taken_out(address: str, editor: Any, site: Site) -> None:
    address = address.replace("NEWSROOM", f"{site.url}/redaction/pages/3/edit/")
    page = editor(f'<p>Selon <a href="{address}">la préfecture</a>, rien.</p>', "Selon la préfecture, rien.")
    assert lines_of(page, "rien.") == [("unstyled", "Selon la préfecture, rien.")]
    assert {words for words, mark in marks_of(page) if ":" in mark} == set()


def test_what_is_pasted_runs_nothing(editor: Any) -> None:
    page = editor('<p>Avant<img src=x onerror="window.ran = true"><script>window.ran = true</script> après</p>', "x")
    assert lines_of(page, "après") == [("unstyled", "Avant après")]
    assert page.evaluate("window.ran") is None
