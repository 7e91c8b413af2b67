import django.db.models.deletion
import preceptor.base.encryption
from django.db import migrations, models

from preceptor.base import migrating


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0003_letters'),
        ('institutions', '0004_platforms'),
        ('people', '0004_sign_in_links'),
    ]

    operations = [
        migrating.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40)),
                ('purpose', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=40)),
                ('title_zh', models.CharField(max_length=300)),
                ('title_en', models.CharField(max_length=300)),
                ('text_zh', models.TextField()),
                ('text_en', models.TextField()),
                ('places', models.PositiveSmallIntegerField()),
                ('reserves', models.PositiveSmallIntegerField(default=0)),
                ('letters', models.PositiveSmallIntegerField(default=0)),
                ('offer_days', models.PositiveSmallIntegerField(default=14)),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('draft', 'being prepared'), ('published', 'published'), ('closed', 'closed'), ('cancelled', 'cancelled')], default='draft', max_length=10)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='institutions.unit')),
            ],
            options={
                'ordering': ['-opens_at', '-id'],
                'indexes': [models.Index(fields=['state', 'closes_at'], name='call_open'), models.Index(fields=['institution', '-opens_at', '-id'], name='call_institution')],
                'constraints': [models.UniqueConstraint(fields=('institution', 'number'), name='call_number_once'), models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='call_closes_after_opening')],
            },
        ),
        migrating.CreateModel(
            name='CallApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('born_on', preceptor.base.encryption.EncryptedDateField(blank=True, null=True)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('doctorate_on', models.DateField(blank=True, null=True)),
                ('doctorate_from', models.CharField(blank=True, max_length=200)),
                ('is_own_doctor', models.BooleanField(blank=True, null=True)),
                ('is_full_time', models.BooleanField(blank=True, null=True)),
                ('has_special_approval', models.BooleanField(blank=True, null=True)),
                ('employer', models.CharField(blank=True, max_length=200)),
                ('earlier_months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('statement', preceptor.base.encryption.EncryptedTextField(blank=True)),
                ('result', models.CharField(choices=[('open', 'not decided yet'), ('placed', 'chosen'), ('reserve', 'on the reserve list'), ('not_placed', 'not chosen')], default='open', max_length=10)),
                ('rank', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='calls.call')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='call_application', to='cases.case')),
                ('doctorate_discipline', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.discipline')),
                ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applicants', to='people.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='call_applications', to='people.person')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['call', 'result', 'rank'], name='call_application_result')],
                'constraints': [models.UniqueConstraint(fields=('call', 'person'), name='applies_once_to_a_call')],
            },
        ),
        migrating.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=120)),
                ('most', models.PositiveSmallIntegerField(default=100)),
                ('weight', models.PositiveSmallIntegerField(default=100)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='calls.call')),
            ],
            options={
                'ordering': ['place'],
                'constraints': [models.UniqueConstraint(fields=('call', 'place'), name='criterion_place')],
            },
        ),
        migrating.CreateModel(
            name='ApplicationWork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('paper', 'paper'), ('project', 'project'), ('patent', 'patent'), ('book', 'book'), ('award', 'award')], max_length=8)),
                ('title', models.CharField(max_length=500)),
                ('year', models.PositiveSmallIntegerField()),
                ('part', models.CharField(blank=True, max_length=120)),
                ('doi', models.CharField(blank=True, max_length=200)),
                ('is_representative', models.BooleanField(default=False)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='works', to='calls.callapplication')),
            ],
            options={
                'ordering': ['-is_representative', '-year', 'id'],
            },
        ),
        migrating.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('terms', preceptor.base.encryption.EncryptedTextField(blank=True)),
                ('made_at', models.DateTimeField()),
                ('answer_by', models.DateField()),
                ('state', models.CharField(choices=[('open', 'waiting for the answer'), ('accepted', 'accepted'), ('declined', 'declined'), ('lapsed', 'not answered in time'), ('withdrawn', 'taken back')], default='open', max_length=9)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('reason', preceptor.base.encryption.EncryptedTextField(blank=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='calls.callapplication')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['answer_by'], name='offer_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'accepted'])), fields=('application',), name='offer_alive_once')],
            },
        ),
        migrating.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.DecimalField(decimal_places=2, max_digits=6)),
                ('comment', preceptor.base.encryption.EncryptedTextField(blank=True)),
                ('at', models.DateTimeField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='calls.callapplication')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='calls.criterion')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('application', 'criterion', 'person'), name='score_once')],
            },
        ),
    ]
