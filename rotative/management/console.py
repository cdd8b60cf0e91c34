"""Console output of commands: in the terminal's language, a line a step, with its time."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation

from rotative.environment import terminal_language

Advance = Callable[[int, int], None]


@contextmanager
def spoken() -> Iterator[None]:
    """Speak the terminal's language inside."""
    with translation.override(terminal_language()):
        yield


@contextmanager
def written() -> Iterator[None]:
    """Use the newspaper's language inside: for what a command writes into the database."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextmanager
def step(label: str) -> Iterator[Advance]:
    """Show one step: its label at once, how far it is where that can be seen, and the time it took."""
    started = time.monotonic()
    live = sys.stdout.isatty()
    sys.stdout.write(f"· {label}" if live else f"· {label} …")
    sys.stdout.flush()

    def advance(done: int, total: int) -> None:
        if live:
            sys.stdout.write(f"\r· {label}  {done}/{total}\x1b[K")
            sys.stdout.flush()

    try:
        yield advance
    except BaseException:
        say()
        raise
    seconds = f"{time.monotonic() - started:.1f} s"
    say(f"\r✓ {label}  {seconds}\x1b[K" if live else f" {seconds}")


def box(lines: list[str]) -> None:
    """Show lines that must not be overlooked in a frame."""
    width = max(len(line) for line in lines)
    say(f"┏━{'━' * width}━┓")
    for line in lines:
        say(f"┃ {line:<{width}} ┃")
    say(f"┗━{'━' * width}━┛")
