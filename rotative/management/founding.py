"""First-start guard: whether a paper may be founded here, and what becomes of a store that is not the database's."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from rotative.content.models import Home
from rotative.environment import ConfigurationError, holds_paper, identity_file, shown_address
from rotative.publishing import identity
from rotative.publishing.leader_lock import AnotherPublisherError, sole_publisher
from rotative.publishing.store import Store


def reason_not_to_found() -> str:
    """Return why no paper may be founded here: that of this folder has lost its database. Empty when it may be.

    Raises DatabaseError when the database does not answer.
    """
    if not holds_paper(Path(settings.HOME)) or has_front_page():
        return ""
    return _(
        "The database (%(address)s) is empty, but “%(home)s” holds pages, uploads or secrets of a paper. Restore its "
        "database from a backup, or correct DATABASE_URL. To begin another paper, name an empty folder in "
        "ROTATIVE_HOME."
    ) % {"address": shown_address(settings.DATABASES["default"]), "home": settings.HOME}


def has_front_page() -> bool:
    """Tell whether the database is that of a paper, whatever its version."""
    if Home._meta.db_table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        # Not by the model, whose other columns the database of an older version does not have.
        cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(Home._meta.db_table)} LIMIT 1")  # noqa: S608 (our name)
        return cursor.fetchone() is not None


def refuse_to_found_over_a_paper() -> None:
    """Raise ConfigurationError where a new paper would take the place of one that has lost its database."""
    if reason := reason_not_to_found():
        raise ConfigurationError(reason)


def settle_identity() -> None:
    """Let database, store and secrets bear one identity. Raises StoreMismatchError when the store is another's."""
    settled = identity.claim(Store(settings.STORE_ROOT))
    file = identity_file(Path(settings.HOME))
    if not file.exists() or file.read_text() != settled:
        file.touch(mode=0o600)
        file.write_text(settled)


def set_store_aside() -> Path | None:
    """Rename a store that is not the database's, and return its new name; None when there is no such store.

    Raises ConfigurationError while a publisher is at work.
    """
    store = Path(settings.STORE_ROOT)
    if not identity.find_problem(Store(store)):
        return None
    try:
        with sole_publisher():
            kept = store.with_name(f"{store.name}-until-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}")
            store.rename(kept)
    except AnotherPublisherError:
        raise ConfigurationError(_("A publisher is at work. Stop Rotative first, then set the store aside.")) from None
    return kept
