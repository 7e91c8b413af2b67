from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("joint", "0001_agreements")]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="terminated_reason",
            field=models.CharField(blank=True, max_length=300),
        ),
    ]
