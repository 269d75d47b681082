"""What kinds of need there are, by when each is answered, and how an officer's rules send them on."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel.rules import Actor
from lingju.places.models import DistrictRow


class CategoryQuerySet(models.QuerySet["Category"]):
    """Questions about categories."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the categories of the actor's district: they are public."""
        return self.filter(district_id=actor.district_id)

    def offered(self) -> Self:
        """Keep those that residents are offered."""
        return self.filter(is_active=True)

    def kinds(self) -> Self:
        """Keep the few kinds that the first step of saying shows."""
        return self.offered().filter(parent__isnull=True)


class Category(DistrictRow):
    """A kind of need, or a finer one below it; its promise is data that the district edits."""

    class Unit(models.TextChoices):
        """In what the time to an answer is counted."""

        WORKING_DAYS = "working_days", _("工作日")
        CALENDAR_DAYS = "calendar_days", _("自然日")
        WORKING_HOURS = "working_hours", _("工作小时")

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级类别"),
    )
    code = models.CharField(_("编码"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    hint = models.CharField(_("举例"), max_length=60, blank=True)
    icon = models.CharField(_("图标"), max_length=40, default="circle-dot")
    keywords = models.CharField(_("关键词"), max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    is_active = models.BooleanField(_("是否启用"), default=True)
    # Words about a household, a quarrel or an illness are counted in public and never shown there.
    is_private = models.BooleanField(_("不公开文字"), default=False)
    needs_evidence = models.BooleanField(_("答复要有凭据"), default=False)
    respond_hours = models.PositiveSmallIntegerField(_("首次回话时限"), default=8)
    due_amount = models.PositiveSmallIntegerField(_("办结时限"), default=7)
    due_unit = models.CharField(_("时限单位"), max_length=16, choices=Unit.choices, default=Unit.WORKING_DAYS)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("需求类别")
        verbose_name_plural = _("需求类别")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], name="category_code_is_unique_in_its_district"
            ),
            models.CheckConstraint(
                condition=Q(due_amount__gte=1) & Q(respond_hours__gte=1), name="a_promise_takes_some_time"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Policy(DistrictRow):
    """How a district runs its loop: by which calendar, how long it waits for verdicts."""

    calendar = models.CharField(_("工作日历"), max_length=40, blank=True)
    ask_days = models.PositiveSmallIntegerField(_("等评价几天"), default=7)
    reopen_days = models.PositiveSmallIntegerField(_("几天内可重办"), default=30)
    smallest_cell = models.PositiveSmallIntegerField(_("公开的最小数目"), default=5)
    gas_phone = models.CharField(_("燃气抢修电话"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("办理规则")
        verbose_name_plural = _("办理规则")
        constraints = [
            models.UniqueConstraint(fields=["district"], name="a_district_has_one_policy"),
            models.CheckConstraint(
                condition=Q(ask_days__gte=1) & Q(reopen_days__gte=1) & Q(smallest_cell__gte=3),
                name="a_policy_leaves_people_time_and_cover",
            ),
        ]

    def __str__(self) -> str:
        return str(self.district)


class NumberSeries(DistrictRow):
    """The last number given out in one month; counted up inside the transaction that uses it."""

    month = models.CharField(_("月份"), max_length=4)
    last = models.PositiveIntegerField(_("最后一号"), default=0)

    class Meta:
        verbose_name = _("编号序列")
        verbose_name_plural = _("编号序列")
        constraints = [
            models.UniqueConstraint(fields=["district", "month"], name="a_month_has_one_series"),
        ]

    def __str__(self) -> str:
        return f"{self.month}-{self.last}"
