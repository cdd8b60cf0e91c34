# ruff: noqa: N999 (Django names a command by its module, and this one is called `import`)
"""`rotative import capture FILE…`: bring what an old site left behind into the newspaper."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from rich.console import Console

from rotative.content.models import Edition
from rotative.importers.captures import filing
from rotative.importers.captures.reading import read_capture
from rotative.importers.captures.reporting import Report, print_report, print_summary
from rotative.importers.decoding import read_source
from rotative.importers.errors import Reason, SourceRefusedError

UNFOLDED = 1000  # columns where nobody looks: a pipe or a file gets whole lines


class Command(BaseCommand):
    help = "Import articles from another source. Safe to repeat: a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        sources = parser.add_subparsers(dest="source", required=True, metavar="SOURCE")
        capture = sources.add_parser("capture", help="the text of captured pages, one article a file")
        capture.add_argument("files", nargs="+", metavar="FILE")
        capture.add_argument("--edition", help="title or address of the edition, where the page does not say it")

    def handle(self, *args: Any, **options: Any) -> None:
        edition = _get_edition(options["edition"])
        reports = []
        for name in options["files"]:
            report = import_capture(Path(name), edition)
            self._print(partial(print_report, report=report), options)
            reports.append(report)
        self._print(partial(print_summary, reports=reports), options)
        if any(report.refusal for report in reports):
            raise SystemExit(1)

    def _print(self, write: Callable[[Console], None], options: dict[str, Any]) -> None:
        is_terminal = self.stdout.isatty()
        console = Console(
            width=None if is_terminal else UNFOLDED,
            force_terminal=is_terminal,
            no_color=options["no_color"],
            highlight=False,
        )
        with console.capture() as written:
            write(console)
        lines = (line.rstrip() for line in written.get().splitlines())
        self.stdout.write("\n".join(lines))


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
