from django.db import migrations
from django.db.models import F


def move(apps, schema_editor):
    """Name each source by its digest, and its article by the page that it is."""
    item = apps.get_model("importers", "ImportedItem")
    item.objects.update(key=F("digest"), page_id=F("article_id"))


class Migration(migrations.Migration):
    # Alone in its transaction: PostgreSQL alters no table whose rows were changed in the same one.

    dependencies = [("importers", "0002_jobs")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
