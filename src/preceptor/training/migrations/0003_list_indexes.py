
from django.db import migrations, models

from preceptor.base import migrating


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0003_clauses"),
        ("people", "0002_list_indexes"),
        ("training", "0002_one_open_row"),
    ]

    operations = [
        migrating.RemoveIndex(
            model_name="enrolment",
            name="enrolment_number",
        ),
        migrating.RemoveIndex(
            model_name="enrolment",
            name="enrolment_unit",
        ),
        migrating.RemoveIndex(
            model_name="enrolment",
            name="enrolment_direction",
        ),
        migrating.RemoveIndex(
            model_name="enrolment",
            name="enrolment_cohort",
        ),
        migrating.RemoveIndex(
            model_name="enrolment",
            name="enrolment_state",
        ),
        migrating.AddIndex(
            model_name="enrolment",
            index=models.Index(
                fields=[
                    "student_number",
                    "id",
                    "unit",
                    "cohort",
                    "direction",
                    "state",
                    "institution",
                    "person",
                ],
                name="enrolment_number",
            ),
        ),
        migrating.AddIndex(
            model_name="enrolment",
            index=models.Index(
                fields=[
                    "unit",
                    "student_number",
                    "id",
                    "cohort",
                    "direction",
                    "state",
                    "institution",
                    "person",
                ],
                name="enrolment_unit",
            ),
        ),
        migrating.AddIndex(
            model_name="enrolment",
            index=models.Index(
                fields=[
                    "direction",
                    "student_number",
                    "id",
                    "unit",
                    "cohort",
                    "state",
                    "institution",
                    "person",
                ],
                name="enrolment_direction",
            ),
        ),
        migrating.AddIndex(
            model_name="enrolment",
            index=models.Index(
                fields=[
                    "cohort",
                    "student_number",
                    "id",
                    "unit",
                    "direction",
                    "state",
                    "institution",
                    "person",
                ],
                name="enrolment_cohort",
            ),
        ),
        migrating.AddIndex(
            model_name="enrolment",
            index=models.Index(
                fields=[
                    "state",
                    "student_number",
                    "id",
                    "unit",
                    "cohort",
                    "direction",
                    "institution",
                    "person",
                ],
                name="enrolment_state",
            ),
        ),
        migrating.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["person", "student_number", "id"], name="enrolment_person"),
        ),
        migrating.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["institution", "unit", "state"], name="enrolment_counted"),
        ),
    ]
