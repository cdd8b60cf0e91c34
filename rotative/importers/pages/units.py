"""A page cut into units: passages of text, pictures, embeds and tables, in their order, each with what it stands in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final

from selectolax.lexbor import LexborNode

from rotative.importers.boilerplate.chrome import Kind
from rotative.importers.pages.extractor import key_of
from rotative.importers.pages.furniture import GONE, is_hidden, kind_of_element

_BLOCKS = (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hgroup hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul iframe video"
    " audio picture img amp-img"
)
BLOCKS: Final = frozenset(_BLOCKS.split())
_BLOCK_INSIDE: Final = ",".join(sorted(BLOCKS - {"img", "picture"}))
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_POST: Final = re.compile(r"\b(?:twitter-tweet|twitter-video|instagram-media|tiktok-embed|bluesky-embed|fb-post)\b")
_GALLERY: Final = re.compile(r"(?:^|[\s_-])(?:gallery|galerie|diaporama|slideshow|carousel)(?:$|[\s_-])")
_FRAMED: Final = re.compile(
    r"(?:^|\s)(?:wp-caption|caption|image-?(?:wrapper|container|block)|media-?image|photo)(?:$|\s)"
)
_LONGEST_ITEM: Final = 1500
_DEEPEST: Final = 350
MOST_UNITS: Final = 20_000


class Sort(StrEnum):
    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"
    QUOTE = "quote"
    FIGURE = "figure"
    EMBED = "embed"
    TABLE = "table"


@dataclass(frozen=True)
class Unit:
    """A piece of a page. `path` names the elements it stands in, `furniture` those of them that are no story's."""

    sort: Sort
    html: str
    text: str = ""
    key: str = ""
    path: tuple[int, ...] = ()
    furniture: tuple[tuple[int, Kind], ...] = ()
    wrapper: str = ""  # ul or ol
    is_linked: bool = False  # all of it is a way to elsewhere


@dataclass
class _Place:
    path: tuple[int, ...] = ()
    furniture: tuple[tuple[int, Kind], ...] = ()


def cut(body: LexborNode) -> list[Unit]:
    """Cut the body of a page into units, at most MOST_UNITS."""
    units: list[Unit] = []
    for unit in _children(body, _Place()):
        units.append(unit)
        if len(units) >= MOST_UNITS:
            break
    return units


def _children(node: LexborNode, place: _Place) -> Iterator[Unit]:
    if len(place.path) > _DEEPEST:  # a parser makes elements of its own between those of the page
        return
    inside = _Place((*place.path, node.mem_id), place.furniture)
    run: list[LexborNode] = []
    for child in children_of(node):
        tag = child.tag or ""
        if tag in GONE and tag not in {"nav", "footer", "form"}:
            continue
        if tag in {"-text", "img"} or (
            tag not in BLOCKS and not tag.startswith(("-", "_", "!")) and child.css_first(_BLOCK_INSIDE) is None
        ):
            run.append(child)
            continue
        if tag.startswith(("-", "_", "!")):
            continue
        yield from _run(run, node, inside)
        run = []
        yield from _block(child, tag, inside)
    yield from _run(run, node, inside)


def _run(run: Sequence[LexborNode], parent: LexborNode, place: _Place) -> Iterator[Unit]:
    """Yield a passage that stands in its parent beside blocks, or is all that its parent holds."""
    if not run:
        return
    text = _tidy("".join(child.text_content or "" if child.tag == "-text" else child.text() for child in run))
    html = "".join(
        escape(child.text_content or "", quote=False) if child.tag == "-text" else child.html or "" for child in run
    )
    if not text:
        yield from _pictures(run, place)
        return
    tag = parent.tag or ""
    is_heading = tag in _HEADINGS
    links = sum(len(_tidy(link.text())) for child in run if child.tag != "-text" for link in _links(child))
    yield Unit(
        Sort.HEADING if is_heading else Sort.TEXT,
        f"<{tag}>{html}</{tag}>" if is_heading else f"<p>{html}</p>",
        text,
        key_of(text),
        place.path,
        place.furniture,
        is_linked=links >= 0.9 * len(text),
    )


def _links(node: LexborNode) -> list[LexborNode]:
    return [node] if node.tag == "a" else node.css("a")


def _pictures(run: Sequence[LexborNode], place: _Place) -> Iterator[Unit]:
    for child in run:
        if child.tag != "-text" and (child.tag == "img" or child.css_first("img") is not None):
            yield Unit(
                Sort.FIGURE, child.html or "", path=place.path, furniture=place.furniture, is_linked=child.tag == "a"
            )


