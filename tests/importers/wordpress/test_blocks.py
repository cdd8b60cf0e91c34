"""Blocks whose words stand elsewhere in an export: they come in, or the account names them."""

import time
from pathlib import Path
from typing import Any

import pytest

from rotative.importers.story.stories import Doubt, Story, Text
from rotative.importers.wordpress.blocks import Elsewhere
from rotative.importers.wordpress.source import Export
from tests.importers.wordpress.exports import an_author, an_export, an_item


def read(path: Path, *parts: str) -> Story:
    with Export(an_export(path / "export.xml", *parts)) as export:
        return next(one.story for one in export.items(0) if one.story)


def text_of(story: Story) -> str:
    return "".join(block.html for block in story.blocks if isinstance(block, Text))


def a_block(number: int, body: str) -> str:
    return an_item(number, "Un bloc", body, post_type="wp_block")


def test_a_block_that_many_bodies_share_stands_in_each(tmp_path: Path) -> None:
    body = '<!-- wp:paragraph --><p>Avant</p><!-- /wp:paragraph --><!-- wp:block {"ref":7} /--><p>Après</p>'
    inner = a_block(7, '<!-- wp:paragraph --><p>Dedans</p><!-- /wp:paragraph --><!-- wp:block {"ref":8} /-->')
    story = read(tmp_path, an_item(1, body=body), inner, a_block(8, "<p>Plus bas</p>"))
    assert text_of(story) == "<p>Avant</p><p>Dedans</p><p>Plus bas</p><p>Après</p>"
    assert story.doubts == ()


def test_a_block_that_the_export_does_not_hold_is_doubted(tmp_path: Path) -> None:
    story = read(tmp_path, an_item(1, body='<p>Avant</p><!-- wp:block {"ref":9} /-->'))
    assert story.doubts == ((Doubt.BLOCK_UNKNOWN, "block 9"),)


@pytest.mark.parametrize(
    ("attributes", "doubt"),
    [
        (
            r'{"titre":"Chiffres cl\u00e9s","texte":"\u003cp\u003eSoixante pirogues\u003c/p\u003e"}',
            "Chiffres clés · Soixante pirogues",
        ),
        ('{"lignes":[{"mot":"Un fleuve"},"Deux ponts"]}', "Un fleuve · Deux ponts"),
        ('{"className":"is wide","style":{"a":"b c"},"categories":"a","postsToShow":5}', ""),
        ("{broken}", ""),
        ("", ""),
    ],
)
def test_words_in_the_attributes_of_a_block_are_said(attributes: str, doubt: str) -> None:
    elsewhere = Elsewhere({})
    assert elsewhere.inline(f"<p>a</p><!-- wp:acme/encadre {attributes} /--><p>b</p>") == "<p>a</p><p>b</p>"
    assert elsewhere.left == ([f"acme/encadre: {doubt}"] if doubt else [])


def left_of(body: str) -> list[str]:
    elsewhere = Elsewhere({})
    assert elsewhere.inline(body) == body
    return elsewhere.left


def boxed(attributes: str, inner: str, name: str = "acf/encadre") -> str:
    return f"<!-- wp:{name} {attributes} -->{inner}<!-- /wp:{name} -->"


def test_words_in_the_attributes_of_a_block_that_holds_others_are_said() -> None:
    title = '{"data":{"titre":"Ce que dit la loi","_titre":"field_5f2"}}'
    assert left_of(boxed(title, "<p>Corps.</p>")) == ["acf/encadre: Ce que dit la loi"]
    assert left_of(boxed(title, "")[:-24]) == ["acf/encadre: Ce que dit la loi"]  # without its end
    within = boxed('{"a":"Deux mots"}', boxed('{"a":"Trois petits mots"}', "<p>Deux mots</p>"))
    assert left_of(within) == ["acf/encadre: Trois petits mots"]
    beside = boxed(title, "<p>Corps.</p>") + "<p>Ce que dit la loi</p>"
    assert left_of(beside) == ["acf/encadre: Ce que dit la loi"]


