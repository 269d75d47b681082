"""Numbers at the counter: a queue without booking, counted together with what is booked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.bookings.models.claims import Claim
from lingju.bookings.models.pools import Bookable, InAreaQuerySet
from lingju.kernel import clock
from lingju.places.models import Area, DistrictRow, Station


class TicketSeries(DistrictRow):
    """How far the numbers of one day at one counter have been counted."""

    bookable = models.ForeignKey(
        Bookable, on_delete=models.CASCADE, related_name="ticket_series", verbose_name=_("预约项目")
    )
    date = models.DateField(_("日期"))
    last = models.PositiveIntegerField(_("排到几号"), default=0)

    class Meta:
        verbose_name = _("号序")
        verbose_name_plural = _("号序")
        constraints = [
            models.UniqueConstraint(fields=["bookable", "date"], name="numbers_are_counted_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.last}"


class Ticket(DistrictRow):
    """A number somebody drew: no name, no phone, unless they booked."""

    class State(models.TextChoices):
        """Where it has got to."""

        WAITING = "waiting", _("等叫号")
        CALLED = "called", _("请过来")
        SERVING = "serving", _("正在服务")
        DONE = "done", _("已完成")
        MISSED = "missed", _("过号")
        GIVEN_UP = "given_up", _("不等了")

    ACTIVE = (State.WAITING, State.CALLED, State.SERVING)

    bookable = models.ForeignKey(
        Bookable, on_delete=models.CASCADE, related_name="tickets", verbose_name=_("预约项目")
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="tickets", verbose_name=_("驿站")
    )
    date = models.DateField(_("日期"))
    number = models.PositiveIntegerField(_("排队号"))
    key = models.CharField(_("防重键"), max_length=80)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    claim = models.OneToOneField(
        Claim, on_delete=models.SET_NULL, null=True, blank=True, related_name="ticket", verbose_name=_("预约")
    )
    drawn_at = models.DateTimeField(_("取号时间"), default=clock.now)
    # What the person was told when they drew; how true it was is measured afterwards.
    told_minutes = models.PositiveSmallIntegerField(_("当时说等几分钟"), null=True, blank=True)
    called_at = models.DateTimeField(_("叫号时间"), null=True, blank=True)
    served_at = models.DateTimeField(_("开始服务"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束于"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = InAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("排队号")
        verbose_name_plural = _("排队号")
        ordering = ["date", "number"]
        indexes = [
            models.Index(
                fields=["bookable", "date"],
                name="tickets_in_the_queue",
                condition=Q(state__in=("waiting", "called", "serving")),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bookable", "date", "number"], name="a_number_is_drawn_once_a_day"
            ),
            models.UniqueConstraint(fields=["district", "key"], name="the_same_press_draws_once"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.number}"

    @property
    def stem(self) -> str:
        """Return the stem of its area, for rules."""
        return self.area.stem
