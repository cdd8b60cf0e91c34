"""Long work tells how far it is; a terminal shows a bar, a log shows a line now and then."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Protocol, cast

from django.core.management.base import BaseCommand
from django.utils.translation import gettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

LINES = 10  # of a log, for one label
UNFOLDED = 1000  # columns where nobody looks: a pipe or a file gets whole lines


class Tell(Protocol):
    """Hears how far the work called `label` is; the label is translated by whoever shows it."""

    def __call__(self, label: str, done: int, total: int) -> None: ...


def say_nothing(label: str, done: int, total: int) -> None:
    """Take the place of a Tell when nobody looks."""


def console_of(command: BaseCommand, options: dict[str, Any]) -> Console:
    """Return the console on which a command writes."""
    is_terminal = command.stdout.isatty()
    return Console(
        file=cast(IO[str], command.stdout._out),  # Django's own wrapper ends each piece of a bar with a line
        width=None if is_terminal else UNFOLDED,
        force_terminal=is_terminal,
        no_color=options["no_color"],
        highlight=False,
    )


@contextmanager
def shown_on(console: Console) -> Iterator[Tell]:
    """Show progress on `console`: bars on a terminal, plain lines elsewhere."""
    if not console.is_terminal:
        yield Lines(console)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("·"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        tasks = {}

        def tell(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = progress.add_task(gettext(label), total=total)
            progress.update(tasks[label], completed=done, total=total)

        yield tell


class Lines:
    """Tells in plain lines, at each tenth of the work."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.told: dict[str, int] = {}

    def __call__(self, label: str, done: int, total: int) -> None:
        part = LINES * done // total if total else LINES
        if self.told.get(label, 0) < part:
            self.told[label] = part
            self.console.print(f"{gettext(label)}: {done}/{total}", highlight=False, markup=False)
