"""The global write lock: who changes the newspaper takes it before anything is read.

What is read before the lock may be another's past by the time it is written: a field comes back, a page counts children
that it has not. docs/decisions/0016-writers-wait-before-they-read.md
"""

import logging
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Final

from django.conf import settings
from django.db import OperationalError, connection, transaction

logger = logging.getLogger(__name__)

WRITERS_LOCK: Final = 0x526F7461  # of PostgreSQL's advisory locks: one number for all changes of the newspaper
LONGEST_WAIT_SECONDS: Final = 30  # the same for SQLite, in settings.DATABASES

# While the newspaper is being changed: what is still to be done before the change is committed.
_last_steps: ContextVar[dict[Hashable, Callable[[], object]] | None] = ContextVar("last_steps", default=None)


class BusyError(OperationalError):
    """Raised when others have changed the newspaper for longer than one can wait; nothing was written."""


class LateWriteError(transaction.TransactionManagementError):
    """Raised when something of the newspaper is written in a transaction that did not begin with the writers' lock."""


@contextmanager
def writing() -> Iterator[None]:
    """Change the newspaper inside: one transaction, while nobody else changes it. Raises BusyError.

    Read inside what you change. Within another `writing` it is a savepoint. SQLite has one writer, who begins as such;
    on PostgreSQL the lock is the transaction's first statement and ends with it, so that a pooler may stand between.
    """
    if is_writing():
        with transaction.atomic():
            yield
        return
    if has_begun():
        refuse("A transaction has begun before the writers' lock was taken. Begin it with `writing()`.")
    with ExitStack() as transaction_with_lock:
        try:
            transaction_with_lock.enter_context(transaction.atomic())
            _take_lock()
        except OperationalError as error:
            if _says_locked(error):
                raise BusyError(str(error)) from error
            raise
        last_steps: dict[Hashable, Callable[[], object]] = {}
        transaction_with_lock.callback(_last_steps.reset, _last_steps.set(last_steps))
        yield
        while last_steps and not connection.needs_rollback:
            last_steps.pop(next(iter(last_steps)))()


def is_writing() -> bool:
    return _last_steps.get() is not None


def once_before_commit(key: Hashable, step: Callable[[], object]) -> None:
    """Coalesce: run `step` once for each `key`, at the end of the outermost `writing` and in its transaction.

    It must read again what it works on, and be idempotent: what asked for it may have been rolled back to a savepoint.
    """
    last_steps = _last_steps.get()
    if last_steps is None:
        raise transaction.TransactionManagementError("Only within `writing()` is there a commit to come.")
    last_steps.setdefault(key, step)


def refuse(reason: str) -> None:
    """Raise LateWriteError where the program is developed and tested; elsewhere the log says it: no word is lost."""
    if settings.STRICT_TRACKING:
        raise LateWriteError(reason)
    logger.error("%s", reason, stack_info=True)


def has_begun() -> bool:
    """Tell whether a transaction is under way, other than the one that Django's tests roll back."""
    return any(not block._from_testcase for block in connection.atomic_blocks)  # type: ignore[attr-defined] # untyped


def _take_lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s)",
                [f"{LONGEST_WAIT_SECONDS}s", WRITERS_LOCK],
            )


def _says_locked(error: OperationalError) -> bool:
    """Tell whether the database says that somebody else held the lock for too long."""
    return getattr(error.__cause__, "sqlstate", "") == "55P03" or "is locked" in str(error)
