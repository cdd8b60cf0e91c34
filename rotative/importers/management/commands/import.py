# ruff: noqa: N999 (Django names a command by its module, and this one is called `import`)
"""`rotative import …`: bring what an old site left behind into the newspaper."""

import os
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rotative.content.models import Edition
from rotative.copies.errors import RestoreRefusedError
from rotative.copies.restore import restore_paper
from rotative.importers.account_book.wording import explain
from rotative.importers.console import printing, running
from rotative.importers.errors import SourceRefusedError
from rotative.importers.filing import jobs, planning, sources
from rotative.importers.filing.naming import find_edition
from rotative.importers.models import ImportJob, JobState, Outcome, SourceKind
from rotative.importers.wordpress import targets
from rotative.importers.wordpress.source import Export
from rotative.importers.wordpress.terms import Becomes, Target
from rotative.progress import console_of, shown_on

LOOKING = gettext_noop("Looking through the file")


class Command(BaseCommand):
    help = "Import articles from another source. Safe to repeat: a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="source", required=True, metavar="SOURCE")
        capture = kinds.add_parser("capture", help="the text of captured pages: files, or a folder of them")
        capture.add_argument("files", nargs="+", metavar="FILE")
        capture.add_argument("--edition", help="title or address of the edition, where the page does not say it")
        capture.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
        wordpress = kinds.add_parser("wordpress", help="an export of WordPress (WXR), also packed with gzip or bzip2")
        wordpress.add_argument(
            "--category",
            action="append",
            default=[],
            metavar="SLUG=KIND[:NAME[/NAME]]",
            help="what a category becomes: section, edition, topic or nothing; may be given many times",
        )
        pages = kinds.add_parser("pages", help="HTML pages: a folder of them, a WARC file of a crawler, or one page")
        for of_old_site in (wordpress, pages):
            _add_options(of_old_site)
        feed = kinds.add_parser("feed", help="a feed of an agency or another paper: RSS, Atom, JSON Feed")
        _add_options(feed)
        feed.add_argument("--section", default="", metavar="NAME[/NAME]", help="where its stories are filed")
        feed.add_argument("--publish", action="store_true", help="at once; without it they wait as drafts")
        paper = kinds.add_parser("rotative", help="what `rotative export` wrote, into a paper that is empty")
        paper.add_argument("folder", metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["source"]:
            case "rotative":
                self._restore(options)
            case "capture":
                self._import_captures(options)
            case "pages" if options["file"].lower().endswith((".warc", ".warc.gz")):
                self._run(options, SourceKind.WARC, options["file"])
            case kind:
                self._run(options, SourceKind(kind), options["file"])

    # --- jobs

    def _run(self, options: dict[str, Any], kind: SourceKind, source: str) -> ImportJob | None:
        """Run a job, or say what it would do."""
        console = console_of(self, options)
        path = source if "://" in source else str(Path(source).resolve())
        job = ImportJob(kind=kind, source=path, options=_options_of_job(options))
        with shown_on(console) as tell:
            try:
                opened = sources.open_source(job, partial(tell, LOOKING))
            except SourceRefusedError as refusal:
                raise CommandError(f"{printing.printable(job.name)}: {explain(refusal)}") from None
        with opened:
            if isinstance(opened, Export):
                _choose(opened, options["category"])
            if options["dry_run"]:
                with shown_on(console) as tell:
                    planned = planning.plan(opened.name, opened.items(0), opened.total, tell, jobs.READING)
                printing.print_plan(console, job.name, opened, planned)
                return None
            job = _same_or_new(job, opened)
            running.run_job(console, job, opened)
            return job

    def _import_captures(self, options: dict[str, Any]) -> None:
        """Import files and folders as one job. Files that a person named are told one by one."""
        paths = [Path(name).resolve() for name in options["files"]]
        root = paths[0] if len(paths) == 1 else Path(os.path.commonpath([path.parent for path in paths]))
        edition = _get_edition(options["edition"])
        options["country"] = edition.title if edition else ""
        options["files"] = [path.relative_to(root).as_posix() for path in paths if path != root]
        job = self._run(options, SourceKind.CAPTURE, str(root))
        if job is None or all(path.is_dir() for path in paths):
            return
        printing.print_lines(console_of(self, options), job)
        if job.lines.filter(outcome__in=[Outcome.SKIPPED, Outcome.REFUSED]).exists():
            raise SystemExit(1)

    def _restore(self, options: dict[str, Any]) -> None:
        console = console_of(self, options)
        try:
            with shown_on(console) as tell:
                restored = restore_paper(Path(options["folder"]), tell)
        except RestoreRefusedError as refusal:
            raise CommandError(str(refusal)) from None
        came = {"rows": restored.rows.total(), "files": restored.files}
        console.print(_("Brought in: %(rows)s rows, %(files)s files.") % came)
        for name, count in restored.skipped.most_common():
            console.print(_("Left out, not known here: %(name)s × %(count)s") % {"name": name, "count": count})


def _add_options(parser: CommandParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
    parser.add_argument("--uploads", metavar="FOLDER", help="a copy of the old site's files, to take pictures from")
    parser.add_argument("--offline", action="store_true", help="fetch no pictures from the old site")
    parser.add_argument("--retry-pictures", action="store_true", help="look again for those that were missing")


def _options_of_job(options: dict[str, Any]) -> dict[str, Any]:
    """Return what a job has to know to go on without this command. Raises CommandError."""
    uploads = options.get("uploads")
    if uploads and not Path(uploads).is_dir():
        raise CommandError(_("There is no folder %(name)s.") % {"name": uploads})
    return {
        "uploads": str(Path(uploads).resolve()) if uploads else "",
        "online": not options.get("offline", False),
        "retries": options.get("retry_pictures", False),
        "country": options.get("country", ""),
        "files": options.get("files", []),
        "section": options.get("section", ""),
        "draft": not options.get("publish", False),
    }


def _same_or_new(job: ImportJob, source: sources.Source) -> ImportJob:
    """Return the job that was stopped or died while it read this very source, or the new one."""
    open_states = [JobState.STOPPED, JobState.FAILED, JobState.RUNNING, JobState.FINISHING]
    same = ImportJob.objects.filter(kind=job.kind, source=job.source, total=source.total, site=source.name)
    begun = same.filter(state__in=open_states).order_by("-pk")
    if found := next((one for one in begun if one.options.get("files", []) == job.options["files"]), None):
        found.options = job.options
        job = found
    job.site, job.total = source.name, source.total
    job.save()
    return job


def _choose(export: Export, chosen: list[str]) -> None:
    """Let categories become what the command line says. Raises CommandError."""
    for text in chosen:
        slug, _equals, said = text.partition("=")
        kind, _colon, names = said.partition(":")
        if slug not in export.targets:
            known = ", ".join(sorted(export.targets)[:50])
            raise CommandError(
                _("The export has no category “%(slug)s”. It has: %(known)s.") % {"slug": slug, "known": known}
            )
        if kind not in set(Becomes):
            raise CommandError(
                _("A category becomes a section, an edition, a topic or nothing; not “%(kind)s”.") % {"kind": kind}
            )
        trail = tuple(name.strip() for name in names.split("/") if name.strip()) or (export.site.categories[slug].name,)
        target = Target(Becomes(kind), () if kind == Becomes.NOTHING else trail[:2])
        targets.choose_target(export.name, slug, target)
        export.targets[slug] = target


def _get_edition(name: str | None) -> Edition | None:
    """Return an edition by its title or its address. Raises CommandError."""
    if not name:
        return None
    edition = find_edition(name)
    if edition is None:
        known = ", ".join(Edition.objects.order_by("path").values_list("title", flat=True))
        raise CommandError(_("There is no edition “%(name)s”. There are: %(known)s.") % {"name": name, "known": known})
    return edition
