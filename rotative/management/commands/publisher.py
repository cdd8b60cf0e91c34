"""`rotative publisher`: the publisher alone, for a machine where `rotative serve` does not run it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from rotative.environment import ConfigurationError
from rotative.management import background
from rotative.management.commands.serve import parse_count
from rotative.publishing import heartbeat
from rotative.publishing.leader_lock import AnotherPublisherError


class Command(BaseCommand):
    help = (
        "Render and store pages as they change, and publish at the hours that were set. `rotative serve` includes it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", default="1", help="processes that render (default: %(default)s)")

    def handle(self, *, processes: str, **options: Any) -> None:
        heartbeat.start(background.WORKS["rotative-publisher"].stuck_seconds)
        try:
            background.publish(parse_count("--processes", processes))
        except AnotherPublisherError:
            raise ConfigurationError(
                _("Another publisher is at work. There is one for each newspaper: stop it, or let it work.")
            ) from None
