"""The command line: `rotative serve`, `rotative import …`, `rotative doctor`, and Django's own commands."""

import gc
import os
import sys
from importlib.metadata import version
from itertools import pairwise

from rotative import environment
from rotative.environment import ConfigurationError


def main(argv: list[str] | None = None) -> None:
    """Run one command. What the person at the keyboard can mend is told in one line, without a trace."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rotative.settings")
    arguments = (sys.argv if argv is None else argv) or ["rotative"]
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows a question mark; it does not end the command.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    if arguments[1:] == ["--version"]:  # Django would answer with its own
        sys.stdout.write(f"rotative {version('rotative')}\n")
        return
    name_served_address(arguments)
    try:
        from django.core.management import execute_from_command_line
        from django.utils import translation

        load()
        # Commands speak the terminal's language; what they write into the database says which it is written in.
        with translation.override(environment.terminal_language()):
            execute_from_command_line(arguments)
    except ConfigurationError as error:
        sys.exit(f"rotative: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        sentence = _explain(error)
        if sentence is None:
            raise
        sys.exit(f"rotative: {sentence}")


def load() -> None:
    """Load the application, and keep it out of the garbage collector's sight: none of it ever becomes garbage.

    Looking through it again and again is a sixth of the time that loading takes. Processes that are forked later
    share its memory for as long as nobody writes into it, which the collector would.
    """
    import django

    gc.disable()
    try:
        django.setup()
        gc.freeze()
    finally:
        gc.enable()


def name_served_address(arguments: list[str]) -> None:
    """Let links lead to where `rotative serve` listens, unless ROTATIVE_SITE_URL says where readers come in.

    Settings read the environment once, before a command sees its options; hence this early look at them.
    """
    if arguments[1:2] != ["serve"]:
        return
    given = {"--host": "127.0.0.1", "--port": "8000"}
    words = [part for argument in arguments[2:] for part in argument.split("=", 1)]
    for word, value in pairwise(words):
        if word in given:
            given[word] = value
    host = "127.0.0.1" if given["--host"] in {"0.0.0.0", "::", ""} else given["--host"]  # noqa: S104 (compared only)
    is_named = bool(os.environ.get("ROTATIVE_SITE_URL", "").strip())  # an empty variable counts as unset
    if not is_named and given["--port"].isdecimal() and 0 < int(given["--port"]) < 65536:
        host = f"[{host}]" if ":" in host else host
        os.environ["ROTATIVE_SITE_URL"] = f"http://{host}:{int(given['--port'])}"


def _explain(error: Exception) -> str | None:
    from django.conf import settings
    from django.db import DatabaseError
    from django.utils import translation

    from rotative.publishing.identity import StoreMismatchError

    if isinstance(error, StoreMismatchError):
        return str(error)
    if not isinstance(error, DatabaseError):
        return None
    with translation.override(environment.terminal_language()):
        return environment.explain_database_error(error, settings.DATABASES["default"])
