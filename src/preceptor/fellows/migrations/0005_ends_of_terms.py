"""Why a term of a principal investigator ended without the verdict of an assessment."""

import django.db.models.deletion
from django.db import migrations, models

import preceptor.base.encryption


class Migration(migrations.Migration):
    dependencies = [("fellows", "0004_postdocs_by_what_needs_attention")]

    operations = [
        migrations.CreateModel(
            name="TermEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("resigned", "resigned"),
                            ("moved", "moved to another institution"),
                            ("retired", "retired"),
                            ("died", "died"),
                            ("agreed", "ended by mutual agreement"),
                        ],
                        max_length=8,
                    ),
                ),
                ("paper", models.CharField(blank=True, max_length=200)),
                ("reason", preceptor.base.encryption.EncryptedTextField()),
                ("restores", models.JSONField()),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="end_by_hand",
                        to="fellows.appointment",
                    ),
                ),
            ],
        )
    ]
