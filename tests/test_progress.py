"""What a terminal shows of long work."""

import io

from django.core.management.base import BaseCommand

from rotative.progress import console_of, shown_on


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_stays_on_its_line() -> None:
    terminal = Terminal()
    command = BaseCommand(stdout=terminal)
    with shown_on(console_of(command, {"no_color": True})) as tell:
        for done in range(5):
            tell("Reading", done, 5)
    assert terminal.getvalue().count("\n") == 1


def test_a_file_gets_a_line_for_each_tenth() -> None:
    log = io.StringIO()
    with shown_on(console_of(BaseCommand(stdout=log), {"no_color": True})) as tell:
        for done in range(101):
            tell("Reading", done, 100)
    assert len(log.getvalue().splitlines()) == 10
