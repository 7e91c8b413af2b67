"""On which platform a postdoc works, for a time."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fellows', '0005_ends_of_terms'),
        ('institutions', '0004_platforms'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlatformPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('superseded_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postdoc_places', to='institutions.platform')),
                ('postdoc', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='platform_places', to='fellows.postdoc')),
            ],
            options={
                'ordering': ['valid_from', 'id'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='fellows_platformplace_ends_after_start')],
            },
        ),
    ]
