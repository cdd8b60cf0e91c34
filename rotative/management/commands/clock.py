"""`rotative clock`: whether the machine's clock is believed, and the word of a person that it is right."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from rotative.management import clock
from rotative.management.console import say
from rotative.publishing.models import PublisherState


class Command(BaseCommand):
    help = "Say whether the machine's clock is believed. While it is not, nothing is published at an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--trust", action="store_true", help="the clock is right as it is: go on publishing by it")

    def handle(self, *, trust: bool, **options: Any) -> None:
        if trust:
            clock.trust()
        state = PublisherState.objects.filter(pk=1).first()
        say(
            _("It is %(now)s. %(verdict)s")
            % {
                "now": datetime.now(UTC).isoformat(timespec="seconds"),
                "verdict": (state and state.clock_error) or _("The clock is believed."),
            }
        )
