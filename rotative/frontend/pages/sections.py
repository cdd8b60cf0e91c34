"""A section: its newest stories, its subsections, and the way into its archive."""

from rotative.content import queries
from rotative.content.models import Section
from rotative.frontend.pages import feeds
from rotative.frontend.pages.lists import render_list, trail_of
from rotative.publishing.page_types import Document


def section(page: Section) -> Document:
    return render_list(
        page.address,
        page.title,
        page.collection_key,
        trail=trail_of(page.desk) if page.desk else None,
        text=page.description,
        description=page.search_description or page.description,
        children=queries.subsections(page),
        shows_live_mark=True,
        feed=(page.title, feeds.address_below(page.address)),
        desk_address=page.desk.address if page.desk else page.address,
    )
