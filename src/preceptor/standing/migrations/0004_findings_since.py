"""Verdicts stored before stand since the day of their evaluation, by the number of their trainee.

Backwards there is nothing to undo: the columns go with the migration before.
"""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def fill(apps, schema_editor):
    finding = apps.get_model("standing", "Finding")
    enrolment = apps.get_model("training", "Enrolment")
    numbers = enrolment.objects.filter(pk=OuterRef("enrolment")).values("student_number")
    finding.objects.filter(student_number="").update(
        since=F("as_of"), student_number=Subquery(numbers)
    )


class Migration(migrations.Migration):

    dependencies = [("standing", "0003_standing_in_full")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
