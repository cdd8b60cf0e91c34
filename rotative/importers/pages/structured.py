"""What a page says of itself for machines: schema.org in JSON-LD, OpenGraph, meta elements, microdata."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

ARTICLES: Final = frozenset(
    {
        *("Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle"),
        *("ReviewNewsArticle", "BackgroundNewsArticle", "AskPublicNewsArticle", "BlogPosting", "LiveBlogPosting"),
        *("SocialMediaPosting", "Report", "TechArticle", "ScholarlyArticle", "AdvertiserContentArticle"),
    }
)
_MOST_THINGS: Final = 2000
_DEEPEST: Final = 12
_LONGEST_BODY: Final = 200_000
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_CONTROLS: Final = re.compile(r"[\x00-\x1f]")
_LAST_COMMA: Final = re.compile(r",(\s*[}\]])")

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
    return (_of_json(tree), _of_microdata(tree), _of_meta(tree))


# --- JSON-LD


def things_of(tree: LexborHTMLParser) -> Iterator[Thing]:
    """Yield every thing that the page's JSON-LD describes, from the outside in."""
    left = _MOST_THINGS
    for script in tree.css('script[type*="ld+json"]'):
        for thing in _walk(_load(script.text() or ""), 0):
            left -= 1
            if left < 0:
                return
            yield thing


