"""Cache invalidation by a transactional outbox: a change and the keys it touched commit together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from rotative.publishing.keys import EVERYTHING
from rotative.publishing.writing import writing

if TYPE_CHECKING:
    from rotative.publishing.tracking import Tracked

CHANNEL = "rotative_invalidations"  # of PostgreSQL's NOTIFY
BATCH = 2000

Facets = dict[str, Any]


def invalidate(*keys: str, cause: str = "", urgent: bool = False) -> None:
    """Write down that `keys` were touched; the publisher renders the pages that read them.

    Raises TransactionManagementError outside a transaction: the change and its invalidations commit together.
    """
    invalidate_all(keys, cause=cause, urgent=urgent)


def invalidate_all(keys: Iterable[str], *, cause: str = "", urgent: bool = False) -> None:
    """Write down that `keys`, of which there may be very many, were touched."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A change and its invalidations must commit together.")
    model: Any = apps.get_model("publishing", "Invalidation")
    rows = [model(key=key, cause=cause[:200], urgent=urgent) for key in sorted(set(keys))]
    if not rows:
        return
    model.objects.bulk_create(rows, batch_size=BATCH)
    if connection.vendor == "postgresql":
        # Delivered at the commit, once however often it is said.
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


def hold_everything(cause: str, seconds: float) -> None:
    """Debounce a full rebuild: it is taken up after so many seconds, unless it is held again by then.

    Who writes many thousand rows in many transactions calls this in each of them, and `release` at the end: meanwhile
    nothing is rendered in vain, and when the process dies in between, everything is rendered all the same.
    Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A change and its invalidations must commit together.")
    model: Any = apps.get_model("publishing", "Invalidation")
    until = timezone.now() + timedelta(seconds=seconds)
    if not model.objects.filter(key=EVERYTHING, cause=cause).update(not_before=until):
        model.objects.create(key=EVERYTHING, cause=cause, not_before=until)


def release(cause: str) -> None:
    """Let what was held by `hold_everything` be taken up now."""
    with transaction.atomic():
        invalidate(EVERYTHING, cause=cause)  # which wakes the publisher; a second row costs nothing
        model: Any = apps.get_model("publishing", "Invalidation")
        model.objects.filter(key=EVERYTHING, cause=cause).update(not_before=None)


def stored_facets(instance: "Tracked") -> Facets:
    """Return the facets of a row as the database has it now; none when it is not there."""
    if instance.pk is None:
        return {}
    stored = type(instance)._base_manager.filter(pk=instance.pk).first()
    return stored.facets() if stored else {}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Return the keys of which something else is seen after than before."""
    missing = object()
    return {key for key in before.keys() | after.keys() if before.get(key, missing) != after.get(key, missing)}


@contextmanager
def changing(instance: "Tracked") -> Iterator[None]:
    """Invalidate what differs of `instance` after the block, in one transaction with it."""
    with writing():
        before = stored_facets(instance)
        yield
        invalidate_all(differences(before, stored_facets(instance)), cause=describe("save", instance))


def invalidate_deleted(instance: "Tracked", **_kwargs: Any) -> None:
    """Receive `pre_delete`: everything that was seen of the row is touched."""
    with writing():
        invalidate_all(stored_facets(instance), cause=describe("delete", instance))


def describe(action: str, instance: "Tracked") -> str:
    """Say what was done to which row, for those who ask why a page was rendered."""
    return f"{action} {instance._meta.model_name}:{instance.pk}"


class NotInBulkError(TypeError):
    """Raised when many rows are to be changed at once in a way that nothing could follow; says what to do instead."""


class TrackedQuerySet(models.QuerySet[Any]):
    """Bulk changes that invalidate what they touch. `delete` sends a signal for each row, and needs the lock alone."""

    def update(self, **values: Any) -> int:
        if refused := sorted(self.model.not_in_bulk & values.keys()):
            raise NotInBulkError(
                f"Change {', '.join(refused)} of each {self.model._meta.verbose_name} with save(): addresses, lists "
                "and counts follow from it, and no statement over many rows could bring them along."
            )
        with writing():
            keys = list(self.values_list("pk", flat=True))
            before = self._facets_of(keys)
            changed = super().update(**values)
            self.follow_bulk_change(keys, values)
            cause = f"update {self.model._meta.model_name}"
            invalidate_all(differences(before, self._facets_of(keys)), cause=cause)
        return changed

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        with writing():
            made = super().bulk_create(objs, *args, **kwargs)
            self.follow_bulk_creation(made)
            # Rows in conflict may have been left alone: what each would show is touched all the same.
            touched = {key for row in made for key in row.facets()}
            invalidate_all(touched, cause=f"create {self.model._meta.model_name}")
        return made

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        with writing():  # each batch is an `update`
            return super().bulk_update(objs, fields, batch_size)

    def get_or_create(self, defaults: Any = None, **kwargs: Any) -> tuple[Any, bool]:
        with writing():
            return super().get_or_create(defaults, **kwargs)

    def update_or_create(self, defaults: Any = None, create_defaults: Any = None, **kwargs: Any) -> tuple[Any, bool]:
        with writing():
            return super().update_or_create(defaults, create_defaults, **kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        with writing():
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def follow_bulk_creation(self, made: Sequence[Any]) -> None:
        """Bring what is derived from new rows in line."""

    def follow_bulk_change(self, keys: list[Any], values: Mapping[str, Any]) -> None:
        """Bring what is derived from the rows in line, before their new facets are read."""

    def _facets_of(self, keys: list[Any]) -> Facets:
        """Return the facets of all rows; rows that share a key are told apart."""
        facets: Facets = {}
        for start in range(0, len(keys), BATCH):
            for row in self.model._base_manager.filter(pk__in=keys[start : start + BATCH]):
                for key, seen in row.facets().items():
                    facets.setdefault(key, {})[row.pk] = seen
        return facets
