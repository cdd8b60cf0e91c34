"""Thumbnails of the newsroom had public names that could be guessed: they are made again when a screen shows them."""

from typing import Any

from django.core.files.storage import default_storage
from django.db import migrations

WIDTHS = (320, 480, 640, 960)
QUALITIES = {"avif": 60, "jpeg": 76}
FOR_READERS = [
    "width-640",  # of the nameplate
    *(f"width-{width}|format-{kind}|{kind}quality-{best}" for width in WIDTHS for kind, best in QUALITIES.items()),
]


def forget_thumbnails(apps: Any, _schema_editor: Any) -> None:
    copies = apps.get_model("content", "Rendition").objects.exclude(filter_spec__in=FOR_READERS)
    names = list(copies.values_list("file", flat=True))
    copies.delete()
    for name in names:
        default_storage.delete(name)


class Migration(migrations.Migration):
    dependencies = [("content", "0004_comments")]
    operations = [migrations.RunPython(forget_thumbnails, migrations.RunPython.noop)]
