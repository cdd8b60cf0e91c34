"""`rotative worker`: the background loop alone, for a machine where `rotative serve` does not run it."""

from typing import Any

from django.core.management.base import BaseCommand

from rotative.management import background


class Command(BaseCommand):
    help = "Publish and take down at the hours that editors have set, until stopped. `rotative serve` includes it."

    def handle(self, **options: Any) -> None:
        background.run()
