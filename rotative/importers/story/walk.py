"""A walk through the tree of a sanitised body: running text is gathered and written anew until something else comes."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from rotative.content import embeds
from rotative.importers.story.stories import Block, Doubt, Embed, Image, Quotation, Repair, Text
from rotative.importers.story.text_repair import mend

LONGEST_TITLE: Final = 160  # of an embed, and whose words a quotation is
LINKS: Final = frozenset({"http", "https", "mailto", "tel"})
INLINE: Final = {"strong": "b", "b": "b", "em": "i", "i": "i", "cite": "i", "var": "i", "dfn": "i", "sup": "sup"}
_HEADINGS: Final = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
_BLOCKS = (
    "address article aside audio blockquote caption center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr iframe li main nav ol p pre section summary table ul video"
)
BLOCKS: Final = frozenset(_BLOCKS.split())
_NOT_INLINE: Final = ", ".join(sorted(BLOCKS | {"img"}))
BARE_URL: Final = re.compile(r"\s*(https?://[^\s<>\"]{4,2000})\s*")


@dataclass
class Body:
    """What a body holds, and what was done to it."""

    blocks: list[Block] = field(default_factory=list)
    repairs: Counter[Repair] = field(default_factory=Counter)
    doubts: list[tuple[Doubt, str]] = field(default_factory=list)


class Walk:
    """Goes through a tree once and writes blocks. `elements` says how each kind of element is read that is no text."""

    def __init__(self, body: Body, elements: "Elements", base: str = "", breaks: bool = False) -> None:
        self.body = body
        self.elements = elements
        self.base = base
        self.breaks = breaks
        self.html: list[str] = []  # finished paragraphs, headings, lists
        self.line: list[str] = []  # of the open paragraph

    # --- where text goes

    def end_paragraph(self, tag: str = "p") -> None:
        html = _trimmed("".join(self.line))
        self.line = []
        text = _text_of(html)
        if text and not (tag == "p" and self.embed(text)):
            self.html.append(f"<{tag}>{html}</{tag}>")

    def embed(self, line: str) -> bool:
        """Add an embed where a line is nothing but the address of one, and say whether it is."""
        found = BARE_URL.fullmatch(line)
        if found is None or not embeds.is_known(found[1]):
            return False
        self.add(Embed(embeds.page_of(found[1]), embeds.place_of(found[1])))
        return True

    def flush(self) -> None:
        """End running text: it becomes a block."""
        self.end_paragraph()
        if self.html:
            self.body.blocks.append(Text("".join(self.html)))
            self.html = []

    def add(self, block: Block) -> None:
        self.flush()
        self.body.blocks.append(block)

    def paragraph(self, text: str) -> None:
        """Add a paragraph of plain text that is in order already."""
        self.end_paragraph()
        self.line.append(escape(text, quote=False))
        self.end_paragraph()

    def within(self, nodes: Iterable[LexborNode], *, breaks: bool = False) -> list[Block]:
        """Return the blocks that nodes make which stand within something else."""
        inner = Walk(Body(repairs=self.body.repairs, doubts=self.body.doubts), self.elements, self.base, breaks)
        for node in nodes:
            inner.node(node)
        inner.flush()
        return inner.body.blocks

    def plain(self, node: LexborNode | None) -> str:
        """Return the words of an element in one line."""
        said: list[str] = []
        for block in self.within(children_of(node)) if node is not None else ():
            if isinstance(block, Text):
                said += _lines_of(block.html)
            elif isinstance(block, Quotation):
                said += [block.text, block.attribution]
        return re.sub(r"\s*\n\s*", " ", "\n".join(said)).strip()

    def text(self, text: str) -> None:
        if not self.breaks:
            self.line.append(escape(mend(re.sub(r"[ \n\r\t]+", " ", text), self.body.repairs), quote=False))
            return
        for number, paragraph in enumerate(re.split(r"\n[ \t\r]*\n\s*", text)):
            if number:
                self.end_paragraph()
            for place, line in enumerate(paragraph.split("\n")):
                if self.embed(line):
                    continue
                if place and self.line:
                    self.line.append("<br/>")
                self.line.append(escape(mend(line, self.body.repairs), quote=False))

    # --- the tree

    def children(self, node: LexborNode) -> None:
        for child in children_of(node):
            self.node(child)

    def apart(self, node: LexborNode) -> None:
        """Take what stands in an element, apart from what stands around it."""
        self.end_paragraph()
        self.children(node)
        self.end_paragraph()

    def node(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self.text(node.text_content or "")
        elif tag in BLOCKS:
            self.end_paragraph()
            self.block(node, tag)
            self.end_paragraph()
        else:
            self.inline(node, tag)

    def block(self, node: LexborNode, tag: str) -> None:
        if tag == "form":
            self.body.doubts.append((Doubt.BLOCK_UNKNOWN, tag))
        elif tag in _HEADINGS or tag == "pre":
            breaks, self.breaks = self.breaks, tag == "pre"
            self.children(node)
            self.breaks = breaks
            self.end_paragraph(_HEADINGS.get(tag, "p"))
        else:
            self.elements.get(tag, self.elements[""])(self, node)

    def inline(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self.line_break()
        elif tag in self.elements:
            self.elements[tag](self, node)
        elif tag == "q":
            self.wrapped(node, "«\u00a0", "\u00a0»")
        elif node.css_first(_NOT_INLINE) is not None:
            self.children(node)
        elif tag == "a" and (address := self.address(node.attributes.get("href"))):
            self.wrapped(node, f'<a href="{escape(address)}">', "</a>")
        elif tag in INLINE:
            self.wrapped(node, f"<{INLINE[tag]}>", f"</{INLINE[tag]}>")
        else:
            self.children(node)

    def line_break(self) -> None:
        if self.line and self.line[-1] == "<br/>":
            self.line.pop()
            self.end_paragraph()
        else:
            self.line.append("<br/>")

    def wrapped(self, node: LexborNode, before: str, after: str) -> None:
        self.line.append(before)
        self.children(node)
        self.line.append(after)

    def address(self, value: str | None) -> str:
        """Return an address that a link may have, absolute when it can be, or nothing."""
        value = re.sub(r"[\x00-\x20\u200b-\u200f\u202a-\u202e\ufeff]+", "", value or "")
        try:
            address = urljoin(self.base, value) if value else ""
            scheme = urlsplit(address).scheme.lower()
        except ValueError:
            return ""
        return address if scheme in LINKS or (not scheme and address.startswith("/")) else ""


Elements = Mapping[str, Callable[[Walk, LexborNode], None]]


# --- lists and quotations


def read_list(walk: Walk, node: LexborNode) -> None:
    tag, items, pictures = node.tag or "ul", list[str](), list[Image]()
    for item in _items_of(node):
        line = ""
        for block in walk.within(item):
            if isinstance(block, Text):
                line += block.html
            elif isinstance(block, Image) and not block.picture.caption:
                pictures.append(block)
            else:  # which cannot stand in a list: the list goes on behind it
                walk.html += _list_of(tag, [*items, line])
                walk.add(block)
                items, line = [], ""
        items.append(line)
    walk.html += _list_of(tag, items)
    for picture in pictures:
        walk.add(picture)


def _items_of(node: LexborNode) -> Iterator[list[LexborNode]]:
    """Yield what stands in a list, an item at a time; what is written between items is one too."""
    between: list[LexborNode] = []
    for child in children_of(node):
        if child.tag in BLOCKS:
            yield between
            yield [child]
            between = []
        else:
            between.append(child)
    yield between


def _list_of(tag: str, items: list[str]) -> list[str]:
    """Return a list of items that are clean HTML of paragraphs, or nothing where they are empty."""
    html = "".join(f"<li>{line}</li>" for item in items if (line := line_of(item)))
    return [f"<{tag}>{html}</{tag}>"] if html else []


def read_quotation(walk: Walk, node: LexborNode, source: LexborNode | None = None) -> None:
    source = source or _source_of(node)
    attribution = walk.plain(source).lstrip("—–- ")
    if source is not None:
        source.decompose()
    lines: list[str] = []
    for block in walk.within(children_of(node), breaks=walk.breaks):
        if isinstance(block, Text):
            lines += _lines_of(block.html)
        else:
            _quote(walk, lines)
            walk.add(block)
            lines = []
    _quote(walk, lines, attribution)


def _source_of(quotation: LexborNode) -> LexborNode | None:
    """Return what says at the end of a quotation whose words they are."""
    said = letters_of(quotation)
    parts = ((part, letters_of(part)) for part in quotation.css("cite, footer"))
    return next((part for part, words in parts if words and words != said and said.endswith(words)), None)


def _quote(walk: Walk, lines: list[str], attribution: str = "") -> None:
    text = "\n\n".join(lines).strip().strip('«»“”"').strip()
    if text:
        walk.add(Quotation(text, attribution if len(attribution) <= LONGEST_TITLE else ""))
    if attribution and (not text or len(attribution) > LONGEST_TITLE):
        walk.paragraph(attribution)


# --- nodes


def children_of(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        following = child.next
        yield child
        child = following


def ancestors_of(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements that a node stands in, the innermost first."""
    while (parent := node.parent) is not None:
        yield parent
        node = parent


