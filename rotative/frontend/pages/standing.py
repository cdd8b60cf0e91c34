"""Standing pages: about us, contact, legal notice."""

from django.utils.translation import gettext as _

from rotative.content.models import StandingPage
from rotative.frontend.rendering import render_page
from rotative.frontend.styles import parts_for
from rotative.publishing.page_types import Document


def standing(page: StandingPage) -> Document:
    return render_page(
        "frontend/standing.html",
        page.address,
        page.title,
        styles=("article", *parts_for(page.body)),
        description=page.search_description,
        page=page,
        trail=[(_("Front page"), "/")],
    )
