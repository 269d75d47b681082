import django.db.models.deletion
import lingju.kernel.clock
import lingju.kernel.fields
import lingju.kernel.ids
import lingju.kernel.rows
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('places', '0002_a_district_has_a_centre_and_homes_have_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', lingju.kernel.rows.RowId(default=lingju.kernel.ids.new_id, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('display_name', models.CharField(max_length=40, verbose_name='称呼')),
                ('sign_in_name', models.CharField(blank=True, max_length=40, null=True, verbose_name='登录名')),
                ('phone', lingju.kernel.fields.EncryptedTextField(blank=True, null=True, verbose_name='手机号')),
                ('phone_index', lingju.kernel.fields.BlindIndexField(blank=True, editable=False, max_length=64, null=True, source='phone', verbose_name='手机号索引')),
                ('is_active', models.BooleanField(default=True, verbose_name='可以登录')),
                ('must_change_password', models.BooleanField(default=False, verbose_name='要换密码')),
                ('password_set_at', models.DateTimeField(blank=True, null=True, verbose_name='密码设定时间')),
                ('session_round', models.PositiveIntegerField(default=1, verbose_name='会话轮次')),
                ('created_at', models.DateTimeField(default=lingju.kernel.clock.now, verbose_name='建立时间')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='注销时间')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.district', verbose_name='区')),
            ],
            options={
                'verbose_name': '账号',
                'verbose_name_plural': '账号',
                'constraints': [models.UniqueConstraint(fields=('district', 'sign_in_name'), name='sign_in_name_is_unique_in_its_district'), models.UniqueConstraint(fields=('district', 'phone_index'), name='phone_is_unique_in_its_district'), models.CheckConstraint(condition=models.Q(models.Q(('phone__isnull', True), ('phone_index__isnull', True)), models.Q(('phone__isnull', False), ('phone_index__isnull', False)), _connector='OR'), name='phone_is_kept_together_with_its_index'), models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(('is_active', False), ('phone__isnull', True), ('sign_in_name__isnull', True)), _connector='OR'), name='closed_account_names_nobody')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', lingju.kernel.rows.RowId(default=lingju.kernel.ids.new_id, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('kind', models.CharField(max_length=20, verbose_name='类别')),
                ('key', models.CharField(max_length=64, verbose_name='对象摘要')),
                ('at', models.DateTimeField(default=lingju.kernel.clock.now, verbose_name='时间')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.district', verbose_name='区')),
            ],
            options={
                'verbose_name': '尝试',
                'verbose_name_plural': '尝试',
                'indexes': [models.Index(fields=['kind', 'key', 'at'], name='attempts_of_one_key_by_time')],
            },
        ),
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', lingju.kernel.rows.RowId(default=lingju.kernel.ids.new_id, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('purpose', models.SlugField(max_length=40, verbose_name='用途代码')),
                ('version', models.PositiveIntegerField(verbose_name='版本')),
                ('title', models.CharField(max_length=60, verbose_name='用途')),
                ('text', models.TextField(verbose_name='正文')),
                ('sha256', models.CharField(max_length=64, verbose_name='正文摘要')),
                ('published_at', models.DateTimeField(default=lingju.kernel.clock.now, verbose_name='发布时间')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.district', verbose_name='区')),
            ],
            options={
                'verbose_name': '同意书',
                'verbose_name_plural': '同意书',
                'ordering': ['purpose', '-version'],
                'constraints': [models.UniqueConstraint(fields=('district', 'purpose', 'version'), name='consent_text_has_one_wording_a_version')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', lingju.kernel.rows.RowId(default=lingju.kernel.ids.new_id, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('name', models.CharField(max_length=80, verbose_name='名称')),
                ('kind', models.CharField(choices=[('government', '机关'), ('institution', '事业单位'), ('state_company', '国有企业'), ('company', '非公企业'), ('social', '社会组织'), ('street_party', '街道党工委'), ('community_party', '社区党组织'), ('residents_committee', '居委会、村委会'), ('property', '物业服务企业'), ('volunteers', '志愿服务组织'), ('other', '其他')], max_length=20, verbose_name='类别')),
                ('uscc', models.CharField(blank=True, max_length=18, null=True, verbose_name='统一社会信用代码')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='退出日期')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area', verbose_name='所在区域')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.district', verbose_name='区')),
            ],
            options={
                'verbose_name': '组织',
                'verbose_name_plural': '组织',
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(fields=('district', 'uscc'), name='uscc_is_unique_in_its_district'), models.CheckConstraint(condition=models.Q(('uscc__isnull', True), ('uscc__regex', '^[0-9A-HJ-NP-RTUWXY]{18}$'), _connector='OR'), name='uscc_has_the_eighteen_characters_of_gb_32100')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', lingju.kernel.rows.RowId(default=lingju.kernel.ids.new_id, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('token_digest', models.CharField(blank=True, max_length=64, verbose_name='匿名凭据摘要')),
                ('purpose', models.SlugField(max_length=40, verbose_name='用途代码')),
                ('given_at', models.DateTimeField(blank=True, null=True, verbose_name='同意时间')),
                ('declined_at', models.DateTimeField(blank=True, null=True, verbose_name='不同意时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='收回时间')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='consents', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.district', verbose_name='区')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='people.consenttext', verbose_name='同意书')),
            ],
            options={
                'verbose_name': '同意',
                'verbose_name_plural': '同意',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', False), ('token_digest', '')), models.Q(('account__isnull', True), models.Q(('token_digest', ''), _negated=True)), _connector='OR'), name='consent_is_by_an_account_or_by_a_token'), models.CheckConstraint(condition=models.Q(models.Q(('declined_at__isnull', True), ('given_at__isnull', False)), models.Q(('declined_at__isnull', False), ('given_at__isnull', True), ('withdrawn_at__isnull', True)), _connector='OR'), name='consent_is_given_or_declined'), models.UniqueConstraint(condition=models.Q(('account__isnull', False), ('given_at__isnull', False), ('withdrawn_at__isnull', True)), fields=('account', 'purpose'), name='account_consents_once_to_a_purpose'), models.UniqueConstraint(condition=models.Q(('given_at__isnull', False), ('withdrawn_at__isnull', True), models.Q(('token_digest', ''), _negated=True)), fields=('district', 'token_digest', 'purpose'), name='token_consents_once_to_a_purpose')],
            },
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', lingju.kernel.rows.RowId(default=lingju.kernel.ids.new_id, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('office', models.CharField(choices=[('keeper', '站长'), ('clerk', '社区工作者'), ('street_officer', '街道干部'), ('district_officer', '区级干部'), ('system_admin', '系统管理员'), ('security_admin', '安全管理员'), ('audit_admin', '审计管理员')], max_length=20, verbose_name='岗位')),
                ('since', models.DateField(default=lingju.kernel.clock.today, verbose_name='起')),
                ('until', models.DateField(blank=True, null=True, verbose_name='止')),
                ('granted_by_id', models.BigIntegerField(blank=True, null=True, verbose_name='授予人')),
                ('granted_at', models.DateTimeField(default=lingju.kernel.clock.now, verbose_name='授予时间')),
                ('revoked_by_id', models.BigIntegerField(blank=True, null=True, verbose_name='收回人')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='收回时间')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area', verbose_name='区域')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.district', verbose_name='区')),
                ('station', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.station', verbose_name='驿站')),
            ],
            options={
                'verbose_name': '任职',
                'verbose_name_plural': '任职',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('area__isnull', False), ('station__isnull', True)), models.Q(('area__isnull', True), ('office', 'keeper'), ('station__isnull', False)), _connector='OR'), name='office_is_held_at_an_area_or_by_a_keeper_at_one_station'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='office_ends_after_it_began'), models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('account', 'office', 'area'), name='office_is_held_once_at_an_area'), models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('account', 'office', 'station'), name='office_is_held_once_at_a_station'), models.UniqueConstraint(condition=models.Q(('office__in', ('system_admin', 'security_admin', 'audit_admin')), ('revoked_at__isnull', True)), fields=('account',), name='one_account_holds_one_of_the_three_admin_offices')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', lingju.kernel.rows.RowId(default=lingju.kernel.ids.new_id, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('role', models.CharField(choices=[('member', '成员'), ('contact', '联络员'), ('leader', '负责人')], default='member', max_length=10, verbose_name='身份')),
                ('since', models.DateField(default=lingju.kernel.clock.today, verbose_name='起')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.district', verbose_name='区')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='people.organisation', verbose_name='组织')),
            ],
            options={
                'verbose_name': '成员关系',
                'verbose_name_plural': '成员关系',
                'ordering': ['organisation__name', 'id'],
                'constraints': [models.UniqueConstraint(fields=('account', 'organisation'), name='account_belongs_to_an_organisation_once')],
            },
        ),
        migrations.CreateModel(
            name='PastPassword',
            fields=[
                ('id', lingju.kernel.rows.RowId(default=lingju.kernel.ids.new_id, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('digest', models.CharField(max_length=128, verbose_name='密码摘要')),
                ('set_at', models.DateTimeField(default=lingju.kernel.clock.now, verbose_name='设定时间')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='past_passwords', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.district', verbose_name='区')),
            ],
            options={
                'verbose_name': '旧密码',
                'verbose_name_plural': '旧密码',
                'ordering': ['-set_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='SignInCode',
            fields=[
                ('id', lingju.kernel.rows.RowId(default=lingju.kernel.ids.new_id, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('phone', lingju.kernel.fields.EncryptedTextField(verbose_name='手机号')),
                ('phone_index', lingju.kernel.fields.BlindIndexField(db_index=True, editable=False, max_length=64, source='phone', verbose_name='手机号索引')),
                ('code', lingju.kernel.fields.EncryptedTextField(verbose_name='验证码')),
                ('requested_at', models.DateTimeField(db_index=True, default=lingju.kernel.clock.now, verbose_name='请求时间')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='试过几次')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='使用时间')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='codes', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.district', verbose_name='区')),
            ],
            options={
                'verbose_name': '登录验证码',
                'verbose_name_plural': '登录验证码',
                'constraints': [models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='code_is_tried_five_times_at_most')],
            },
        ),
    ]
