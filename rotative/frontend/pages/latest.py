"""En continu: everything, newest first, by day."""

from django.utils.translation import gettext as _

from rotative.addresses import PAPER_ARCHIVES
from rotative.content import queries
from rotative.content.models.listings import PAPER
from rotative.frontend.rendering import render_page
from rotative.publishing.models import Priority
from rotative.publishing.page_types import Document, PageType

ADDRESS = "/en-continu/"
LONGEST = 60


def render() -> Document:
    return render_page(
        "frontend/list.html",
        ADDRESS,
        _("Latest news"),
        styles=("cards",),
        stories=queries.latest(PAPER, LONGEST, dated_only=True),
        heading="h3",
        by_day=True,
        shows_live_mark=True,
        pictured=False,
        trail=[(_("Front page"), "/")],
        after=(_("Archive"), PAPER_ARCHIVES),
    )


PAGE_TYPES = [PageType("latest", "en-continu/", render, lambda: [ADDRESS], priority=Priority.WARM)]
