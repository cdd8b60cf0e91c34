"""Rows as lines of JSON: Django's own serializer, exact to the microsecond, one table at a time."""

from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.core.serializers.jsonl import Serializer as JSONLinesSerializer
from django.db import models

from rotative.copies import format as export_format

CHUNK = 500  # rows in memory at once


class ExactEncoder(DjangoJSONEncoder):
    """Writes moments whole: Django's cuts microseconds off, by which lists are ordered."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class RowSerializer(JSONLinesSerializer):
    """Names in words what each installation numbers for itself; everything else keeps its number."""

    _current: dict[str, Any]

    def handle_fk_field(self, obj: Any, field: Any) -> None:
        number = getattr(obj, field.attname)
        if number is None or field.remote_field.model._meta.label not in export_format.NAMED_IN_WORDS:
            super().handle_fk_field(obj, field)
        else:
            self._current[field.name] = words_for(field.remote_field.model, number)


def words_for(model: type[models.Model], number: int) -> list[str]:
    """Return the words by which a content type or a permission is known in every installation."""
    if model is ContentType:
        return list(ContentType.objects.get_for_id(number).natural_key())
    permission = Permission.objects.select_related("content_type").get(pk=number)
    return list(permission.natural_key())


def exported_fields(model: type[models.Model]) -> list[str]:
    """Return the names of the fields of a table that go along, beside its number."""
    left_out = export_format.LEFT_OUT_FIELDS.get(model._meta.label, frozenset())
    return [field.name for field in model._meta.local_fields if not field.primary_key and field.name not in left_out]


def exported_models() -> Iterator[type[models.Model]]:
    for label in export_format.MODELS:
        yield apps.get_model(label)


def write_rows(model: type[models.Model], stream: IO[str]) -> int:
    """Write every row of a table, in the order of their numbers; return how many. Memory holds a few hundred."""
    fields = exported_fields(model)
    # The table's own columns alone: those of a parent have a file of their own.
    rows = model._base_manager.order_by("pk").only("pk", *fields)
    count = 0

    def counted() -> Iterator[models.Model]:
        nonlocal count
        for row in rows.iterator(chunk_size=CHUNK):
            count += 1
            yield row

    RowSerializer().serialize(counted(), stream=stream, fields=fields, cls=ExactEncoder)
    return count