def _load(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>")
    for attempt in (text, _CONTROLS.sub(" ", text), _LAST_COMMA.sub(r"\1", _CONTROLS.sub(" ", text))):
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


def types_of(thing: Thing) -> frozenset[str]:
    kinds = thing.get("@type", "")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return frozenset(str(kind).rpartition("/")[2] for kind in listed)


def _of_json(tree: LexborHTMLParser) -> Facts:
    things = list(things_of(tree))
    by_id = {thing["@id"]: thing for thing in things if isinstance(thing.get("@id"), str) and len(thing) > 1}
    articles = [
        thing for thing in things if types_of(thing) & ARTICLES and words(thing.get("headline") or thing.get("name"))
    ]
    sections = _breadcrumb(things)
    if not articles:
        return Facts(sections=sections)
    article = max(articles, key=len)  # teasers of other stories say less than the page says of its own
    image = _resolved(article.get("image"), by_id) or article.get("thumbnailUrl")
    section = article.get("articleSection")
    return Facts(
        headline=words(article.get("headline") or article.get("name")),
        description=words(article.get("description")),
        published=words(article.get("datePublished") or article.get("dateCreated")),
        updated=words(article.get("dateModified")),
        authors=_names(article.get("author") or article.get("creator"), by_id),
        sections=sections or tuple(words(one) for one in _listed(section) if words(one))[:1],
        topics=_topics(article.get("keywords")),
        picture=_address(image),
        picture_caption=words(image.get("caption")) if isinstance(image, dict) else "",
        address=_address(article.get("url") or article.get("mainEntityOfPage")),
        language=words(article.get("inLanguage")),
        publisher=next(iter(_names(article.get("publisher"), by_id)), ""),
        place=next(iter(_names(article.get("locationCreated") or article.get("dateline"), by_id)), ""),
        body=_body(article.get("articleBody")),
        comments=tuple(one for one in _listed(article.get("comment")) if isinstance(one, dict)),
    )


def _body(value: Any) -> str:
    """Return the text of an `articleBody`, which some sites write with mark-up; none when it is endless."""
    text = value if isinstance(value, str) and len(value) <= _LONGEST_BODY else ""
    return unescape(_TAG.sub("\n", text)) if "<" in text or "&" in text else text


def _breadcrumb(things: list[Thing]) -> tuple[str, ...]:
    for thing in things:
        if "BreadcrumbList" not in types_of(thing):
            continue
        levels = [level for level in _listed(thing.get("itemListElement")) if isinstance(level, dict)]
        levels.sort(key=lambda level: _number(level.get("position")))
        named = [words(level.get("name") or _inner(level.get("item"), "name")) for level in levels]
        return tuple(name for name in named if name)
    return ()


def _inner(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _resolved(value: Any, by_id: Mapping[str, Thing]) -> Any:
    """Return the first of `value`, and the thing itself where it is only named by its @id."""
    value = next(iter(_listed(value)), None)
    if isinstance(value, dict) and len(value) <= 2 and value.get("@id") in by_id:
        return by_id[value["@id"]]
    return value


def _names(value: Any, by_id: Mapping[str, Thing]) -> tuple[str, ...]:
    found = []
    for one in _listed(value):
        one = _resolved(one, by_id)
        name = words(one.get("name") if isinstance(one, dict) else one)
        if name and not name.startswith(("http://", "https://", "@")):
            found.append(name)
    return tuple(dict.fromkeys(found))


def _topics(value: Any) -> tuple[str, ...]:
    listed = [words(one.get("name") if isinstance(one, dict) else one) for one in _listed(value)]
    parts = re.split(r"\s*[,;]\s*", listed[0]) if len(listed) == 1 else listed
    return tuple(dict.fromkeys(part for part in parts if part and ":" not in part[:12]))


def _address(value: Any) -> str:
    value = next(iter(_listed(value)), None)
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
        value = next(iter(_listed(value)), None)
    return value.strip() if isinstance(value, str) else ""


def words(value: Any) -> str:
    """Return a value of structured data as one line of text; entities that were written twice are undone."""
    value = next(iter(_listed(value)), None)
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return ""
    return " ".join(unescape(re.sub(r"<[^>]{0,500}>", " ", str(value))).split())


# --- microdata


def _of_microdata(tree: LexborHTMLParser) -> Facts:
    article = next((node for node in tree.css('[itemtype*="schema.org/"]') if _is_article(node)), None)
    if article is None:
        return Facts()

    def one(name: str) -> str:
        node = article.css_first(f'[itemprop~="{name}"]')
        return value_of(node) if node is not None else ""

    authors = [
        value_of(node.css_first('[itemprop~="name"]') or node) for node in article.css('[itemprop~="author"]')[:8]
    ]
    return Facts(
        headline=one("headline"),
        description=one("description"),
        published=one("datePublished"),
        updated=one("dateModified"),
        authors=tuple(dict.fromkeys(name for name in authors if name and len(name) <= 120)),
        sections=tuple(section for section in (one("articleSection"),) if section),
        topics=_topics(one("keywords")),
    )


def _is_article(node: LexborNode) -> bool:
    return (node.attributes.get("itemtype") or "").rstrip("/").rpartition("/")[2] in ARTICLES


def value_of(node: LexborNode) -> str:
    """Return what an element with an itemprop means: its content or datetime, else its text."""
    said = node.attributes.get("content") or node.attributes.get("datetime")
    return words(said) if said else " ".join((node.text(separator=" ") or "").split())


# --- OpenGraph and meta


def _of_meta(tree: LexborHTMLParser) -> Facts:
    said: dict[str, list[str]] = {}
    for node in tree.css("meta[content]")[:400]:
        name = node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("itemprop") or ""
        if value := words(node.attributes.get("content")):
            said.setdefault(name.strip().lower(), []).append(value)

    def one(*names: str) -> str:
        return next((said[name][0] for name in names if name in said), "")

    authors = [
        name
        for key in ("article:author", "author", "dc.creator", "parsely-author", "sailthru.author", "byl")
        for name in said.get(key, ())
    ]
    return Facts(
        headline=one("og:title", "twitter:title", "dc.title", "parsely-title", "headline"),
        description=one("og:description", "description", "twitter:description"),
        published=one(
            "article:published_time",
            "og:article:published_time",
            "article:published",
            "datepublished",
            "dc.date.issued",
            "dcterms.created",
            "parsely-pub-date",
            "publish-date",
            "pubdate",
            "date",
            "dc.date",
        ),
        updated=one("article:modified_time", "og:updated_time", "datemodified", "dc.date.modified", "last-modified"),
        authors=tuple(dict.fromkeys(name for name in authors if not name.startswith(("http", "@")))),
        sections=tuple(section for section in (one("article:section", "parsely-section", "section"),) if section),
        topics=tuple(dict.fromkeys(said.get("article:tag", ()))) or _topics(one("news_keywords", "keywords")),
        picture=one("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"),
        picture_caption=one("og:image:alt", "twitter:image:alt"),
        address=one("og:url"),
        language=one("og:locale", "content-language", "dc.language"),
        publisher=one("og:site_name", "application-name", "twitter:app:name:iphone"),
    )
