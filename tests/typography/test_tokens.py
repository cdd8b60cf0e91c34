"""Tokens: HTML is cut where the standard cuts it."""

import pytest

from rotative.typography.tokens import attributes, read_tokens


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a<b>c</b>", [("text", "a"), ("start", "<b>"), ("text", "c"), ("end", "</b>")]),
        ("1 < 2 <3", [("text", "1 < 2 <3")]),
        ("<a b='>'>c", [("start", "<a b='>'>"), ("text", "c")]),
        ('<a b=c">d', [("start", '<a b=c">'), ("text", "d")]),
        ('<a "b>c', [("start", '<a "b>'), ("text", "c")]),
        ("<a =>c", [("start", "<a =>"), ("text", "c")]),
        ("a<b c='", [("text", "a"), ("markup", "<b c='")]),
        ("a<b c='d>e<p>f", [("text", "a"), ("markup", "<b c='d>e<p>f")]),
        ('a<b c="d>e<p>f', [("text", "a"), ("markup", '<b c="d>e<p>f')]),
        ("<!-- > -->a", [("markup", "<!-- > -->"), ("text", "a")]),
        ("<!-->a", [("markup", "<!-->"), ("text", "a")]),
        ("<!--->a", [("markup", "<!--->"), ("text", "a")]),
        ("<!--a--!>b", [("markup", "<!--a--!>"), ("text", "b")]),
        ("<!--a", [("markup", "<!--a")]),
        ("<!a>b", [("markup", "<!a>"), ("text", "b")]),
        ("<?a>b", [("markup", "<?a>"), ("text", "b")]),
        ("</>a", [("markup", "</>"), ("text", "a")]),
        ("</ a>b", [("markup", "</ a>"), ("text", "b")]),
        ("a</", [("text", "a</")]),
        ("<style>a<b></style >c", [("start", "<style>"), ("raw", "a<b>"), ("end", "</style >"), ("text", "c")]),
        ("<svg><svg/></svg>a", [("foreign", "<svg><svg/></svg>"), ("text", "a")]),
        ("<svg>a", [("foreign", "<svg>a")]),
    ],
)
def test_html_is_cut_into_its_tokens(html: str, expected: list[tuple[str, str]]) -> None:
    assert [(token.kind, token.source) for token in read_tokens(html)] == expected


def test_a_script_ends_after_the_script_in_its_comment() -> None:
    html = "<script><!--<script>a</script>--></script>b"
    assert [token.source for token in read_tokens(html)][1:3] == ["<!--<script>a</script>-->", "</script>"]


def test_the_first_attribute_of_a_name_counts() -> None:
    assert attributes("<p a LANG=fr lang='en' b = \"x>y\" />") == {"a": "", "lang": "fr", "b": "x>y"}
