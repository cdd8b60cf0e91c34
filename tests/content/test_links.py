"""Links in rich text: where they may lead, and what is stored of the others."""

import json

import pytest
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from rotative.content.blocks import LINE_FEATURES, PLAIN_FEATURES, TEXT_FEATURES
from rotative.content.links import is_for_readers

REFUSED = [
    "#_ftn1",
    "#",
    "http://127.0.0.1:8000/redaction/pages/12/edit/#_ftn1",
    "http://localhost/redaction/",
    "https://journal.example/redaction/pages/12/edit/#sdfootnote1sym",
    "https://journal.example/redaction/pages/add/content/article/4/#_edn2",
    "/redaction/images/7/",
    "/redaction",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "file:///C:/Users/awa/Documents/article.docx#_ftn1",
    "blob:http://127.0.0.1:8000/3f1c",
    "data:text/html,<script>alert(1)</script>",
    "http://[::1/redaction/",
    "   ",
    "",
]
KEPT = [
    "https://estuaire.example/article/",
    "http://estuaire.example/page#chapitre-2",
    "https://voisin.example/redaction/",
    "/politique/le-marche-rouvre/",
    "mailto:awa@estuaire.example",
    "tel:+22997000000",
]


def stored(address: str | None, features: list[str] = TEXT_FEATURES, **data: object) -> str:
    """Return what is stored of a paragraph whose third word is a link, as the editor sends it."""
    content = {
        "blocks": [
            {
                "key": "abcde", "text": "Selon la préfecture, rien.", "type": "unstyled", "depth": 0,
                "inlineStyleRanges": [], "entityRanges": [{"offset": 9, "length": 10, "key": 0}],
            }
        ],
        "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": address, **data}}},
    }  # fmt: skip
    return str(ContentstateConverter(features).to_database_format(json.dumps(content)))


@pytest.mark.parametrize("address", REFUSED)
def test_a_link_to_where_no_reader_may_go_is_stored_as_its_words(address: str) -> None:
    assert not is_for_readers(address)
    html = stored(address)
    assert "<a" not in html
    assert "Selon la préfecture, rien." in html


@pytest.mark.parametrize("address", KEPT)
def test_other_links_are_stored(address: str) -> None:
    assert is_for_readers(address)
    assert f'<a href="{address}">préfecture</a>' in stored(address)


@pytest.mark.parametrize("features", [TEXT_FEATURES, PLAIN_FEATURES, LINE_FEATURES])
def test_every_field_of_rich_text_asks(features: list[str]) -> None:
    assert "<a" not in stored("#_ftn1", features)


def test_a_link_without_an_address_is_stored_as_its_words() -> None:
    assert "<a" not in stored(None)


@pytest.mark.parametrize("number", ["abc", "", "-1", "1.5", "9" * 30, "٣", [], {}, True])
def test_a_link_made_by_hand_that_names_no_number_is_stored_as_its_words(number: object) -> None:
    html = stored(None, id=number)
    assert "<a" not in html
    assert "Selon la préfecture, rien." in html


@pytest.mark.parametrize("number", [12, "12"])
def test_a_link_to_a_page_keeps_its_number(number: object) -> None:
    assert 'id="12"' in stored(None, id=number)


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["abc", "9" * 30, ""])
def test_a_link_that_was_stored_without_a_number_stops_no_edit_screen(number: str) -> None:
    html = f'<p>Selon la <a linktype="page" id="{number}">préfecture</a>.</p>'
    shown = json.loads(ContentstateConverter(TEXT_FEATURES).from_database_format(html))
    assert shown["blocks"][0]["text"] == "Selon la préfecture."
