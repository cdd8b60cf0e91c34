"""`rotative demo`: the demonstration newspaper, and as many generated articles as a measurement needs."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from rotative.demonstration import edition, generator
from rotative.demonstration.manuscripts import BadManuscriptError
from rotative.progress import console_of, shown_on


class Command(BaseCommand):
    help = "Make the demonstration newspaper. Safe to repeat: what is there stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--articles",
            type=whole_number,
            default=0,
            metavar="N",
            help="also generate articles until there are N of them, for trying things out at scale",
        )

    def handle(self, *, articles: int, **options: Any) -> None:
        console = console_of(self, options)
        try:
            with shown_on(console) as tell:
                made = edition.print_edition(timezone.now(), tell)
                generated = generator.generate(articles, edition.pictures(), tell) if articles else 0
        except BadManuscriptError as error:
            raise CommandError(str(error)) from error
        for model, number in made.items():
            if number:
                name = model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural
                self.stdout.write(f"  {number} {name}")
        if generated:
            self.stdout.write(_("%(count)s generated articles were added.") % {"count": generated})
        if not generated and not made.total():
            self.stdout.write(_("The demonstration newspaper is here already. Nothing was added."))


def whole_number(text: str) -> int:
    """Parse a whole number above zero."""
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise ArgumentTypeError(_("“%(text)s” is no whole number above zero") % {"text": text})
