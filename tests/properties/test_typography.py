"""Typography: what holds for every text, however strange."""

import re
import time
from collections.abc import Callable
from html import unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from rotative.typography import Rules, typeset, typeset_html
from rotative.typography.tokens import TEXT, read_tokens

pytestmark = pytest.mark.slow

PIECES = [
    *"\"'«»“”‘’;:!?.,-–—…()[]/%€$°@#&<>=_*\\",
    *" \t\n\r\u00a0\u202f\u2009",
    *"aAéhFMLIXe1203",
    "  ", "...", "....", "--", " - ", "?!", ' "', '" ', "« ", " »", "l'", "qu'", "l' ", "«\u00a0", "\u202f!",
    "12", "2024", "000", " 000", "500 000", "12-15", "2024-05-12", "25%", "25 %", "5000 FCFA", "F CFA", " km", "°C",
    "18h30", "18 h 30", " h", "n°4", "n° 4", "N°", "12:30", "5' 30\"", "+229 97 12", "Tél: ",
    "M. Dossou", "Mme ", "Me Sossa", "Dr ", "p. 12", "p.", "art. ", "XXIe", "1er", "2e", "Ier", "IVe", "2nd",
    "https://x.bj/?a=1&b=2", "www.x.bj", "jean@x.bj", "@moi", "#tag", "https:", ":smile:", ":)", ";D", "Bénin: l'eau",
    "\u2028", "\ufffc", "😀", "état", "mot",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=25).map("".join)
rules = st.builds(Rules, st.sampled_from("\u202f\u00a0"), st.sampled_from("\u202f\u00a0"))
languages = st.sampled_from(["fr", "fr", "fr", "fr-BJ", "en", "de", ""])

ENTITIES = [
    "&#x27;", "&quot;", "&nbsp;", "&laquo;", "&raquo;", "&amp;", "&lt;", "&gt;", "&hellip;", "&#8239;", "&eacute;",
    "&#39", "&amp", "&", "&#0;", "&#1;", "&#13;", "&#xfffc;", "&#x2028;", "&notit;", "&unknown;", "&#x80;", "&rsquo;",
]  # fmt: skip
INLINE = ["a", "em", "strong", "b", "i", "span", "sup", "code", "kbd", "q", "cite", "time", "abbr", "small", "mark"]
BLOCK = ["p", "div", "h2", "blockquote", "section", "pre", "figure", "aside", "li", "ul", "table", "x-box"]
ATTRIBUTES = [
    "", "", "", ' lang="en"', ' lang="fr"', " lang=de", " LANG='en-GB'", ' translate="no"', ' class="a  b"',
    " title='\"Oui\" !'", ' href="?a=1&b=2"', " data-x", ' class="twitter-tweet"', ' alt="x > y"', " /", " a=b/",
]  # fmt: skip
LEAVES = [
    "<br>", "<br/>", '<img src=a alt="«x»!">', "<hr>", "<!-- \"a\" ! -->", "<wbr>", "<input value='a !'>",
    '<script>"a" !</script>', "<style>a{b:c !important}</style>", "<svg><title>a !</title></svg>",
    "<textarea>a !</textarea>", "<math><mi>a !</mi></math>",
]  # fmt: skip


def html_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def element(names: list[str], content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda name, attribute, inside: f"<{name}{attribute}>{inside}</{name}>",
        st.sampled_from(names),
        st.sampled_from(ATTRIBUTES),
        content,
    )


flat = st.lists(
    st.one_of(texts.map(html_text), st.sampled_from(ENTITIES), st.sampled_from(PIECES).map(html_text)), max_size=6
).map("".join)
inline = st.recursive(
    flat,
    lambda content: st.lists(st.one_of(flat, element(INLINE, content), st.sampled_from(LEAVES)), max_size=4).map(
        "".join
    ),
    max_leaves=8,
)
fragments = st.recursive(
    inline,
    lambda content: st.lists(st.one_of(inline, element(BLOCK, content)), max_size=3).map("".join),
    max_leaves=8,
)
HOSTILE = [
    *PIECES, *ENTITIES, *LEAVES,
    "<", "</", "<!", "<!-", "<!--", "<!-->", "<!--->", "--!>", "-->", "<?", "</>", "<a ", "<a b='",
    '<a b="', "<a =>", "<a b= >", "<a/b=c>", "<p", "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<code>", "</code>",
    "<div lang=en>", "</div>", "<script>", "<script>a<!--<script>", "</script>", "<style>", "</style", "</style>",
    "<title>", "</title>", "<textarea>", "</textarea>", "<svg>", "</svg>", "<![CDATA[", "]]>", "<li>", "<ul>", "</ul>",
    "<a\"b'c>", "<a b=c\">", "<!DOCTYPE html>", "<!doctype a 'b>", "<3", "< p>", "<p\n>",
    "</p a='>'>", "<sup>", "</sup>",
]  # fmt: skip
hostile = st.lists(st.sampled_from(HOSTILE), max_size=20).map("".join)

QUOTES = str.maketrans(dict.fromkeys("«»“”", '"') | {"’": "'", "–": "-", "…": "..."})


def letters(text: str) -> str:
    """Return what typography may never change.

    Without spaces; double quotation marks, apostrophes, dashes and ellipses each written one way.
    """
    text = "".join(text.split()).replace("\ufeff", "")
    return re.sub("-+", "-", text.translate(QUOTES))


