"""What a page says of itself for machines: schema.org in JSON-LD, OpenGraph, meta elements, microdata."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rotative.importers.pages.extractor import agree
from rotative.importers.pages.furniture import is_hidden
from rotative.importers.story.walk import ancestors_of

ARTICLES: Final = frozenset(
    {
        *("Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle"),
        *("ReviewNewsArticle", "BackgroundNewsArticle", "AskPublicNewsArticle", "BlogPosting", "LiveBlogPosting"),
        *("SocialMediaPosting", "Report", "TechArticle", "ScholarlyArticle", "AdvertiserContentArticle"),
    }
)
_COMMENTS: Final = frozenset({"Comment", "UserComments"})
_ADDRESSES: Final = frozenset({"url", "image", "thumbnailUrl", "mainEntityOfPage"})  # which the head says better
_MOST_THINGS: Final = 5000
_DEEPEST: Final = 12
_DEEPEST_SCOPE: Final = 4  # of microdata: a comment, its answer, the answer to that, who wrote it
_LONGEST_BODY: Final = 200_000
_LAST_COMMA: Final = re.compile(r",(\s*[}\]])")
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")

Thing = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What one kind of structured data says of the article; empty where it says nothing."""

    headline: str = ""
    description: str = ""
    published: str = ""
    updated: str = ""
    authors: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    picture: str = ""
    picture_caption: str = ""
    address: str = ""
    language: str = ""
    publisher: str = ""
    place: str = ""
    body: str = field(default="", repr=False)  # the words of the article
    comments: tuple[Thing, ...] = field(default=(), compare=False)


def read_structured(tree: LexborHTMLParser) -> tuple[Facts, ...]:
    """Return what the page says for machines, the best founded first: JSON-LD, microdata, OpenGraph and meta."""
    shown = [node.text(separator=" ") for node in tree.css("h1")[:20] if not is_hidden(node)]
    described, marked = _of_json(tree), _of_microdata(tree)
    # In JSON-LD teasers of other stories say less than the page says of its own; in mark-up they stand below it.
    own, marked_own = _article(described, shown, len), _article(marked, shown, lambda thing: 0)
    return (_facts_of(described, own), _facts_of(marked, marked_own or _unnamed(marked)), _of_meta(tree))


# --- JSON-LD


def _of_json(tree: LexborHTMLParser) -> list[Thing]:
    """Return every thing that the page's JSON-LD describes, from the outside in."""
    scripts = tree.css('script[type*="ld+json"]')
    return list(islice((thing for script in scripts for thing in _walk(_load(script.text() or ""), 0)), _MOST_THINGS))


def _load(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>")
    for attempt in (text, _LAST_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: Any, depth: int) -> Iterator[Thing]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _walk(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "subjectOf"):
            if isinstance(value.get(name), (dict, list)):
                yield from _walk(value[name], depth + 1)


# --- microdata


def _of_microdata(tree: LexborHTMLParser) -> list[Thing]:
    """Return every thing that the page's microdata describes, as JSON-LD would write it."""
    nodes = tree.css('[itemtype*="schema.org/"]')[:_MOST_THINGS]
    return [_thing_of(node) for node in nodes if not _is_in_answered(node)]


def _thing_of(node: LexborNode, depth: int = 0) -> Thing:
    thing: dict[str, Any] = {"@type": node.attributes.get("itemtype"), "@id": node.attributes.get("id")}
    deepest = _DEEPEST_SCOPE - _is_comment(node)  # so that whoever wrote it is read with it
    for part in node.css("[itemprop]")[:_MOST_THINGS] if depth < deepest else ():
        if (scope := _scope_of(part)) is not None and scope.mem_id == node.mem_id:
            value = _thing_of(part, depth + 1) if _is_scope(part) else _value_of(part)
            for name in set((part.attributes["itemprop"] or "").split()) - _ADDRESSES:
                thing.setdefault(name, []).append(value)
    return thing


def _is_in_answered(node: LexborNode) -> bool:
    """Say whether an answer is described with the comment that it answers; where that is too deep, it stands alone."""
    above = 0
    while "comment" in (node.attributes.get("itemprop") or "").split():
        scope = _scope_of(node)
        if scope is None or not _is_comment(scope):
            break
        above, node = above + 1, scope
    return above % (_DEEPEST_SCOPE - 1) > 0


def _is_comment(node: LexborNode) -> bool:
    return bool(_types_of({"@type": node.attributes.get("itemtype")}) & _COMMENTS)


def _scope_of(node: LexborNode) -> LexborNode | None:
    return next(filter(_is_scope, ancestors_of(node)), None)


def _is_scope(node: LexborNode) -> bool:
    return "itemscope" in node.attributes or "itemtype" in node.attributes


def _value_of(node: LexborNode) -> str:
    """Return what an element with an itemprop means: its content or datetime, the name in it, else its text."""
    node = node.css_first('[itemprop~="name"]') or node
    said = node.attributes.get("content") or node.attributes.get("datetime")
    return said or " ".join(node.text(separator=" ").split())


# --- schema.org


def _article(things: list[Thing], shown: Sequence[str], rank: Callable[[Thing], int]) -> Thing:
    """Return the article that has a headline which the page shows; else of all with a headline the first by `rank`."""
    named = [thing for thing in things if _types_of(thing) & ARTICLES and _headline(thing)]
    own = [thing for thing in named if any(agree(_headline(thing), head) for head in shown)]
    return max(own or named, key=rank, default={})


def _unnamed(things: list[Thing]) -> Thing:
    """Return the first article, which many a theme marks up without its headline."""
    return next((thing for thing in things if _types_of(thing) & ARTICLES), {})


def _headline(thing: Thing) -> str:
    return words(thing.get("headline") or thing.get("name"))


def _facts_of(things: list[Thing], article: Thing) -> Facts:
    """Return what things say of the article that is one of them."""
    by_id = {name: thing for thing in things if len(thing) > 1 and (name := words(thing.get("@id")))}
    image = _resolved(article.get("image"), by_id) or article.get("thumbnailUrl")
    sections = [section for one in listed(article.get("articleSection")) if (section := words(one))]
    comments = [thing for thing in things if _types_of(thing) & _COMMENTS] or listed(article.get("comment"))
    return Facts(
        headline=_headline(article),
        description=words(article.get("description")),
        published=words(article.get("datePublished") or article.get("dateCreated")),
        updated=words(article.get("dateModified")),
        authors=_names(article.get("author") or article.get("creator"), by_id),
        sections=_breadcrumb(things) or tuple(sections[:1]),
        topics=_topics(article.get("keywords")),
        picture=_address(image),
        picture_caption=words(image.get("caption")) if isinstance(image, dict) else "",
        address=_address(article.get("url") or article.get("mainEntityOfPage")),
        language=words(article.get("inLanguage")),
        publisher=name_of(_resolved(article.get("publisher"), by_id)),
        place=name_of(_resolved(article.get("locationCreated") or article.get("dateline"), by_id)),
        body=_body(article.get("articleBody")),
        comments=tuple(one for one in comments if isinstance(one, dict)),
    )


def _types_of(thing: Thing) -> frozenset[str]:
    return frozenset(str(kind).rstrip("/").rpartition("/")[2] for kind in listed(thing.get("@type")))


def _body(value: Any) -> str:
    """Return the text of an `articleBody`, which some sites write with mark-up; none when it is endless."""
    text = value if isinstance(value, str) and len(value) <= _LONGEST_BODY else ""
    return unescape(_TAG.sub("\n", text)) if "<" in text or "&" in text else text


def _breadcrumb(things: list[Thing]) -> tuple[str, ...]:
    for thing in things:
        if "BreadcrumbList" in _types_of(thing):
            levels = [level for level in listed(thing.get("itemListElement")) if isinstance(level, dict)]
            levels.sort(key=lambda level: _number(level.get("position")))
            named = [words(level.get("name")) or name_of(level.get("item")) for level in levels]
            return tuple(name for name in named if name)
    return ()


def _number(value: Any) -> float:
    try:
        return float(words(value))
    except ValueError:
        return 0.0


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _resolved(value: Any, by_id: Mapping[str, Thing]) -> Any:
    """Return the first of `value`, and the thing itself where it is only named by its @id."""
    value = next(iter(listed(value)), None)
    is_named = isinstance(value, dict) and len(value) <= 2
    return by_id.get(words(value.get("@id")), value) if is_named else value


def _names(value: Any, by_id: Mapping[str, Thing]) -> tuple[str, ...]:
    names = (name_of(_resolved(one, by_id)) for one in listed(value))
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith(("http://", "https://", "@"))))


