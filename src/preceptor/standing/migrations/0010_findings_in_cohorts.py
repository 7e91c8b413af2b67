"""Verdicts stored before have the cohort and direction of their trainee.

Backwards there is nothing to undo: the columns go with the migration before.
"""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    finding = apps.get_model("standing", "Finding")
    trainee = apps.get_model("training", "Enrolment").objects.filter(pk=OuterRef("enrolment"))
    finding.objects.filter(cohort=None).update(
        cohort=Subquery(trainee.values("cohort")), direction=Subquery(trainee.values("direction"))
    )


class Migration(migrations.Migration):

    dependencies = [("standing", "0009_finding_cohort")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
