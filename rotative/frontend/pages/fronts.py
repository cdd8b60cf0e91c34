"""Fronts: the front page of the paper, and that of each edition."""

from typing import Any

from django.utils.translation import gettext as _

from rotative.addresses import ARCHIVES, PAPER_ARCHIVES
from rotative.content import queries
from rotative.content.models import Edition, Home
from rotative.frontend import metadata
from rotative.frontend.pages import feeds
from rotative.frontend.rendering import render_page
from rotative.publishing.page_types import Document

STYLES = ("cards", "front")


def home(page: Home) -> Document:
    """Render the front page: one lead, stories by importance, sections."""
    newspaper = queries.get_newspaper()
    organisation: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsMediaOrganization",
        "name": newspaper.name,
        "url": metadata.absolute("/"),
        "sameAs": [account.url for account in queries.frame().social_accounts],
    }
    return render_page(
        "frontend/front.html",
        "/",
        newspaper.name,
        styles=STYLES,
        description=page.search_description or newspaper.description or newspaper.motto,
        front=queries.front_of(page),
        shows_live_mark=True,
        is_home=True,
        onward=PAPER_ARCHIVES,
        structured_data=[metadata.as_script(organisation)],
    )


def edition(page: Edition) -> Document:
    """Render the front of one country."""
    trail = [(_("Front page"), "/"), (page.title, page.address)]
    return render_page(
        "frontend/front.html",
        page.address,
        page.title,
        styles=STYLES,
        description=page.search_description,
        front=queries.front_of(page),
        shows_live_mark=True,
        hide_edition=True,
        feed=(page.title, feeds.address_below(page.address)),
        onward=page.address + ARCHIVES,
        structured_data=[metadata.as_script(metadata.breadcrumbs(trail))],
    )
