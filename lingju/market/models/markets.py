"""A market, the zones it is parted into, and the spots of its layout.

    Market 十一月文明集市 ──has──▶ Zone 便民服务 ──has──▶ Stall 量血压
           │                                              │ stands on
           └──is laid out in──▶ Spot A3 (with power) ◀────┘

When and where it is, and how many come, its session in activities says: what subscribers of the calendar see.
"""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.activities.models import Session
from lingju.kernel.rules import Actor
from lingju.places.models import Area, DistrictRow
from lingju.places.rules import CLERKS, KEEPERS, lying_under


class MarketQuerySet(models.QuerySet["Market"]):
    """Questions about markets."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the markets of the areas the actor works for, and those held at the stations they keep."""
        within = lying_under(actor.stems(CLERKS)) | Q(session__station_id__in=actor.things(KEEPERS))
        within |= lying_under(actor.stems(KEEPERS), "session__station__area__stem")
        return self.filter(within, district_id=actor.district_id)

    def public(self) -> Self:
        """Keep what has been told to everybody, also what was called off afterwards."""
        return self.filter(session__announced_at__isnull=False)


class Market(DistrictRow):
    """A civic market: what permits it, how it is safe, what happens in bad weather, how it is laid out."""

    class State(models.TextChoices):
        """Where its life has got to."""

        PLANNED = "planned", _("策划")
        INVITING = "inviting", _("招摊")
        PLACING = "placing", _("排位")
        ANNOUNCED = "announced", _("公告")
        HELD = "held", _("举办")
        COUNTED = "counted", _("清点")
        REVIEWED = "reviewed", _("回访")
        CANCELLED = "cancelled", _("取消")

    OPEN = (State.PLANNED, State.INVITING, State.PLACING, State.ANNOUNCED)
    INVITES = (State.INVITING, State.PLACING, State.ANNOUNCED)

    key = models.CharField(_("防重键"), max_length=80)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("负责单位"))
    session = models.OneToOneField(
        Session, on_delete=models.PROTECT, related_name="+", verbose_name=_("场次")
    )
    permit = models.CharField(_("场地许可"), max_length=300, blank=True)
    safety_plan = models.TextField(_("安全预案"), max_length=2000, blank=True)
    weather_fallback = models.CharField(_("遇雨安排"), max_length=300, blank=True)
    rows = models.PositiveSmallIntegerField(_("排数"), default=3)
    columns = models.PositiveSmallIntegerField(_("每排几位"), default=6)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PLANNED)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    review = models.CharField(_("回顾"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = MarketQuerySet.as_manager()

    class Meta:
        verbose_name = _("文明集市")
        verbose_name_plural = _("文明集市")
        ordering = ["-session__starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="the_same_press_plans_a_market_once"),
            models.CheckConstraint(
                condition=Q(rows__gte=1, rows__lte=12, columns__gte=1, columns__lte=12),
                name="a_layout_has_one_to_twelve_rows_and_columns",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("announced", "held", "counted", "reviewed"))
                | (~Q(permit="") & ~Q(safety_plan="") & ~Q(weather_fallback="")),
                name="a_market_that_is_told_is_permitted_and_safe",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(state_reason=""),
                name="a_market_called_off_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.session.title

    @property
    def stem(self) -> str:
        """Return the stem of the area that owns it."""
        return self.area.stem

    @property
    def is_open(self) -> bool:
        """Say whether it is still being prepared: its layout and its words may change."""
        return self.state in self.OPEN

    @property
    def takes_stalls(self) -> bool:
        """Say whether stalls may still come in."""
        return self.state in self.INVITES


class Zone(DistrictRow):
    """A part of a market: one of the five that change from time to time, or one of the fixed kinds."""

    class Kind(models.TextChoices):
        """What one finds there: five zones of a market, then the fixed kinds of stalls."""

        TRY_OUT = "try_out", _("互动体验")
        CONVENIENCE = "convenience", _("便民服务")
        TELLING = "telling", _("宣传宣讲")
        SPORT = "sport", _("体育健身")
        HERITAGE = "heritage", _("非遗展示")
        ON_REQUEST = "on_request", _("点单服务")
        DAILY_LIFE = "daily_life", _("生活服务")
        POLICY = "policy", _("政策咨询")
        MEDICAL = "medical", _("医疗便民")
        CULTURE = "culture", _("文化惠民")

    FIXED = (Kind.ON_REQUEST, Kind.DAILY_LIFE, Kind.POLICY, Kind.MEDICAL, Kind.CULTURE)

    market = models.ForeignKey(
        Market, on_delete=models.CASCADE, related_name="zones", verbose_name=_("文明集市")
    )
    kind = models.CharField(_("片区类别"), max_length=12, choices=Kind.choices)

    class Meta:
        verbose_name = _("片区")
        verbose_name_plural = _("片区")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["market", "kind"], name="a_market_has_each_kind_of_zone_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_fixed(self) -> bool:
        """Say whether every market has it, whatever else changes."""
        return self.kind in self.FIXED


class Spot(DistrictRow):
    """One spot of a layout: its row and column counted from one, and whether there is power."""

    market = models.ForeignKey(
        Market, on_delete=models.CASCADE, related_name="spots", verbose_name=_("文明集市")
    )
    row = models.PositiveSmallIntegerField(_("第几排"))
    column = models.PositiveSmallIntegerField(_("排里第几位"))
    has_power = models.BooleanField(_("有电"), default=False)

    class Meta:
        verbose_name = _("摊位位置")
        verbose_name_plural = _("摊位位置")
        ordering = ["row", "column"]
        constraints = [
            models.UniqueConstraint(fields=["market", "row", "column"], name="a_layout_has_each_spot_once"),
            models.CheckConstraint(condition=Q(row__gte=1, column__gte=1), name="spots_are_counted_from_one"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return what is written on the ground: the row's letter and the column, A3."""
        return f"{chr(ord('A') + self.row - 1)}{self.column}"
