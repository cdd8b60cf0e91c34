"""Register what opens each kind of source.

Each loads its module when it opens one: what reads HTML takes longer to load than most commands take to run.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from rotative.importers.filing.sources import Hear, Source
    from rotative.importers.models import ImportJob


class ImportersConfig(AppConfig):
    name = "rotative.importers"

    def ready(self) -> None:
        from rotative.importers.filing.sources import register
        from rotative.importers.models import SourceKind

        register(SourceKind.WORDPRESS, _open_wordpress)
        register(SourceKind.PAGES, _open_pages)
        register(SourceKind.WARC, _open_pages)
        register(SourceKind.CAPTURE, _open_captures)
        register(SourceKind.FEED, _open_feed)


def _open_wordpress(job: "ImportJob", hear: "Hear") -> "Source":
    from rotative.importers.wordpress.targets import open_export

    return open_export(Path(job.source), hear)


def _open_pages(job: "ImportJob", hear: "Hear") -> "Source":
    from rotative.importers.pages.archive import Pages

    return Pages(Path(job.source), hear)


def _open_captures(job: "ImportJob", hear: "Hear") -> "Source":
    from rotative.importers.captures.folder import open_folder

    return open_folder(job, hear)


def _open_feed(job: "ImportJob", hear: "Hear") -> "Source":
    from rotative.importers.wires.deliveries import open_feed

    return open_feed(job, hear)
