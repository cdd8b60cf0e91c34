"""From a job to what it reads: a source of each kind is opened here, when a job begins and when it goes on."""

from collections.abc import Callable
from pathlib import Path

from rotative.importers.captures.folder import open_folder
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.feeds import Feed
from rotative.importers.jobs import Source
from rotative.importers.models import CategoryTarget, ImportJob, SourceKind
from rotative.importers.pages.archive import Pages
from rotative.importers.uploads import Shelves
from rotative.importers.wires.deliveries import open_delivery
from rotative.importers.wordpress.source import Export
from rotative.importers.wordpress.terms import Becomes, Target

Hear = Callable[[int, int], None]


def open_source(job: ImportJob, hear: Hear = lambda done, total: None) -> Source:
    """Open what a job reads. Raises SourceRefusedError."""
    match job.kind:
        case SourceKind.WORDPRESS:
            return open_export(Path(job.source), hear)
        case SourceKind.PAGES | SourceKind.WARC:
            return Pages(Path(job.source), hear)
        case SourceKind.CAPTURE:
            return open_folder(job, hear)
        case SourceKind.FEED if job.wire:
            return open_delivery(job, job.wire)
        case SourceKind.FEED:
            return Feed(
                job.source,
                section=job.options.get("section", ""),
                is_draft=bool(job.options.get("draft", True)),
            )
    raise SourceRefusedError(Reason.UNREADABLE, cause=job.kind)


def open_export(path: Path, hear: Hear = lambda done, total: None) -> Export:
    """Open a WordPress export; what an editor decided of its categories holds. Raises SourceRefusedError."""
    export = Export(path, hear)
    keep_targets(export)
    chosen = CategoryTarget.objects.filter(site=export.name, is_chosen=True)
    export.targets |= {row.slug: Target(Becomes(row.becomes), tuple(row.trail)) for row in chosen}
    return export


def keep_targets(export: Export) -> None:
    """Write down what each category becomes, so that an editor can say otherwise."""
    known = set(CategoryTarget.objects.filter(site=export.name).values_list("slug", flat=True))
    CategoryTarget.objects.bulk_create(
        CategoryTarget(
            site=export.name,
            slug=slug,
            name=export.site.categories[slug].name[:255],
            becomes=target.becomes.value,
            trail=list(target.trail),
        )
        for slug, target in export.targets.items()
        if slug not in known and len(slug) <= 255
    )


def choose_target(site: str, slug: str, target: Target) -> bool:
    """Let a category become something else; tell whether there is such a category."""
    rows = CategoryTarget.objects.filter(site=site, slug=slug)
    return bool(rows.update(becomes=target.becomes.value, trail=list(target.trail), is_chosen=True))


def shelves_of(job: ImportJob) -> Shelves:
    """Return where the pictures of a job are looked for."""
    uploads = job.options.get("uploads")
    return Shelves(
        uploads=Path(uploads) if uploads else None,
        online=bool(job.options.get("online", True)),
        retries=bool(job.options.get("retries", False)),
    )
