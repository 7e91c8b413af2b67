"""The list of postdocs begins with the terms that end first; those gone follow, the latest first."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("fellows", "0003_what_a_step_restores")]

    operations = [
        migrations.AddIndex(
            model_name="postdoc",
            index=models.Index(
                fields=["term_ends_on", "id"], condition=Q(left_on=None), name="postdoc_term_ends"
            ),
        ),
        migrations.AddIndex(
            model_name="postdoc",
            index=models.Index(
                fields=["left_on", "id"], condition=Q(left_on__isnull=False), name="postdoc_left"
            ),
        ),
    ]