def letters_of(node: LexborNode | None) -> str:
    return "".join(node.text().split()) if node is not None else ""


def has_class(node: LexborNode, names: tuple[str, ...]) -> bool:
    own = (node.attributes.get("class") or "").split()
    return any(name in own for name in names)


# --- clean HTML

_EDGE: Final = re.compile(r"^(?:\s|<br/>|\u00a0)+|(?:\s|<br/>|\u00a0)+$")
_EMPTY: Final = re.compile(r"<(b|i|sup|a)(?: href=\"[^\"]*\")?>(\s*)</\1>")


def line_of(html: str) -> str:
    """Return paragraphs of clean HTML as one line; lists stay in it."""
    return re.sub(r"</?(?:p|h2|h3)>", "", re.sub(r"</(?:p|h2|h3)><(?:p|h2|h3)>", "<br/>", html))


def _trimmed(html: str) -> str:
    for _round in range(3):
        html = _EMPTY.sub(r"\2", html)
    return _EDGE.sub("", re.sub(r" ?<br/> ?", "<br/>", html))


def _text_of(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html).replace("&amp;", "&").strip()


def _lines_of(html: str) -> list[str]:
    """Return the paragraphs of clean HTML as plain text."""
    parts = re.split(r"</?(?:p|h2|h3|ul|ol|li)>", html)
    return [unescape(re.sub(r"<[^>]*>", "", part.replace("<br/>", "\n"))).strip() for part in parts if part]
