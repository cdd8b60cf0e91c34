"""From the HTML of a body to the blocks of an article. Nothing of the HTML itself comes through.

A sanitiser takes out what runs or shows no text, and closes what was left open; what is kept is written anew, tag by
tag, by `walk`, `tables` and `media`. Depth and size are looked at before anything is parsed.
"""

import re
from html import escape
from typing import Final

import nh3
from selectolax.lexbor import LexborHTMLParser

from rotative.importers.story import media, tables
from rotative.importers.story.depth import depth_of, flatten
from rotative.importers.story.stories import Doubt, Repair
from rotative.importers.story.walk import BLOCKS, INLINE, LINKS, Body, Walk

DEEPEST: Final = 100
MOST_CHARACTERS: Final = 2 * 1024 * 1024
MOST_ENTITIES: Final = 50_000  # a sanitiser's time grows with their square
_OTHERS = "a br embed img q source span tbody td tfoot th thead tr"  # that are kept, beside BLOCKS and INLINE
_GONE = (
    "applet area base button canvas dialog head input link map math meta meter noscript object option param progress"
    " script select style svg template textarea title"
)
_ATTRIBUTES: Final = {
    "*": {"class"},
    "a": {"href"},
    "audio": {"src"},
    "blockquote": {"cite", "data-instgrm-permalink"},
    "embed": {"src", "title"},
    "iframe": {"src", "data-src", "title"},
    "img": {"alt", "height", "src", "srcset", "width", *media.LARGER},
    "source": {"src"},
    "video": {"src", "poster"},
}
_CLEANER: Final = nh3.Cleaner(
    tags={*BLOCKS, *INLINE, *_OTHERS.split()},
    clean_content_tags=set(_GONE.split()),
    attributes=_ATTRIBUTES,
    url_schemes=set(LINKS),
    link_rel=None,
)
_UNSAFE: Final = re.compile(
    r"<(?:script|applet|object|frame|frameset)\b"
    r"|\b(?:href|src)\s{0,9}=\s{0,9}[\"']?\s{0,9}(?!https?:|mailto:|tel:|data:image)[a-z][a-z0-9+.\s-]{0,40}:",
    re.IGNORECASE,
)
_ELEMENTS: Final = {**tables.ELEMENTS, **media.ELEMENTS}


def read_body(html: str, base: str = "", *, breaks: bool = False) -> Body:
    """Read a body. With `breaks` an empty line parts paragraphs, as in the classic editor of WordPress.

    `base` is the address that relative addresses in it are relative to.
    """
    body = Body()
    if len(html) > MOST_CHARACTERS or html.count("&") > MOST_ENTITIES:
        body.doubts.append((Doubt.TOO_LONG, str(len(html))))
        html = "&".join(html[:MOST_CHARACTERS].split("&", MOST_ENTITIES)[:MOST_ENTITIES])
    html, is_deep = flatten(html, DEEPEST)
    body.repairs[Repair.UNSAFE] += len(_UNSAFE.findall(html))
    tree = LexborHTMLParser(_CLEANER.clean(html.encode(errors="ignore").decode()))
    # A parser makes elements of its own: what counts is the tree.
    if tree.body is not None and depth_of(tree.body) > 2 * DEEPEST:
        is_deep, breaks = True, True
        tree = LexborHTMLParser(escape(tree.body.text(separator="\n\n"), quote=False))
    if is_deep:
        body.doubts.append((Doubt.TOO_DEEP, str(DEEPEST)))
    if tree.body is not None:
        walk = Walk(body, _ELEMENTS, base, breaks)
        walk.children(tree.body)
        walk.flush()
    body.repairs = +body.repairs
    return body
