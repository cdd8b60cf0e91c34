"""`rotative audit`: prove that no page is stale, by rendering a sample again, and that derived rows are right."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from rotative.environment import ConfigurationError
from rotative.management.commands.rebuild import progress
from rotative.management.commands.recompute import derived_problems
from rotative.management.console import say
from rotative.publishing.audit import examine, unstored_paths
from rotative.publishing.builds import current_build
from rotative.publishing.models import StoredPage


class Command(BaseCommand):
    help = (
        "Compare what the database keeps beside the facts, and a sample of the stored pages, with what they would be "
        "now. Ends with 1 when something is not what it should be."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sample", default="200", help="how many pages (default: %(default)s)")
        parser.add_argument("--all", action="store_true", help="every page, and a search for those that are missing")

    def handle(self, *, sample: str, **options: Any) -> None:
        everything = bool(options["all"])
        if not sample.isdecimal() or not int(sample):
            raise ConfigurationError(
                _("--sample is “%(text)s”, but must be a number above zero, such as 200.") % {"text": sample}
            )
        refuse_other_settings()
        derived = list(derived_problems(None if everything else int(sample)))
        for problem in derived:
            say(problem)
        if derived:
            say(_("%(count)s derived values are wrong. Put them right: rotative recompute") % {"count": len(derived)})
        findings = self._findings(everything, int(sample))
        for path, problem in findings:
            say(f"✗ {path}: {problem}")
        if findings:
            say(
                _("%(count)s pages are not what they should be. Render them again: rotative rebuild PATH")
                % {"count": len(findings)}
            )
        if findings or derived:
            sys.exit(1)

    def _findings(self, everything: bool, sample: int) -> list[tuple[str, str]]:
        pages = StoredPage.objects.filter(number__isnull=False)
        chosen = pages.order_by("pk") if everything else pages.order_by("?")[:sample]
        findings = []
        examined = 0
        with progress() as bar:
            task = bar.add_task(_("Comparing"), total=chosen.count())
            for page in chosen.iterator():
                examined += 1
                if found := examine(page):
                    findings.append((found.path, found.problem))
                bar.advance(task)
        if everything:
            findings += [(path, _("not stored")) for path in unstored_paths()]
        say(_("%(count)s pages compared, %(found)s findings.") % {"count": examined, "found": len(findings)})
        return findings


def refuse_other_settings() -> None:
    """Raise ConfigurationError where every page would differ, because another program or other settings rendered it."""
    pages = StoredPage.objects.filter(number__isnull=False)
    if pages.exists() and not pages.filter(build=current_build()).exists():
        raise ConfigurationError(
            _(
                "The stored pages were rendered by another version or with other settings. Set the variables that "
                "the publisher has, ROTATIVE_SITE_URL above all, or start the publisher."
            )
        )
