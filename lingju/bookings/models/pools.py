"""What can be taken: pools with a capacity, their counted cells, and the things people book over them.

    Bookable 理发 ──uses──▶ Pool 理发师 (2)      a claim takes a place in every pool it uses,
                  └─uses──▶ Pool 理发椅 (1)      or in none of them
    Pool ──has──▶ Cell 10:00 (taken 1 of 2), Cell 10:05 (taken 2 of 2), …

A cell is a counter that the database keeps below its capacity. Time is cut into cells by the pool's
grain; a pool without a grain has one cell: seats of a session, copies of a book. A hall that can be
parted is no pool of its own: whoever takes the hall uses the pools of both halves.
"""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel.rules import Actor
from lingju.places.models import Area, DistrictRow, ServiceAtStation, Space, Station
from lingju.places.rules import KEEPERS

MOST_CAPACITY = 5000


class InAreaQuerySet(models.QuerySet[Any]):
    """Questions about what lies in an area and may belong to a station there."""

    def managed_by(self, actor: Actor) -> Self:
        """Keep what belongs to the areas and stations the actor may look after."""
        within = Q(station_id__in=actor.things(KEEPERS))
        for stem in actor.stems(KEEPERS):
            within |= Q(area__stem__startswith=stem)
        return self.filter(within, district_id=actor.district_id)


class Pool(DistrictRow):
    """So many equal places: two hairdressers, one room, eighty chairs, three copies of a book."""

    class Kind(models.TextChoices):
        """What the places are."""

        ROOM = "room", _("空间")
        PERSON = "person", _("人员")
        SEAT = "seat", _("座位")
        THING = "thing", _("物品")

    class Grain(models.IntegerChoices):
        """Into what pieces its time is cut, in minutes."""

        NONE = 0, _("不分时段")
        FIVE = 5, _("五分钟")
        DAY = 1440, _("按天")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, null=True, blank=True, related_name="pools", verbose_name=_("驿站")
    )
    space = models.ForeignKey(
        Space, on_delete=models.SET_NULL, null=True, blank=True, related_name="pools", verbose_name=_("空间")
    )
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices, default=Kind.SEAT)
    grain = models.PositiveSmallIntegerField(_("时间单位"), choices=Grain.choices, default=Grain.FIVE)
    capacity = models.PositiveIntegerField(_("可容数量"), default=1)
    is_retired = models.BooleanField(_("已停用"), default=False)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = InAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("可约资源")
        verbose_name_plural = _("可约资源")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__lte=MOST_CAPACITY), name="pool_holds_no_more_than_a_hall"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """Return the stem of its area, for rules."""
        return self.area.stem


class Cell(DistrictRow):
    """One piece of a pool's time and how much of it is taken: a count that claims can give again."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="cells", verbose_name=_("可约资源"))
    # The number of the piece since 1970 in the district's zone; 0 where the pool has no grain.
    at = models.BigIntegerField(_("第几格"))
    capacity = models.PositiveIntegerField(_("可容数量"))
    taken = models.PositiveIntegerField(_("已占数量"), default=0)

    class Meta:
        verbose_name = _("格子")
        verbose_name_plural = _("格子")
        constraints = [
            models.UniqueConstraint(fields=["pool", "at"], name="a_piece_of_a_pool_is_counted_once"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")), name="no_more_is_taken_than_there_is"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.at} {self.taken}/{self.capacity}"


class BookableQuerySet(InAreaQuerySet):
    """Questions about what can be booked."""

    def on_offer(self) -> Self:
        """Keep what residents can book now."""
        return self.filter(is_offered=True, station__state__in=Station.IN_USE)


class Bookable(DistrictRow):
    """Something people book at a station: a haircut, a room, a book to take home."""

    class Mode(models.TextChoices):
        """How it is booked."""

        SLOT = "slot", _("按时段预约")
        ROOM = "room", _("借用空间")
        LOAN = "loan", _("借还物品")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="bookables", verbose_name=_("驿站")
    )
    offer = models.ForeignKey(
        ServiceAtStation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bookables",
        verbose_name=_("站点服务"),
    )
    pools = models.ManyToManyField(Pool, through="Use", related_name="bookables", verbose_name=_("可约资源"))
    name = models.CharField(_("名称"), max_length=60)
    mode = models.CharField(_("预约方式"), max_length=4, choices=Mode.choices, default=Mode.SLOT)
    minutes = models.PositiveSmallIntegerField(_("每次几分钟"), default=30)
    most_minutes = models.PositiveSmallIntegerField(_("最长几分钟"), default=30)
    step = models.PositiveSmallIntegerField(_("每隔几分钟可约"), default=30)
    before = models.PositiveSmallIntegerField(_("之前留几分钟"), default=0)
    after = models.PositiveSmallIntegerField(_("之后留几分钟"), default=0)
    least_notice = models.PositiveIntegerField(_("至少提前几分钟"), default=0)
    most_days_ahead = models.PositiveSmallIntegerField(_("最多提前几天"), default=14)
    loan_days = models.PositiveSmallIntegerField(_("可借几天"), default=0)
    most_party = models.PositiveSmallIntegerField(_("一次最多几人"), default=1)
    grace = models.PositiveSmallIntegerField(_("过号保留几分钟"), default=15)
    needs_approval = models.BooleanField(_("需要审批"), default=False)
    takes_walk_ins = models.BooleanField(_("可现场取号"), default=False)
    takes_bookings = models.BooleanField(_("可预约"), default=True)
    is_confidential = models.BooleanField(_("内容保密"), default=False)
    # Shown before booking and acknowledged by whoever books: moxibustion, guasha.
    notice = models.TextField(_("须知"), max_length=600, blank=True)
    provider = models.CharField(_("由谁提供"), max_length=60, blank=True)
    qualification = models.CharField(_("资质"), max_length=120, blank=True)
    qualified_until = models.DateField(_("资质有效期至"), null=True, blank=True)
    is_offered = models.BooleanField(_("正在提供"), default=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = BookableQuerySet.as_manager()

    class Meta:
        verbose_name = _("预约项目")
        verbose_name_plural = _("预约项目")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=5, most_minutes__gte=F("minutes"), step__gte=5),
                name="bookable_lasts_five_minutes_or_more",
            ),
            models.CheckConstraint(
                condition=Q(mode="loan", loan_days__gte=1) | ~Q(mode="loan"), name="what_is_lent_comes_back"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """Return the stem of its area, for rules."""
        return self.area.stem

    def is_qualified_on(self, date: dt.date) -> bool:
        """Say whether whoever serves may still do so on a day; what needs no paper, anybody may."""
        return self.qualified_until is None or date <= self.qualified_until


class Use(DistrictRow):
    """A pool that a bookable takes from: so many places for each booking, or for each person of it."""

    bookable = models.ForeignKey(
        Bookable, on_delete=models.CASCADE, related_name="uses", verbose_name=_("预约项目")
    )
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="uses", verbose_name=_("可约资源"))
    quantity = models.PositiveSmallIntegerField(_("占用数量"), default=1)
    is_per_person = models.BooleanField(_("按人数占用"), default=False)

    class Meta:
        verbose_name = _("资源用法")
        verbose_name_plural = _("资源用法")
        constraints = [
            models.UniqueConstraint(fields=["bookable", "pool"], name="a_bookable_uses_a_pool_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="a_use_takes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.bookable_id} {self.pool_id} {self.quantity}"
