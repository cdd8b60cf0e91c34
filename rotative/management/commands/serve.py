"""`rotative serve`: prepare the newspaper, then run it all on one machine: web workers, publisher and worker."""

import errno
import gc
import os
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection, connections
from django.urls import get_resolver
from django.utils.translation import gettext as _
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from rotative import environment
from rotative.addresses import NEWSROOM
from rotative.environment import ConfigurationError
from rotative.management import background
from rotative.management.commands.prepare import prepare
from rotative.management.console import say, spoken
from rotative.management.founding import reason_not_to_found
from rotative.management.supervisor import Work, supervise
from rotative.publishing import heartbeat
from rotative.publishing.identity import StoreMismatchError
from rotative.publishing.serving.admission import THREADS
from rotative.publishing.store import Store


class Command(BaseCommand):
    help = "Serve the newspaper. The first start makes it: database, administrator, demonstration articles."

    def add_arguments(self, parser: CommandParser) -> None:
        add_web_arguments(parser)
        parser.add_argument("--empty", action="store_true", help="on the first start, make no demonstration articles")

    def handle(self, *, host: str, port: str, empty: bool, workers: str, **options: Any) -> None:
        number = parse_port(port)
        processes = parse_workers(workers)
        address = find_free_address(host, number)
        note_served_address()
        reason = reason_to_serve_the_store_alone()
        with_publisher = reason is None or connection.vendor == "postgresql"  # a server may come back
        if reason is None:
            try:
                prepare(demo=not empty)
            except StoreMismatchError as error:
                reason, with_publisher = str(error), False
        if reason is not None:
            with spoken():
                say(_("Only stored pages are served: %(reason)s") % {"reason": reason})
        serve(address, number, processes, with_publisher=with_publisher)


def note_served_address() -> None:
    """Note which address links lead to: a command in another terminal renders the same pages."""
    with suppress(OSError):  # a full disk does not stop stored pages
        environment.served_file(Path(settings.HOME)).write_text(settings.SITE_URL)


def add_web_arguments(parser: CommandParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", default="8000", help="port to listen on (default: %(default)s)")
    parser.add_argument("--workers", default="", help="web processes (default: one a core, at most 2)")


def reason_to_serve_the_store_alone() -> str | None:
    """Return why the database cannot be prepared although pages are stored here, or None.

    Readers get the stored pages, whatever has become of the database. A new one in the place of one that is lost would
    make a new newspaper, whose pages would replace those of the old.
    """
    if Store(settings.STORE_ROOT).is_empty():
        return None
    try:
        return reason_not_to_found() or None
    except DatabaseError as error:
        return environment.explain_database_error(error, settings.DATABASES["default"]) or str(error)


def parse_port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise ConfigurationError(
        _("--port is “%(text)s”, but must be a number from 1 to 65535, such as 8000.") % {"text": text}
    )


def parse_workers(text: str) -> int:
    return parse_count("--workers", text) if text else min(2, os.cpu_count() or 1)


def parse_count(option: str, text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= 64:
        return int(text)
    raise ConfigurationError(
        _("%(option)s is “%(text)s”, but must be a number from 1 to 64.") % {"option": option, "text": text}
    )


def find_free_address(host: str, port: int) -> str:
    """Return the numeric address of `host`, on which `port` can be listened on.

    Raises ConfigurationError with what to do when it cannot.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise ConfigurationError(
            _("--host is “%(host)s”, which is no address of this machine. Try 127.0.0.1, or 0.0.0.0 for all.")
            % {"host": host}
        ) from None
    with socket.socket(family, kind, protocol) as probe:
        # Connections that are closing do not hold a port; a server that listens does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise ConfigurationError(_why_not(error, host, port)) from None
    return str(address[0])


def _why_not(error: OSError, host: str, port: int) -> str:
    words = {"host": host, "port": port, "other": port + 1 if port < 65535 else 8001}
    if isinstance(error, PermissionError):
        return _("Port %(port)s may only be used by root. Choose one above 1023: --port 8000.") % words
    if error.errno == errno.EADDRINUSE:
        return _("Port %(port)s is in use: another program answers there. Choose another: --port %(other)s.") % words
    return _("“%(host)s” is no address of this machine. Try --host 127.0.0.1, or 0.0.0.0 for all.") % words


def serve(address: str, port: int, processes: int, *, with_publisher: bool = True) -> None:
    """Run web workers, the publisher and the worker until SIGTERM or Ctrl-C."""
    _load_application()
    web = Work(lambda: serve_web(address, port, processes), is_vital=True)
    supervise({"rotative-web": web, **(background.WORKS if with_publisher else {})}, lambda: announce(address, port))


def serve_web(address: str, port: int, processes: int) -> None:
    """Run web workers alone, in this process and its children."""
    Granian(
        settings.WSGI_APPLICATION.rpartition(".")[0] + ":application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,  # below it Granian warns of so many threads, which wait most of the time
        websockets=False,
    ).serve(target_loader=load_on_own_core)


# Sockets that mark the cores of this process's worker as taken; they go with it.
_marks: list[socket.socket] = []


def load_on_own_core(_target: str) -> Any:
    """Load the application in a web worker, and keep the worker on one core, which no other worker has.

    A thread that is woken on another core waits for the interpreter's lock to come over: a page then costs half as
    much again (`python -m bench.serving --threads`).
    """
    heartbeat.start()
    module, _, name = settings.WSGI_APPLICATION.rpartition(".")
    if sys.platform == "linux":
        for core in sorted(os.sched_getaffinity(0), reverse=True):  # the first has the interrupts
            mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                mark.bind(f"\0rotative-{os.getppid()}-core-{core}")
            except OSError:
                mark.close()
                continue
            _marks.append(mark)
            os.sched_setaffinity(0, {core})
            break
    return getattr(import_module(module), name)


def announce(address: str, port: int) -> bool:
    """Say where the paper is, if it answers; tell whether it does."""
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    with spoken():
        say(_("The newspaper: %(address)s/") % {"address": settings.SITE_URL})
        say(_("The newsroom:  %(address)s") % {"address": settings.SITE_URL + NEWSROOM})
        say(_("Ctrl-C stops it."))
    return True


def _load_application() -> None:
    """Import all that workers need before they are forked: they share that memory and answer at once."""
    import_module(settings.WSGI_APPLICATION.rpartition(".")[0])
    _patterns = get_resolver().url_patterns
    connections.close_all()
    gc.freeze()
