"""Dependency tracking: models and functions that note what a render reads, and a guard against untracked reads.

docs/explanation/publishing.md tells why a page knows what it was made of.
"""

import functools
import inspect
import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, models

from rotative.publishing import invalidation
from rotative.publishing.keys import object_key
from rotative.publishing.writing import writing

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


class UntrackedReadError(Exception):
    """Raised when a page reads the database outside a `@query` function; `statement` is the SQL it sent."""

    def __init__(self, statement: str) -> None:
        super().__init__(f"A page reads what no key names. Put this into a @query function: {statement[:300]}")
        self.statement = statement


@dataclass
class Recording:
    """The dependencies that one render has recorded so far."""

    keys: set[str] = field(default_factory=set)
    expires_at: datetime | None = None
    untracked: int = 0
    # How many @query functions are at work, and how many of those note nothing beyond their own keys.
    tracked_depth: int = 0
    covered_depth: int = 0

    def note(self, *keys: str) -> None:
        if not self.covered_depth:
            self.keys.update(keys)


_recording: ContextVar[Recording | None] = ContextVar("recording", default=None)
_batch_cache: ContextVar[dict[Any, Any] | None] = ContextVar("shared", default=None)


@contextmanager
def recording() -> Iterator[Recording]:
    """Record what is read inside, and refuse (or, in production, count) what is read outside a `@query` function."""
    record = Recording()
    token = _recording.set(record)
    try:
        with connection.execute_wrapper(_guard):
            yield record
    finally:
        _recording.reset(token)


@contextmanager
def batch_cache() -> Iterator[None]:
    """A cache for one batch of renders: what `@query(shared=True)` functions read inside is read once for all.

    The publisher opens this after it has drained the invalidations: what is shared is at least as new as what it
    drained, and what commits later is drained after these renders are stored.
    """
    token = _batch_cache.set({})
    try:
        yield
    finally:
        _batch_cache.reset(token)


def cached_in_batch(name: str) -> dict[Any, Any]:
    """Return a dictionary of the batch cache, for rows that several pages show: what one has read, the next need not.

    Whoever takes something out of it notes its keys for the page at hand. Outside a batch it is empty each time.
    """
    kept = _batch_cache.get()
    return {} if kept is None else kept.setdefault(("rows", name), {})


def note(*keys: str) -> None:
    """Note keys that the render at work has read; nothing when none is."""
    if record := _recording.get():
        record.note(*keys)


def expires(moment: datetime) -> None:
    """Say that the page being rendered is another one from `moment` on, without anybody changing anything."""
    if record := _recording.get():
        record.expires_at = min(filter(None, (record.expires_at, moment)))


def query(*keys: str, covers: bool = False, shared: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a tracked read: all SQL of a page runs inside one.

    `keys` are noted before it runs; words in braces are its arguments: `@query("{collection}/articles")`. Instances of
    Tracked models note themselves as they are loaded, unless the keys named here cover everything (`covers`).
    `shared` results are read once for all pages of one batch: they must not depend on anything but the arguments.
    Raises TypeError for a result that would send its SQL later: a QuerySet, a generator.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        if inspect.isgeneratorfunction(function):
            raise TypeError(f"{function.__qualname__} is a generator: it would read after it has returned.")
        signature = inspect.signature(function)
        needs_arguments = any("{" in key for key in keys)

        @functools.wraps(function)
        def tracked(*args: P.args, **kwargs: P.kwargs) -> R:
            record = _recording.get()
            if record is None:
                return function(*args, **kwargs)
            if keys:
                named: tuple[str, ...] = keys
                if needs_arguments:
                    bound = signature.bind(*args, **kwargs)
                    bound.apply_defaults()
                    named = tuple(key.format(**bound.arguments) for key in keys)
                record.note(*named)
            if shared and (kept := _batch_cache.get()) is not None:
                return _read_once(kept, record, function, args, kwargs, covers)
            return _read(record, function, args, kwargs, covers)

        tracked.is_query = True  # type: ignore[attr-defined]
        return tracked

    return decorate


def _read(record: Recording, function: Callable[..., R], args: Any, kwargs: Any, covers: bool) -> R:
    record.tracked_depth += 1
    record.covered_depth += covers
    try:
        result = function(*args, **kwargs)
    finally:
        record.tracked_depth -= 1
        record.covered_depth -= covers
    if isinstance(result, models.QuerySet | Generator):
        raise TypeError(f"{function.__qualname__} returns what reads later; return a list.")
    return result


def _read_once(
    kept: dict[Any, Any], record: Recording, function: Callable[..., R], args: Any, kwargs: Any, covers: bool
) -> R:
    """Return what the first page of the batch was given, with the keys that its read noted."""
    place = (function, args, tuple(sorted(kwargs.items())))
    if place not in kept:
        inner = Recording(tracked_depth=record.tracked_depth)
        token = _recording.set(inner)
        try:
            result = _read(inner, function, args, kwargs, covers)
        finally:
            _recording.reset(token)
        kept[place] = result, frozenset(inner.keys), inner.expires_at
    result, keys, expires_at = kept[place]
    record.note(*keys)
    if expires_at:
        expires(expires_at)
    return result


def _guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    record = _recording.get()
    if record is not None and not record.tracked_depth:
        if settings.STRICT_TRACKING:
            raise UntrackedReadError(sql)
        if not record.untracked:  # one line a page says enough
            logger.error("A page reads what no key names, and may become stale: %s", sql[:300])
        record.untracked += 1
    return execute(sql, params, many, context)


class Tracked(models.Model):
    """A model whose rows readers see: loading one notes its key, changing one invalidates it.

    `facets` tells what readers may see of the row, by key. A change invalidates the keys whose facets differ before
    and after it, in the transaction of the change.
    """

    # Columns of which no page shows anything: a change of them alone invalidates nothing.
    unseen_fields: frozenset[str] = frozenset()
    # Columns that a statement over many rows may not change: more follows from them than one could bring along.
    not_in_bulk: frozenset[str] = frozenset()

    objects = invalidation.TrackedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def key(self) -> str:
        return object_key(self._meta.model_name or "", self.pk)

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Any:
        instance = super().from_db(db, field_names, values, **kwargs)
        if record := _recording.get():
            record.note(instance.key)
        return instance

    def facets(self) -> dict[str, Any]:
        """Return what readers see of this row, by key; nothing when they see nothing."""
        return {self.key: self.seen_values()}

    def seen_values(self) -> dict[str, Any]:
        """Return the columns that pages may show."""
        return {
            column.attname: column.get_prep_value(column.value_from_object(self))
            for column in self._meta.concrete_fields
            if column.name not in self.unseen_fields
        }

    def save(self, *args: Any, **kwargs: Any) -> None:
        with invalidation.changing(self):
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with writing():
            return super().delete(*args, **kwargs)


def _follow_deletion(sender: type[Any], **_kwargs: Any) -> None:
    """Connect a signal for each Tracked model: Django sends it for rows that are deleted by a cascade as well."""
    if issubclass(sender, Tracked) and not sender._meta.abstract:
        models.signals.pre_delete.connect(invalidation.invalidate_deleted, sender=sender)


models.signals.class_prepared.connect(_follow_deletion)
