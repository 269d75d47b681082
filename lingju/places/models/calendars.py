"""Working calendars: when offices work, what notices say of single days, which notices are in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel.ids import new_id
from lingju.places.models.areas import DistrictRow


class WorkCalendar(DistrictRow):
    """A named week of working hours; one of a district's is its default."""

    code = models.CharField(_("编码"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    # As people write it: 周一至周五 8:30-12:00 14:30-18:00.
    weekly = models.CharField(_("每周上班时间"), max_length=200)
    # A hotline that never rests keeps no holidays: its week alone decides, in every year.
    keeps_holidays = models.BooleanField(_("按放假安排"), default=True)
    is_default = models.BooleanField(_("默认日历"), default=False)
    # Drawn anew, never counted, whenever a day changes: what is kept in memory is keyed by it, and a number
    # that a rolled-back transaction had used must not come back with other days behind it.
    version = models.PositiveBigIntegerField(_("版本"), default=new_id)

    class Meta:
        verbose_name = _("工作日历")
        verbose_name_plural = _("工作日历")
        ordering = ["-is_default", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], name="calendar_code_is_unique_in_its_district"
            ),
            models.UniqueConstraint(
                fields=["district"], condition=Q(is_default=True), name="one_calendar_is_the_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarDay(DistrictRow):
    """A date on which a notice says something else than the week does; for every calendar of the district."""

    class Kind(models.TextChoices):
        """What the notice says of it."""

        STATUTORY_HOLIDAY = "statutory_holiday", _("法定节假日")
        SWAPPED_REST_DAY = "swapped_rest_day", _("调休放假")
        MAKEUP_WORKDAY = "makeup_workday", _("调休上班")

    date = models.DateField(_("日期"))
    kind = models.CharField(_("日子类别"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=40, blank=True)
    source = models.CharField(_("来源"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("放假安排")
        verbose_name_plural = _("放假安排")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["district", "date"], name="a_date_is_said_once_in_its_district"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"


class CalendarYear(DistrictRow):
    """A year whose official notice is known; without such a row its days are unknown, never guessed."""

    year = models.PositiveSmallIntegerField(_("年份"))
    source = models.CharField(_("来源"), max_length=120, blank=True)
    imported_at = models.DateTimeField(_("载入时间"))

    class Meta:
        verbose_name = _("已公布的年份")
        verbose_name_plural = _("已公布的年份")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["district", "year"], name="a_year_is_known_once_in_its_district"),
        ]

    def __str__(self) -> str:
        return str(self.year)
