"""One piece of an export becomes a record; what is broken is mended and counted."""

import time

import pytest

from rotative.importers.story.stories import Repair
from rotative.importers.wordpress.parsing import Record, read_head, read_piece
from rotative.importers.wordpress.splitting import Piece
from tests.importers.wordpress.exports import HEAD


def read(xml: str | bytes, head: str = HEAD, *, is_whole: bool = True) -> Record:
    data = xml if isinstance(xml, bytes) else xml.encode()
    return read_piece(Piece("item", 0, len(data), data, is_whole), read_head(head.encode()))


def test_values_terms_fields_and_comments_are_read() -> None:
    record = read(
        '<item><title>Un &amp; deux</title><category domain="post_tag" nicename="eau"><![CDATA[L’eau]]></category>'
        "<wp:postmeta><wp:meta_key>k</wp:meta_key><wp:meta_value>v</wp:meta_value></wp:postmeta>"
        "<wp:comment><wp:comment_id>5</wp:comment_id></wp:comment></item>"
    )
    assert record.get("title") == "Un & deux"
    assert [(term.domain, term.slug, term.name) for term in record.terms] == [("post_tag", "eau", "L’eau")]
    assert record.field("k") == "v"
    assert [comment.get("wp:comment_id") for comment in record.comments] == ["5"]
    assert not record.repairs


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "9.9"])
def test_every_version_of_wordpresss_names_is_known(version: str) -> None:
    record = read("<item><wp:post_id>7</wp:post_id></item>", HEAD.replace("export/1.2", f"export/{version}"))
    assert record.number("wp:post_id") == 7


def test_names_that_are_bound_to_something_else_are_not_wordpresss() -> None:
    record = read('<item xmlns:wp="http://elsewhere.example/"><title>T</title><wp:post_id>7</wp:post_id></item>')
    assert record.get("title") == "T"
    assert record.get("wp:post_id") == ""
    assert record.left == ["post_id"]


def test_a_prefix_that_nothing_declares_is_taken_for_wordpresss() -> None:
    assert read("<item><wp:post_id>7</wp:post_id></item>", "<rss><channel>").number("wp:post_id") == 7


def test_an_element_whose_prefix_nothing_declares_costs_nothing_else() -> None:
    record = read("<item><foo:bar>x</foo:bar><title>T</title></item>")
    assert (record.get("title"), record.get("foo:bar")) == ("T", "x")


@pytest.mark.parametrize(
    ("xml", "text", "repair"),
    [
        ("<item><title>Pain & vin</title></item>", "Pain & vin", Repair.ENTITIES),
        ("<item><title>Un&nbsp;an &eacute;coul&eacute;</title></item>", "Un\xa0an écoulé", Repair.ENTITIES),
        ("<item><title>A&lol9;B</title></item>", "A&lol9;B", Repair.ENTITIES),
        ("<item><title>A\x0bB\x00C</title></item>", "ABC", Repair.INVISIBLE),
        ("<item><title>A&#xD800;B</title></item>", "A\ufffdB", Repair.ENTITIES),
        (b"<item><title>\xe9t\xe9 \xc3\xa0</title></item>", "été à", Repair.ENCODING),
        ("<item><title>ouvert <b>gras</title></item>", "ouvert <b>gras", Repair.MARKUP),
        ("<item><title><![CDATA[a <![CDATA[ b ]]> c]]></title></item>", "a <![CDATA[ b ]]> c", Repair.MARKUP),
        ("<item><title><![CDATA[]]>]]></title></item>", "]]>", Repair.MARKUP),
    ],
)
def test_what_is_broken_is_mended_and_counted(xml: str | bytes, text: str, repair: Repair) -> None:
    record = read(xml)
    assert record.get("title") == text
    assert record.repairs[repair] >= 1


def test_the_way_wordpress_writes_the_end_of_cdata_is_read() -> None:
    assert read("<item><title><![CDATA[a ]]]]><![CDATA[> b]]></title></item>").get("title") == "a ]]> b"


def test_an_item_that_is_cut_off_keeps_what_came_before() -> None:
    record = read("<item><title>Un titre</title><content:encoded><![CDATA[Le début", is_whole=False)
    assert record.get("title") == "Un titre"
    assert record.get("content:encoded") == "Le début"
    assert record.repairs[Repair.MARKUP]


def test_a_head_tells_encoding_version_and_what_stands_before_it() -> None:
    head = read_head(
        b'\n\nWarning: foreach() in x.php\n<?xml version="1.0" encoding="ISO-8859-1"?><rss><channel>'
        b"<title>Le \xe9cho</title><wp:wxr_version>1.1</wp:wxr_version>"
    )
    assert (head.encoding, head.version, head.had_rubbish) == ("windows-1252", "1.1", True)
    assert head.values["title"] == "Le écho"


def test_entities_of_a_document_type_are_never_expanded() -> None:
    head = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>' + HEAD
    record = read("<item><title>&b;&f;</title></item>", head)
    assert record.get("title") == "&b;&f;"


@pytest.mark.parametrize(
    "xml",
    [
        "<item>" + "<b>" * 200_000,
        "<item>" + "<wp:meta_key>" * 100_000,
        "<item><title>" + "&x;" * 300_000 + "</title></item>",
        "<item><wp:meta_value><![CDATA[" + 'a:1:{s:3:"foo";' * 200_000 + "]]></wp:meta_value></item>",
        "<item><title>" + "x" * 23_000_000 + "</title></item>",
    ],
    ids=["nested tags", "values without an end", "entities", "a serialized field of 3 MB", "23 MB on one line"],
)
def test_hostile_items_take_no_more_than_a_moment(xml: str) -> None:
    began = time.monotonic()
    read(xml)
    assert time.monotonic() - began < 10
