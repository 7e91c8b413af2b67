import django.db.models.deletion
import django.utils.timezone
import preceptor.base.encryption
from django.db import migrations, models

from preceptor.base import migrating


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('institutions', '0001_first'),
        ('people', '0001_first'),
    ]

    operations = [
        migrating.CreateModel(
            name='Course',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('name_zh', models.CharField(max_length=120)),
                ('name_en', models.CharField(max_length=160)),
                ('hours', models.PositiveSmallIntegerField()),
                ('credits', models.DecimalField(decimal_places=1, max_digits=4)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='institutions.unit')),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('institution', 'code'), name='course_code_once')],
            },
        ),
        migrating.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cohort_from', models.PositiveSmallIntegerField()),
                ('cohort_to', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('degree_level', models.CharField(choices=[('master', 'master'), ('doctor', 'doctor')], max_length=10)),
                ('degree_type', models.CharField(choices=[('academic', 'academic degree'), ('professional', 'professional degree')], max_length=14)),
                ('title_zh', models.CharField(max_length=200)),
                ('title_en', models.CharField(max_length=200)),
                ('normal_years', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('longest_years', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('direction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='institutions.discipline')),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='institutions.degreepoint')),
            ],
            options={
                'ordering': ['direction', 'cohort_from'],
                'constraints': [models.UniqueConstraint(fields=('direction', 'degree_level', 'cohort_from'), name='programme_version_once')],
            },
        ),
        migrating.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('student_number', models.CharField(max_length=20)),
                ('degree_level', models.CharField(choices=[('master', 'master'), ('doctor', 'doctor')], max_length=10)),
                ('degree_type', models.CharField(choices=[('academic', 'academic degree'), ('professional', 'professional degree')], max_length=14)),
                ('mode', models.CharField(choices=[('full_time', 'full-time'), ('in_service', 'in-service')], max_length=12)),
                ('cohort', models.PositiveSmallIntegerField()),
                ('cohort_on', models.DateField()),
                ('state', models.CharField(choices=[('admitted', 'admitted'), ('lapsed', 'lapsed'), ('registered', 'registered'), ('training', 'in training'), ('candidate', 'proposal passed'), ('midterm_passed', 'mid-term passed'), ('clinical_passed', 'clinical competence passed'), ('predefence_passed', 'pre-defence passed'), ('thesis_in_review', 'thesis in review'), ('revising', 'revising the thesis'), ('defence_ready', 'ready for the defence'), ('defended', 'defended'), ('graduated', 'graduated'), ('awarded', 'degree awarded'), ('deferred', 'award deferred'), ('closed_without_degree', 'closed without degree'), ('suspended', 'suspended'), ('withdrawn', 'withdrawn'), ('revoked', 'degree revoked')], max_length=24)),
                ('awarded_on', models.DateField(blank=True, null=True)),
                ('source', models.CharField(blank=True, max_length=20)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('direction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='institutions.discipline')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.unit')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='people.person')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='institutions.unit')),
                ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='training.programme')),
            ],
            options={
                'indexes': [models.Index(fields=['student_number', 'id'], name='enrolment_number'), models.Index(fields=['unit', 'student_number', 'id'], name='enrolment_unit'), models.Index(fields=['direction', 'student_number', 'id'], name='enrolment_direction'), models.Index(fields=['cohort', 'student_number', 'id'], name='enrolment_cohort'), models.Index(fields=['state', 'student_number', 'id'], name='enrolment_state')],
                'constraints': [models.UniqueConstraint(fields=('institution', 'student_number'), name='student_number_once')],
            },
        ),
        migrating.CreateModel(
            name='ProgrammeCourse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('required', 'required course'), ('elective', 'elective course')], max_length=10)),
                ('module', models.CharField(blank=True, max_length=60)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='training.course')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='courses', to='training.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'course'), name='course_once_a_programme')],
            },
        ),
        migrating.CreateModel(
            name='CourseRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('score', models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('pass', 'passed'), ('fail', 'failed')], max_length=4, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='training.course')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='courses', to='training.enrolment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'course', 'year'), name='course_record_once_a_year')],
            },
        ),
        migrating.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('proposal', 'thesis proposal'), ('midterm', 'mid-term assessment'), ('clinical_exam', 'clinical competence assessment'), ('predefence', 'pre-defence'), ('defence', 'defence')], max_length=14)),
                ('attempt', models.PositiveSmallIntegerField(default=1)),
                ('planned_on', models.DateField(blank=True, null=True)),
                ('held_on', models.DateField(blank=True, null=True)),
                ('held_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year')], default='day', max_length=5)),
                ('outcome', models.CharField(blank=True, choices=[('pass', 'passed'), ('fail', 'failed')], max_length=4, null=True)),
                ('source', models.CharField(blank=True, max_length=20)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='training.enrolment')),
            ],
            options={
                'ordering': ['held_on', 'id'],
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'kind', 'attempt'), name='milestone_attempt_once')],
            },
        ),
        migrating.CreateModel(
            name='Panel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30)),
                ('stage', models.CharField(choices=[('proposal', 'thesis proposal'), ('midterm', 'mid-term assessment'), ('clinical_exam', 'clinical competence assessment'), ('predefence', 'pre-defence'), ('defence', 'defence')], max_length=14)),
                ('planned_on', models.DateField(blank=True, null=True)),
                ('sits_on', models.DateField(blank=True, null=True)),
                ('sits_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year')], default='day', max_length=5)),
                ('source', models.CharField(blank=True, max_length=20)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='panels', to='training.enrolment')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.unit')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('institution', 'number'), name='panel_number_once')],
            },
        ),
        migrating.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('superseded_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('reason', models.TextField(blank=True)),
                ('direction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.discipline')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='training.enrolment')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.unit')),
            ],
            options={
                'ordering': ['valid_from', 'id'],
                'abstract': False,
                'indexes': [models.Index(fields=['enrolment', 'valid_from'], name='placement_enrolment')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='training_placement_ends_after_start')],
            },
        ),
        migrating.CreateModel(
            name='Rotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('department', models.CharField(max_length=80)),
                ('start_month', models.DateField()),
                ('end_month', models.DateField()),
                ('kind', models.CharField(blank=True, choices=[('specialty', 'specialist training'), ('chief_resident', 'chief resident'), ('equivalent_post', 'equivalent post'), ('other', 'other rotation')], max_length=16, null=True)),
                ('result', models.CharField(blank=True, choices=[('excellent', 'excellent'), ('good', 'good'), ('pass', 'passed'), ('fail', 'failed')], max_length=10, null=True)),
                ('source', models.CharField(blank=True, max_length=20)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rotations', to='training.enrolment')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.unit')),
            ],
            options={
                'ordering': ['start_month', 'id'],
                'indexes': [models.Index(fields=['enrolment', 'start_month'], name='rotation_enrolment')],
                'constraints': [models.CheckConstraint(condition=models.Q(('end_month__gte', models.F('start_month'))), name='rotation_ends_after_start')],
            },
        ),
        migrating.CreateModel(
            name='StateSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('superseded_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('state', models.CharField(choices=[('admitted', 'admitted'), ('lapsed', 'lapsed'), ('registered', 'registered'), ('training', 'in training'), ('candidate', 'proposal passed'), ('midterm_passed', 'mid-term passed'), ('clinical_passed', 'clinical competence passed'), ('predefence_passed', 'pre-defence passed'), ('thesis_in_review', 'thesis in review'), ('revising', 'revising the thesis'), ('defence_ready', 'ready for the defence'), ('defended', 'defended'), ('graduated', 'graduated'), ('awarded', 'degree awarded'), ('deferred', 'award deferred'), ('closed_without_degree', 'closed without degree'), ('suspended', 'suspended'), ('withdrawn', 'withdrawn'), ('revoked', 'degree revoked')], max_length=24)),
                ('reason', preceptor.base.encryption.EncryptedTextField(blank=True)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='state_spans', to='training.enrolment')),
            ],
            options={
                'ordering': ['valid_from', 'id'],
                'abstract': False,
                'indexes': [models.Index(fields=['enrolment', 'valid_from'], name='state_span_enrolment')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='training_statespan_ends_after_start')],
            },
        ),
        migrating.CreateModel(
            name='StudyPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('superseded_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('kind', models.CharField(choices=[('extension', 'extension of study'), ('deferral', 'deferred award'), ('suspension', 'suspension')], max_length=12)),
                ('reason', preceptor.base.encryption.EncryptedTextField()),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='periods', to='training.enrolment')),
            ],
            options={
                'ordering': ['valid_from', 'id'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='training_studyperiod_ends_after_start')],
            },
        ),
        migrating.CreateModel(
            name='Supervision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('superseded_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('role', models.CharField(choices=[('main', 'main supervisor'), ('co', 'co-supervisor')], max_length=8)),
                ('source', models.CharField(blank=True, max_length=20)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supervisions', to='training.enrolment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supervisions', to='people.person')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['person', 'enrolment'], name='supervision_person'), models.Index(fields=['enrolment', 'role'], name='supervision_enrolment')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='training_supervision_ends_after_start')],
            },
        ),
        migrating.CreateModel(
            name='Thesis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_zh', models.CharField(max_length=300)),
                ('title_en', models.CharField(blank=True, max_length=300)),
                ('source', models.CharField(blank=True, max_length=20)),
                ('enrolment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='thesis', to='training.enrolment')),
            ],
            options={
                'verbose_name_plural': 'theses',
            },
        ),
        migrating.CreateModel(
            name='PanelSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(blank=True, choices=[('chair', 'chair'), ('member', 'member'), ('secretary', 'secretary')], max_length=10, null=True)),
                ('stated_title', models.CharField(blank=True, max_length=40)),
                ('stated_series', models.CharField(blank=True, choices=[('teacher', 'teacher'), ('physician', 'physician'), ('researcher', 'researcher'), ('technician', 'technician'), ('nurse', 'nurse'), ('engineer', 'engineer')], max_length=12, null=True)),
                ('stated_level', models.CharField(blank=True, choices=[('full', 'full senior'), ('associate', 'associate senior'), ('intermediate', 'intermediate'), ('junior', 'junior')], max_length=14, null=True)),
                ('stated_doctoral_supervisor', models.BooleanField(blank=True, null=True)),
                ('stated_outside_unit', models.BooleanField(blank=True, null=True)),
                ('stated_outside_institution', models.BooleanField(blank=True, null=True)),
                ('stated_degree_committee', models.BooleanField(blank=True, null=True)),
                ('stated_clinical_work', models.BooleanField(blank=True, null=True)),
                ('field', models.CharField(blank=True, choices=[('same', 'same field'), ('related', 'related field'), ('unrelated', 'unrelated field')], max_length=10, null=True)),
                ('source', models.CharField(blank=True, max_length=20)),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='training.panel')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='panel_seats', to='people.person')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('panel', 'person'), name='one_seat_a_person_on_a_panel')],
            },
        ),
        migrating.CreateModel(
            name='SimilarityCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempt', models.PositiveSmallIntegerField(default=1)),
                ('similarity_e4', models.PositiveIntegerField()),
                ('checked_on', models.DateField(blank=True, null=True)),
                ('checked_precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year')], default='day', max_length=5)),
                ('source', models.CharField(blank=True, max_length=20)),
                ('thesis', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='similarity_checks', to='training.thesis')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('thesis', 'attempt'), name='similarity_attempt_once'), models.CheckConstraint(condition=models.Q(('similarity_e4__lte', 10000)), name='similarity_at_most_one')],
            },
        ),
        migrating.CreateModel(
            name='ThesisReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('is_blind', models.BooleanField(null=True)),
                ('returned_on', models.DateField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('pass', 'passed'), ('fail', 'failed')], max_length=4, null=True)),
                ('thesis', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='training.thesis')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('thesis', 'number'), name='review_number_once')],
            },
        ),
    ]
