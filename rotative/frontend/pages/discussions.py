"""The comments below an article: the first fifty stand on its own page, the others on pages that follow.

Those name the article by its number: they stay where they are when it moves.
"""

from collections.abc import Iterator
from typing import Any

from django.urls import register_converter
from django.urls.converters import IntConverter
from django.utils.translation import gettext as _

from rotative.comments import queries as comments
from rotative.content.models import Article
from rotative.frontend.pages.lists import trail_of
from rotative.frontend.rendering import render_page
from rotative.publishing.models import Priority
from rotative.publishing.page_types import Document, NotOnThisPathError, PageType

STEP = "discussions"
NEWEST = "recents"  # where a browser turns the order round
TRUSTED_TYPES = "rotative"  # the policy by which comments.js starts its worker


class ArticleConverter(IntConverter):
    """The number of an article, written in one way: whatever answers is stored."""

    regex = "[1-9][0-9]{0,17}"


class LaterPageConverter(IntConverter):
    """A page of a discussion. The first is the article's own, and no other can be written in two ways, as `02`."""

    regex = "[2-9]|[1-9][0-9]{1,4}"


register_converter(ArticleConverter, "article")
register_converter(LaterPageConverter, "later-page")


def context(article: Article, number: int = 1) -> dict[str, Any]:
    """Return what the templates of a discussion need; a draft that has no page yet has no comments either."""
    discussion = comments.read_discussion(article.pk, number) if article.pk else comments.Page([], 0, 1)
    last = discussion.pages
    return {
        "article_pk": article.pk,
        "can_comment": comments.is_open(article),
        "discussion": discussion,
        "order": {
            "newest": f"{address_of(article, last) if last != number else ''}#{NEWEST}",
            "oldest": f"{address_of(article, 1) if number != 1 else ''}#commentaires",
        },
        "pages": [
            (str(page), address_of(article, page) + "#commentaires" if page != number else "")
            for page in range(1, last + 1)
        ],
        "scripted": True,
    }


def address_of(article: Article, number: int) -> str:
    return article.address if number == 1 else f"/{STEP}/{article.pk}/{number}/"


def render(article_pk: int, number: int) -> Document:
    """Render page `number` of the comments on an article."""
    article = comments.find_discussed(article_pk)
    if article is None:
        raise NotOnThisPathError
    found = context(article, number)
    if not found["discussion"].threads:
        raise NotOnThisPathError
    title = _("Comments on “%(headline)s”, page %(number)s") % {"headline": article.headline, "number": number}
    return render_page(
        "frontend/comments/page.html",
        address_of(article, number),
        title,
        styles=("end", "article", "talk"),
        trusted_types=TRUSTED_TYPES,
        article=article,
        trail=[*trail_of(article.section), (article.headline, article.address)],
        **found,
    )


def paths() -> Iterator[str]:
    for article, numbers in comments.long_discussions():
        for number in numbers:
            yield address_of(article, number)


def announced_by(key: str) -> list[str]:
    """Return the pages of the discussion that a key names: some may have come into being."""
    article = comments.article_of(key)
    return [address_of(article, number) for number in comments.page_numbers(article.pk)] if article else []


PAGE_TYPES = [
    PageType(
        "discussion",
        f"{STEP}/<article:article_pk>/<later-page:number>/",
        render,
        paths,
        priority=Priority.WARM,
        announced_by=announced_by,
    )
]
