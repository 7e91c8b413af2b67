import django.db.models.functions.text
from django.db import migrations, models

from preceptor.base import migrating


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0003_clauses"),
        ("people", "0001_first"),
    ]

    operations = [
        migrating.AddIndex(
            model_name="person",
            index=models.Index(
                django.db.models.functions.text.Lower("name_en"), name="person_name_en"
            ),
        ),
    ]
