import django.db.models.deletion
import django.utils.timezone
import preceptor.base.encryption
from django.db import migrations, models

from preceptor.base import migrating


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '0003_letters_that_hold_a_secret'),
        ('institutions', '0004_platforms'),
        ('people', '0004_sign_in_links'),
        ('training', '0004_cases_of_trainees'),
    ]

    operations = [
        migrating.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60)),
                ('kind', models.CharField(choices=[('strategic', 'strategic co-operation'), ('tripartite', 'tripartite agreement on a postdoc'), ('dual_degree', 'joint school or dual degree'), ('training_base', 'training base'), ('instrument_sharing', 'sharing of instruments'), ('branch_centre', 'branch of a centre'), ('exchange', 'exchange of persons')], max_length=20)),
                ('title_zh', models.CharField(max_length=300)),
                ('title_en', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('drafting', 'being drafted'), ('review', 'in legal review'), ('signed', 'signed'), ('terminated', 'terminated')], default='drafting', max_length=10)),
                ('signed_on', models.DateField(blank=True, null=True)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('open_reason', models.CharField(blank=True, max_length=300)),
                ('terminated_on', models.DateField(blank=True, null=True)),
                ('warns_days', models.PositiveSmallIntegerField(default=180)),
                ('data_clause', preceptor.base.encryption.EncryptedTextField(blank=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('follows', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewal', to='joint.agreement')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='institutions.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.unit')),
            ],
            options={
                'ordering': ['-signed_on', '-id'],
                'indexes': [models.Index(fields=['institution', 'state', 'ends_on'], name='agreement_ending'), models.Index(fields=['institution', 'kind', '-signed_on'], name='agreement_kind')],
                'constraints': [models.UniqueConstraint(fields=('institution', 'number'), name='agreement_number_once'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='agreement_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), _negated=True), models.Q(('starts_on__isnull', False), models.Q(('ends_on__isnull', False), models.Q(('open_reason', ''), _negated=True), _connector='OR')), _connector='OR'), name='agreement_signed_has_an_end')],
            },
        ),
        migrating.CreateModel(
            name='Partner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('university', 'university'), ('hospital', 'hospital'), ('institute', 'research institute'), ('company', 'company'), ('government', 'government body')], max_length=12)),
                ('name_zh', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, max_length=200)),
                ('country', models.CharField(default='CN', max_length=2)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partners', to='institutions.unit')),
                ('peer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='partner_rows', to='institutions.unit')),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('institution', 'code'), name='partner_code_once'), models.CheckConstraint(condition=models.Q(('peer', models.F('institution')), _negated=True), name='partner_is_another_institution')],
            },
        ),
        migrating.CreateModel(
            name='AgreementDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('added_by', models.CharField(max_length=120)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='joint.agreement')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='base.storedfile')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrating.CreateModel(
            name='AgreementParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(blank=True, max_length=80)),
                ('signatory', models.CharField(blank=True, max_length=80)),
                ('signatory_post', models.CharField(blank=True, max_length=120)),
                ('signed_on', models.DateField(blank=True, null=True)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='joint.agreement')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreement_sides', to='institutions.unit')),
                ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreement_sides', to='joint.partner')),
            ],
            options={
                'verbose_name_plural': 'agreement parties',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('partner', None), ('unit__isnull', False)), models.Q(('partner__isnull', False), ('unit', None)), _connector='OR'), name='party_is_partner_or_unit'), models.UniqueConstraint(fields=('agreement', 'partner'), name='partner_once_an_agreement')],
            },
        ),
        migrating.CreateModel(
            name='AgreementTrainee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_on', models.DateField()),
                ('last_on', models.DateField(blank=True, null=True)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainees', to='joint.agreement')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='training.enrolment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agreement', 'enrolment'), name='trainee_once_an_agreement')],
            },
        ),
        migrating.CreateModel(
            name='JointSchool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schools', to='joint.agreement')),
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='joint_school', to='institutions.unit')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schools', to='joint.partner')),
            ],
        ),
        migrating.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clause', models.CharField(max_length=60)),
                ('title_zh', models.CharField(max_length=200)),
                ('title_en', models.CharField(blank=True, max_length=200)),
                ('evidence', models.CharField(choices=[('joint_course', 'joint courses taught'), ('dual_degree', 'dual degrees awarded'), ('intake', 'persons taken in'), ('instrument_hours', 'instrument hours shared'), ('event', 'joint events held'), ('contribution', 'contributions received'), ('document', 'a document handed in')], max_length=18)),
                ('target', models.DecimalField(decimal_places=2, default=1, max_digits=12)),
                ('counts_from', models.DateField()),
                ('due_on', models.DateField()),
                ('closed_reason', models.CharField(blank=True, max_length=300)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='obligations', to='joint.agreement')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='people.person')),
                ('owner_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.unit')),
            ],
            options={
                'ordering': ['due_on', 'id'],
                'indexes': [models.Index(fields=['owner', 'due_on'], name='obligation_owner')],
                'constraints': [models.CheckConstraint(condition=models.Q(('target__gt', 0)), name='obligation_has_a_target')],
            },
        ),
        migrating.CreateModel(
            name='JointEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('conference', 'conference'), ('workshop', 'workshop'), ('visit_in', 'visit received'), ('visit_out', 'visit paid'), ('meeting', 'meeting of the partners')], max_length=12)),
                ('title_zh', models.CharField(max_length=200)),
                ('title_en', models.CharField(blank=True, max_length=200)),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('persons', models.PositiveIntegerField(blank=True, null=True)),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='joint.agreement')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.unit')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='joint.partner')),
            ],
            options={
                'ordering': ['-first_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='joint_event_ends_after_start')],
            },
        ),
        migrating.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('money', 'money'), ('equipment', 'equipment'), ('instrument_hours', 'instrument hours'), ('teaching_hours', 'teaching hours'), ('space', 'space')], max_length=18)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('given_on', models.DateField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='joint.agreement')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='joint.partner')),
            ],
            options={
                'ordering': ['-given_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='contribution_is_positive')],
            },
        ),
        migrating.CreateModel(
            name='Abroad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('trainee', 'trainee'), ('postdoc', 'postdoc'), ('staff', 'staff member')], max_length=8)),
                ('country', models.CharField(max_length=2)),
                ('host', models.CharField(blank=True, max_length=200)),
                ('first_on', models.DateField()),
                ('last_on', models.DateField(blank=True, null=True)),
                ('returned_on', models.DateField(blank=True, null=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.unit')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='times_abroad', to='people.person')),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='guests', to='joint.agreement')),
                ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='guests', to='joint.partner')),
            ],
            options={
                'verbose_name_plural': 'times abroad',
                'ordering': ['-first_on', '-id'],
                'indexes': [models.Index(fields=['institution', 'first_on'], name='abroad_institution')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_on', None), ('last_on__gte', models.F('first_on')), _connector='OR'), name='abroad_ends_after_start')],
            },
        ),
        migrating.CreateModel(
            name='Sight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('noun', models.CharField(choices=[('trainees', 'trainees and their states'), ('courses', 'courses and results'), ('standing', 'standing against the rules'), ('postdocs', 'postdocs and their assessments'), ('costs', 'costs and shares')], max_length=10)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sights', to='joint.agreement')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sights', to='joint.partner')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agreement', 'partner', 'noun'), name='sight_once')],
            },
        ),
        migrating.CreateModel(
            name='JointProgramme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('name_zh', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('award_kind', models.CharField(choices=[('two_certificates', 'two degrees, two certificates'), ('one_joint', 'one joint degree, one certificate'), ('double_major', 'double major, one certificate')], max_length=16)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('home_programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='joint_as_home', to='training.programme')),
                ('partner_programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='joint_as_partner', to='training.programme')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='joint.jointschool')),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='joint_programme_ends_after_start'), models.UniqueConstraint(fields=('school', 'code'), name='joint_programme_code_once')],
            },
        ),
        migrating.CreateModel(
            name='CostShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('superseded_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('purpose', models.CharField(max_length=80)),
                ('share_e4', models.PositiveSmallIntegerField()),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='joint.agreementparty')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='joint.jointschool')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='joint_costshare_ends_after_start'), models.CheckConstraint(condition=models.Q(('share_e4__lte', 10000)), name='share_at_most_whole')],
            },
        ),
        migrating.CreateModel(
            name='Cost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=80)),
                ('amount_cny', models.DecimalField(decimal_places=2, max_digits=14)),
                ('spent_on', models.DateField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='costs', to='joint.agreementparty')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='costs', to='joint.jointschool')),
            ],
            options={
                'ordering': ['-spent_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_cny__gt', 0)), name='cost_is_positive')],
            },
        ),
        migrating.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, default=1, max_digits=12)),
                ('done_on', models.DateField()),
                ('note', models.CharField(max_length=300)),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.CharField(max_length=120)),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='base.storedfile')),
                ('obligation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidences', to='joint.obligation')),
            ],
            options={
                'ordering': ['done_on', 'id'],
            },
        ),
        migrating.CreateModel(
            name='DualEnrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('left_on', models.DateField(blank=True, null=True)),
                ('home', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='dual_as_home', to='training.enrolment')),
                ('partner', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dual_as_partner', to='training.enrolment')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dual_enrolments', to='joint.jointprogramme')),
            ],
            options={
                'ordering': ['-starts_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('home', models.F('partner')), _negated=True), name='dual_has_two_sides'), models.CheckConstraint(condition=models.Q(('left_on', None), ('left_on__gte', models.F('starts_on')), _connector='OR'), name='dual_ends_after_start')],
            },
        ),
        migrating.CreateModel(
            name='Recognition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('superseded_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('credits', models.DecimalField(decimal_places=1, max_digits=4)),
                ('counts_as', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recognised_from', to='training.course')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recognitions', to='joint.jointprogramme')),
                ('taken', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recognised_as', to='training.course')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='joint_recognition_ends_after_start'), models.CheckConstraint(condition=models.Q(('taken', models.F('counts_as')), _negated=True), name='recognition_of_another_course'), models.CheckConstraint(condition=models.Q(('credits__gt', 0)), name='recognition_has_credits')],
            },
        ),
    ]