@pytest.mark.parametrize(
    "inner",
    [
        "<h3>Ce que dit la loi</h3>",
        "<h3>Ce <em>que</em>\u00a0dit la&nbsp;loi.</h3>",
        '<img src="/a.jpg" alt="Ce que dit la loi">',
        "<!-- wp:heading --><h3>Ce que dit</h3><!-- /wp:heading --><!-- wp:paragraph --><p>la loi</p>",
        boxed("", "<p>Un</p>") + "<h3>Ce que dit la loi</h3>",
    ],
)
def test_words_of_an_attribute_that_stand_in_the_block_are_not_doubted(inner: str) -> None:
    assert left_of(boxed('{"data":{"titre":"Ce que dit la loi"}}', inner)) == []


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("group", '{"metadata":{"name":"Un groupe"},"ariaLabel":"Deux mots"}'),
        ("core/cover", '{"alt":"Deux mots"}'),
        ("core-embed/twitter", '{"caption":"Deux mots"}'),
        ("kadence/rowlayout", '{"uniqueID":"_a1","titleFont":[{"family":"Open Sans"}],"boxShadow":"inset red"}'),
        ("kadence/column", '{"spacing":"10px 20px","width":"0 auto","colour":"rgba(0, 0, 0, 0.4)"}'),
        ("kadence/column", "{broken}"),
        ("kadence/column", ""),
    ],
)
def test_the_look_of_a_block_is_not_doubted(name: str, attributes: str) -> None:
    assert left_of(boxed(attributes, "<p>Corps.</p>", name)) == []


def test_footnotes_are_a_list_where_they_stood(tmp_path: Path) -> None:
    fields: dict[str, Any] = {
        "meta": {"footnotes": '[{"content":"Une <b>note</b>.","id":"a"},{"content":"Deux","id":"b"}]'}
    }
    story = read(tmp_path, an_item(1, body="<p>Avant</p><!-- wp:footnotes /--><p>Après</p>", **fields))
    assert text_of(story) == "<p>Avant</p><ol><li>Une <b>note</b>.</li><li>Deux</li></ol><p>Après</p>"
    assert story.left_out == {}


def test_blocks_that_hold_one_another_end() -> None:
    began = time.monotonic()
    own = '<p>Dedans</p><!-- wp:block {"ref":7} /-->'
    elsewhere = Elsewhere({7: own * 20})
    assert len(elsewhere.inline(own)) < 100_000
    assert elsewhere.left
    Elsewhere({}).inline("<!-- wp:x {" * 300_000)
    Elsewhere({}).inline("<!-- wp:x {-->" * 100_000)
    Elsewhere({}).inline('<!-- wp:a/x {"a":"b c"} -->' * 30_000 + "<!-- /wp:a/x -->" * 30_000)
    many = ",".join(['"b c"'] * 30_000)
    Elsewhere({}).inline(boxed(f'{{"a":[{many}]}}', "<p>d</p>" * 30_000))
    Elsewhere({}).inline(f"<!-- wp:a/x{' ' * 1_000_000}x-->")
    deep = "[" * 900 + many + "]" * 900
    Elsewhere({}).inline(boxed(f'{{"a":{deep}}}', "<p>d</p>"))
    begun = f'<!-- wp:a/x {{"a":[{many[:1199]}]}} -->'
    elsewhere = Elsewhere({})
    elsewhere.inline(begun * 50 + "b c " * 200_000)
    assert elsewhere.left, "what is too much to compare is said"
    assert time.monotonic() - began < 5


def test_authors_come_under_their_names_whatever_their_element_is_called(tmp_path: Path) -> None:
    author = an_author("kofi", "Kofi Dogbé")
    renamed = author.replace("wp:author>", "wp:wp_author>")
    assert renamed != author
    assert read(tmp_path, renamed, an_item(1, author="kofi")).bylines == ("Kofi Dogbé",)


def test_what_is_in_more_blocks_than_are_followed_is_said() -> None:
    assert left_of('<!-- wp:acf/x {"a":"Deux mots"} -->' * 60) == ["acf/x: Deux mots"] * 60
