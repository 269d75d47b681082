"""When the day is: a rule, the cycles it makes month by month, and what each community plans for its cycle.

    DaySeries 每月第一个星期五 ──makes──▶ Cycle 第 29 期 2026-11-06 ──has──▶ CommunityPlan 府后街
                                            window 11-04 … 11-12

A cycle is a window with a day in it. The day that the rule names and the day on which it is held are both
kept, with the reason between them; where a year's notice is not known there is no day, and no guess.
"""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.activities.models import Session
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.models import Area, DistrictRow, Station
from lingju.places.rules import CLERKS, lying_under
from lingju.places.workdays import Shift


class LedQuerySet(models.QuerySet[Any]):
    """Questions about what an area leads or carries out."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what lies in the areas the actor works for."""
        return self.filter(lying_under(actor.stems(CLERKS)), district_id=actor.district_id)

    def covering(self, area: Area) -> Self:
        """Keep what is led at an area, or above it."""
        above = [area.stem[:length] for length in range(1, len(area.stem) + 1)]
        return self.filter(area__stem__in=above, district_id=area.district_id)


class DaySeries(DistrictRow):
    """The rule of a co-building day: who leads, on which day of a month, where a day of rest moves it."""

    class Rule(models.TextChoices):
        """How the day of a month is named."""

        NTH_WEEKDAY = "nth_weekday", _("第几个星期几")
        FIXED_DAY = "fixed_day", _("固定一天")

    class Moves(models.TextChoices):
        """Where a day goes that falls on a day of rest."""

        NEXT_WORKING_SAME_WEEKDAY = Shift.NEXT_WORKING_SAME_WEEKDAY.value, _("顺延到下一个上班的同一天")
        NEXT_WORKDAY = Shift.NEXT_WORKDAY.value, _("顺延到下一个工作日")
        PREVIOUS_WORKDAY = Shift.PREVIOUS_WORKDAY.value, _("提前到上一个工作日")
        KEEP = Shift.KEEP.value, _("照常举行")
        SKIP = Shift.SKIP.value, _("这个月不办")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("牵头单位"))
    name = models.CharField(_("名称"), max_length=40)
    rule = models.CharField(_("规则"), max_length=12, choices=Rule.choices, default=Rule.NTH_WEEKDAY)
    nth = models.SmallIntegerField(_("第几个"), default=1)
    weekday = models.PositiveSmallIntegerField(_("星期几"), default=4)
    day_of_month = models.PositiveSmallIntegerField(_("每月几号"), null=True, blank=True)
    moves = models.CharField(
        _("遇放假"), max_length=26, choices=Moves.choices, default=Moves.NEXT_WORKING_SAME_WEEKDAY
    )
    starts = models.TimeField(_("开始时间"), default=dt.time(14, 30))
    ends = models.TimeField(_("结束时间"), default=dt.time(17, 30))
    days_before = models.PositiveSmallIntegerField(_("前几天算这一期"), default=2)
    days_after = models.PositiveSmallIntegerField(_("后几天算这一期"), default=6)
    notice_days = models.PositiveSmallIntegerField(_("提前几天公布"), default=14)
    since = models.DateField(_("起"))
    ended_on = models.DateField(_("退出日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("共建日规则")
        verbose_name_plural = _("共建日规则")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(ended_on__isnull=True), name="an_area_leads_one_day_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(nth__gte=-1, nth__lte=5) & ~Q(nth=0) & Q(weekday__lte=6),
                name="a_weekday_of_a_month_is_one_that_there_is",
            ),
            models.CheckConstraint(
                condition=~Q(rule="fixed_day") | Q(day_of_month__gte=1, day_of_month__lte=28),
                name="a_fixed_day_is_one_that_every_month_has",
            ),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="a_day_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """Return the stem of the area that leads it."""
        return self.area.stem


class Cycle(DistrictRow):
    """One co-building day: the day its rule names, the day on which it is held and why, and its window."""

    class State(models.TextChoices):
        """Where its life has got to."""

        GENERATED = "generated", _("生成")
        ANNOUNCED = "announced", _("预告")
        PLANNED = "planned", _("方案")
        CONFIRMED = "confirmed", _("确认")
        PUBLISHED = "published", _("公告")
        HELD = "held", _("实施")
        RECORDED = "recorded", _("记录")
        REVIEWED = "reviewed", _("评价")
        ARCHIVED = "archived", _("归档")
        CANCELLED = "cancelled", _("取消")

    COMING = (State.GENERATED, State.ANNOUNCED, State.PLANNED, State.CONFIRMED, State.PUBLISHED)
    PUBLIC = (
        *(State.ANNOUNCED, State.PLANNED, State.CONFIRMED, State.PUBLISHED, State.HELD, State.RECORDED),
        *(State.REVIEWED, State.ARCHIVED, State.CANCELLED),
    )

    series = models.ForeignKey(
        DaySeries, on_delete=models.PROTECT, related_name="cycles", verbose_name=_("共建日规则")
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("牵头单位"))
    number = models.PositiveIntegerField(_("期次"))
    month = models.DateField(_("月份"))
    ruled_on = models.DateField(_("按规则的日期"))
    # None where a year's notice is not known yet, or where the rule leaves this month out.
    date = models.DateField(_("日期"), null=True, blank=True)
    opens_on = models.DateField(_("从哪天算"), null=True, blank=True)
    closes_on = models.DateField(_("到哪天算"), null=True, blank=True)
    moved_for = models.CharField(_("改期原因"), max_length=120, blank=True)
    unknown_year = models.PositiveSmallIntegerField(_("还没公布的年份"), null=True, blank=True)
    # Somebody set the day by hand; the rule does not move it again.
    is_by_hand = models.BooleanField(_("人工定的"), default=False)
    theme = models.CharField(_("主题"), max_length=60, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.GENERATED)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    lists_closed_at = models.DateTimeField(_("清单截止时间"), null=True, blank=True)
    minutes = models.TextField(_("月度小结"), blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("期次")
        verbose_name_plural = _("期次")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["series", "month"], name="a_month_has_one_cycle_of_a_series"),
            models.UniqueConstraint(fields=["series", "number"], name="a_cycle_is_numbered_once"),
            models.CheckConstraint(
                condition=Q(date__isnull=True, opens_on__isnull=True, closes_on__isnull=True)
                | Q(opens_on__lte=F("date"), closes_on__gte=F("date")),
                name="a_day_lies_in_its_window",
            ),
            models.CheckConstraint(
                condition=Q(date__isnull=False) | Q(state__in=["generated", "announced", "cancelled"]),
                name="a_cycle_without_a_day_is_not_planned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def stem(self) -> str:
        """Return the stem of the area that leads it."""
        return self.area.stem

    @property
    def is_moved(self) -> bool:
        """Say whether it is held on another day than its rule names."""
        return self.date is not None and self.date != self.ruled_on

    @property
    def hours(self) -> tuple[dt.datetime, dt.datetime]:
        """Return from when until when it is; where it has no day, on the one that its rule names."""
        date = self.date or self.ruled_on
        starts = dt.datetime.combine(date, self.series.starts, tzinfo=clock.ZONE)
        return starts, dt.datetime.combine(date, self.series.ends, tzinfo=clock.ZONE)

    def covers(self, date: dt.date) -> bool:
        """Say whether a date lies in its window."""
        return (
            self.opens_on is not None
            and self.closes_on is not None
            and (self.opens_on <= date <= self.closes_on)
        )


class CommunityPlan(DistrictRow):
    """What one community carries out in a cycle: where, from when to when, and how it went."""

    class State(models.TextChoices):
        """Where its life has got to."""

        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已提交")
        CONFIRMED = "confirmed", _("已确认")
        HELD = "held", _("已举行")
        RECORDED = "recorded", _("已记录")
        NOT_HELD = "not_held", _("没有举行")

    WAS_HELD = (State.HELD, State.RECORDED)
    SURE = (State.CONFIRMED, *WAS_HELD)

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="plans", verbose_name=_("期次"))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("社区"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    summary = models.CharField(_("方案"), max_length=500, blank=True)
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("驿站")
    )
    place_words = models.CharField(_("别处的地点"), max_length=80, blank=True)
    session = models.OneToOneField(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("活动")
    )
    record = models.TextField(_("活动记录"), blank=True)
    recorded_at = models.DateTimeField(_("记录时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("社区方案")
        verbose_name_plural = _("社区方案")
        ordering = ["area__stem"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "area"], name="a_community_plans_a_cycle_once"),
        ]

    def __str__(self) -> str:
        return f"{self.cycle} {self.area}"

    @property
    def stem(self) -> str:
        """Return the stem of the community."""
        return self.area.stem


class NumberSeries(DistrictRow):
    """The last number given out of one kind in one year; counted up inside the transaction that uses it."""

    kind = models.CharField(_("类别"), max_length=12)
    year = models.PositiveSmallIntegerField(_("年份"))
    last = models.PositiveIntegerField(_("最后一号"), default=0)

    class Meta:
        verbose_name = _("编号序列")
        verbose_name_plural = _("编号序列")
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "year"], name="a_kind_has_one_series_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}{self.year} {self.last}"


class DayMove(DistrictRow):
    """That the day of a cycle was set anew: from when, to when, why, and by whom. Only ever appended."""

    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, related_name="day_moves", verbose_name=_("期次")
    )
    old_date = models.DateField(_("原来的日期"), null=True, blank=True)
    new_date = models.DateField(_("新的日期"), null=True, blank=True)
    reason = models.CharField(_("改期原因"), max_length=120)
    is_by_hand = models.BooleanField(_("人工定的"), default=False)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("改期")
        verbose_name_plural = _("改期")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.old_date} {self.new_date}"
