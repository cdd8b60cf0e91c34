"""Fragments: small pages of their own, for what changes often. Other pages fetch them, and share them.

To add one: write a function that renders it with `render_bare`, a template in templates/frontend/fragments/, and a line
in FRAGMENTS. A page shows it with `<div data-fragment="/fragments/NAME/">` around a plain link.
"""

from collections.abc import Callable

from rotative.comments.queries import latest_counts
from rotative.content import queries
from rotative.content.models.listings import PAPER
from rotative.frontend.rendering import render_bare
from rotative.publishing.models import Priority
from rotative.publishing.page_types import Document, PageType


def render_latest() -> Document:
    """The latest stories, each under its country, and the story that is happening now."""
    return render_bare(
        "frontend/fragments/latest.html",
        newspaper=queries.get_newspaper(),
        ongoing=queries.find_ongoing(),
        stories=queries.latest(PAPER, queries.LATEST_BY_COUNTRY, dated_only=True),
    )


def render_comment_counts() -> Document:
    """How many comments the articles have that were commented on last: fronts show it beside their cards."""
    return render_bare(
        "frontend/fragments/comment_counts.html",
        newspaper=queries.get_newspaper(),
        counts=latest_counts(),
    )


# By the last step of their address.
FRAGMENTS: dict[str, Callable[[], Document]] = {"commentaires": render_comment_counts, "dernieres": render_latest}


def _page_type(name: str, render: Callable[[], Document]) -> PageType:
    route = f"fragments/{name}/"
    return PageType(f"fragment-{name}", route, render, lambda: [f"/{route}"], priority=Priority.HOT)


PAGE_TYPES = [_page_type(name, render) for name, render in FRAGMENTS.items()]
