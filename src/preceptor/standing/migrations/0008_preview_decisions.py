from django.db import migrations, models


class Migration(migrations.Migration):
    """A preview also tells which decisions would have been taken otherwise."""

    dependencies = [("standing", "0007_finding_unit_known")]

    operations = [
        migrations.AddField(
            "previewflip", "decided_on", models.DateField(blank=True, null=True)
        ),
        migrations.AddField(
            "previewflip", "step", models.CharField(blank=True, default="", max_length=14),
            preserve_default=False,
        ),
    ]
