"""One page type a file. `register_all` is the list of everything that readers can ask for."""

from rotative.addresses import FEED
from rotative.content.models import Article, Edition, Home, Section, StandingPage
from rotative.frontend import fragments
from rotative.frontend.pages import (
    absences,
    archives,
    articles,
    authors,
    discussions,
    feeds,
    files,
    fronts,
    latest,
    sections,
    sitemaps,
    standing,
    topics,
    tree,
)
from rotative.publishing import page_types, store


def register_all() -> None:
    """Register every page type; those of the tree come last, because their route fits almost any path."""
    store.MEDIA_TYPES[FEED] = "application/rss+xml; charset=utf-8"
    for module in (files, latest, fragments, feeds, sitemaps, archives, topics, authors, discussions, tree):
        for page_type in module.PAGE_TYPES:
            page_types.register(page_type)
    page_types.register_fallback(absences.find_withdrawn)
    page_types.register_fallback(absences.find_moved)
    page_types.register_fallback(absences.find_gone)
    page_types.register_preview(Article, articles.preview)
    page_types.register_preview(Home, fronts.home)
    page_types.register_preview(Edition, fronts.edition)
    page_types.register_preview(Section, sections.section)
    page_types.register_preview(StandingPage, standing.standing)
