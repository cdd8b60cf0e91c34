"""`rotative rebuild`: render pages again, some or all."""

import time
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from rotative.environment import ConfigurationError
from rotative.management import background
from rotative.management.commands.serve import parse_count
from rotative.management.console import say
from rotative.publishing import marking, store
from rotative.publishing.invalidation import invalidate_all
from rotative.publishing.keys import EVERYTHING, path_key
from rotative.publishing.leader_lock import AnotherPublisherError, sole_publisher
from rotative.publishing.models import Invalidation, StoredPage
from rotative.publishing.publisher import Step
from rotative.publishing.reports import is_alive

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 60


class Command(BaseCommand):
    help = (
        "Render pages again: those at the given paths, or --all. A publisher at work does it; else this command does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", metavar="PATH", help="path of a page, such as /politique/")
        parser.add_argument("--all", action="store_true", help="every page of the newspaper")
        parser.add_argument("--processes", default="1", help="processes that render (default: %(default)s)")

    def handle(self, *, paths: list[str], processes: str, **options: Any) -> None:
        everything = bool(options["all"])
        if everything == bool(paths):
            raise ConfigurationError(_("Name the paths of the pages, or say --all."))
        count = parse_count("--processes", processes)
        mark(everything, paths)
        started = time.monotonic()
        try:
            with sole_publisher():
                done = rebuild_here(count)
        except AnotherPublisherError:
            done = watch()
        seconds = time.monotonic() - started
        words = {"done": done, "seconds": f"{seconds:.1f}", "speed": f"{done / seconds if seconds else 0:.0f}"}
        say(_("%(done)s pages in %(seconds)s s, %(speed)s a second.") % words)
        report_failures()


def mark(everything: bool, paths: Sequence[str]) -> None:
    """Ask for the pages. Raises ConfigurationError for a path at which no page can be stored."""
    for path in paths:
        if not store.can_hold(path):
            raise ConfigurationError(
                _("“%(path)s” is not the path of a page. It begins with a slash, as in /politique/.") % {"path": path}
            )
    keys = [EVERYTHING] if everything else [path_key(path) for path in paths]
    with transaction.atomic():
        invalidate_all(keys, cause="rebuild", urgent=not everything)


def rebuild_here(processes: int) -> int:
    """Publish until nothing is stale, and return how many pages were rendered."""
    publisher = background.make_publisher(processes)
    done = 0
    with progress() as bar:
        task = bar.add_task(_("Rendering"), total=None)
        for step in publisher.steps():
            if step is Step.RENDERED:
                done += publisher.rendered
                bar.update(task, total=done + marking.count_stale() - publisher.rendered, completed=done)
            elif step is Step.PURGED and not marking.count_stale():
                break
    publisher.close()
    return done


def watch() -> int:
    """Look on while the publisher does it. Raises ConfigurationError when it does not move."""
    total = done = 0
    moved_at = time.monotonic()
    with progress() as bar:
        task = bar.add_task(_("Rendering (the publisher at work does it)"), total=None)
        while True:
            waiting = marking.count_stale() + Invalidation.objects.due().count()
            if total - waiting != done or not total:
                moved_at = time.monotonic()
            total = max(total, waiting)
            done = total - waiting
            bar.update(task, total=total, completed=done)
            if not waiting:
                return total
            if time.monotonic() - moved_at > PATIENCE_SECONDS or not is_alive():
                raise ConfigurationError(_("The publisher does not go on. Look at `rotative doctor` and at its log."))
            time.sleep(LOOK_SECONDS)


def progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), transient=True
    )


def report_failures() -> None:
    """Name the pages that could not be rendered; they keep what they showed."""
    for page in StoredPage.objects.filter(failures__gt=0).order_by("path")[:20]:
        say(_("✗ %(path)s keeps its old bytes: %(error)s") % {"path": page.path, "error": page.error})