def _block(node: LexborNode, tag: str, place: _Place) -> Iterator[Unit]:
    kind = kind_of_element(node)
    if tag == "form" and kind is None:
        kind = Kind.COMMENT_FORM
    if kind is not None:
        place = _Place(place.path, (*place.furniture, (node.mem_id, kind)))
    if is_hidden(node):
        return
    sort = _sort(node, tag)
    if sort is Sort.ITEM:
        yield _item(node, place)
    elif sort is not None:
        yield _whole(sort, node, place)
    elif (html := _pictures_html(node)) is not None:
        yield Unit(Sort.FIGURE, html, path=place.path, furniture=place.furniture)
    else:
        yield from _children(node, place)


def _sort(node: LexborNode, tag: str) -> Sort | None:
    """Return what a whole element is, or None when it is looked into."""
    if tag in {"iframe", "video", "audio"} or _POST.search((node.attributes.get("class") or "").lower()):
        return Sort.EMBED
    if tag in {"img", "amp-img", "picture"}:
        return Sort.FIGURE
    if tag == "figure" and node.css_first("img, amp-img, table, blockquote, iframe, video, audio") is not None:
        return _sort_of_figure(node)
    if tag == "blockquote":
        return Sort.QUOTE
    if tag == "table" and _is_data(node):
        return Sort.TABLE
    return Sort.ITEM if tag == "li" and _is_item(node) else None


def _pictures_html(node: LexborNode) -> str | None:
    """Return a gallery, or a picture with its caption, as a figure, whatever elements it is made of."""
    names = (node.attributes.get("class") or "").lower()
    if _GALLERY.search(names) and len(node.css("img")) > 1 and len(_tidy(node.text())) < 2000:
        return _gallery_html(node)
    if _FRAMED.search(names) and len(node.css("img")) == 1 and len(_tidy(node.text())) < 600:
        return _framed_html(node)
    return None


def _sort_of_figure(node: LexborNode) -> Sort:
    if node.css_first("table") is not None:
        return Sort.TABLE
    return Sort.EMBED if node.css_first("iframe, video, audio, blockquote") is not None else Sort.FIGURE


def _whole(sort: Sort, node: LexborNode, place: _Place) -> Unit:
    text = _tidy(node.text(separator=" "))
    key = key_of(text) if sort in {Sort.QUOTE, Sort.TABLE} else ""
    return Unit(sort, node.html or "", text, key, (*place.path, node.mem_id), place.furniture)


def _is_item(node: LexborNode) -> bool:
    has_more = node.css_first("h1, h2, h3, h4, figure, article, table, blockquote, iframe") is not None
    return not has_more and len(node.text()) <= _LONGEST_ITEM


def _item(node: LexborNode, place: _Place) -> Unit:
    text = _tidy(node.text(separator=" "))
    links = sum(len(_tidy(link.text())) for link in node.css("a"))
    parent = node.parent.tag if node.parent is not None else "ul"
    return Unit(
        Sort.ITEM,
        node.html or "",
        text,
        key_of(text),
        place.path,
        place.furniture,
        wrapper="ol" if parent == "ol" else "ul",
        is_linked=bool(text) and links >= 0.9 * len(text),
    )


def _is_data(node: LexborNode) -> bool:
    """Say whether a table holds data, and is no frame that a page was laid out with."""
    if node.css_first("table table, h1, h2, p p, article, iframe") is not None:
        return False
    rows = node.css("tr")
    widths = [len([cell for cell in children_of(row) if cell.tag in {"td", "th"}]) for row in rows[:200]]
    return (
        len(rows) >= 2 and max(widths, default=0) >= 2 and all(len(cell.text()) <= 400 for cell in node.css("td")[:400])
    )


def _framed_html(node: LexborNode) -> str:
    """Write a picture with its caption, whatever frames it, as a figure."""
    image = node.css_first("img")
    said = _tidy(node.text(separator=" "))
    caption = f"<figcaption>{escape(said)}</figcaption>" if said else ""
    return f"<figure>{image.html if image is not None else ''}{caption}</figure>"


def _gallery_html(node: LexborNode) -> str:
    figures = []
    for image in node.css("img")[:60]:
        frame = image.parent
        while frame is not None and frame.mem_id != node.mem_id and len(frame.css("img")) == 1:
            said, frame = _tidy(frame.text(separator=" ")), frame.parent
            if said:
                break
        else:
            said = ""
        caption = f"<figcaption>{escape(said[:400])}</figcaption>" if said else ""
        figures.append(f"<figure>{image.html}{caption}</figure>")
    return f'<figure class="gallery">{"".join(figures)}</figure>'


def children_of(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        following = child.next
        yield child
        child = following


_PARTS: Final = ",".join(sorted(BLOCKS | {"br"}))
_LOOSE: Final = re.compile(r" (?=[.,)\]…’'])|(?<=[(\[’]) ")


def tidy(node: LexborNode) -> str:
    """Return the text of an element in one line; words that only blocks or line breaks part stay apart."""
    if node.css_first(_PARTS) in {None, node} and len(node.css("span")) < 2:
        return _tidy(node.text())
    return _LOOSE.sub("", _tidy(node.text(separator=" ")))


def _tidy(text: str) -> str:
    return " ".join(text.split())
