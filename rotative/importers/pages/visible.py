"""What a page shows readers around its story: headline, standfirst, names, dates, breadcrumb."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rotative.importers.boilerplate.datelines import Dateline, read_dateline, read_names
from rotative.importers.boilerplate.lines import fold
from rotative.importers.pages.furniture import is_hidden
from rotative.importers.pages.moments import read_moment
from rotative.importers.pages.units import tidy
from rotative.importers.story.stories import Moment
from rotative.importers.story.walk import ancestors_of

_STANDFIRSTS: Final = (
    "[class*=chapo],[class*=standfirst],[class*=chapeau],[class*=article-lead],[class*=article__lead],[class*=article__desc],"
    "[class*=article-intro],[class*=article__intro],[class*=entry-lead],[class*=post-subtitle],[class*=entry-subtitle],[class*=td-post-sub-title],"
    "[class*=article-standfirst],[class*=article__standfirst],[class*=article-summary],[class*=article__summary],[class*=article-dek],"
    "[class~=dek],[class~=lead],[class~=lede],[class~=excerpt],[class*=post-excerpt],[class~=accroche],[class~=introduction]"
)
_KICKERS: Final = (
    "[class*=surtitre],[class*=kicker],[class*=overline],[class*=eyebrow],[class*=article-pretitle],[class~=pretitle]"
)
_BYLINES: Final = (
    "[rel~=author],[itemprop~=author],[class*=byline],[class*=author-name],[class*=author_name],[class*=article__author],"
    "[class*=article-author],[class*=post-author],[class*=entry-author],[class*=td-post-author-name],"
    "[class*=signature],[class~=auteur],[class~=author]"
)
_CRUMBS: Final = "[class*=breadcrumb],[id*=breadcrumb],[class*=ariane],[aria-label*=readcrumb],[class~=entry-crumbs]"
_PREFIX: Final = re.compile(r"^(?:par|by|de|von|por|écrit par|written by|publié par|posted by)\s*:?\s+", re.IGNORECASE)
_FRAMES: Final = frozenset({"body", "html", "article", "main", "meta", "link"})  # no line of a page
_LONGEST: Final = 250


@dataclass(frozen=True)
class Visible:
    """What stands on the page; empty where it stands nowhere."""

    headline: str = ""
    headlines: tuple[str, ...] = ()
    title: str = ""
    kicker: str = ""
    standfirst: str = ""
    bylines: tuple[str, ...] = ()
    published: tuple[Moment, ...] = ()  # the first of them above all
    datelines: tuple[Dateline, ...] = ()
    trail: tuple[str, ...] = ()


def read_visible(tree: LexborHTMLParser) -> Visible:
    """Read what a page shows around its story."""
    title = tree.css_first("title")
    heads = [text for node in tree.css("h1")[:20] if not is_hidden(node) and 3 <= len(text := tidy(node)) <= _LONGEST]
    whole = tidy(title) if title is not None else ""
    named = [head for head in heads if fold(whole).startswith(fold(head))]
    named += [head for head in heads if len(head) >= 12 and fold(head) in fold(whole)]
    return Visible(
        headline=named[0] if named else heads[0] if len(heads) == 1 else "",
        headlines=tuple(heads),
        title=whole,
        kicker=_first(tree, _KICKERS, 60),
        standfirst=_first(tree, _STANDFIRSTS, 900, at_least=40),
        bylines=tuple(_bylines(tree)),
        published=tuple(_published(tree)),
        datelines=tuple(_datelines(tree)),
        trail=_trail(tree),
    )


def _first(tree: LexborHTMLParser, selector: str, longest: int, at_least: int = 2) -> str:
    for node in tree.css(selector)[:20]:
        is_frame = node.tag in _FRAMES or node.css_first("h1, h2, article, form") is not None
        if not is_frame and at_least <= len(text := tidy(node)) <= longest:
            return text
    return ""


def _bylines(tree: LexborHTMLParser) -> Iterator[str]:
    """Yield the names of those who signed, each once."""
    seen = set()
    lines = (tidy(node) for node in tree.css(_BYLINES)[:12] if not _is_in_comment(node))
    for line in (line for line in lines if 3 <= len(line) <= 160):
        for name in read_names(_PREFIX.sub("", line).strip(" ,|-–")) or ():
            if fold(name) not in seen and len(name.split()) >= 2:
                seen.add(fold(name))
                yield name


def _is_in_comment(node: LexborNode) -> bool:
    frames = takewhile(lambda frame: frame.tag not in {"body", "article"}, ancestors_of(node))
    return any("comment" in (frame.attributes.get(name) or "") for frame in frames for name in ("class", "id"))


def _published(tree: LexborHTMLParser) -> Iterator[Moment]:
    """Yield the dates of elements for them, those of updates and comments apart."""
    for node in tree.css("time[datetime], [itemprop~=datePublished][content]")[:10]:
        names = f"{node.attributes.get('class') or ''} {node.attributes.get('itemprop') or ''}".split()
        is_update = "updated" in names and "published" not in names
        said = node.attributes.get("datetime") or node.attributes.get("content") or ""
        if not is_update and not _is_in_comment(node) and (moment := read_moment(said)) is not None:
            yield moment


def _datelines(tree: LexborHTMLParser) -> Iterator[Dateline]:
    for node in tree.css("[class*=date],[class*=byline],[class*=meta],[class*=publi],time")[:30]:
        text = tidy(node)
        if len(text) <= 200 and not _is_in_comment(node) and (dateline := read_dateline(text)) is not None:
            yield dateline


def _trail(tree: LexborHTMLParser) -> tuple[str, ...]:
    for node in tree.css(_CRUMBS)[:6]:
        parts = (tidy(part).strip(" ›»>/|") for part in node.css("a, [itemprop~=name], li, .last, span")[:40])
        said = list(dict.fromkeys(part for part in parts if 2 <= len(part) <= _LONGEST))
        # What holds all the others is no level.
        levels = [one for one in said if not any(part in one and len(one) > len(part) + 3 for part in said)]
        if levels:
            return tuple(levels)
    return ()
