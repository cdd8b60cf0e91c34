"""`rotative metrics`: the figures of the engine and of the comments, in the text format of Prometheus."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.management.base import BaseCommand

from rotative.comments import queries
from rotative.management.console import say
from rotative.publishing.reports import report

# Name, what it is, and how it is read from a report.
METRICS = (
    ("pages", "Pages that are stored.", lambda state: state.pages),
    ("edges", "Keys that stored pages have read.", lambda state: state.edges),
    ("stale_pages", "Pages that wait to be rendered.", lambda state: state.stale),
    ("invalidations", "Keys that were touched and not yet looked at.", lambda state: state.invalidations),
    ("oldest_invalidation_seconds", "Age of the oldest of them.", lambda state: state.oldest_invalidation_seconds),
    ("oldest_stale_hot_page_seconds", "Age of the oldest urgent stale page.", lambda state: state.oldest_hot_seconds),
    ("failing_pages", "Pages that cannot be rendered and keep their old bytes.", lambda state: state.failing),
    ("untracked_reads", "Reads of stored pages that no key names.", lambda state: state.untracked),
    ("purges", "Paths that caches in front have yet to forget.", lambda state: state.purges),
    ("publisher_up", "Whether the publisher is at work.", lambda state: int(state.is_alive)),
    ("store_writable", "Whether the disk takes pages.", lambda state: int(not state.disk_error)),
    ("clock_trusted", "Whether promised hours are acted on.", lambda state: int(not state.clock_error)),
)
COMMENT_METRICS = (
    ("waiting_comments", "Comments that wait for a moderator.", lambda state: state.waiting),
    ("oldest_waiting_comment_seconds", "Age of the oldest of them.", lambda state: state.oldest_seconds),
    ("due_mails", "Mails that wait to be sent.", lambda state: state.mails_due),
    ("late_mails", "Mails that should have been tried by now.", lambda state: state.mails_late),
    ("refused_mails", "Mails that the mail server did not take three times.", lambda state: state.mails_refused),
)


class Command(BaseCommand):
    help = "Print figures of engine and comments for Prometheus, for instance into node_exporter's textfile folder."

    def handle(self, **options: Any) -> None:
        say(exposition(METRICS, report()))
        say(exposition(COMMENT_METRICS, queries.report()))


def exposition(metrics: Iterable[tuple[str, str, Callable[[Any], Any]]], state: Any) -> str:
    lines = []
    for name, meaning, read in metrics:
        lines += [
            f"# HELP rotative_{name} {meaning}",
            f"# TYPE rotative_{name} gauge",
            f"rotative_{name} {read(state)}",
        ]
    return "\n".join(lines)
