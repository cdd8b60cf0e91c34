"""What readers said below a story, where the mark-up tells one comment from another."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rotative.importers.boilerplate.datelines import read_dateline
from rotative.importers.pages.moments import read_moment
from rotative.importers.pages.structured import Thing, listed, name_of, words
from rotative.importers.pages.units import tidy
from rotative.importers.story.stories import Moment, Remark
from rotative.importers.story.walk import ancestors_of, children_of, has_class

MOST: Final = 5000
_LONGEST: Final = 20_000
_COMMENTS: Final = "li.comment, div.comment[id^=comment-], article.comment[id^=comment-]"
_NAMES: Final = (".fn", "cite", ".comment-author-name", ".comment-author", ".comment_author", ".author")
_SAYS: Final = re.compile(r"\s+(?:a\s+)?(?:dit|says)\s*:?$")
_TEXTS: Final = (
    ".comment-content, .comment-text, .comment-body-text, .comment_text, .comment-entry, .commenttext, .text"
)
_DATES: Final = ".comment-meta a, .commentmetadata a, .comment-date, .comment-time, .comment-metadata a, .date"
_NO_TEXT: Final = (
    *("comment-author", "comment-meta", "commentmetadata", "comment-actions", "comment-awaiting-moderation"),
    *("reply", "vcard", "edit-link", "says"),
)
_NO_TEXT_TAGS: Final = frozenset(["-text", "footer", "header", "ul", "ol", "time", "cite", "img", "form"])


def read_remarks(tree: LexborHTMLParser, stated: Sequence[Thing] = ()) -> tuple[Remark, ...]:
    """Return the comments of a page: of WordPress's lists, else those that structured data has `stated`."""
    return _unique(_of_lists(tree)) or _unique(_of_things(stated))


def _unique(remarks: Iterator[Remark]) -> tuple[Remark, ...]:
    found: dict[str, Remark] = {}
    for remark in remarks:
        if remark.text:
            found.setdefault(remark.key, remark)
        if len(found) == MOST:
            break
    # An answer to what is not there, or has no text, stands on its own.
    return tuple(remark if remark.parent in found else replace(remark, parent="") for remark in found.values())


# --- WordPress and what copies it


def _of_lists(tree: LexborHTMLParser) -> Iterator[Remark]:
    for number, node in enumerate(tree.css(_COMMENTS)):
        if not has_class(node, ("pingback", "trackback")):
            own = _own_part(node)
            yield Remark(_key(node) or f"{number}", _name(own), _text(own), _moment(own), _parent(node))


def _own_part(node: LexborNode) -> LexborNode:
    """Return what of a comment is its own, without the answers that stand in it."""
    parts = (child for child in children_of(node) if child.tag in {"article", "div"})
    return next((part for part in parts if "children" not in (part.attributes.get("class") or "")), node)


def _key(node: LexborNode) -> str:
    named = node if node.attributes.get("id") else node.css_first("[id^=comment-], [id^=div-comment-]")
    name = (named.attributes.get("id") or "") if named is not None else ""
    return re.sub(r"^(?:li-)?(?:div-)?(?:comment-)?", "", name)[:60]


def _parent(node: LexborNode) -> str:
    comments = (frame for frame in ancestors_of(node) if has_class(frame, ("comment",)))
    return next((_key(comment) for comment in comments if comment.tag in {"li", "div", "article"}), "")


def _name(node: LexborNode) -> str:
    named = next((one for selector in _NAMES if (one := node.css_first(selector)) is not None), None)
    return _SAYS.sub("", tidy(named)).strip()[:120] if named is not None else ""


def _text(node: LexborNode) -> str:
    content = node.css_first(_TEXTS)
    parts = [content] if content is not None else [child for child in children_of(node) if not _is_about(child)]
    return "\n\n".join(filter(None, map(_paragraphs, parts)))[:_LONGEST]


def _is_about(node: LexborNode) -> bool:
    return node.tag in _NO_TEXT_TAGS or has_class(node, _NO_TEXT)


def _paragraphs(node: LexborNode) -> str:
    lines = [tidy(part) for part in node.css("p") if not _is_about(part)] or [tidy(node)]
    return "\n\n".join(filter(None, lines))


def _moment(node: LexborNode) -> Moment | None:
    if (time := node.css_first("time[datetime]")) is not None:
        return read_moment(time.attributes.get("datetime") or "")
    shown = node.css_first(_DATES)
    dateline = read_dateline(" ".join(shown.text().split())) if shown is not None else None
    return dateline.stated[0].moment if dateline is not None and dateline.stated else None


# --- schema.org


def _of_things(things: Sequence[Thing], parent: str = "", depth: int = 0) -> Iterator[Remark]:
    for number, thing in enumerate(things):
        key = words(thing.get("@id") or thing.get("identifier")) or f"{parent}.{number}".lstrip(".")
        at = thing.get("dateCreated") or thing.get("datePublished") or thing.get("commentTime")
        yield Remark(
            key=key[:60],
            name=name_of(thing.get("author") or thing.get("creator"))[:120],
            text=words(thing.get("text") or thing.get("commentText"))[:_LONGEST],
            at=read_moment(words(at)),
            parent=parent,
        )
        answers = [one for one in listed(thing.get("comment")) if isinstance(one, dict)]
        if depth < 8:
            yield from _of_things(answers, key[:60], depth + 1)
