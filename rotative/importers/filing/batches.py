"""Idempotent upsert of a batch: each item is new, a duplicate, brought up to date, or left alone.

One batch is one transaction: rows, lines of the account book, how far the job is. A process that dies in between has
done all of a batch or nothing of it.
"""

from collections.abc import Sequence

from rotative.importers.filing.accounting import account
from rotative.importers.filing.bodies import set_bodies
from rotative.importers.filing.naming import Names, settle
from rotative.importers.filing.recognition import recognise
from rotative.importers.filing.rewriting import bring_up_to_date
from rotative.importers.filing.rows import insert
from rotative.importers.filing.sources import Manners, SourceItem
from rotative.importers.models import ImportJob
from rotative.importers.story.stories import KnownFiles


def file_batch(
    job: ImportJob, names: Names, items: Sequence[SourceItem], known_files: KnownFiles, manners: Manners, first: int
) -> None:
    """File one batch inside the transaction of the caller; its lines are numbered from `first`."""
    batch = recognise(job, items)
    settle(names, batch, manners)
    set_bodies(batch, known_files)
    bring_up_to_date(batch)
    insert(job, batch)
    account(job, batch, known_files, first)
