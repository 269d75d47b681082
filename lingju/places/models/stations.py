"""Stations and what they hold: doors, spaces, facilities with their state, services for whom."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.models.areas import Area, DistrictRow, Placed
from lingju.places.models.homes import Compound, InAreaQuerySet
from lingju.places.rules import KEEPERS


class StationQuerySet(InAreaQuerySet):
    """Questions about stations."""

    def in_use(self) -> Self:
        """Keep the stations that take visitors: on trial or open."""
        return self.filter(state__in=Station.IN_USE)

    def managed_by(self, actor: Actor) -> Self:
        """Keep the stations the actor may look after."""
        within = Q(pk__in=actor.things(KEEPERS))
        for stem in actor.stems(KEEPERS):
            within |= Q(area__stem__startswith=stem)
        return self.filter(within, district_id=actor.district_id)


class Station(DistrictRow, Placed):
    """A neighbourhood station: 幸福驿站, 暖新驿站, service centre or 智慧小屋."""

    class Kind(models.TextChoices):
        """What kind of station."""

        HAPPINESS = "happiness", _("幸福驿站")
        WARM = "warm", _("暖新驿站")
        SERVICE_CENTRE = "service_centre", _("服务中心")
        SMART_HUT = "smart_hut", _("智慧小屋")

    class State(models.TextChoices):
        """Where its life has got to."""

        PLANNED = "planned", _("规划中")
        BUILDING = "building", _("建设中")
        TRIAL = "trial", _("试运行")
        OPEN = "open", _("开放")
        PAUSED = "paused", _("暂停")
        CLOSED = "closed", _("已关闭")

    IN_USE = (State.TRIAL, State.OPEN)

    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="stations", verbose_name=_("所在社区")
    )
    compound = models.ForeignKey(
        Compound,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="stations",
        verbose_name=_("小区"),
    )
    code = models.CharField(_("编码"), max_length=40)
    slug = models.SlugField(_("网址名"), max_length=60)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=16, choices=Kind.choices, default=Kind.HAPPINESS)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PLANNED)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    directions = models.CharField(_("怎么找"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    area_m2 = models.DecimalField(_("面积（平方米）"), max_digits=7, decimal_places=1, null=True, blank=True)
    capacity = models.PositiveIntegerField(_("可容人数"), null=True, blank=True)
    opened_on = models.DateField(_("启用日期"), null=True, blank=True)
    is_step_free = models.BooleanField(_("无台阶"), default=False)
    has_low_counter = models.BooleanField(_("低位柜台"), default=False)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = _("驿站")
        verbose_name_plural = _("驿站")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], name="station_code_is_unique_in_its_district"
            ),
            models.UniqueConstraint(
                fields=["district", "slug"], name="station_slug_is_unique_in_its_district"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """Return the stem of the area it lies in."""
        return self.area.stem

    @property
    def is_in_use(self) -> bool:
        """Say whether it takes visitors at all; whether now, its hours say."""
        return self.state in self.IN_USE


class StationDoor(DistrictRow, Placed):
    """A door 站门 through which a station is entered; a station without one is entered at its point."""

    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="doors", verbose_name=_("驿站")
    )
    name = models.CharField(_("名称"), max_length=40)
    is_step_free = models.BooleanField(_("无台阶"), default=True)

    class Meta:
        verbose_name = _("站门")
        verbose_name_plural = _("站门")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["station", "name"], name="door_name_is_unique_at_its_station"),
        ]

    def __str__(self) -> str:
        return f"{self.station}{self.name}"


class Space(DistrictRow):
    """A room or corner of a station, used for different things at different hours."""

    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="spaces", verbose_name=_("驿站")
    )
    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=20, blank=True)
    capacity = models.PositiveIntegerField(_("可容人数"), null=True, blank=True)

    class Meta:
        verbose_name = _("空间")
        verbose_name_plural = _("空间")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["station", "name"], name="space_name_is_unique_at_its_station"),
        ]

    def __str__(self) -> str:
        return f"{self.station}{self.name}"


class Facility(DistrictRow):
    """A thing people use at a station, with its state as somebody last saw it."""

    class State(models.TextChoices):
        """Whether one can use it."""

        WORKING = "working", _("能用")
        BUSY = "busy", _("有人在用")
        OUT_OF_ORDER = "out_of_order", _("坏了")
        OFF = "off", _("停用")

    STALE_AFTER_MINUTES = 10

    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="facilities", verbose_name=_("驿站")
    )
    kind = models.CharField(_("类别"), max_length=24)
    name = models.CharField(_("名称"), max_length=40)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.WORKING)
    total = models.PositiveIntegerField(_("总数"), null=True, blank=True)
    free = models.PositiveIntegerField(_("空闲数"), null=True, blank=True)
    reading = models.CharField(_("读数"), max_length=20, blank=True)
    note = models.CharField(_("说明"), max_length=80, blank=True)
    as_of = models.DateTimeField(_("截至"), default=clock.now)
    # Whoever looks whether it works has not counted what is free.
    counted_at = models.DateTimeField(_("什么时候数的"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)

    class Meta:
        verbose_name = _("设施")
        verbose_name_plural = _("设施")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "name"], name="facility_name_is_unique_at_its_station"
            ),
            models.CheckConstraint(
                condition=Q(free__isnull=True) | Q(total__isnull=True) | Q(free__lte=models.F("total")),
                name="facility_has_no_more_free_than_in_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station}{self.name}"

    @property
    def known_at(self) -> dt.datetime:
        """Return since when what it shows is known: how many are free since they were counted."""
        return self.as_of if self.free is None or self.counted_at is None else self.counted_at


class AudienceTag(DistrictRow):
    """A group of people a service is meant for, such as couriers or the elderly."""

    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    is_sensitive = models.BooleanField(_("敏感"), default=False)

    class Meta:
        verbose_name = _("人群标签")
        verbose_name_plural = _("人群标签")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], name="audience_code_is_unique_in_its_district"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Service(DistrictRow):
    """A kind of service in the district's catalogue, such as haircut or mediation."""

    class Group(models.TextChoices):
        """The five functions a station has, in the article's words."""

        DELIBERATION = "deliberation", _("议事")
        MEDIATION = "mediation", _("调解")
        READING = "reading", _("阅读")
        CONVENIENCE = "convenience", _("便民")
        ACTIVITY = "activity", _("活动")

    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    group = models.CharField(_("功能"), max_length=16, choices=Group.choices, default=Group.CONVENIENCE)
    summary = models.CharField(_("一句话介绍"), max_length=120, blank=True)
    qualification = models.CharField(_("资质要求"), max_length=120, blank=True)
    icon = models.CharField(_("图标"), max_length=40, blank=True)
    # Services people look for on their way (water, charging, rest, toilet) stand on the home page.
    is_quick = models.BooleanField(_("首页显示"), default=False)
    is_retired = models.BooleanField(_("已停用"), default=False)

    class Meta:
        verbose_name = _("服务")
        verbose_name_plural = _("服务")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], name="service_code_is_unique_in_its_district"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceAtStation(DistrictRow):
    """A service as one station offers it: for whom, at what price, by appointment or not."""

    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="offers", verbose_name=_("驿站")
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="offers", verbose_name=_("服务")
    )
    price = models.CharField(_("收费"), max_length=40, default="免费")
    by_appointment = models.BooleanField(_("需预约"), default=False)
    note = models.CharField(_("说明"), max_length=120, blank=True)
    audiences = models.ManyToManyField(
        AudienceTag, blank=True, related_name="offers", verbose_name=_("适合人群")
    )
    is_offered = models.BooleanField(_("正在提供"), default=True)

    class Meta:
        verbose_name = _("站点服务")
        verbose_name_plural = _("站点服务")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "service"], name="service_is_offered_once_at_a_station"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station}{self.service}"
