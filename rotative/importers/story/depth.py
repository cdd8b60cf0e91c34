"""Limit the nesting of HTML before any parser sees it: tags that stand too deep in one another are taken out.

One pass over the text; memory for the open tags that are within the limit, and no more.
"""

import re
from collections import Counter
from typing import Final

from selectolax.lexbor import LexborNode

DEEPEST: Final = 200
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})|<!--")
_VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
_VOID: Final = frozenset(_VOID_NAMES.split())
_ENDS: Final = {  # whose end may be left out, and which open elements their beginning ends
    "p": frozenset({"p"}),
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "option": frozenset({"option"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "tr": frozenset({"td", "th", "tr", "p"}),
    "tbody": frozenset({"td", "th", "tr", "tbody", "thead", "p"}),
}
_RAW: Final = frozenset({"script", "style", "textarea", "title", "noscript"})


def flatten(html: str, deepest: int = DEEPEST) -> tuple[str, bool]:
    """Return `html` without the tags that stand deeper than `deepest`, and whether there were any."""
    stack: list[str] = []
    dropped: Counter[str] = Counter()
    kept: list[str] = []
    at = start = 0
    while (tag := _TAG.search(html, at)) is not None:
        at = tag.end()
        name = (tag[2] or "").lower()
        if not name:
            at = _after(html, "-->", at)
        elif name in _VOID:
            continue
        elif tag[1]:
            if not dropped[name]:
                _close(stack, name)
                continue
            dropped[name] -= 1
            kept.append(html[start : tag.start()])
            at = start = _after(html, ">", at)
        elif len(stack) >= deepest and not _ends_one(stack, name):
            dropped[name] += 1
            kept.append(html[start : tag.start()])
            at = start = _after(html, ">", at)
        elif name in _RAW:
            at = _after(html, f"</{name}", at)
        else:
            _ends_one(stack, name)
            stack.append(name)
    if not kept:
        return html, False
    return "".join((*kept, html[start:])), True


def _ends_one(stack: list[str], name: str) -> bool:
    """Take off the open elements that the beginning of this one ends, and say whether there were any."""
    ended = _ENDS.get(name, frozenset())
    before = len(stack)
    while stack and stack[-1] in ended:
        stack.pop()
    return len(stack) < before


def _after(html: str, what: str, at: int) -> int:
    """Return the place after the next `what`; the end when there is none, so that no text is searched twice."""
    place = html.find(what, at)
    return len(html) if place < 0 else place + len(what)


def _close(stack: list[str], name: str) -> None:
    """Close the innermost open element of this name and all in it, as parsers do; an end of nothing is ignored."""
    for place in range(len(stack) - 1, -1, -1):
        if stack[place] == name:
            del stack[place:]
            return


def depth_of(node: LexborNode) -> int:
    """Return how deep elements stand in a node that was parsed, at most."""
    deepest, open_nodes = 0, [(node, 0)]
    while open_nodes:
        each, depth = open_nodes.pop()
        deepest = max(deepest, depth)
        open_nodes += [(child, depth + 1) for child in each.iter(include_text=False)]
    return deepest
