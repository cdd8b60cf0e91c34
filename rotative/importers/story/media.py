"""What a body shows beside its text: pictures, galleries, films, players and posts of other sites."""

import re
from dataclasses import replace
from html import escape
from itertools import takewhile
from typing import Final

from selectolax.lexbor import LexborNode

from rotative.addresses import parts_of
from rotative.content import embeds
from rotative.importers.story.stories import Doubt, Embed, Gallery, Image, Media, PictureAt, Quotation
from rotative.importers.story.text_repair import mend
from rotative.importers.story.walk import (
    BARE_URL,
    LONGEST_TITLE,
    Elements,
    Walk,
    ancestors_of,
    children_of,
    has_class,
    letters_of,
    read_list,
    read_quotation,
)

LONGEST_CAPTION: Final = 300
LONGEST_NAME: Final = 120  # of a gallery
LARGER: Final = ("data-orig-file", "data-large-file", "data-src", "data-lazy-src")  # than what `src` names
_EMOJI: Final = ("emoji", "wp-smiley")
_PICTURES: Final = "img:not(.emoji, .wp-smiley)"
_POSTS: Final = ("twitter-tweet", "twitter-video", "instagram-media", "tiktok-embed", "bluesky-embed", "fb-post")
_GALLERIES: Final = (
    *("wp-block-gallery", "gallery", "blocks-gallery-grid", "tiled-gallery"),
    "wp-block-jetpack-tiled-gallery",
)
_NO_POST: Final = "table, figure, iframe, video, audio"  # no post is made of them


# --- pictures


def read_image(walk: Walk, node: LexborNode) -> None:
    if has_class(node, _EMOJI):
        walk.line.append(escape(node.attributes.get("alt") or "", quote=False))
    else:
        _add_picture(walk, _picture(walk, node))


def _add_picture(walk: Walk, picture: PictureAt) -> None:
    if picture.address and len(picture.caption) <= LONGEST_CAPTION:
        walk.add(Image(picture))
        return
    if picture.address:
        walk.add(Image(replace(picture, caption="")))
    walk.paragraph(picture.caption)


def _picture(walk: Walk, node: LexborNode, caption: LexborNode | None = None) -> PictureAt:
    """Return the largest picture that an image names; none for a pixel that only counts readers."""
    said, words = node.attributes, walk.plain(caption)
    if {said.get("width"), said.get("height")} & {"0", "1"}:
        return PictureAt("", caption=words)
    named = [said.get(name) for name in (*LARGER, "src")]
    address = walk.address(next(filter(None, named), None) or _largest(said.get("srcset") or ""))
    description = mend((said.get("alt") or "").strip(), walk.body.repairs)
    return PictureAt(address if address.startswith(("http", "/")) else "", description, words)


def _largest(srcset: str) -> str:
    """Return the address in a srcset that promises the most pixels."""
    parts = [part.split() for part in srcset.split(", ") if part.strip()]
    return max(parts, key=_pixels, default=[""])[0]


def _pixels(part: list[str]) -> float:
    number = re.match(r"\d+(?:\.\d+)?", part[1]) if len(part) > 1 else None
    return float(number.group() if number else 1)


def _read_gallery(walk: Walk, node: LexborNode) -> None:
    """Read pictures shown together, unless something is said there that is no caption: then each stands alone."""
    own = next((child for child in children_of(node) if child.tag == "figcaption"), None)
    pictures, letters = [], len(letters_of(own))
    for image in node.css(_PICTURES):
        caption = _caption_of(image, node)
        picture = _picture(walk, image, caption)
        if picture.address and len(picture.caption) <= LONGEST_CAPTION:
            pictures.append(picture)
            letters += len(letters_of(caption))
    title = walk.plain(own)
    if letters != len(letters_of(node)) or len(pictures) < 2 or len(title) > LONGEST_NAME:
        walk.children(node)
    else:
        walk.add(Gallery(tuple(pictures), title))


def _caption_of(image: LexborNode, gallery: LexborNode) -> LexborNode | None:
    frames = takewhile(lambda frame: frame.mem_id != gallery.mem_id, ancestors_of(image))
    own = next((frame for frame in frames if frame.tag in {"figure", "li", "dl"}), None)
    return own.css_first("figcaption, .wp-caption-text, dd") if own is not None else None


