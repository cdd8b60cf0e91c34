"""A page cut into units: passages of text, pictures, embeds and tables, in their order, each with what it stands in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from itertools import islice, takewhile
from typing import Final, NamedTuple

from selectolax.lexbor import LexborNode

from rotative.importers.boilerplate.chrome import Kind
from rotative.importers.pages.extractor import key_of
from rotative.importers.pages.furniture import GONE, is_hidden, kind_of_element
from rotative.importers.story import walk

BLOCKS: Final = walk.BLOCKS | frozenset(
    ["body", "tbody", "td", "tfoot", "th", "thead", "tr", "picture", "img", "amp-img"]
)
_BLOCK_INSIDE: Final = ",".join(sorted(BLOCKS - {"img", "picture"}))
_LOOKED_INTO: Final = frozenset({"nav", "footer", "form"})  # which a page may be wrapped in
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PICTURES: Final = frozenset({"img", "amp-img", "picture"})
_PLAYERS: Final = frozenset({"iframe", "video", "audio"})
_POST: Final = re.compile(r"\b(?:twitter-tweet|twitter-video|instagram-media|tiktok-embed|bluesky-embed|fb-post)\b")
_GALLERY: Final = re.compile(r"(?:^|[\s_-])(?:gallery|galerie|diaporama|slideshow|carousel)(?:$|[\s_-])")
_FRAMED: Final = re.compile(
    r"(?:^|\s)(?:wp-caption|caption|image-?(?:wrapper|container|block)|media-?image|photo)(?:$|\s)"
)
_LONGEST_ITEM: Final = 1500
_LONGEST_GALLERY: Final = 2000
_LONGEST_FRAME: Final = 600
_LONGEST_CELL: Final = 400
_LINKED: Final = 0.9  # of a unit's letters
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


class _Place(NamedTuple):
    path: tuple[int, ...] = ()
    furniture: tuple[tuple[int, Kind], ...] = ()


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


def cut(body: LexborNode) -> list[Unit]:
    """Cut the body of a page into units, at most MOST_UNITS."""
    return list(islice(_children(body, _Place()), MOST_UNITS))


def _children(node: LexborNode, place: _Place) -> Iterator[Unit]:
    if len(place.path) > _DEEPEST:  # a parser makes elements of its own between those of the page
        return
    inside = _Place((*place.path, node.mem_id), place.furniture)
    run: list[LexborNode] = []
    for child in walk.children_of(node):
        tag = child.tag or ""
        if tag in GONE - _LOOKED_INTO:
            continue
        if _is_inline(child, tag):
            run.append(child)
        elif not tag.startswith(("-", "_", "!")):
            yield from _run(run, node.tag or "", inside)
            run = []
            yield from _block(child, tag, inside)
    yield from _run(run, node.tag or "", inside)


def _is_inline(node: LexborNode, tag: str) -> bool:
    if tag in {"-text", "img"}:
        return True
    return tag not in BLOCKS and not tag.startswith(("-", "_", "!")) and node.css_first(_BLOCK_INSIDE) is None


def _run(run: Sequence[LexborNode], parent: str, place: _Place) -> Iterator[Unit]:
    """Yield a passage that stands in its parent beside blocks, or is all that its parent holds."""
    text = _one_line("".join(child.text() for child in run))
    if not text:
        yield from _pictures(run, place)
        return
    sort, tag = (Sort.HEADING, parent) if parent in _HEADINGS else (Sort.TEXT, "p")
    html = f"<{tag}>{''.join(child.html or '' for child in run)}</{tag}>"
    yield Unit(sort, html, text, key_of(text), *place, is_linked=_is_linked(run, text))


def _is_linked(run: Sequence[LexborNode], text: str) -> bool:
    links = (link for child in run for link in ([child] if child.tag == "a" else child.css("a")))
    return bool(text) and sum(len(_one_line(link.text())) for link in links) >= _LINKED * len(text)


def _pictures(run: Sequence[LexborNode], place: _Place) -> Iterator[Unit]:
    for child in run:
        if child.tag == "img" or child.css_first("img") is not None:
            yield Unit(Sort.FIGURE, child.html or "", "", "", *place, is_linked=child.tag == "a")


def _block(node: LexborNode, tag: str, place: _Place) -> Iterator[Unit]:
    kind = kind_of_element(node) or (Kind.COMMENT_FORM if tag == "form" else None)
    if kind is not None:
        place = _Place(place.path, (*place.furniture, (node.mem_id, kind)))
    if is_hidden(node):
        return
    sort = _sort(node, tag)
    if sort is Sort.ITEM:
        yield _item(node, place)
    elif sort is not None:
        yield _whole(sort, node, place)
    elif html := _framed(node):
        yield Unit(Sort.FIGURE, html, "", "", *place)
    else:
        yield from _children(node, place)


def _sort(node: LexborNode, tag: str) -> Sort | None:
    """Return what a whole element is, or None when it is looked into."""
    if tag in _PLAYERS or _POST.search((node.attributes.get("class") or "").lower()):
        return Sort.EMBED
    if tag in _PICTURES:
        return Sort.FIGURE
    if tag == "figure":
        return _sort_of_figure(node)
    if tag == "blockquote":
        return Sort.QUOTE
    if tag == "table" and _is_data(node):
        return Sort.TABLE
    return Sort.ITEM if tag == "li" and _is_item(node) else None


def _sort_of_figure(node: LexborNode) -> Sort | None:
    if node.css_first("table") is not None:
        return Sort.TABLE
    if node.css_first("iframe, video, audio, blockquote") is not None:
        return Sort.EMBED
    return Sort.FIGURE if node.css_first("img, amp-img") is not None else None


def _whole(sort: Sort, node: LexborNode, place: _Place) -> Unit:
    text = _words(node)
    key = key_of(text) if sort in {Sort.QUOTE, Sort.TABLE} else ""
    return Unit(sort, node.html or "", text, key, (*place.path, node.mem_id), place.furniture)


def _is_item(node: LexborNode) -> bool:
    has_more = node.css_first("h1, h2, h3, h4, figure, article, table, blockquote, iframe") is not None
    return not has_more and len(node.text()) <= _LONGEST_ITEM


def _item(node: LexborNode, place: _Place) -> Unit:
    text = _words(node)
    wrapper = "ol" if node.parent is not None and node.parent.tag == "ol" else "ul"
    return Unit(Sort.ITEM, node.html or "", text, key_of(text), *place, wrapper, _is_linked([node], text))


def _is_data(node: LexborNode) -> bool:
    """Say whether a table holds data, and is no frame that a page was laid out with."""
    if node.css_first("table table, h1, h2, p p, article, iframe") is not None:
        return False
    rows = node.css("tr")
    widths = [sum(cell.tag in {"td", "th"} for cell in walk.children_of(row)) for row in rows[:200]]
    is_short = all(len(cell.text()) <= _LONGEST_CELL for cell in node.css("td")[:400])
    return len(rows) >= 2 and max(widths) >= 2 and is_short


# --- pictures in frames


def _framed(node: LexborNode) -> str:
    """Return a gallery, or a picture with its caption, as a figure, whatever elements it is made of."""
    names = (node.attributes.get("class") or "").lower()
    is_gallery, is_frame = bool(_GALLERY.search(names)), bool(_FRAMED.search(names))
    images = node.css("img") if is_gallery or is_frame else []
    if is_gallery and len(images) > 1 and len(_words(node)) < _LONGEST_GALLERY:
        figures = (_figure(image, _caption(image, node)) for image in images[:60])
        return f'<figure class="gallery">{"".join(figures)}</figure>'
    if is_frame and len(images) == 1 and len(_words(node)) < _LONGEST_FRAME:
        return _figure(images[0], _words(node))
    return ""


def _figure(image: LexborNode, caption: str) -> str:
    said = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f"<figure>{image.html}{said}</figure>"


def _caption(image: LexborNode, gallery: LexborNode) -> str:
    """Return what stands beside a picture in the smallest frame that says something of it alone."""
    inside = takewhile(lambda frame: frame.mem_id != gallery.mem_id, walk.ancestors_of(image))
    frames = takewhile(lambda frame: len(frame.css("img")) == 1, inside)
    return next(filter(None, map(_words, frames)), "")[:400]


# --- text

_PARTS: Final = ",".join(sorted(BLOCKS | {"br"}))
_LOOSE: Final = re.compile(r" (?=[.,)\]…’'])|(?<=[(\[’]) ")


def tidy(node: LexborNode) -> str:
    """Return the text of an element in one line; words that only blocks or line breaks part stay apart."""
    if node.css_first(_PARTS) in {None, node} and len(node.css("span")) < 2:
        return _one_line(node.text())
    return _LOOSE.sub("", _words(node))


def _words(node: LexborNode) -> str:
    return _one_line(node.text(separator=" "))


def _one_line(text: str) -> str:
    return " ".join(text.split())
