"""`rotative doctor`: examine the installation, and say what to do about what is not well."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rotative.management.console import say
from rotative.management.health import Finding, Verdict, examine

MARKS = {Verdict.GOOD: "[green]✓[/]", Verdict.DOUBTFUL: "[yellow]![/]", Verdict.BROKEN: "[red]✗[/]"}


class Command(BaseCommand):
    help = "Examine the installation: what is well, what is not, and what to do. Ends with 1 when something is broken."
    # Its own findings come first: a broken database must become a line of the table.
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        findings = list(examine())
        show(findings)
        broken = sum(finding.verdict is Verdict.BROKEN for finding in findings)
        doubtful = sum(finding.verdict is Verdict.DOUBTFUL for finding in findings)
        say(_("%(broken)s broken, %(doubtful)s to look at.") % {"broken": broken, "doubtful": doubtful})
        if broken:
            sys.exit(1)


def show(findings: list[Finding]) -> None:
    """Print the findings as a table; a remedy stands below what it mends."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for finding in findings:
        remedy = f"\n[dim]→ {escape(finding.remedy)}[/]" if finding.remedy else ""
        table.add_row(MARKS[finding.verdict], finding.subject, escape(finding.state) + remedy)
    Console(file=sys.stdout, highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else 160).print(table)