# --- figures, and what is elsewhere


def _read_figure(walk: Walk, node: LexborNode) -> None:
    images, caption, quotation = node.css(_PICTURES), node.css_first("figcaption"), node.css_first("blockquote")
    is_elsewhere = node.css_first("table, iframe, video, audio, embed") is not None
    is_quoted = quotation and caption and letters_of(node) == letters_of(quotation) + letters_of(caption)
    if has_class(node, _GALLERIES) or len(images) > 1:
        _read_gallery(walk, node)
    elif quotation is not None and is_quoted and not has_class(quotation, _POSTS):
        read_quotation(walk, quotation, caption)
    elif images and not is_elsewhere and letters_of(node) == letters_of(caption):
        _add_picture(walk, _picture(walk, images[0], caption))
    elif wrapper := node.css_first(".wp-block-embed__wrapper"):
        _read_embed(walk, node, wrapper, caption)
    else:
        walk.apart(node)


def _read_embed(walk: Walk, node: LexborNode, wrapper: LexborNode, caption: LexborNode | None) -> None:
    """Read an address that the block editor has made a player of."""
    found = BARE_URL.fullmatch(wrapper.text())
    if not found or not walk.address(found[1]) or letters_of(node) != letters_of(wrapper) + letters_of(caption):
        walk.apart(node)
        return
    url, said = embeds.page_of(found[1]), walk.plain(caption)
    walk.add(Embed(url, said if 0 < len(said) <= LONGEST_TITLE else embeds.place_of(url)))
    if len(said) > LONGEST_TITLE:
        walk.paragraph(said)


def _read_player(walk: Walk, node: LexborNode) -> None:
    url = walk.address(embeds.page_of(node.attributes.get("src") or node.attributes.get("data-src") or ""))
    if not url.startswith("http"):
        return
    if not embeds.place_of(url):
        walk.body.doubts.append((Doubt.EMBED_UNKNOWN, url[:200]))
    title = mend(node.attributes.get("title") or "", walk.body.repairs)
    walk.add(Embed(url, title[:LONGEST_TITLE] or embeds.place_of(url) or (parts_of(url).hostname or "")))


def _read_film(walk: Walk, node: LexborNode) -> None:
    source = node.css_first("source[src]")
    address = walk.address(node.attributes.get("src") or (source.attributes.get("src") if source else ""))
    if not address.startswith("http"):
        return
    poster = walk.address(node.attributes["poster"]) if node.attributes.get("poster") else ""
    kind = "audio" if node.tag == "audio" else "video"
    walk.add(Media(kind, address, poster=PictureAt(poster) if poster else None))


def _read_post(walk: Walk, node: LexborNode) -> None:
    """Read a post of a social network: what was said stays, and the way to it."""
    if node.css_first(_NO_POST):
        walk.children(node)
        return
    links = [link.attributes.get("href") or "" for link in node.css("a[href]")]
    url = node.attributes.get("cite") or node.attributes.get("data-instgrm-permalink") or next(reversed(links), "")
    url, said = walk.address(url), walk.plain(node)
    place = embeds.place_of(url)
    if said and (len(said) > LONGEST_TITLE or not place):
        walk.add(Quotation(said))
        said = ""
    if place:
        walk.add(Embed(url, said or place))


def _read_frame(walk: Walk, node: LexborNode) -> None:
    """Read an element that holds others; its names may say that it is a gallery or a post."""
    if has_class(node, _GALLERIES) and node.css_first("img"):
        _read_gallery(walk, node)
    elif has_class(node, _POSTS):
        _read_post(walk, node)
    elif node.tag == "blockquote":
        read_quotation(walk, node)
    elif node.tag in {"ul", "ol"}:
        read_list(walk, node)
    else:
        walk.children(node)


ELEMENTS: Final[Elements] = {
    "": _read_frame,
    "audio": _read_film,
    "embed": _read_player,
    "figure": _read_figure,
    "iframe": _read_player,
    "img": read_image,
    "video": _read_film,
}
