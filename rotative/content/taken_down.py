"""What somebody has taken down, as its history says: it is not put back by whoever does not look at it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.models import Page, PageLogEntry

from rotative.content.actions import TAKE_DOWN
from rotative.content.models import Article, Withdrawal


def was_taken_down_since(page: Page, moment: datetime) -> bool:
    """Tell whether readers do not see `page` because somebody withdrew it after `moment`."""
    withdrawn = Q(action__startswith="wagtail.unpublish") | Q(action=TAKE_DOWN)
    return not page.live and PageLogEntry.objects.filter(withdrawn, page=page, timestamp__gte=moment).exists()


def reason_of(page: Page) -> str:
    """Return what was written for the newsroom when a page was taken down, or nothing."""
    entry = PageLogEntry.objects.filter(page=page, action=TAKE_DOWN).order_by("-timestamp", "-pk").first()
    return str(entry.data.get("reason", "")) if entry else ""


def tell_reason(request: HttpRequest, page: Page) -> None:
    """Say it above the edit screen, to whoever was led there in order to look."""
    reason = reason_of(page)
    if reason:
        messages.warning(request, gettext("It was taken down for this reason: “%(reason)s”") % {"reason": reason})


def find_taken_down(pages: Iterable[int]) -> Article | None:
    """Return the first of these pages that is an article taken down everywhere and not published since.

    It may have been moved meanwhile, away from the address that its withdrawal holds: its history knows. A paper that
    was made from a copy has no history, but the withdrawals.
    """
    told = PageLogEntry.objects.filter(page=OuterRef("pk"), action__in=(TAKE_DOWN, "wagtail.publish"))
    last = Subquery(told.order_by("-timestamp", "-pk").values("action")[:1])
    hidden = Article.objects.filter(pk__in=pages, live=False).annotate(last_action=last).order_by("pk")
    articles = {article.address: article for article in hidden}
    withdrawn = set(Withdrawal.objects.filter(address__in=articles).values_list("address", flat=True))
    return next((a for a in articles.values() if a.last_action == TAKE_DOWN or a.address in withdrawn), None)
