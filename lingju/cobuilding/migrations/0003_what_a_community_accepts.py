"""What a team shows waits for the community; what the community accepts says why; lines are called publicly.

The day itself is no session any more: its communities' plans are, and now projects may be.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import lingju.kernel.clock
import lingju.kernel.ids
import lingju.kernel.rows

FEWEST_HOUSEHOLDS = 20
BETWEEN = "、"


def call_publicly(apps: Any, schema_editor: Any) -> None:
    """Call lines, and the projects that were named after them, by public words or the kind of need."""
    NeedLine = apps.get_model("cobuilding", "NeedLine")
    for project in apps.get_model("cobuilding", "Project").objects.filter(run__isnull=False):
        lines = list(project.lines.order_by("pk"))
        # A run named it after its lines; what a clerk named anew since then holds no line's name any more.
        if any(line.title[:20] in project.title for line in lines):
            project.title = BETWEEN.join(_title(apps, line) for line in lines)[:60]
            project.save(update_fields=["title"])
    for line in NeedLine.objects.all():
        NeedLine.objects.filter(pk=line.pk).update(title=_title(apps, line))


def _title(apps: Any, line: Any) -> str:
    Need = apps.get_model("needs", "Need")
    which = {"pk": line.need_id} if line.need_id is not None else {"cluster_id": line.cluster_id}
    needs = list(Need.objects.filter(**which).select_related("category", "cluster").order_by("id"))
    if not needs:
        return str(line.title)
    words = [_words(apps, need) for need in needs]
    if line.cluster_id is not None and all(words):
        return str(line.cluster.title)[:60]
    return str(next(filter(None, words), needs[0].category.name))[:60]


def _words(apps: Any, need: Any) -> str:
    """Return the words in which a need stands before everybody; none where no clerk put them out."""
    if not need.is_listed or need.category.is_private:
        return ""
    homes = apps.get_model("places", "Building").objects.filter(compound_id=need.compound_id)
    households = sum(homes.exclude(households=None).values_list("households", flat=True))
    is_tiny = need.compound_id is not None and 0 < households < FEWEST_HOUSEHOLDS
    return "" if is_tiny else str(need.public_text)


class Migration(migrations.Migration):
    dependencies = [
        ("cobuilding", "0002_what_a_team_says"),
        ("needs", "0002_search"),
        ("places", "0006_doors_that_speak"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderPhoto",
            fields=[
                (
                    "id",
                    lingju.kernel.rows.RowId(
                        default=lingju.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="编号",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="文件名")),
                ("mime", models.CharField(max_length=40, verbose_name="格式")),
                ("added_at", models.DateTimeField(default=lingju.kernel.clock.now, verbose_name="加入时间")),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.district",
                        verbose_name="区",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="cobuilding.workorder",
                        verbose_name="派工单",
                    ),
                ),
            ],
            options={
                "verbose_name": "队伍的照片",
                "verbose_name_plural": "队伍的照片",
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="orderphoto",
            constraint=models.UniqueConstraint(
                fields=("order", "name"), name="a_team_sends_the_same_photo_once"
            ),
        ),
        migrations.RemoveField(model_name="cycle", name="session"),
        migrations.AddField(
            model_name="project",
            name="acceptance",
            field=models.CharField(blank=True, max_length=200, verbose_name="验收标准"),
        ),
        migrations.AddField(
            model_name="project",
            name="accepted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="验收时间"),
        ),
        migrations.AddField(
            model_name="project",
            name="accepted_by_id",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="验收人编号"),
        ),
        migrations.AddField(
            model_name="project",
            name="accepted_words",
            field=models.CharField(blank=True, max_length=200, verbose_name="验收意见"),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_by_id__isnull", True), ("accepted_words", "")),
                    ("accepted_at__isnull", False),
                    _connector="OR",
                ),
                name="who_accepts_a_project_did_so_at_a_time",
            ),
        ),
        migrations.RunPython(call_publicly, migrations.RunPython.noop),
    ]
