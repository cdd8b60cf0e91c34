"""A store identity check: nobody writes or scrubs in a store that does not belong to the database.

Database and store bear the same identity. Those of a paper that is older than identities get one when the pages in
the store are those of the database.
"""

import secrets

from django.db.models import Max
from django.utils.translation import gettext as _

from rotative.publishing import compress, store
from rotative.publishing.models import PublisherState, StoredPage

SAMPLE = 20


class StoreMismatchError(Exception):
    """Raised when the store is another paper's, or holds pages that the database does not know yet."""


def claim(files: store.Store) -> str:
    """Make sure that the store is that of the database, and return their identity; what has none gets one.

    Raises StoreMismatchError, which says what to do.
    """
    if problem := find_problem(files):
        raise StoreMismatchError(problem)
    ours, theirs = identity(), files.identity()
    settled = ours or theirs or secrets.token_hex(16)
    if ours != settled:
        PublisherState.objects.update_or_create(pk=1, defaults={"identity": settled})
    if theirs != settled:
        files.note_identity(settled)
    return settled


def identity() -> str:
    """Return the identity in the database; empty before the first start."""
    return PublisherState.objects.filter(pk=1).values_list("identity", flat=True).first() or ""


def find_problem(files: store.Store) -> str:
    """Return why the store and the database do not belong together and what to do; empty when they do."""
    remedy = _(
        "Until then only what is stored is served, and nothing is written there. Restore the database that belongs to "
        "it, or stop Rotative and run `rotative prepare --new-store`, which keeps the old store beside a new one."
    )
    if not _is_of_one_paper(files):
        return (
            _("The store “%(folder)s” holds the pages of another paper than the database.") % {"folder": files.root}
            + " "
            + remedy
        )
    number = StoredPage.objects.aggregate(last=Max("number"))["last"] or 0
    if files.applied() > number:
        told = _(
            "The database is older than the store “%(folder)s”: it ends with publication %(number)d, the store has "
            "%(applied)d."
        ) % {"folder": files.root, "number": number, "applied": files.applied()}
        return f"{told} {remedy}"
    return ""


def _is_of_one_paper(files: store.Store) -> bool:
    ours, theirs = identity(), files.identity()
    if ours and theirs:
        return ours == theirs
    return not files.holds_pages() or _shares_pages(files)


def _shares_pages(files: store.Store) -> bool:
    """Tell whether most of a sample of pages are in the store as the database has them.

    Some may be damaged, or newer; those of another paper are different nearly all.
    """
    pages = StoredPage.objects.filter(number__isnull=False, status__in=store.FOLDERS)
    sample = list(pages.order_by("number")[:SAMPLE])
    return sum(_is_stored(files, page) for page in sample) * 2 > len(sample)


def _is_stored(files: store.Store, page: StoredPage) -> bool:
    for encoding in compress.ENCODINGS:
        try:
            if store.digest_of(files.read(page.path, page.status or 0, encoding)) == page.digest:
                return True
        except (OSError, ValueError):
            continue
    return False
