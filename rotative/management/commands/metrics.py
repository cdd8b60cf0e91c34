"""`rotative metrics`: the figures of the engine, in the text format of Prometheus."""

from typing import Any

from django.core.management.base import BaseCommand

from rotative.management.console import say
from rotative.publishing.reports import Report, report

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


class Command(BaseCommand):
    help = "Print figures of the publishing engine for Prometheus, for instance into node_exporter's textfile folder."

    def handle(self, **options: Any) -> None:
        say(exposition(report()))


def exposition(state: Report) -> str:
    lines = []
    for name, meaning, read in METRICS:
        lines += [
            f"# HELP rotative_{name} {meaning}",
            f"# TYPE rotative_{name} gauge",
            f"rotative_{name} {read(state)}",
        ]
    return "\n".join(lines)
