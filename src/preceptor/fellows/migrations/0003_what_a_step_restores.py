from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fellows", "0002_returns_and_restoring")]

    operations = [
        migrations.AddField(
            model_name="postdoccase",
            name="restores",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
