"""Verdicts stored before lie in the unit of their trainee.

Backwards there is nothing to undo: the column goes with the migration before.
"""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    finding = apps.get_model("standing", "Finding")
    enrolment = apps.get_model("training", "Enrolment")
    units = enrolment.objects.filter(pk=OuterRef("enrolment")).values("unit")
    finding.objects.filter(unit=None).update(unit=Subquery(units))


class Migration(migrations.Migration):

    dependencies = [("standing", "0005_finding_unit")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
