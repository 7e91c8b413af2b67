"""A hearing is told when somebody wrote its facts: until then it has no day and no end."""

from django.db import migrations, models
from django.db.models import Q

from preceptor.base import migrating

VERBS = [
    ("open", "prepared"),
    ("submit", "submitted"),
    ("agree", "agreed"),
    ("refuse", "refused"),
    ("return", "returned for correction"),
    ("compose", "composed the panel"),
    ("decide", "result of the vote"),
    ("publish", "public notice ended"),
    ("tell", "told the facts of the intended refusal"),
    ("hear", "heard"),
    ("late", "the time was over"),
    ("climb", "passed on: beyond the own authority"),
    ("withdraw", "withdrew the request"),
    ("appeal", "appealed"),
    ("reopen", "reopened after an appeal"),
]


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_list_indexes")]

    operations = [
        migrations.AlterField(
            model_name="casestep",
            name="verb",
            field=models.CharField(choices=VERBS, max_length=10),
        ),
        migrations.AlterField(
            model_name="task",
            name="outcome",
            field=models.CharField(blank=True, choices=VERBS, max_length=10),
        ),
        migrations.AlterField(
            model_name="hearing",
            name="answer_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="hearing",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrating.AddConstraint(
            model_name="hearing",
            constraint=models.CheckConstraint(
                condition=Q(told_at=None, answer_until=None)
                | Q(told_at__isnull=False, answer_until__isnull=False),
                name="hearing_told_until",
            ),
        ),
    ]
