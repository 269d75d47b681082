"""Opening spans: when a station, a service at it, a facility or a gate is open, and by whose word.

A span is one line of a layer. Layers lie over one another: an emergency over an exception over a
holiday over a season over the base; on a given date the highest layer that says anything about the
subject says everything. A span with `is_closed` says "shut". What was said before is in `HoursChange`.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.places.models.areas import DistrictRow
from lingju.places.models.homes import Gate
from lingju.places.models.stations import AudienceTag, Facility, ServiceAtStation, Station

EVERY_DAY = 0b1111111
LATEST_MINUTE = 48 * 60


class OpeningSpan(DistrictRow):
    """From one minute to another, on some days, in one layer, for one subject."""

    class Layer(models.IntegerChoices):
        """Which word outweighs which: the higher number wins."""

        BASE = 10, _("平日")
        SEASONAL = 20, _("季节")
        HOLIDAY = 30, _("节假日")
        EXCEPTION = 40, _("例外")
        EMERGENCY = 50, _("应急")

    class DayClass(models.TextChoices):
        """The class of day a span is for; blank means whatever the weekday mask says."""

        ANY = "", _("按星期")
        WORKDAY = "workday", _("工作日")
        WEEKEND = "weekend", _("周末")
        HOLIDAY = "holiday", _("法定节假日")
        SWAPPED_WORKDAY = "swapped_workday", _("调休上班")
        SWAPPED_REST = "swapped_rest", _("调休放假")

    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, null=True, blank=True, related_name="spans", verbose_name=_("驿站")
    )
    offer = models.ForeignKey(
        ServiceAtStation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="spans",
        verbose_name=_("站点服务"),
    )
    facility = models.ForeignKey(
        Facility,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="spans",
        verbose_name=_("设施"),
    )
    gate = models.ForeignKey(
        Gate, on_delete=models.CASCADE, null=True, blank=True, related_name="spans", verbose_name=_("小区门")
    )
    layer = models.PositiveSmallIntegerField(_("层"), choices=Layer.choices, default=Layer.BASE)
    day_class = models.CharField(
        _("日子类别"), max_length=16, choices=DayClass.choices, blank=True, default=""
    )
    # Bit 0 is Monday. Minutes count from the day's midnight; 1440 is 24:00 and more runs into the next day.
    weekdays = models.PositiveSmallIntegerField(_("星期"), default=EVERY_DAY)
    opens = models.PositiveSmallIntegerField(_("开始分钟"), default=0)
    closes = models.PositiveSmallIntegerField(_("结束分钟"), default=24 * 60)
    is_closed = models.BooleanField(_("不开放"), default=False)
    from_date = models.DateField(_("起始日"), null=True, blank=True)
    to_date = models.DateField(_("截止日"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=120, blank=True)
    source = models.CharField(_("依据"), max_length=120, blank=True)
    audience = models.ForeignKey(
        AudienceTag,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("适合人群"),
    )

    class Meta:
        verbose_name = _("开放时段")
        verbose_name_plural = _("开放时段")
        ordering = ["layer", "opens", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(station__isnull=False, offer__isnull=True, facility__isnull=True, gate__isnull=True)
                    | Q(station__isnull=True, offer__isnull=False, facility__isnull=True, gate__isnull=True)
                    | Q(station__isnull=True, offer__isnull=True, facility__isnull=False, gate__isnull=True)
                    | Q(station__isnull=True, offer__isnull=True, facility__isnull=True, gate__isnull=False)
                ),
                name="span_has_exactly_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(opens__lt=1440, closes__gt=models.F("opens"), closes__lte=LATEST_MINUTE),
                name="span_opens_before_it_closes",
            ),
            models.CheckConstraint(condition=Q(weekdays__lte=EVERY_DAY), name="span_weekdays_are_seven_bits"),
            models.CheckConstraint(
                condition=Q(from_date__isnull=True)
                | Q(to_date__isnull=True)
                | Q(from_date__lte=models.F("to_date")),
                name="span_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_layer_display()} {self.opens}-{self.closes}"


class HoursChange(DistrictRow):
    """One change of a subject's hours: what was in force until then, who changed it, from which to which."""

    station = models.ForeignKey(
        Station,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="hours_changes",
        verbose_name=_("驿站"),
    )
    offer = models.ForeignKey(
        ServiceAtStation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="hours_changes",
        verbose_name=_("站点服务"),
    )
    facility = models.ForeignKey(
        Facility,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="hours_changes",
        verbose_name=_("设施"),
    )
    gate = models.ForeignKey(
        Gate,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="hours_changes",
        verbose_name=_("小区门"),
    )
    at = models.DateTimeField(_("时间"), default=clock.now)
    # As a footprint names who acts: the account's number, and the office they held.
    by_id = models.BigIntegerField(_("操作人编号"), null=True, blank=True)
    office = models.CharField(_("身份"), max_length=60, blank=True)
    action = models.CharField(_("动作"), max_length=20)
    before = models.CharField(_("变更前"), max_length=300, blank=True)
    after = models.CharField(_("变更后"), max_length=300, blank=True)
    # Every span that was in force until then, not only those that were changed.
    was = models.JSONField(_("原来的时段"), default=list)

    class Meta:
        verbose_name = _("开放时间变更")
        verbose_name_plural = _("开放时间变更")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["station", "at"], name="hours_changes_of_a_station")]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(station__isnull=False, offer__isnull=True, facility__isnull=True, gate__isnull=True)
                    | Q(station__isnull=True, offer__isnull=False, facility__isnull=True, gate__isnull=True)
                    | Q(station__isnull=True, offer__isnull=True, facility__isnull=False, gate__isnull=True)
                    | Q(station__isnull=True, offer__isnull=True, facility__isnull=True, gate__isnull=False)
                ),
                name="a_change_of_hours_has_exactly_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
