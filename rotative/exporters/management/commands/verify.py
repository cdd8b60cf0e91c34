"""`rotative verify FOLDER`: whether a mirror is whole, and the newspaper's own."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from rotative.exporters import verification

SHOWN = 50


class Command(BaseCommand):
    help = "Say whether a mirror is whole and authentic. Ends with 1 when it is not."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="FOLDER")
        parser.add_argument("--key", default="", metavar="KEY", help="file with the public key, or its fingerprint")
        parser.add_argument(
            "--at-least", type=int, default=0, metavar="NUMBER", help="refuse a copy with a lower number: it is old"
        )

    def handle(self, *, folder: str, key: str, at_least: int, **options: Any) -> None:
        verdict = verification.verify(Path(folder), key, at_least)
        self.stdout.write(verdict.sentence(_))
        for label, paths in (
            (_("missing file"), verdict.missing),
            (_("altered file"), verdict.altered),
            (_("surplus file"), verdict.surplus),
        ):
            for path in paths[:SHOWN]:
                self.stdout.write(f"  {label}: {path}")
            if len(paths) > SHOWN:
                self.stdout.write(_("… and %(count)s more.") % {"count": len(paths) - SHOWN})
        if not verdict.is_good:
            raise SystemExit(1)
