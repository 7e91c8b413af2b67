from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0002_relation_known_once"),
        ("standing", "0008_preview_decisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="cohort",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="finding",
            name="direction",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="institutions.discipline",
            ),
        ),
    ]
