"""The sheet that goes out with a team, and what the team noted on it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.models.lists import Project
from lingju.kernel import clock
from lingju.places.models import DistrictRow


class WorkOrder(DistrictRow):
    """The sheet that goes out with a team 派工单: a number, and a code that opens it at the place."""

    class Outcome(models.TextChoices):
        """What the team says came of it; the community looks at it before any resident is told."""

        DONE = "done", _("办成了")
        PARTLY = "partly", _("办了一部分")
        NOT_DONE = "not_done", _("没办成")

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, related_name="work_order", verbose_name=_("项目")
    )
    number = models.CharField(_("编号"), max_length=16)
    digest = models.CharField(_("摘要"), max_length=64)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("到场时间"), null=True, blank=True)
    left_at = models.DateTimeField(_("离场时间"), null=True, blank=True)
    people_came = models.PositiveSmallIntegerField(_("来了几个人"), null=True, blank=True)
    outcome = models.CharField(_("队伍说的结果"), max_length=10, choices=Outcome.choices, blank=True)
    words = models.CharField(_("队伍说的话"), max_length=300, blank=True)
    people_helped = models.PositiveIntegerField(_("队伍说服务了几个人"), null=True, blank=True)
    told_at = models.DateTimeField(_("队伍报结果的时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("派工单")
        verbose_name_plural = _("派工单")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number"], name="work_order_number_is_unique_in_its_district"
            ),
            models.UniqueConstraint(fields=["digest"], name="an_address_of_a_work_order_is_made_once"),
            models.CheckConstraint(
                condition=Q(outcome="", told_at__isnull=True) | ~Q(outcome="") & Q(told_at__isnull=False),
                name="a_team_that_says_an_outcome_said_it_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderPhoto(DistrictRow):
    """A photo of the work that a team sent, kept in the vault until the community answers with it."""

    order = models.ForeignKey(
        WorkOrder, on_delete=models.CASCADE, related_name="photos", verbose_name=_("派工单")
    )
    name = models.CharField(_("文件名"), max_length=80)
    mime = models.CharField(_("格式"), max_length=40)
    added_at = models.DateTimeField(_("加入时间"), default=clock.now)

    class Meta:
        verbose_name = _("队伍的照片")
        verbose_name_plural = _("队伍的照片")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "name"], name="a_team_sends_the_same_photo_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.name[:8]}"
