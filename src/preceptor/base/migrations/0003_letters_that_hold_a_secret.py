from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("base", "0002_journal_cannot_change")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="holds_secret",
            field=models.BooleanField(default=False),
        )
    ]
