"""`rotative imports`: the imports that were made; go on with one, stop it, undo it, write its account book."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console

from rotative.importers.account_book import spreadsheet
from rotative.importers.account_book.wording import explain
from rotative.importers.console import printing, running
from rotative.importers.errors import SourceRefusedError
from rotative.importers.filing import leases, sources, undoing
from rotative.importers.models import ImportJob, JobState
from rotative.progress import console_of, shown_on

ACTIONS = ("resume", "stop", "undo", "account", "show")


class Command(BaseCommand):
    help = "List the imports that were made; go on with one, stop it, undo it, or write its account book."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", nargs="?", choices=ACTIONS, help="without one, all imports are listed")
        parser.add_argument("number", nargs="?", type=int, help="of the import")
        parser.add_argument("--csv", metavar="FILE", help="with account: write it there instead of to standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        console = console_of(self, options)
        if options["action"] is None:
            for job in ImportJob.objects.filter(wire=None).order_by("pk"):
                printing.print_job(console, job)
            return
        if options["number"] is None:
            raise CommandError(_("Which import? “rotative imports” lists them."))
        found = ImportJob.objects.filter(pk=options["number"]).first()
        if found is None:
            raise CommandError(_("There is no import %(number)s.") % {"number": options["number"]})
        getattr(self, f"_{options['action']}")(console, found, options)

    def _show(self, console: Console, job: ImportJob, options: dict[str, Any]) -> None:
        printing.print_job(console, job)

    def _resume(self, console: Console, job: ImportJob, options: dict[str, Any]) -> None:
        try:
            source = sources.reopen_source(job)
        except SourceRefusedError as refusal:
            raise CommandError(f"{job.source}: {explain(refusal)}") from None
        with source:
            running.run_job(console, job, source)

    def _stop(self, console: Console, job: ImportJob, options: dict[str, Any]) -> None:
        if job.state not in {JobState.RUNNING, JobState.FINISHING}:
            raise CommandError(_("Import %(number)s is not running.") % {"number": job.pk})
        ImportJob.objects.filter(pk=job.pk).update(stop_asked=True)
        console.print(_("It stops behind what it is writing."))

    def _undo(self, console: Console, job: ImportJob, options: dict[str, Any]) -> None:
        try:
            with shown_on(console) as tell:
                undoing.undo(job, tell)
        except leases.JobBusyError:
            raise CommandError(_("Import %(number)s is running, or is undone.") % {"number": job.pk}) from None
        printing.print_job(console, job)

    def _account(self, console: Console, job: ImportJob, options: dict[str, Any]) -> None:
        if not options["csv"]:
            for line in spreadsheet.csv_lines(job):
                self.stdout.write(line, ending="")
            return
        # The mark tells spreadsheets that it is UTF-8.
        with open(options["csv"], "w", encoding="utf-8-sig", newline="") as file:  # noqa: PTH123
            file.writelines(spreadsheet.csv_lines(job))
        console.print(_("Written: %(file)s") % {"file": options["csv"]})
