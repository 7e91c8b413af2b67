
import django.db.models.deletion
from django.db import migrations, models

from preceptor.base import migrating


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0003_clauses"),
        ("standing", "0010_findings_in_cohorts"),
        ("training", "0002_one_open_row"),
    ]

    operations = [
        migrating.RemoveIndex(
            model_name="finding",
            name="finding_rule_verdict",
        ),
        migrating.RemoveIndex(
            model_name="standing",
            name="standing_whole",
        ),
        migrating.RemoveIndex(
            model_name="standing",
            name="standing_unit",
        ),
        migrating.RemoveIndex(
            model_name="standing",
            name="standing_direction",
        ),
        migrating.RemoveIndex(
            model_name="standing",
            name="standing_cohort",
        ),
        migrations.AlterField(
            model_name="finding",
            name="cohort",
            field=models.PositiveSmallIntegerField(),
        ),
        migrations.AlterField(
            model_name="finding",
            name="direction",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="institutions.discipline",
            ),
        ),
        migrating.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=[
                    "rule",
                    "verdict",
                    "student_number",
                    "enrolment",
                    "unit",
                    "cohort",
                    "direction",
                    "kind",
                ],
                name="finding_rule_verdict",
            ),
        ),
        migrating.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=[
                    "unit",
                    "rule",
                    "verdict",
                    "student_number",
                    "enrolment",
                    "cohort",
                    "direction",
                    "kind",
                ],
                name="finding_unit",
            ),
        ),
        migrating.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(
                    ("kind", "block"), ("panel__isnull", False), ("verdict", "fail")
                ),
                fields=["student_number", "id"],
                name="finding_panel_stops",
            ),
        ),
        migrating.AddIndex(
            model_name="standing",
            index=models.Index(
                fields=[
                    "whole",
                    "student_number",
                    "enrolment",
                    "unit",
                    "cohort",
                    "direction",
                    "institution",
                ],
                name="standing_whole",
            ),
        ),
        migrating.AddIndex(
            model_name="standing",
            index=models.Index(
                fields=[
                    "unit",
                    "whole",
                    "student_number",
                    "enrolment",
                    "cohort",
                    "direction",
                    "institution",
                ],
                name="standing_unit",
            ),
        ),
        migrating.AddIndex(
            model_name="standing",
            index=models.Index(
                fields=[
                    "direction",
                    "whole",
                    "student_number",
                    "enrolment",
                    "unit",
                    "cohort",
                    "institution",
                ],
                name="standing_direction",
            ),
        ),
        migrating.AddIndex(
            model_name="standing",
            index=models.Index(
                fields=[
                    "cohort",
                    "whole",
                    "student_number",
                    "enrolment",
                    "unit",
                    "direction",
                    "institution",
                ],
                name="standing_cohort",
            ),
        ),
        migrating.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("is_waived", True)),
                fields=["student_number", "enrolment"],
                name="standing_waived",
            ),
        ),
    ]
