"""`rotative prepare`: bring database, static files and newspaper to what this version of the program needs."""

import secrets
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from rotative.accounts.roles import grant_roles, make_workflow
from rotative.addresses import NEWSROOM
from rotative.content.actions import found_newspaper
from rotative.content.models import Home
from rotative.content.storage import hide_originals
from rotative.environment import keep_private
from rotative.management import assets
from rotative.management.console import Advance, box, say, step, written
from rotative.management.founding import refuse_to_found_over_a_paper, set_store_aside, settle_identity

ADMINISTRATOR = "admin"
# Without letters and digits that are mistaken for one another.
PASSWORD_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # noqa: S105 (an alphabet)


class Command(BaseCommand):
    help = "Make or upgrade what the newspaper stands on: database, static files, roles, first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--empty", action="store_true", help="found the paper without the demonstration articles")
        parser.add_argument(
            "--new-store",
            action="store_true",
            help="keep a store that is another paper's, or newer than the database, beside a new one",
        )

    def handle(self, *, empty: bool, new_store: bool, **options: Any) -> None:
        prepare(demo=not empty, new_store=new_store)


def prepare(*, demo: bool, new_store: bool = False) -> None:
    """Do what is missing, a line a step; a second run finds nothing to do.

    Raises ConfigurationError where the paper has lost its database, StoreMismatchError where the store is another's.
    """
    refuse_to_found_over_a_paper()
    migrate()
    hide_originals()
    collect_static_files()
    found(demo=demo)
    make_administrator()
    if new_store and (kept := set_store_aside()):
        say(_("The old store is kept in “%(folder)s”.") % {"folder": kept})
    settle_identity()


def migrate() -> None:
    executor = MigrationExecutor(connection)
    total = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if total:
        with step(_("Database: %(total)s migrations") % {"total": total}) as advance, written():
            call_command(_Migrate(advance, total), interactive=False, verbosity=0)
    if connection.vendor == "sqlite":
        keep_private(Path(connection.settings_dict["NAME"]))


class _Migrate(MigrateCommand):
    """Django's `migrate`, telling how far it is."""

    def __init__(self, advance: Advance, total: int) -> None:
        super().__init__()
        self.advance, self.total, self.done = advance, total, 0

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "apply_success":
            self.done += 1
            self.advance(self.done, self.total)


def collect_static_files() -> None:
    digest = assets.digest_of_sources()
    if not assets.are_collected(digest):
        with step(_("Static files: collecting and compressing")):
            assets.collect(digest)


def found(*, demo: bool) -> None:
    """Found the paper once, with the demonstration articles if wanted, and keep the roles as the table has them."""
    # The marker stands while the first founding is not finished, so that an interrupted one is taken up again.
    marker = Path(settings.HOME) / "demo-pending"
    if demo and not Home.objects.exists():
        marker.touch()
    with written():
        front_page = found_newspaper("Rotative")
        grant_roles(front_page)
        make_workflow(front_page)
    if marker.exists():
        if demo:
            say("· " + _("Demonstration newspaper"))
            call_command("demo")
        marker.unlink()


def make_administrator() -> None:
    """Make the first account, when there is none, and show its password: this once only."""
    model = get_user_model()
    if model.objects.exists():
        return
    password = "-".join("".join(secrets.choice(PASSWORD_LETTERS) for _ in range(4)) for _ in range(4))
    # Its own page of settings asks for all of these before it lets the language be changed.
    model.objects.create_superuser(
        ADMINISTRATOR, "admin@localhost.localdomain", password, first_name="Admin", last_name="Rotative"
    )
    show_password(password)


def show_password(password: str) -> None:
    """Show the first password where only the person who started this reads it: in the terminal, else in a file."""
    lines = [
        _("The newsroom: %(address)s") % {"address": f"{settings.SITE_URL}{NEWSROOM}"},
        _("User name:    %(name)s") % {"name": ADMINISTRATOR},
    ]
    if sys.stdout.isatty():
        lines.append(_("Password:     %(password)s") % {"password": password})
        lines.append(_("Note it now: it is not shown again."))
    else:
        file = Path(settings.HOME) / "secrets" / "first-password"
        file.touch(mode=0o600)
        file.write_text(password + "\n")
        lines.append(_("Password:     in the file %(file)s") % {"file": file})
        lines.append(_("Read it there, sign in, and delete the file."))
    say()
    box(lines)
    say()
