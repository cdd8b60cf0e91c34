"""From the HTML of a body to the blocks of an article. Nothing of the HTML itself comes through.

What is kept is written anew, tag by tag: no attribute but the address of a link, and that checked. Depth and size are
looked at before anything is parsed.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rotative.importers import embeds
from rotative.importers.addresses import parts_of
from rotative.importers.lettering import mend
from rotative.importers.stories import (
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

DEEPEST: Final = 200
MOST_CHARACTERS: Final = 2 * 1024 * 1024
MOST_CELLS: Final = 5000
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>")
_VOID: Final = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track"),
        *("wbr",),
    }
)
_INLINE: Final = {"strong": "b", "b": "b", "em": "i", "i": "i", "cite": "i", "var": "i", "dfn": "i", "sup": "sup"}
_LISTS: Final = frozenset({"ul", "ol"})
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
    if _depth(html) > DEEPEST:
        body.doubts.append((Doubt.TOO_DEEP, str(DEEPEST)))
        html = _TAG.sub("\n", html)
    _Walk(body, base, breaks).read(html)
    body.repairs = +body.repairs
    return body


def _depth(html: str) -> int:
    """Return how deep elements stand in one another, at most; an end that is missing counts as depth."""
    depth = deepest = 0
    for found in _TAG.finditer(html):
        if found[4] or found[2].lower() in _VOID:
            continue
        depth = max(depth - 1, 0) if found[1] else depth + 1
        if found[2].lower() in {"p", "li", "td", "tr", "dt", "dd"} and not found[1]:
            depth -= 1  # whose end may be left out
        deepest = max(deepest, depth)
        if deepest > DEEPEST:
            break
    return deepest


class _Walk:
    """Goes through a tree once and writes blocks; running text is gathered until something else comes."""

    def __init__(self, body: Body, base: str, breaks: bool) -> None:
        self.body = body
        self.base = base
        self.breaks = breaks
        self.html: list[str] = []  # finished paragraphs, headings, lists
        self.line: list[str] = []  # of the open paragraph

    def read(self, html: str) -> None:
        tree = LexborHTMLParser(html)
        if tree.body is not None:
            self.children(tree.body)
        self.flush()

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
        elif tag in _GONE:
            self.body.repairs[Repair.UNSAFE] += tag in _DANGEROUS
        elif tag.startswith(("-", "_", "!")):
            return  # comments, document types
        elif tag in _BLOCKS:
            self.block(node, tag)
        else:
            self.inline(node, tag)

    def block(self, node: LexborNode, tag: str) -> None:
        method = getattr(self, f"on_{tag}", None)
        if method is not None:
            method(node)
            return
        if tag in _HEADINGS:
            self.heading(node, tag)
        elif _has_class(node, _GALLERIES) and node.css_first("img"):
            self.gallery(node)
        elif _has_class(node, _POSTS):
            self.post(node)
        else:
            self.end_paragraph()
            self.children(node)
            self.end_paragraph()

    def heading(self, node: LexborNode, tag: str) -> None:
        self.end_paragraph()
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

    def on_p(self, node: LexborNode) -> None:
        self.end_paragraph()
        self.children(node)
        self.end_paragraph()

    def on_hr(self, node: LexborNode) -> None:
        self.end_paragraph()

    def on_form(self, node: LexborNode) -> None:
        self.body.doubts.append((Doubt.BLOCK_UNKNOWN, "form"))

    def on_pre(self, node: LexborNode) -> None:
        self.end_paragraph()
        lines = (node.text() or "").strip("\n").split("\n")
        self.line = ["<br/>".join(escape(mend(line, self.body.repairs), quote=False) for line in lines)]
        self.end_paragraph()

    def on_ul(self, node: LexborNode) -> None:
        if _has_class(node, _GALLERIES) and node.css_first("img"):
            self.gallery(node)
            return
        self.end_paragraph()
        html, pictures = self.list_html(node)
        if html:
            self.html.append(html)
        for picture in pictures:
            self.add(Image(picture))

    on_ol = on_ul

    def list_html(self, node: LexborNode) -> tuple[str, list[PictureAt]]:
        """Return a list in clean HTML, and the pictures in it, which cannot stand there."""
        tag, items, pictures = node.tag or "ul", [], []
        for child in _children(node):
            if child.tag in _LISTS:  # below a list without an item: seen in the wild
                html, found = self.list_html(child)
            elif child.tag == "li":
                html, found = self.item_html(child)
            else:
                continue
            pictures += found
            if html:
                items.append(f"<li>{html}</li>")
        return (f"<{tag}>{''.join(items)}</{tag}>" if items else ""), pictures

    def item_html(self, node: LexborNode) -> tuple[str, list[PictureAt]]:
        parts: list[str] = []
        pictures = []
        for child in _children(node):
            if child.tag in _LISTS:
                html, found = self.list_html(child)
                parts.append(html)
                pictures += found
            else:
                pictures += [self.picture(image) for image in _images(child)]
                parts.append(self.line_html(child))
        return _trimmed("".join(parts)), [picture for picture in pictures if picture.address]

    def line_html(self, node: LexborNode) -> str:
        """Return what stands in `node` as one line of clean HTML, without pictures."""
        inner = _Walk(Body(), self.base, breaks=False)
        inner.body.repairs = self.body.repairs
        inner.node(node)
        inner.end_paragraph()
        texts = [block.html for block in inner.body.blocks if isinstance(block, Text)] + inner.html
        return re.sub(r"</(?:p|h2|h3)><(?:p|h2|h3)>", "<br/>", "".join(texts)).removeprefix("<p>").removesuffix("</p>")

    def on_table(self, node: LexborNode) -> None:
        own = _rows_of(node)
        if any(
            cell.css_first("table, ul, ol, p + p, h1, h2, h3, h4, iframe, video, form") for row in own for cell in row
        ):
            self.unframe(own)
            return
        rows = [tuple(self.cell_html(cell) for cell in row) for row in own]
        filled = [row for row in rows if any(row)]
        if not filled or max(map(len, filled)) == 1:
            self.unframe(own)
            return
        caption = node.css_first("caption")
        has_head = bool(node.css_first("thead") or all(cell.tag == "th" for cell in own[0]))
        width = max(map(len, filled))
        even = tuple(row + ("",) * (width - len(row)) for row in filled)
        if sum(map(len, even)) > MOST_CELLS:
            self.body.doubts.append((Doubt.TOO_LONG, "table"))
            even = even[: max(MOST_CELLS // width, 1)]
        self.add(Table(even, has_head, self.plain(caption)))
        for image in node.css("img"):
            self.on_img(image)

    def cell_html(self, cell: LexborNode) -> str:
        return _trimmed("".join(self.line_html(part) for part in _children(cell)))

    def unframe(self, rows: list[list[LexborNode]]) -> None:
        """Take what stands in a table that only arranges it."""
        for row in rows:
            for cell in row:
                self.end_paragraph()
                self.children(cell)
                self.end_paragraph()

    def on_blockquote(self, node: LexborNode) -> None:
        if _has_class(node, _POSTS):
            self.post(node)
            return
        cite = node.css_first("cite, footer")
        attribution = self.plain(cite).lstrip("—–- ")
        if cite is not None:
            cite.decompose()
        inner = _Walk(Body(), self.base, self.breaks)
        inner.body.repairs = self.body.repairs
        inner.children(node)
        inner.flush()
        lines = [line for block in inner.body.blocks if isinstance(block, Text) for line in _lines_of(block.html)]
        text = "\n\n".join(lines).strip().strip('«»“”"').strip()
        if text:
            self.add(Quotation(text, attribution[:160]))
        for block in inner.body.blocks:
            if not isinstance(block, Text):
                self.add(block)

    def post(self, node: LexborNode) -> None:
        """A post of a social network: what was said stays, and the way to it."""
        links = [link.attributes.get("href") or "" for link in node.css("a[href]")]
        url = node.attributes.get("cite") or node.attributes.get("data-instgrm-permalink") or next(reversed(links), "")
        url = self.address(url)
        said = self.plain(node)
        if url and embeds.place_of(url):
            self.add(Embed(url, said[:160] or embeds.place_of(url)))
        elif said:
            self.add(Quotation(said))

    def on_figure(self, node: LexborNode) -> None:
        images = _images(node)
        if _has_class(node, _GALLERIES) or len(images) > 1:
            self.gallery(node)
        elif node.css_first("table"):
            table, caption = node.css_first("table"), node.css_first("figcaption")
            if table is not None:
                self.on_table(table)
            if caption is not None:
                self.paragraph_of(caption)
        elif node.css_first("blockquote"):
            quotation = node.css_first("blockquote")
            if quotation is not None:
                self.on_blockquote(quotation)
        elif node.css_first("iframe, video, audio, object, embed"):
            self.children(node)
        elif images:
            self.add_picture(self.picture(images[0], node.css_first("figcaption")))
        elif node.css_first(".wp-block-embed__wrapper"):
            self.embed(node)
        else:
            self.end_paragraph()
            self.children(node)
            self.end_paragraph()

    def paragraph_of(self, node: LexborNode) -> None:
        self.end_paragraph()
        self.children(node)
        self.end_paragraph()

    def embed(self, node: LexborNode) -> None:
        wrapper = node.css_first(".wp-block-embed__wrapper")
        url = self.address((wrapper.text() if wrapper else "").strip())
        if url:
            self.add(Embed(embeds.page_of(url), self.plain(node.css_first("figcaption")) or embeds.place_of(url)))

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
        if picture.address:
            self.add(Image(picture))

    def gallery(self, node: LexborNode) -> None:
        pictures = []
        for image in _images(node):
            frame = image.parent
            while frame is not None and frame.tag not in {"figure", "li", "dl"} and frame.mem_id != node.mem_id:
                frame = frame.parent
            within = frame is not None and frame.mem_id != node.mem_id
            caption = frame.css_first("figcaption, .wp-caption-text, dd") if frame is not None and within else None
            pictures.append(self.picture(image, caption))
        pictures = [picture for picture in pictures if picture.address]
        own = next((child for child in _children(node) if child.tag == "figcaption"), None)
        if len(pictures) == 1:
            self.add(Image(pictures[0]))
        elif pictures:
            self.add(Gallery(tuple(pictures), self.plain(own)[:120]))

    def picture(self, node: LexborNode, caption: LexborNode | None = None) -> PictureAt:
        """Return the largest picture that an image names; none for a pixel that only counts readers."""
        said = node.attributes
        if {said.get("width"), said.get("height")} & {"0", "1"}:
            return PictureAt("")
        source = said.get("data-orig-file") or said.get("data-large-file") or said.get("data-src")
        source = source or said.get("data-lazy-src") or said.get("src") or _largest(said.get("srcset") or "")
        address = self.address(source) if not (source or "").startswith("data:") else ""
        if not address.startswith(("http", "/")):
            return PictureAt("")
        description = mend((said.get("alt") or "").strip(), self.body.repairs)
        return PictureAt(address, description, self.plain(caption))

    def plain(self, node: LexborNode | None) -> str:
        if node is None:
            return ""
        return mend(" ".join((node.text(separator=" ") or "").split()), self.body.repairs)


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        following = child.next
        yield child
        child = following


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
    parts = re.split(r"</(?:p|h2|h3|li)>", html)
    return [unescape(re.sub(r"<[^>]*>", "", part.replace("<br/>", "\n"))).strip() for part in parts if part]
