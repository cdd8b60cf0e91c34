# ruff: noqa: N999 (Django names a command by its module, and this one is called `import`)
"""`rotative import …`: bring what an old site left behind into the newspaper."""

import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rich.console import Console

from rotative.content.models import Edition
from rotative.importers import jobs, planning, showing, sources
from rotative.importers.captures import filing
from rotative.importers.captures.reading import read_capture
from rotative.importers.captures.reporting import Report, explain, print_report, print_summary
from rotative.importers.decoding import read_source
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.models import ImportJob, JobState, SourceKind
from rotative.importers.progress import Tell, shown_on
from rotative.importers.wordpress.source import Export
from rotative.importers.wordpress.terms import Becomes, Target

UNFOLDED = 1000  # columns where nobody looks: a pipe or a file gets whole lines
LOOKING = gettext_noop("Looking through the file")


class Command(BaseCommand):
    help = "Import articles from another source. Safe to repeat: a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="source", required=True, metavar="SOURCE")
        capture = kinds.add_parser("capture", help="the text of captured pages, one article a file")
        capture.add_argument("files", nargs="+", metavar="FILE")
        capture.add_argument("--edition", help="title or address of the edition, where the page does not say it")
        wordpress = kinds.add_parser("wordpress", help="an export of WordPress (WXR), also packed with gzip or bzip2")
        wordpress.add_argument("file", metavar="FILE")
        wordpress.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
        wordpress.add_argument("--uploads", metavar="FOLDER", help="a copy of wp-content/uploads, to take pictures from")
        wordpress.add_argument("--offline", action="store_true", help="fetch no pictures from the old site")
        wordpress.add_argument("--retry-pictures", action="store_true", help="look again for those that were missing")
        wordpress.add_argument(
            "--category",
            action="append",
            default=[],
            metavar="SLUG=KIND[:NAME[/NAME]]",
            help="what a category becomes: section, edition, topic or nothing; may be given many times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["source"] == "wordpress":
            self._import_wordpress(options)
        else:
            self._import_captures(options)

    # --- WordPress

    def _import_wordpress(self, options: dict[str, Any]) -> None:
        console = self._console(options)
        path = Path(options["file"]).resolve()
        if options["uploads"] and not Path(options["uploads"]).is_dir():
            raise CommandError(_("There is no folder %(name)s.") % {"name": options["uploads"]})
        with shown_on(console) as tell:
            try:
                export = sources.open_export(path, partial(tell, LOOKING))
            except SourceRefusedError as refusal:
                raise CommandError(f"{path.name}: {explain(refusal)}") from None
            _choose(export, options["category"])
            if options["dry_run"]:
                planned = planning.plan(export.name, export.arrivals(0), export.total, tell, jobs.READING)
        if options["dry_run"]:
            showing.print_plan(console, export, planned)
            return
        job = _job_for(export, path, options)
        run_job(console, job, export)

    # --- captures

    def _import_captures(self, options: dict[str, Any]) -> None:
        edition = _get_edition(options["edition"])
        reports = []
        for name in options["files"]:
            report = import_capture(Path(name), edition)
            self._print(partial(print_report, report=report), options)
            reports.append(report)
        self._print(partial(print_summary, reports=reports), options)
        if any(report.refusal for report in reports):
            raise SystemExit(1)

    # --- where it is written

    def _console(self, options: dict[str, Any]) -> Console:
        is_terminal = self.stdout.isatty()
        return Console(
            file=self.stdout,  # type: ignore[arg-type] # it writes, which is all a console wants
            width=None if is_terminal else UNFOLDED,
            force_terminal=is_terminal,
            no_color=options["no_color"],
            highlight=False,
        )

    def _print(self, write: Callable[[Console], None], options: dict[str, Any]) -> None:
        console = self._console(options)
        with console.capture() as written:
            write(console)
        lines = (line.rstrip() for line in written.get().splitlines())
        self.stdout.write("\n".join(lines))


def run_job(console: Console, job: ImportJob, source: jobs.Source) -> None:
    """Run a job in the foreground; Ctrl-C stops it behind a whole batch, and says how to go on."""
    asked: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: asked.append(number))
    try:
        with shown_on(console) as tell:
            _run(job, source, tell, asked)
    finally:
        signal.signal(signal.SIGINT, before)
    showing.print_job(console, job)


def _run(job: ImportJob, source: jobs.Source, tell: Tell, asked: list[int]) -> None:
    try:
        jobs.run(job, source, sources.shelves_of(job), tell, lambda: bool(asked))
    except jobs.JobBusyError:
        raise CommandError(_("Import %(number)s is running elsewhere, or has ended.") % {"number": job.pk}) from None


def _job_for(export: Export, path: Path, options: dict[str, Any]) -> ImportJob:
    """Return the job that was stopped or died while it read this very file, or a new one."""
    wanted = {
        "uploads": str(Path(options["uploads"]).resolve()) if options["uploads"] else "",
        "online": not options["offline"],
        "retries": options["retry_pictures"],
    }
    open_states = [JobState.STOPPED, JobState.FAILED, JobState.RUNNING, JobState.FINISHING]
    same = ImportJob.objects.filter(kind=SourceKind.WORDPRESS, source=str(path), total=export.total, site=export.name)
    job = same.filter(state__in=open_states).first()
    if job is None:
        job = ImportJob(kind=SourceKind.WORDPRESS, source=str(path), site=export.name, total=export.total)
    job.options = wanted
    job.save()
    return job


def _choose(export: Export, chosen: list[str]) -> None:
    """Let categories become what the command line says. Raises CommandError."""
    for text in chosen:
        slug, _equals, said = text.partition("=")
        kind, _colon, names = said.partition(":")
        if slug not in export.targets:
            known = ", ".join(sorted(export.targets)[:50])
            raise CommandError(_("The export has no category “%(slug)s”. It has: %(known)s.") % {"slug": slug, "known": known})
        if kind not in set(Becomes):
            raise CommandError(_("A category becomes a section, an edition, a topic or nothing; not “%(kind)s”.") % {"kind": kind})
        trail = tuple(name.strip() for name in names.split("/") if name.strip()) or (export.site.categories[slug].name,)
        target = Target(Becomes(kind), () if kind == Becomes.NOTHING else trail[:2])
        sources.choose_target(export.name, slug, target)
        export.targets[slug] = target


def import_capture(path: Path, edition: Edition | None = None) -> Report:
    """Import one captured page; whatever is wrong with it is in the report."""
    try:
        decoded = read_source(path)
        capture = read_capture(decoded.text, filing.known_sections())
        filed = filing.file_capture(capture, path.name, edition)
    except SourceRefusedError as refusal:
        return Report(str(path), refusal=refusal)
    except DatabaseError as error:
        return Report(str(path), refusal=SourceRefusedError(Reason.NO_DATABASE, cause=str(error).split("\n")[0]))
    return Report(str(path), decoded, capture, filed)


def _get_edition(name: str | None) -> Edition | None:
    if not name:
        return None
    edition = filing.find_edition(name)
    if edition is None:
        known = ", ".join(Edition.objects.order_by("path").values_list("title", flat=True))
        raise CommandError(_("There is no edition “%(name)s”. There are: %(known)s.") % {"name": name, "known": known})
    return edition
