"""From the HTML of a body to the blocks of an article. Nothing of the HTML itself comes through.

What is kept is written anew, tag by tag: no attribute but the address of a link, and that checked. Depth and size are
looked at before anything is parsed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import escape, unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rotative.importers.story import embeds
from rotative.importers.story.depth import depth_of, flatten
from rotative.importers.story.old_addresses import parts_of
from rotative.importers.story.stories import (
    Block,
    Doubt,
    Embed,
    Gallery,
    Image,
    Media,
    PictureAt,
    Quotation,
    Repair,
    Table,
    Text,
)
from rotative.importers.story.text_repair import mend

DEEPEST: Final = 100
MOST_CHARACTERS: Final = 2 * 1024 * 1024
MOST_CELLS: Final = 5000
LONGEST_TITLE: Final = 160  # of an embed, and whose words a quotation is
LONGEST_CAPTION: Final = 300
LONGEST_NAME: Final = 120  # of a gallery
_NO_CELL: Final = "table, ul, ol, p + p, h1, h2, h3, h4, iframe, video, form"  # a table that holds them is a frame
_INLINE: Final = {"strong": "b", "b": "b", "em": "i", "i": "i", "cite": "i", "var": "i", "dfn": "i", "sup": "sup"}
_HEADINGS: Final = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
_BLOCKS: Final = frozenset(
    {
        *(
            "address",
            "article",
            "aside",
            "body",
            "center",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "fieldset",
            "footer",
            "header",
        ),
        *(
            "hgroup",
            "html",
            "main",
            "nav",
            "p",
            "pre",
            "section",
            "summary",
            "li",
            "figcaption",
            "caption",
            "blockquote",
            "figure",
        ),
        *("table", "ul", "ol", "hr", "iframe", "video", "audio", "form", "h1", "h2", "h3", "h4", "h5"),
        *("h6",),
    }
)
_GONE: Final = frozenset(
    {
        *(
            "script",
            "style",
            "template",
            "noscript",
            "head",
            "title",
            "meta",
            "link",
            "base",
            "button",
            "input",
            "select",
            "textarea",
        ),
        *(
            "option",
            "svg",
            "math",
            "canvas",
            "map",
            "area",
            "object",
            "param",
            "applet",
            "frame",
            "frameset",
            "dialog",
            "progress",
        ),
        *("meter",),
    }
)
_DANGEROUS: Final = frozenset({"script", "applet", "object", "frame", "frameset"})
_EMOJI: Final = frozenset({"emoji", "wp-smiley"})
_POSTS: Final = ("twitter-tweet", "twitter-video", "instagram-media", "tiktok-embed", "bluesky-embed", "fb-post")
_GALLERIES: Final = (
    "wp-block-gallery",
    "gallery",
    "blocks-gallery-grid",
    "tiled-gallery",
    "wp-block-jetpack-tiled-gallery",
)
_BARE_URL: Final = re.compile(r"\s*(https?://[^\s<>\"]{4,2000})\s*")
_LINKS: Final = frozenset({"http", "https", "mailto", "tel"})


@dataclass
class Body:
    """What a body holds, and what was done to it."""

    blocks: list[Block] = field(default_factory=list)
    repairs: Counter[Repair] = field(default_factory=Counter)
    doubts: list[tuple[Doubt, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.blocks


def read_body(html: str, base: str = "", *, breaks: bool = False) -> Body:
    """Read a body. With `breaks` an empty line parts paragraphs, as in the classic editor of WordPress.

    `base` is the address that relative addresses in it are relative to.
    """
    body = Body()
    if len(html) > MOST_CHARACTERS:
        body.doubts.append((Doubt.TOO_LONG, str(len(html))))
        html = html[:MOST_CHARACTERS]
    html, is_deep = flatten(html, DEEPEST)
    tree = _parse(html, body.repairs)
    # A parser makes elements of its own: what counts is the tree.
    if tree.body is not None and depth_of(tree.body) > 2 * DEEPEST:
        is_deep, breaks = True, True
        tree = LexborHTMLParser(escape(tree.body.text(separator="\n\n"), quote=False))
    if is_deep:
        body.doubts.append((Doubt.TOO_DEEP, str(DEEPEST)))
    if tree.body is not None:
        walk = _Walk(body, base, breaks)
        walk.children(tree.body)
        walk.flush()
    body.repairs = +body.repairs
    return body


def _parse(html: str, repairs: Counter[Repair]) -> LexborHTMLParser:
    """Parse a body, and take out what shows no text."""
    tree = LexborHTMLParser(html)
    if tree.body is not None:
        repairs[Repair.UNSAFE] += len(tree.body.css(",".join(_DANGEROUS)))
    tree.strip_tags(list(_GONE))
    return tree


class _Walk:
    """Goes through a tree once and writes blocks; running text is gathered until something else comes."""

    def __init__(self, body: Body, base: str, breaks: bool) -> None:
        self.body = body
        self.base = base
        self.breaks = breaks
        self.html: list[str] = []  # finished paragraphs, headings, lists
        self.line: list[str] = []  # of the open paragraph

    # --- where text goes

    def end_paragraph(self, tag: str = "p") -> None:
        html = _trimmed("".join(self.line))
        self.line = []
        if not _text_of(html):
            return
        if tag == "p" and (found := _BARE_URL.fullmatch(_text_of(html))) and embeds.is_known(found[1]):
            self.add(Embed(embeds.page_of(found[1]), embeds.place_of(found[1])))
            return
        self.html.append(f"<{tag}>{html}</{tag}>")

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
        inner = _Walk(Body(repairs=self.body.repairs, doubts=self.body.doubts), self.base, breaks)
        for node in nodes:
            inner.node(node)
        inner.flush()
        return inner.body.blocks

    def text(self, text: str) -> None:
        if not self.breaks:
            self.line.append(escape(mend(re.sub(r"[ \n\r\t]+", " ", text), self.body.repairs), quote=False))
            return
        paragraphs = re.split(r"\n[ \t\r]*\n\s*", text.replace("\r\n", "\n"))
        for number, paragraph in enumerate(paragraphs):
            if number:
                self.end_paragraph()
            for place, line in enumerate(paragraph.split("\n")):
                if (found := _BARE_URL.fullmatch(line)) and embeds.is_known(found[1]):
                    self.add(Embed(embeds.page_of(found[1]), embeds.place_of(found[1])))
                    continue
                if place and self.line:
                    self.line.append("<br/>")
                self.line.append(escape(mend(line, self.body.repairs), quote=False))

    # --- the tree

    def children(self, node: LexborNode) -> None:
        for child in _children(node):
            self.node(child)

    def node(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self.text(node.text_content or "")
        elif tag.startswith(("-", "_", "!")):
            return  # comments, document types
        elif tag in _BLOCKS:
            self.block(node, tag)
        else:
            self.inline(node, tag)

    def block(self, node: LexborNode, tag: str) -> None:
        self.end_paragraph()
        method = getattr(self, f"on_{tag}", None)
        if method is not None:
            method(node)
        elif tag in _HEADINGS:
            self.heading(node, tag)
        elif _has_class(node, _GALLERIES) and node.css_first("img"):
            self.gallery(node)
        elif _has_class(node, _POSTS):
            self.post(node)
        else:
            self.children(node)
        self.end_paragraph()

    def heading(self, node: LexborNode, tag: str) -> None:
        breaks, self.breaks = self.breaks, False
        self.children(node)
        self.breaks = breaks
        self.end_paragraph(_HEADINGS[tag])

    def inline(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            if self.line and self.line[-1] == "<br/>":
                self.line.pop()
                self.end_paragraph()
            else:
                self.line.append("<br/>")
        elif tag == "img":
            self.on_img(node)
        elif tag == "a":
            self.link(node)
        elif tag == "embed":
            self.on_iframe(node)
        elif tag == "q":
            self.line.append("«\u00a0")
            self.children(node)
            self.line.append("\u00a0»")
        elif tag in _INLINE and not self._holds_block(node):
            self.line.append(f"<{_INLINE[tag]}>")
            self.children(node)
            self.line.append(f"</{_INLINE[tag]}>")
        else:
            self.children(node)

    def link(self, node: LexborNode) -> None:
        address = self.address(node.attributes.get("href"))
        if not address or self._holds_block(node):
            self.children(node)
            return
        self.line.append(f'<a href="{escape(address)}">')
        self.children(node)
        self.line.append("</a>")

    def _holds_block(self, node: LexborNode) -> bool:
        return any(found.tag in _BLOCKS or found.tag == "img" for found in node.css("*") if found.mem_id != node.mem_id)

    def address(self, value: str | None) -> str:
        """Return an address that a link may have, absolute when it can be, or nothing."""
        value = re.sub(r"[\x00-\x20\u200b-\u200f\u202a-\u202e\ufeff]+", "", value or "")
        try:
            address = urljoin(self.base, value) if self.base else value
            scheme = urlsplit(address).scheme.lower()
        except ValueError:
            return ""
        if scheme not in _LINKS and (scheme or not address.startswith("/")):
            self.body.repairs[Repair.UNSAFE] += bool(scheme)
            return ""
        return address

    # --- single kinds

    def apart(self, node: LexborNode) -> None:
        """Take what stands in an element, apart from what stands around it."""
        self.end_paragraph()
        self.children(node)
        self.end_paragraph()

    def on_form(self, node: LexborNode) -> None:
        self.body.doubts.append((Doubt.BLOCK_UNKNOWN, "form"))

    def on_pre(self, node: LexborNode) -> None:
        breaks, self.breaks = self.breaks, True
        self.children(node)
        self.breaks = breaks

    def on_ul(self, node: LexborNode) -> None:
        if _has_class(node, _GALLERIES) and node.css_first("img"):
            self.gallery(node)
            return
        tag, items, pictures = node.tag or "ul", list[str](), list[Image]()
        for item in _items_of(node):
            line = ""
            for block in self.within(item):
                if isinstance(block, Text):
                    line += block.html
                elif isinstance(block, Image) and not block.picture.caption:
                    pictures.append(block)
                else:  # which cannot stand in a list: the list goes on behind it
                    self.html += _list_of(tag, [*items, line])
                    self.add(block)
                    items, line = [], ""
            items.append(line)
        self.html += _list_of(tag, items)
        for picture in pictures:
            self.add(picture)

    on_ol = on_ul

    def on_table(self, node: LexborNode) -> None:
        own = _rows_of(node)
        caption = next((child for child in _children(node) if child.tag == "caption"), None)
        if any(cell.css_first(_NO_CELL) for row in own for cell in row):
            self.unframe(own, caption)
            return
        cells = [[self.within([cell]) for cell in row] for row in own]
        shown = [block for row in cells for cell in row for block in cell if not isinstance(block, Text)]
        rows = [
            tuple(_line_of("".join(each.html for each in cell if isinstance(each, Text))) for cell in row)
            for row in cells
        ]
        filled = [row for row in rows if any(row)]
        width = max(map(len, filled), default=0)
        if width < 2 or not all(isinstance(block, Image) and not block.picture.caption for block in shown):
            self.unframe(own, caption)
            return
        has_head = bool(node.css_first("thead") or all(cell.tag == "th" for cell in own[0]))
        even = tuple(row + ("",) * (width - len(row)) for row in filled)
        if sum(map(len, even)) > MOST_CELLS:
            self.body.doubts.append((Doubt.TOO_LONG, "table"))
            even = even[: max(MOST_CELLS // width, 1)]
        self.add(Table(even, has_head, self.plain(caption)))
        for block in shown:
            self.add(block)

    def unframe(self, rows: list[list[LexborNode]], caption: LexborNode | None) -> None:
        """Take what stands in a table that only arranges it."""
        for part in [caption, *(cell for row in rows for cell in row)]:
            if part is not None:
                self.apart(part)

    def on_blockquote(self, node: LexborNode, source: LexborNode | None = None) -> None:
        if _has_class(node, _POSTS):
            self.post(node)
            return
        source = source or _source_of(node)
        attribution = self.plain(source).lstrip("—–- ")
        if source is not None:
            source.decompose()
        lines: list[str] = []
        for block in self.within(_children(node), breaks=self.breaks):
            if isinstance(block, Text):
                lines += _lines_of(block.html)
            else:
                self.quote(lines)
                self.add(block)
                lines = []
        self.quote(lines, attribution)

    def quote(self, lines: list[str], attribution: str = "") -> None:
        text = "\n\n".join(lines).strip().strip('«»“”"').strip()
        if text:
            self.add(Quotation(text, attribution if len(attribution) <= LONGEST_TITLE else ""))
        if attribution and (not text or len(attribution) > LONGEST_TITLE):
            self.paragraph(attribution)

    def post(self, node: LexborNode) -> None:
        """A post of a social network: what was said stays, and the way to it."""
        if node.css_first("table, figure, iframe, video, audio"):  # no post is made of them
            self.children(node)
            return
        links = [link.attributes.get("href") or "" for link in node.css("a[href]")]
        url = node.attributes.get("cite") or node.attributes.get("data-instgrm-permalink") or next(reversed(links), "")
        url = self.address(url)
        said = self.plain(node)
        place = embeds.place_of(url)
        if said and (len(said) > LONGEST_TITLE or not place):
            self.add(Quotation(said))
            said = ""
        if place:
            self.add(Embed(url, said or place))

    def on_figure(self, node: LexborNode) -> None:
        images, caption, quotation = _images(node), node.css_first("figcaption"), node.css_first("blockquote")
        is_elsewhere = node.css_first("table, iframe, video, audio, embed") is not None
        if _has_class(node, _GALLERIES) or len(images) > 1:
            self.gallery(node)
        elif (
            quotation is not None and caption is not None and _letters(node) == _letters(quotation) + _letters(caption)
        ):
            self.on_blockquote(quotation, caption)
        elif images and not is_elsewhere and _letters(node) == _letters(caption):
            self.add_picture(self.picture(images[0], caption))
        elif wrapper := node.css_first(".wp-block-embed__wrapper"):
            self.embed(node, wrapper, caption)
        else:
            self.apart(node)

    def embed(self, node: LexborNode, wrapper: LexborNode, caption: LexborNode | None) -> None:
        """An address that the block editor has made a player of."""
        found = _BARE_URL.fullmatch(wrapper.text())
        if found is None or not self.address(found[1]) or _letters(node) != _letters(wrapper) + _letters(caption):
            self.apart(node)
            return
        url, said = embeds.page_of(found[1]), self.plain(caption)
        self.add(Embed(url, said if 0 < len(said) <= LONGEST_TITLE else embeds.place_of(url)))
        if len(said) > LONGEST_TITLE:
            self.paragraph(said)

    def on_iframe(self, node: LexborNode) -> None:
        source = node.attributes.get("src") or node.attributes.get("data-src") or ""
        url = self.address(embeds.page_of(source))
        if not url.startswith("http"):
            return
        if not embeds.place_of(url):
            self.body.doubts.append((Doubt.EMBED_UNKNOWN, url[:200]))
        title = mend(node.attributes.get("title") or "", self.body.repairs)
        self.add(Embed(url, title[:160] or embeds.place_of(url) or (parts_of(url).hostname or "")))

    def on_video(self, node: LexborNode) -> None:
        source = node.css_first("source[src]")
        address = self.address(node.attributes.get("src") or (source.attributes.get("src") if source else ""))
        if not address.startswith("http"):
            return
        poster = self.address(node.attributes["poster"]) if node.attributes.get("poster") else ""
        kind = "audio" if node.tag == "audio" else "video"
        self.add(Media(kind, address, poster=PictureAt(poster) if poster else None))

    on_audio = on_video

    def on_img(self, node: LexborNode) -> None:
        if _has_class(node, tuple(_EMOJI)):
            self.line.append(escape(node.attributes.get("alt") or "", quote=False))
            return
        self.add_picture(self.picture(node))

    def add_picture(self, picture: PictureAt) -> None:
        if picture.address and len(picture.caption) <= LONGEST_CAPTION:
            self.add(Image(picture))
            return
        if picture.address:
            self.add(Image(replace(picture, caption="")))
        self.paragraph(picture.caption)

    def gallery(self, node: LexborNode) -> None:
        """Pictures shown together, unless something is said there that is no caption: then each stands alone."""
        own = next((child for child in _children(node) if child.tag == "figcaption"), None)
        pictures, letters = [], 0
        for image in _images(node):
            frame = image.parent
            while frame is not None and frame.tag not in {"figure", "li", "dl"} and frame.mem_id != node.mem_id:
                frame = frame.parent
            within = frame is not None and frame.mem_id != node.mem_id
            caption = frame.css_first("figcaption, .wp-caption-text, dd") if frame is not None and within else None
            picture = self.picture(image, caption)
            if picture.address and len(picture.caption) <= LONGEST_CAPTION:
                pictures.append(picture)
                letters += len(_letters(caption))
        title = self.plain(own)
        if letters + len(_letters(own)) != len(_letters(node)) or len(pictures) < 2 or len(title) > LONGEST_NAME:
            self.children(node)
        else:
            self.add(Gallery(tuple(pictures), title))

    def picture(self, node: LexborNode, caption: LexborNode | None = None) -> PictureAt:
        """Return the largest picture that an image names; none for a pixel that only counts readers."""
        said, caption_text = node.attributes, self.plain(caption)
        if {said.get("width"), said.get("height")} & {"0", "1"}:
            return PictureAt("", caption=caption_text)
        source = said.get("data-orig-file") or said.get("data-large-file") or said.get("data-src")
        source = source or said.get("data-lazy-src") or said.get("src") or _largest(said.get("srcset") or "")
        address = self.address(source) if not (source or "").startswith("data:") else ""
        if not address.startswith(("http", "/")):
            address = ""
        description = mend((said.get("alt") or "").strip(), self.body.repairs)
        return PictureAt(address, description, caption_text)

    def plain(self, node: LexborNode | None) -> str:
        if node is None:
            return ""
        said: list[str] = []
        for block in self.within(_children(node)):
            if isinstance(block, Text):
                said += _lines_of(block.html)
            elif isinstance(block, Quotation):
                said += [block.text, block.attribution]
        return re.sub(r"\s*\n\s*", " ", "\n".join(said)).strip()


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        following = child.next
        yield child
        child = following


def _items_of(node: LexborNode) -> Iterator[list[LexborNode]]:
    """Yield what stands in a list, an item at a time; what is written between items is one too."""
    between: list[LexborNode] = []
    for child in _children(node):
        if child.tag in _BLOCKS:
            yield between
            yield [child]
            between = []
        else:
            between.append(child)
    yield between


def _list_of(tag: str, items: list[str]) -> list[str]:
    """Return a list of items that are clean HTML of paragraphs, or nothing where they are empty."""
    html = "".join(f"<li>{line}</li>" for item in items if (line := _line_of(item)))
    return [f"<{tag}>{html}</{tag}>"] if html else []


def _line_of(html: str) -> str:
    """Return paragraphs of clean HTML as one line; lists stay in it."""
    return re.sub(r"</?(?:p|h2|h3)>", "", re.sub(r"</(?:p|h2|h3)><(?:p|h2|h3)>", "<br/>", html))


def _letters(node: LexborNode | None) -> str:
    return "".join(node.text().split()) if node is not None else ""


def _source_of(quotation: LexborNode) -> LexborNode | None:
    """Return what says at the end of a quotation whose words they are."""
    said = _letters(quotation)
    parts = ((part, _letters(part)) for part in quotation.css("cite, footer"))
    return next((part for part, words in parts if words and words != said and said.endswith(words)), None)


def _rows_of(table: LexborNode) -> list[list[LexborNode]]:
    """Return the cells of each row of a table, not those of tables within it."""
    parts = [part for part in _children(table) if part.tag in {"thead", "tbody", "tfoot", "tr"}]
    rows = [row for part in parts for row in ([part] if part.tag == "tr" else _children(part)) if row.tag == "tr"]
    return [[cell for cell in _children(row) if cell.tag in {"td", "th"}] for row in rows]


def _images(node: LexborNode) -> list[LexborNode]:
    found = node.css("img")
    return [image for image in found if not _has_class(image, tuple(_EMOJI))]


def _has_class(node: LexborNode, names: tuple[str, ...]) -> bool:
    own = (node.attributes.get("class") or "").split()
    return any(name in own for name in names)


def _largest(srcset: str) -> str:
    """Return the address in a srcset that promises the most pixels."""
    best, most = "", -1.0
    for part in srcset.split(", "):
        address, _, size = part.strip().partition(" ")
        number = re.match(r"[\d.]+", size)
        if address and float(number.group() if number else 1) > most:
            best, most = address, float(number.group() if number else 1)
    return best


_EDGE: Final = re.compile(r"^(?:\s|<br/>|\u00a0)+|(?:\s|<br/>|\u00a0)+$")
_EMPTY: Final = re.compile(r"<(b|i|sup|a)(?: href=\"[^\"]*\")?>(\s*)</\1>")


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
