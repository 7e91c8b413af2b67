from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [("standing", "0006_findings_in_units")]

    operations = [
        migrations.AlterField(
            model_name="finding",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="institutions.unit",
            ),
        ),
    ]
