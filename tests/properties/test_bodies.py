"""Whatever a body is made of: the words of its source, in their order, are the words of its blocks."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from rotative.importers.story.markup import read_body
from rotative.importers.story.stories import Block, Gallery, Image, Quotation, Table, Text

_INLINE = re.compile(r"</?(?:a|b|strong|i|em|cite|sup|span|u)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")

_BREAKS = ["<br>", '<img src="/a.jpg">', '<img src="data:,">', " ", "<!-- x -->", "<script>x</script>"]
_FORMATS = ["b", "strong", "i", "em", "cite", "sup", "span", "u", "q", 'a href="/lien"', 'a href="javascript:x()"']
_LINES = ["p", "h1", "h2", "h5", "pre", "summary"]
_FRAMES = [
    "div",
    "section",
    "details",
    "center",
    'div class="gallery"',
    "blockquote",
    'blockquote class="twitter-tweet"',
]
_FIGURES = ["figure", 'figure class="wp-block-gallery"']


class _Writer:
    """Writes HTML as browsers would write it out again: no parser has to mend it."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.numbers = count()  # each word once

    def one_of(self, names: list[str]) -> str:
        return self.draw(st.sampled_from(names))

    def element(self, tag: str, write: Callable[[], str]) -> str:
        inside = "".join(write() for _ in range(self.draw(st.integers(0, 3))))
        return f"<{tag}>{inside}</{tag.partition(' ')[0]}>"

    def line(self, depth: int = 2, formats: Sequence[str] = _FORMATS) -> str:
        """A word, a break, or words in some format."""
        kind = self.draw(st.integers(0, 5 if depth else 3))
        if kind == 0:
            return self.one_of(_BREAKS)
        if kind < 4:
            return self.one_of(["", " ", "\n"]) + f"mot{next(self.numbers):03}" + self.one_of(["", " "])
        tag = self.one_of(list(formats))
        inner = [each for each in formats if each[0] != "a"] if tag[0] == "a" else formats
        return self.element(tag, lambda: self.line(depth - 1, inner))

    def block(self, depth: int) -> str:
        kind = self.one_of(["line", "line", "list", "table", "frame", "figure"] if depth else ["line"])
        if kind == "list":
            return self.element(self.one_of(["ul", "ol"]), lambda: self.item(depth - 1))
        if kind == "table":
            caption = self.element("caption", self.line) if self.draw(st.booleans()) else ""
            rows = self.element("tbody", lambda: self.element("tr", lambda: self.cell(depth - 1)))
            return f"<table>{caption}{rows}</table>"
        if kind == "frame":
            return self.element(self.one_of(_FRAMES), lambda: self.part(depth - 1, ["footer", "cite"]))
        if kind == "figure":
            return self.element(self.one_of(_FIGURES), lambda: self.part(depth - 1, ["figcaption", "figcaption"]))
        return self.element(self.one_of(_LINES), self.line)

    def item(self, depth: int) -> str:
        return self.line() if self.draw(st.integers(0, 4)) == 0 else self.element("li", lambda: self.part(depth, []))

    def cell(self, depth: int) -> str:
        return self.element(self.one_of(["td", "td", "th"]), lambda: self.part(depth, []))

    def part(self, depth: int, lines: list[str]) -> str:
        kind = self.draw(st.integers(0, 3))
        if kind == 0 and lines:
            return self.element(self.one_of(lines), self.line)
        return self.block(depth) if kind == 1 else self.line()


@st.composite
def bodies(draw: st.DrawFn) -> str:
    write = _Writer(draw)
    return "".join(write.part(3, []) for _ in range(draw(st.integers(1, 4))))


def _plain(html: str) -> str:
    """Return the text of HTML: what parts two words on a page parts them here."""
    html = re.sub(r"<script>.*?</script>|<!--.*?-->", "", html)
    return _TAG.sub(" ", _INLINE.sub("", html))


def _words_of(block: Block) -> Iterator[str]:
    match block:
        case Text(html):
            yield _plain(html)
        case Quotation(text, attribution):
            yield from (text, attribution)
        case Image(picture):
            yield picture.caption
        case Gallery(pictures, title):
            yield from (*(picture.caption for picture in pictures), title)
        case Table(rows, _has_head, caption):
            yield from (caption, *(_plain(cell) for row in rows for cell in row))


def words_in(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@given(bodies(), st.booleans())
def test_the_words_of_a_body_in_their_order_are_the_words_of_its_blocks(html: str, breaks: bool) -> None:
    body = read_body(html, "https://ancien.example/", breaks=breaks)
    said = " ".join(word for block in body.blocks for word in _words_of(block))
    assert words_in(said) == words_in(_plain(html))
