"""The index by which the flow of institutions is read holds all that it reads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fellows", "0006_platforms_of_postdocs")]

    operations = [
        migrations.RemoveIndex(model_name="stay", name="stay_flow"),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(
                fields=[
                    "institution", "begins_on", "ends_on", "comes_by", "goes_by", "postdoc",
                    "station",
                ],
                name="stay_flow",
            ),
        ),
    ]
