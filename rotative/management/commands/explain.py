"""`rotative explain`: what a page was made of, or which pages a change would render again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from rotative.environment import ConfigurationError
from rotative.management.console import say
from rotative.publishing.models import StoredPage
from rotative.publishing.reports import keys_of, readers_of


class Command(BaseCommand):
    help = "For a path: the keys of all that its page read. For a key, such as article:42: the pages that read it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", metavar="PATH|KEY", help="a path such as /politique/, or a key such as article:42")

    def handle(self, *, what: str, **options: Any) -> None:
        if what.startswith("/"):
            explain_path(what)
        elif ":" in what:
            explain_key(what)
        else:
            raise ConfigurationError(
                _("“%(what)s” is neither a path, such as /politique/, nor a key, such as article:42.") % {"what": what}
            )


def explain_path(path: str) -> None:
    page = StoredPage.objects.filter(path=path).first()
    if page is None:
        raise ConfigurationError(_("No page is stored at %(path)s.") % {"path": path})
    say(f"{page.path}  {page.status or '–'}  {page.kind or '–'}  {page.digest[:12]}")
    say(_("stored %(when)s, number %(number)s") % {"when": _when(page.stored_at), "number": page.number})
    if page.stale_at:
        say(_("waits since %(when)s: %(cause)s") % {"when": _when(page.stale_at), "cause": page.cause})
    if page.error:
        say(_("failed %(count)s times: %(error)s") % {"count": page.failures, "error": page.error})
    for key in keys_of(path):
        say(f"  {key}")


def explain_key(key: str) -> None:
    readers = readers_of(key)
    for page in readers:
        say(f"  {page.path}{'  *' if page.stale_at else ''}")
    say(_("%(count)s pages read %(key)s.") % {"count": len(readers), "key": key})


def _when(moment: Any) -> str:
    return moment.isoformat(sep=" ", timespec="milliseconds") if moment else "–"
