"""The command line: `rotative serve`, `rotative demo`, `rotative import …`, `rotative doctor`, and Django's own commands."""

import os
import sys

from rotative.environment import ConfigurationError


def main(argv: list[str] | None = None) -> None:
    """Run one command. What the person at the keyboard can mend is told in one line, without a trace."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rotative.settings")
    arguments = sys.argv if argv is None else argv
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(arguments or ["rotative"])
    except ConfigurationError as error:
        sys.exit(f"rotative: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
