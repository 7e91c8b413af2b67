from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0002_relation_known_once"),
        ("standing", "0004_findings_since"),
    ]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="institutions.unit",
            ),
        ),
    ]