def _topics(value: Any) -> tuple[str, ...]:
    said = [name_of(one) for one in listed(value)]
    parts = re.split(r"\s*[,;]\s*", said[0]) if len(said) == 1 else said
    return tuple(dict.fromkeys(part for part in parts if part and ":" not in part[:12]))


def _address(value: Any) -> str:
    value = next(iter(listed(value)), None)
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
        value = next(iter(listed(value)), None)
    return value.strip() if isinstance(value, str) else ""


def name_of(value: Any) -> str:
    """Return the name of a thing, which may be written as the name alone."""
    value = next(iter(listed(value)), None)
    return words(value.get("name") if isinstance(value, dict) else value)


def words(value: Any) -> str:
    """Return a value of structured data as one line of text; entities that were written twice are undone."""
    value = next(iter(listed(value)), None)
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return ""
    return " ".join(unescape(re.sub(r"<[^>]{0,500}>", " ", str(value))).split())


# --- OpenGraph and meta

# The names of meta elements that say a field; the first that a page has is believed.
_META: Final = {
    "headline": "og:title twitter:title dc.title parsely-title headline",
    "description": "og:description description twitter:description",
    "published": "article:published_time og:article:published_time article:published datepublished dc.date.issued"
    " dcterms.created parsely-pub-date publish-date pubdate date dc.date",
    "updated": "article:modified_time og:updated_time datemodified dc.date.modified last-modified",
    "picture": "og:image og:image:url og:image:secure_url twitter:image twitter:image:src",
    "picture_caption": "og:image:alt twitter:image:alt",
    "address": "og:url",
    "language": "og:locale content-language dc.language",
    "publisher": "og:site_name application-name twitter:app:name:iphone",
}
_META_AUTHORS: Final = ("article:author", "author", "dc.creator", "parsely-author", "sailthru.author", "byl")


def _of_meta(tree: LexborHTMLParser) -> Facts:
    said: dict[str, list[str]] = {}
    for node in tree.css("meta[content]")[:400]:
        name = node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("itemprop") or ""
        if value := words(node.attributes.get("content")):
            said.setdefault(name.strip().lower(), []).append(value)

    def all_of(*names: str) -> list[str]:
        return list(dict.fromkeys(value for name in names for value in said.get(name, ())))

    plain: dict[str, Any] = {name: next(iter(all_of(*names.split())), "") for name, names in _META.items()}
    return Facts(
        **plain,
        authors=tuple(name for name in all_of(*_META_AUTHORS) if not name.startswith(("http", "@"))),
        sections=tuple(all_of("article:section", "parsely-section", "section")[:1]),
        topics=tuple(all_of("article:tag")) or _topics(next(iter(all_of("news_keywords", "keywords")), None)),
    )
