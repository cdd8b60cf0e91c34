"""Pages of Wagtail's tree: the address says which, the kind of what stands there says how it looks."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from rotative.content import queries
from rotative.content.models import Article, Edition, Home, Section, StandingPage
from rotative.frontend.pages import articles, fronts, sections, standing
from rotative.publishing.models import Priority
from rotative.publishing.page_types import Document, NotOnThisPathError, PageType

KINDS = {Edition: "edition", Section: "section", StandingPage: "standing", Article: "article"}
# When a page is rendered that shows what has changed without being about it.
PRIORITIES = {
    "edition": Priority.HOT,
    "section": Priority.HOT,
    "standing": Priority.WARM,
    "article": Priority.WARM,
}
RENDERERS: dict[type[Any], Callable[[Any], Document]] = {
    Home: fronts.home,
    Edition: fronts.edition,
    Section: sections.section,
    Article: articles.article,
    StandingPage: standing.standing,
}


def render_home() -> Document:
    return render("")


def render(steps: str) -> Document:
    """Render the page at /`steps`/."""
    page = queries.find_page(f"/{steps}/" if steps else "/")
    if page is None:
        raise NotOnThisPathError
    return replace(RENDERERS[type(page)](page), kind=KINDS.get(type(page), ""), subject=page.key)


def home_paths() -> Iterator[str]:
    yield from queries.addresses(Home)


def paths() -> Iterator[str]:
    for model in (Edition, Section, StandingPage, Article):
        yield from queries.addresses(model)


PAGE_TYPES = [
    PageType("home", "", render_home, home_paths, priority=Priority.HOT),
    PageType("tree", "<path:steps>/", render, paths, priority=Priority.HOT, kinds=PRIORITIES),
]
