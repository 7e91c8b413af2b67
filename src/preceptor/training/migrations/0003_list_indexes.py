
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0003_clauses"),
        ("people", "0002_list_indexes"),
        ("training", "0002_one_open_row"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="enrolment",
            name="enrolment_number",
        ),
        migrations.RemoveIndex(
            model_name="enrolment",
            name="enrolment_unit",
        ),
        migrations.RemoveIndex(
            model_name="enrolment",
            name="enrolment_direction",
        ),
        migrations.RemoveIndex(
            model_name="enrolment",
            name="enrolment_cohort",
        ),
        migrations.RemoveIndex(
            model_name="enrolment",
            name="enrolment_state",
        ),
        migrations.AddIndex(
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
        migrations.AddIndex(
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
        migrations.AddIndex(
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
        migrations.AddIndex(
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
        migrations.AddIndex(
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
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["person", "student_number", "id"], name="enrolment_person"),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["institution", "unit", "state"], name="enrolment_counted"),
        ),
    ]
