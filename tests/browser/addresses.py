"""Print, as JSON, one address for each kind of page of the newspaper in ROTATIVE_HOME, and every path it has."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from rotative.content import queries
from rotative.content.models import Article
from rotative.content.models.listings import PAPER
from rotative.publishing import page_types


def words(article: Article) -> int:
    return len(str(article.body.render_as_block()).split())


def has(kind: str) -> Callable[[Article], bool]:
    return lambda article: any(block.block_type == kind for block in article.body)


def articles() -> Iterator[tuple[str, str]]:
    """Yield one article of each sort that looks different."""
    live = sorted((article for article in queries.articles() if article.live), key=words)
    yield "article-short", live[0].address
    yield "article-long", live[-1].address
    usual = [article for article in live if article.lead_image and words(article) <= 1500]
    yield "article", usual[-1].address
    sorts: dict[str, Callable[[Article], Any]] = {
        "article-gallery": has("gallery"),
        "article-table": has("table"),
        "article-embed": has("embed"),
        "article-audio": has("audio"),
        "article-video": has("video"),
        "article-fact-box": has("fact_box"),
        "article-corrected": lambda article: article.corrections.exists(),
        "article-ongoing": lambda article: article.is_ongoing,
        "article-undated": lambda article: article.is_undated,
        "article-without-picture": lambda article: not article.lead_image,
    }
    for name, fits in sorts.items():
        for article in live:
            if fits(article):
                yield name, article.address
                break


def lists() -> Iterator[tuple[str, str]]:
    desk = next(desk for desk in queries.desks() if queries.subsections(desk))
    yield "section", desk.address
    yield "subsection", queries.subsections(desk)[0].address
    yield "edition", queries.editions()[0].address
    yield "topics", "/sujets/"
    yield "topic", queries.topics()[0].address
    yield "authors", "/auteurs/"
    yield "author", queries.authors()[0].address
    yield "archive", "/archives/"
    yield "month", f"/archives/{queries.months(PAPER)[0]}/"
    yield "month-undated", "/archives/sans-date/"
    yield "place-archive", f"{desk.address}archives/"
    yield "place-month", f"{desk.address}archives/{queries.months(desk.collection_key)[0]}/"
    yield "latest", "/en-continu/"
    yield "latest-fragment", "/fragments/dernieres/"
    yield "standing", queries.standing_pages()[0].address


pages = {"front": "/", **dict(lists()), **dict(articles()), "not-found": "/rien-ici/"}
paths = sorted({path for page_type in page_types.registered() for path in page_type.paths()})
print(json.dumps({"pages": pages, "paths": paths}))
