"""The latest stories, each under its country: a small page of its own that article pages fetch and share."""

from rotative.content import queries
from rotative.content.models.listings import PAPER
from rotative.frontend.rendering import render_bare
from rotative.publishing.page_types import Document, PageType

ADDRESS = "/fragments/dernieres/"


def render() -> Document:
    return render_bare(
        "frontend/fragments/latest.html",
        newspaper=queries.get_newspaper(),
        ongoing=queries.find_ongoing(),
        stories=queries.latest(PAPER, queries.LATEST_BY_COUNTRY, dated_only=True),
    )


PAGE_TYPES = [PageType("latest-fragment", "fragments/dernieres/", render, lambda: [ADDRESS])]
