"""What a team says of its work order, before the community answers the residents."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cobuilding", "0001_the_day"),
        ("places", "0006_doors_that_speak"),
    ]

    operations = [
        migrations.AddField(
            model_name="workorder",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[("done", "办成了"), ("partly", "办了一部分"), ("not_done", "没办成")],
                max_length=10,
                verbose_name="队伍说的结果",
            ),
        ),
        migrations.AddField(
            model_name="workorder",
            name="people_helped",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="队伍说服务了几个人"),
        ),
        migrations.AddField(
            model_name="workorder",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="队伍报结果的时间"),
        ),
        migrations.AddField(
            model_name="workorder",
            name="words",
            field=models.CharField(blank=True, max_length=300, verbose_name="队伍说的话"),
        ),
        migrations.AddConstraint(
            model_name="workorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", ""), ("told_at__isnull", True)),
                    models.Q(models.Q(("outcome", ""), _negated=True), ("told_at__isnull", False)),
                    _connector="OR",
                ),
                name="a_team_that_says_an_outcome_said_it_at_a_time",
            ),
        ),
    ]
