"""Wires as the newsroom sees them: how each is, what it brought, what of it waits for an editor."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rotative.importers.models import ImportedItem, Line, Outcome, Wire
from rotative.importers.wires.asking import GONE
from rotative.importers.wires.problems import problem_in_words

DRAFTS: Final = 30
DAYS: Final = 14
CORRECTIONS: Final = 10


@dataclass(frozen=True)
class WireCard:
    """A wire, and how many of the stories that it brought are here and are drafts."""

    wire: Wire
    stories: int
    drafts: int

    @property
    def is_asked(self) -> bool:
        return self.wire.claimed_until is not None and self.wire.claimed_until > timezone.now()

    @property
    def is_moving(self) -> bool:
        """Tell whether it changes in a moment."""
        return self.is_asked or (self.wire.is_on and self.wire.next_ask_at <= timezone.now())

    @property
    def status(self) -> str:
        if not self.wire.is_on:
            return _("Ended") if self.wire.problem == GONE else pgettext("a wire", "Paused")
        if self.is_moving:
            return _("Being asked") if self.is_asked else _("To be asked in a moment")
        return _("Brings nothing") if self.wire.failures else pgettext("a wire", "Followed")

    @property
    def tone(self) -> str:
        if not self.wire.is_on:
            return "bad" if self.wire.problem == GONE else "quiet"
        if self.is_moving:
            return "busy"
        return "bad" if self.wire.failures else "good"

    @property
    def problem(self) -> str:
        return problem_in_words(self.wire.problem)

    @property
    def section(self) -> str:
        return " › ".join(self.wire.section.titles) if self.wire.section else ""


def wires() -> QuerySet[Wire]:
    return Wire.objects.select_related("section__desk")


def cards_of(rows: Iterable[Wire]) -> list[WireCard]:
    """Return the cards of wires, in a constant number of queries."""
    found = list(rows)
    items = ImportedItem.objects.filter(job__wire__in=found, page__isnull=False).order_by()
    counted = items.values_list("job__wire").annotate(
        stories=Count("pk"), drafts=Count("pk", filter=Q(page__live=False))
    )
    counts = {wire: (stories, drafts) for wire, stories, drafts in counted}
    return [WireCard(wire, *counts.get(wire.pk, (0, 0))) for wire in found]


def page_of_drafts(wire: Wire, number: str) -> "PageOf[Any]":
    """Return a page of what a wire brought and nobody has published, the newest first."""
    items = ImportedItem.objects.filter(job__wire=wire, page__live=False).select_related("page")
    return Paginator(items.order_by("-imported_at", "-pk"), DRAFTS).get_page(number)


def corrections_of(wire: Wire) -> list[Line]:
    """Return the last stories that the agency corrected after the newsroom had touched them: somebody must look."""
    lines = Line.objects.filter(job__wire=wire, outcome=Outcome.KEPT, reason="", item__page__isnull=False)
    return list(lines.select_related("item__page", "job").order_by("-pk")[:CORRECTIONS])
