from pathlib import Path

from django.apps import AppConfig


class ImportersConfig(AppConfig):
    name = "rotative.importers"

    def ready(self) -> None:
        """Register what opens each kind of source."""
        from rotative.importers.captures.folder import open_folder
        from rotative.importers.filing.sources import register
        from rotative.importers.models import SourceKind
        from rotative.importers.pages.archive import Pages
        from rotative.importers.wires.deliveries import open_feed
        from rotative.importers.wordpress.targets import open_export

        register(SourceKind.WORDPRESS, lambda job, hear: open_export(Path(job.source), hear))
        register(SourceKind.PAGES, lambda job, hear: Pages(Path(job.source), hear))
        register(SourceKind.WARC, lambda job, hear: Pages(Path(job.source), hear))
        register(SourceKind.CAPTURE, open_folder)
        register(SourceKind.FEED, open_feed)
