"""`rotative wires`: the agencies' feeds that are followed; ask them now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rotative.importers.models import Wire
from rotative.importers.newsroom import wire_cards
from rotative.importers.wires import asking


class Command(BaseCommand):
    help = "List the agencies' feeds that are followed, or ask them now for what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", nargs="?", choices=["ask"], help="without one, all wires are listed")
        parser.add_argument("name", nargs="?", help="of one wire; without it, all that are not paused are asked")

    def handle(self, *args: Any, **options: Any) -> None:
        wires = wire_cards.wires()
        if options["name"]:
            wires = wires.filter(name=options["name"])
            if not wires.exists():
                raise CommandError(_("There is no wire “%(name)s”.") % {"name": options["name"]})
        if options["action"] == "ask":
            for wire in wires.filter(is_on=True):
                _ask(wire)
        for card in wire_cards.cards_of(wires.all()):
            self.stdout.write(_line(card))
            if card.problem:
                self.stdout.write(f"  {card.problem}")


def _ask(wire: Wire) -> None:
    Wire.objects.filter(pk=wire.pk).update(next_ask_at=timezone.now())
    if mine := asking.claim(wire):  # else the worker is asking it at this moment
        asking.ask(mine)


def _line(card: wire_cards.WireCard) -> str:
    answered = card.wire.answered_at
    when = date_format(timezone.localtime(answered), "SHORT_DATETIME_FORMAT") if answered else _("never answered")
    facts = {"name": card.wire.name, "status": card.status, "when": when, "count": card.stories, "drafts": card.drafts}
    return _("%(name)s: %(status)s (%(when)s), stories: %(count)s, drafts: %(drafts)s") % facts
