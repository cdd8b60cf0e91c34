import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_initial"),
        ("importers", "0004_by_key"),
    ]

    operations = [
        migrations.RenameModel("FetchedPicture", "FetchedFile"),
        migrations.AlterModelOptions("FetchedFile", {"verbose_name": "file of an old site"}),
        migrations.AddField(
            "FetchedFile",
            "media",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="content.mediafile"
            ),
        ),
    ]
