"""Indexes by which cases are listed and counted, newest first, without reading each of them."""

from django.db import migrations, models
from django.db.models import Q

from preceptor.base import migrating


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_letters")]

    operations = [
        migrating.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["institution", "state", "-id", "submitted_at"],
                name="case_of_institution_state",
            ),
        ),
        migrating.RemoveIndex(model_name="case", name="case_institution_state"),
        migrating.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["unit", "state", "-id", "submitted_at"], name="case_of_unit_state"
            ),
        ),
        migrating.RemoveIndex(model_name="case", name="case_unit_state"),
        migrating.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["id"], condition=Q(submitted_at=None), name="case_not_handed_in"
            ),
        ),
        migrating.AddIndex(
            model_name="caseparty",
            index=models.Index(fields=["person", "case", "until"], name="case_party_of_person"),
        ),
        migrating.RemoveIndex(model_name="caseparty", name="case_party_person"),
        migrating.AddIndex(
            model_name="task",
            index=models.Index(
                fields=["account", "case"],
                condition=Q(account__isnull=False),
                name="task_case_of_account",
            ),
        ),
        migrating.AddIndex(
            model_name="task",
            index=models.Index(
                fields=["person", "case"],
                condition=Q(person__isnull=False),
                name="task_case_of_person",
            ),
        ),
    ]
