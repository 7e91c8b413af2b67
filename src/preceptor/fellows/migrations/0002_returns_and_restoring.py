import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fellows", "0001_fellows")]

    operations = [
        migrations.AddField(
            model_name="limituse",
            name="returns",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="returned_by",
                to="fellows.limituse",
            ),
        ),
        migrations.AddField(
            model_name="assessmentcase",
            name="restores",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="assessmentcase",
            name="probation_until",
            field=models.DateField(blank=True, null=True),
        ),
    ]
