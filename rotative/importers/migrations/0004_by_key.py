from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("importers", "0003_move_account")]

    operations = [
        migrations.RemoveField(
            model_name="importeditem",
            name="article",
        ),
        migrations.AddConstraint(
            model_name='importeditem',
            constraint=models.UniqueConstraint(fields=('site', 'key'), name='imported_once'),
        ),
    ]
