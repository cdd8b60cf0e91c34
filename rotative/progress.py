"""Long work tells how far it is; a terminal shows a bar, a log shows a line now and then."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from django.utils.translation import gettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

LINES = 10  # of a log, for one label


class Tell(Protocol):
    """Hears how far the work called `label` is; the label is translated by whoever shows it."""

    def __call__(self, label: str, done: int, total: int) -> None: ...


def say_nothing(label: str, done: int, total: int) -> None:
    """Take the place of a Tell when nobody looks."""


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
