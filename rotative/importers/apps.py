"""Register what opens each kind of source.

Each is loaded when it opens one: what reads HTML takes longer to load than most commands take to run.
"""

from django.apps import AppConfig


class ImportersConfig(AppConfig):
    name = "rotative.importers"

    def ready(self) -> None:
        from rotative.importers.filing.sources import register
        from rotative.importers.models import SourceKind

        register(SourceKind.WORDPRESS, "rotative.importers.wordpress.targets.open_job")
        register(SourceKind.PAGES, "rotative.importers.pages.archive.open_pages")
        register(SourceKind.WARC, "rotative.importers.pages.archive.open_pages")
        register(SourceKind.CAPTURE, "rotative.importers.captures.folder.open_folder")
        register(SourceKind.FEED, "rotative.importers.wires.deliveries.open_feed")
