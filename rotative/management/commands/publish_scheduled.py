"""`rotative publish_scheduled`: what is due, once. Wagtail's command of this name, which a crontab may hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rotative.management.clock import find_doubt
from rotative.management.console import say
from rotative.management.schedule import expired_pages, overdue_revisions, publish_due


class Command(BaseCommand):
    help = "Publish and take down what is due at its hour, once. The publisher does it by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dryrun", action="store_true", help="only say what is due")

    def handle(self, *, dryrun: bool, **options: Any) -> None:
        """Do what the publisher does at each turn: Wagtail believes any clock, and reads before it has the lock."""
        if dryrun:
            for page in expired_pages():
                say(f"- {page.expire_at.isoformat(timespec='minutes')} {page}")
            for revision in overdue_revisions():
                say(f"+ {revision.approved_go_live_at.isoformat(timespec='minutes')} {revision.object_str}")
            return
        doubt = find_doubt()
        if doubt:
            raise CommandError(doubt)
        publish_due()