def nodes(html: str) -> list[tuple[str, ...]]:
    """Return the parsed tree as a list: tags with their attributes, and the letters of the text between them."""
    found: list[tuple[str, ...]] = []
    text = ""
    root = LexborHTMLParser(html).root
    assert root is not None
    for node in root.traverse(include_text=True):
        if node.is_text_node:
            text += node.text_content or ""
            continue
        if node.tag == "sup":
            continue
        found += [("text", letters(text)), (node.tag or "", repr(sorted(node.attributes.items())))]
        text = ""
    return [*found, ("text", letters(text))]


# Texts that once broke a property, smallest first.
FOUND = [
    "18h30%", "2,25%", '"""""\'""', "«:-(!", "-;(!", "1 h18h30>", "18 h 30318 h 30", '“"«-<b>”"-',
    '"(\xa01”»“-”( "»(', "+229 97 122024°C", '"“:(!” 1-»', "….<b>..!</b>",
]  # fmt: skip


@pytest.mark.parametrize("text", FOUND)
def test_a_text_that_once_broke_a_property_no_longer_does(text: str) -> None:
    once = typeset(text)
    assert typeset(once) == once
    assert letters(once) == letters(text)
    assert nodes(typeset_html(text)) == nodes(text)


@settings(deadline=None)
@given(texts, rules, languages)
def test_a_text_typeset_twice_is_the_text_typeset_once(text: str, rules: Rules, language: str) -> None:
    once = typeset(text, rules, language)
    assert typeset(once, rules, language) == once


@settings(deadline=None)
@given(texts, rules, languages)
def test_no_letter_of_a_text_ever_changes(text: str, rules: Rules, language: str) -> None:
    assert letters(typeset(text, rules, language)) == letters(text)


@settings(deadline=None)
@given(texts)
def test_a_language_without_rules_is_left_as_it_is(text: str) -> None:
    assert typeset(text, language="yo") == text


@settings(deadline=None)
@given(fragments, rules, languages)
def test_a_fragment_typeset_twice_is_the_fragment_typeset_once(html: str, rules: Rules, language: str) -> None:
    once = typeset_html(html, rules, language)
    assert typeset_html(once, rules, language) == once


@settings(deadline=None)
@given(fragments, rules, languages)
def test_no_tag_attribute_or_letter_of_a_fragment_ever_changes(html: str, rules: Rules, language: str) -> None:
    assert nodes(typeset_html(html, rules, language)) == nodes(html)


@settings(deadline=None)
@given(fragments)
def test_the_tags_of_a_fragment_keep_their_bytes(html: str) -> None:
    def tags(html: str) -> list[str]:
        return [token.source for token in read_tokens(html) if token.kind != TEXT and token.name != "sup"]

    assert tags(typeset_html(html)) == tags(html)


@settings(deadline=None)
@given(hostile, languages)
@example("<svg><style></b></style></svg>", "fr")
def test_broken_markup_is_typeset_twice_as_once_and_keeps_its_tree(html: str, language: str) -> None:
    once = typeset_html(html, language=language)
    assert typeset_html(once, language=language) == once
    assert nodes(once) == nodes(html)


@settings(deadline=None)
@given(st.one_of(hostile, fragments))
def test_the_tokens_of_a_text_are_the_text(html: str) -> None:
    assert "".join(token.source for token in read_tokens(html)) == html


PLAIN_HOSTILE = [piece for piece in HOSTILE if not re.search("svg|CDATA|math|<input|&#(0|1|13|x2028|xfffc);", piece)]
UNREAD = ("script", "style", "textarea", "title")


@settings(deadline=None)
@given(st.lists(st.sampled_from(PLAIN_HOSTILE), max_size=20).map("".join))
def test_the_text_read_is_the_text_that_a_browser_sees(html: str) -> None:
    read = "".join(unescape(token.source) for token in read_tokens(html) if token.kind == TEXT)
    root = LexborHTMLParser("<body>" + html).root
    assert root is not None
    seen = ""
    for node in root.traverse(include_text=True):
        if node.is_text_node and node.parent is not None and node.parent.tag not in UNREAD:
            seen += node.text_content or ""
    assert sorted("".join(read.split())) == sorted("".join(seen.split()))


HOSTILE_UNITS = [
    *"\"'«»“ <&!:1@#-X=\n\ufffc", '" ', "« ", "; ", "1 ", "1 000 ", "://", "a://", ":a", "a-", "- ", "1-2", "l' ",
    "5h", "M. ",
    "tél ", "\u00a0 ", "<b>", "<p>", "</b>", "<b", '<a b="', "<a =", "<a/", "<div>", "<li>",
    "<svg>", "<!--", "<script>", "<p><button><b>", '<i lang=en>"', "<table><td>",
    "<code>x", "&#", "&amp;", "(", "...", "tél. 1 000 ", "é'",
]  # fmt: skip
SIZE = 100_000
# A tenth of a megabyte takes a tenth of this on a slow machine; work that grows with the square takes minutes.
LONGEST_SECONDS = 3.0


@pytest.mark.parametrize("unit", HOSTILE_UNITS)
@pytest.mark.parametrize("action", [typeset, typeset_html])
def test_a_hostile_text_takes_no_longer_than_its_length(unit: str, action: Callable[[str], str]) -> None:
    text = unit * (SIZE // len(unit))
    start = time.perf_counter()
    action(text)
    assert time.perf_counter() - start < LONGEST_SECONDS
