"""What the categories of an old site become here: guessed once, kept, and chosen by an editor."""

from pathlib import Path

from rotative.importers.filing.sources import Hear
from rotative.importers.models import CategoryTarget, ImportJob
from rotative.importers.wordpress.source import Export
from rotative.importers.wordpress.terms import Becomes, Target


def open_job(job: ImportJob, hear: Hear) -> Export:
    return open_export(Path(job.source), hear)


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


def choose_target(site: str, slug: str, target: Target) -> None:
    """Let a category become something else."""
    rows = CategoryTarget.objects.filter(site=site, slug=slug)
    rows.update(becomes=target.becomes.value, trail=list(target.trail), is_chosen=True)
