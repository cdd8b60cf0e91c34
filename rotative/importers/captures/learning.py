"""The template of a site, learned from many of its pages: lines that stand on page after page are no journalist's.

A folder may hold pages of several sites; they are told apart by the lines they share. A sentence that two articles
share, or an article that was captured on several days, teaches nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from rotative.importers.boilerplate.breadcrumbs import looks_like_breadcrumb
from rotative.importers.boilerplate.chrome import is_label
from rotative.importers.boilerplate.datelines import is_dated, read_dateline
from rotative.importers.boilerplate.lines import Line, clean_lines, fold, is_prose

MOST_PAGES: Final = 3000  # after which a site's template is known
_LONGEST: Final = 600
_MOST_LINES: Final = 1500  # of one page
_FEWEST: Final = 3  # different articles
_SHARE: Final = 0.12  # of a site's articles, for a label or a headline in a list
_PROSE_SHARE: Final = 0.3  # for a sentence: a slogan or a note on cookies is on most pages
_ALIKE: Final = 0.2  # of a page's lines must be known to a site for the page to be one of its pages
_MOST_RIVALS: Final = 40  # sites that one line votes for


@dataclass(frozen=True)
class Site:
    """The lines, by their hashes, that repeat on the pages of one site."""

    lines: frozenset[int]


@dataclass(frozen=True)
class Template:
    """What `learn` found: the repeating lines of each site whose pages were among the texts."""

    sites: tuple[Site, ...] = ()

    def marks(self, lines: Sequence[Line]) -> list[bool]:
        """Say of each line of a page whether it repeats on other pages of its site."""
        keys = [_key(line.text) for line in lines]
        known = set(keys)
        site = max(self.sites, key=lambda one: len(one.lines & known), default=None)
        if site is None or len(site.lines & known) < 2:
            return [False] * len(lines)
        return [key in site.lines and not _tells(line.text) for key, line in zip(keys, lines, strict=True)]


@dataclass
class _Pile:
    """The pages taken for one site's so far."""

    articles: set[int] = field(default_factory=set)
    counts: Counter[int] = field(default_factory=Counter)


def learn(texts: Iterable[str]) -> Template:
    """Learn the templates of the sites that `texts` are pages of; no more than MOST_PAGES are read."""
    piles: list[_Pile] = []
    rivals: defaultdict[int, list[int]] = defaultdict(list)  # line → the piles that it stands in
    sentences: set[int] = set()
    for text in islice(texts, MOST_PAGES):
        lines = clean_lines(text)[:_MOST_LINES]
        article = _article(lines)
        page = {_key(line.text) for line in lines if len(line.text) <= _LONGEST}
        sentences.update(_key(line.text) for line in lines if is_prose(line.text))
        pile = _pile_of(page, piles, rivals)
        if article in pile.articles:
            continue
        pile.articles.add(article)
        pile.counts.update(page)
    sites = (_site(pile, sentences) for pile in piles)
    return Template(tuple(site for site in sites if site.lines))


def _pile_of(page: set[int], piles: list[_Pile], rivals: defaultdict[int, list[int]]) -> _Pile:
    """Return the pile whose pages have most in common with this one, or a new one."""
    votes: Counter[int] = Counter()
    for key in page:
        for number in rivals[key]:
            votes[number] += 1
    best, shared = max(votes.items(), key=lambda vote: vote[1], default=(-1, 0))
    if shared < max(2, _ALIKE * len(page)):
        piles.append(_Pile())
        best = len(piles) - 1
    for key in page:
        known = rivals[key]
        if best not in known and len(known) < _MOST_RIVALS:
            known.append(best)
    return piles[best]


def _site(pile: _Pile, sentences: set[int]) -> Site:
    articles = len(pile.articles)
    label, sentence = max(_FEWEST, _SHARE * articles), max(_FEWEST, _PROSE_SHARE * articles)
    return Site(
        frozenset(key for key, count in pile.counts.items() if count >= (sentence if key in sentences else label))
    )


def _article(lines: Sequence[Line]) -> int:
    """Name the article of a page, the same on whatever day it was captured: by its longest paragraphs."""
    longest = sorted((line.text for line in lines), key=len, reverse=True)[:3]
    return hash(tuple(sorted(map(fold, longest))))


def _key(text: str) -> int:
    return hash(fold(text[:_LONGEST]))


def _tells(text: str) -> bool:
    """Say whether a line that repeats tells something of its page all the same: its date, who signed, its section."""
    return is_label(text) or is_dated(text) or read_dateline(text) is not None or looks_like_breadcrumb(text)
