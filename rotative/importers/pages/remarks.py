"""What readers said below a story, where the mark-up tells one comment from another."""

from collections.abc import Iterator, Sequence
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rotative.importers.boilerplate.datelines import read_dateline
from rotative.importers.pages.moments import read_moment
from rotative.importers.pages.structured import Thing, listed, name_of, words
from rotative.importers.pages.units import tidy
from rotative.importers.story.stories import Moment, Remark
from rotative.importers.story.walk import children_of

MOST: Final = 5000
_LONGEST: Final = 20_000
_NAMES: Final = (".fn", "cite", ".comment-author-name", ".comment-author", ".comment_author", ".author")
_TEXTS: Final = (
    ".comment-content, .comment-text, .comment-body-text, .comment_text, .comment-entry, .commenttext, .text"
)
_NO_TEXT: Final = frozenset(
    {
        "comment-author",
        "comment-meta",
        "commentmetadata",
        "reply",
        "vcard",
        "comment-awaiting-moderation",
        "comment-actions",
        "edit-link",
        "says",
    }
)


def read_remarks(tree: LexborHTMLParser, stated: Sequence[Thing] = ()) -> tuple[Remark, ...]:
    """Return the comments of a page: of WordPress's lists, else those that structured data has `stated`."""
    return _unique(_of_lists(tree)) or _unique(_of_things(stated))


def _unique(remarks: Iterator[Remark]) -> tuple[Remark, ...]:
    found: dict[str, Remark] = {}
    for remark in remarks:
        if remark.text and remark.key not in found:
            found[remark.key] = remark
        if len(found) >= MOST:
            break
    # An answer to what is not there, or has no text, stands on its own.
    return tuple(
        remark
        if not remark.parent or remark.parent in found
        else Remark(remark.key, remark.name, remark.text, remark.at)
        for remark in found.values()
    )


# --- WordPress and what copies it


def _of_lists(tree: LexborHTMLParser) -> Iterator[Remark]:
    for number, node in enumerate(
        tree.css("li.comment, li.pingback, div.comment[id^=comment-], article.comment[id^=comment-]")
    ):
        names = (node.attributes.get("class") or "").split()
        if "pingback" in names or "trackback" in names:
            continue
        own = _own_part(node)
        yield Remark(
            key=_key(node) or f"{number}",
            name=_name(own),
            text=_text(own),
            at=_moment(own),
            parent=_parent(node),
        )


def _own_part(node: LexborNode) -> LexborNode:
    """Return what of a comment is its own, without the answers that stand in it."""
    return next(
        (
            child
            for child in children_of(node)
            if child.tag in {"article", "div"} and "children" not in (child.attributes.get("class") or "")
        ),
        node,
    )


def _key(node: LexborNode) -> str:
    name = node.attributes.get("id") or ""
    if not name and (inner := node.css_first("[id^=comment-], [id^=div-comment-]")) is not None:
        name = inner.attributes.get("id") or ""
    return name.removeprefix("li-").removeprefix("div-").removeprefix("comment-")[:60]


def _parent(node: LexborNode) -> str:
    parent = node.parent
    while parent is not None and parent.tag != "body":
        if "comment" in (parent.attributes.get("class") or "").split() and parent.tag in {"li", "div", "article"}:
            return _key(parent)
        parent = parent.parent
    return ""


def _name(node: LexborNode) -> str:
    found = next((one for selector in _NAMES if (one := node.css_first(selector)) is not None), None)
    if found is None:
        return ""
    name = tidy(found)
    for word in (" dit :", " dit:", " says:", " a dit :", " says :", " dit"):
        name = name.removesuffix(word)
    return name.strip()[:120]


def _text(node: LexborNode) -> str:
    content = node.css_first(_TEXTS)
    if content is not None:
        return _paragraphs(content)
    parts = [part for child in children_of(node) if not _is_about(child) for part in (_paragraphs(child),) if part]
    return "\n\n".join(parts)[:_LONGEST]


def _is_about(node: LexborNode) -> bool:
    if node.tag in {"-text", "footer", "header", "ul", "ol", "time", "cite", "img", "form"}:
        return True
    return bool(_NO_TEXT & set((node.attributes.get("class") or "").split()))


def _paragraphs(node: LexborNode) -> str:
    lines = [tidy(part) for part in node.css("p") if not _is_about(part)] or [tidy(node)]
    return "\n\n".join(line for line in lines if line)[:_LONGEST]


def _moment(node: LexborNode) -> Moment | None:
    time = node.css_first("time[datetime]")
    if time is not None:
        return read_moment(time.attributes.get("datetime") or "")
    shown = node.css_first(
        ".comment-meta a, .commentmetadata a, .comment-date, .comment-time, .comment-metadata a, .date"
    )
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
