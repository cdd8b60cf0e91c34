"""What pages that list stories have in common."""

from typing import Any

from django.utils.translation import gettext as _

from rotative.addresses import ARCHIVES
from rotative.content import queries
from rotative.content.models import Section
from rotative.frontend import metadata
from rotative.frontend.rendering import Trail, render_page
from rotative.publishing.page_types import Document

LONGEST = 30


def trail_of(section: Section) -> Trail:
    """Return the breadcrumb that ends at `section`: (label, address), the front page first.

    A section that was taken back is left out: its articles stay, and none may lead to where nothing stands.
    """
    steps = [step for step in (section.desk, section) if step and step.live]
    return [(_("Front page"), "/"), *((step.title, step.address) for step in steps)]


def render_list(address: str, title: str, collection: str, *, trail: Trail | None = None, **context: Any) -> Document:
    """Render the newest stories of a collection, with its archive behind them."""
    trail = trail or [(_("Front page"), "/")]
    return render_page(
        "frontend/list.html",
        address,
        title,
        styles=("cards",),
        stories=queries.latest(collection, LONGEST),
        heading="h2",
        standfirst=True,
        pictured=True,
        trail=trail,
        after=(_("Archive"), address + ARCHIVES),
        structured_data=[metadata.as_script(metadata.breadcrumbs([*trail, (title, address)]))],
        **context,
    )


def render_index(address: str, title: str, groups: list[tuple[str, list[tuple[str, str]]]], **context: Any) -> Document:
    """Render an index: `groups` of a heading and (label, address) entries."""
    context.setdefault("trail", [(_("Front page"), "/")])
    return render_page("frontend/index.html", address, title, styles=("cards",), groups=groups, **context)
