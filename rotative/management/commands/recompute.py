"""`rotative recompute`: put right what the database says twice, and say what was wrong."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from rotative.comments import derived as comments
from rotative.content import derived as content
from rotative.content.derived import Mismatch
from rotative.management.console import say


class Command(BaseCommand):
    help = (
        "Compute anew what the database keeps beside the facts: lists and their months, addresses, numbers of pages "
        "and of comments. Say what differed; the publisher renders what shows it."
    )

    def handle(self, **options: Any) -> None:
        mended = unmended = 0
        for found in chain(content.mismatches(mend=True), comments.mismatches(mend=True)):
            mended += found.right is not None
            unmended += found.right is None
            say(describe(found))
        say(_("%(count)s values were wrong and are right now.") % {"count": mended})
        if unmended:
            say(_("%(count)s pages stand below none: move or delete them.") % {"count": unmended})
            raise SystemExit(1)


def describe(found: Mismatch) -> str:
    """Say in a line what is wrong, and what it should be."""
    if found.right is None:
        return _("✗ %(where)s: no page stands above it") % {"where": found.where}
    return f"✗ {found.where}: {found.what} {found.stored} → {found.right}"


def derived_problems(sample: int | None) -> Iterator[str]:
    """Say what `recompute` would put right; of articles a sample, unless all are asked for."""
    yield from map(describe, chain(content.mismatches(sample=sample), comments.mismatches()))
