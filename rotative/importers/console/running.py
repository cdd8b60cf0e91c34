"""Run a job for the person at the keyboard: with a bar, and so that Ctrl-C loses nothing."""

import signal

from django.core.management import CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.text import Text

from rotative.content.models import Home, Newspaper
from rotative.importers.console import printing
from rotative.importers.filing import jobs, leases
from rotative.importers.filing.sources import Source
from rotative.importers.models import ImportJob
from rotative.progress import Tell, shown_on


def run_job(console: Console, job: ImportJob, source: Source) -> None:
    """Run a job in the foreground; Ctrl-C stops it behind a whole batch, and says how to go on."""
    asked: list[int] = []
    is_new = not Home.objects.exists()
    before = signal.signal(signal.SIGINT, lambda number, _frame: asked.append(number))
    try:
        with shown_on(console) as tell:
            _run(job, source, tell, asked)
    finally:
        signal.signal(signal.SIGINT, before)
    if is_new and Home.objects.exists():
        founded = _("There was no newspaper yet: “%(text)s” was founded.") % {"text": Newspaper.load().name}
        console.print(Text(founded))
    printing.print_job(console, job)


def _run(job: ImportJob, source: Source, tell: Tell, asked: list[int]) -> None:
    try:
        jobs.run(job, source, tell=tell, should_stop=lambda: bool(asked))
    except leases.JobBusyError:
        raise CommandError(_("Import %(number)s is running elsewhere, or has ended.") % {"number": job.pk}) from None
