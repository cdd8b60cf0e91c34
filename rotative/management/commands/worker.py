"""`rotative worker`: the background work alone, for a machine where `rotative serve` does not run it."""

from typing import Any

from django.core.management.base import BaseCommand

from rotative.management import background
from rotative.publishing import heartbeat


class Command(BaseCommand):
    help = "Send mails, learn from the moderators and forget what need not be kept. `rotative serve` includes it."

    def handle(self, **options: Any) -> None:
        heartbeat.start(background.WORKS["rotative-worker"].stuck_seconds)
        background.work()
