"""Demand that nobody spoke 未诉先办: searches without result, refused bookings, devices out of order."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.needs.models.needs import Need
from lingju.places.models import Area, DistrictRow, Station
from lingju.places.rules import CLERKS


class SignalQuerySet(models.QuerySet["Signal"]):
    """Questions about signals."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the signals of the areas the actor works for."""
        within = Q(pk__in=())
        for stem in actor.stems(CLERKS):
            within |= Q(area__stem__startswith=stem)
        return self.filter(within, district_id=actor.district_id)

    def waiting(self) -> Self:
        """Keep those nobody has decided on."""
        return self.filter(state=Signal.State.WAITING)


class Signal(DistrictRow):
    """The same thing missed by so many, so often: an officer may turn it into a need."""

    class Kind(models.TextChoices):
        """What was missed."""

        SEARCH = "search", _("搜了没有")
        REFUSED = "refused", _("约不上")
        FULL = "full", _("报满了")
        BROKEN = "broken", _("设备坏了")
        FAR = "far", _("走不到")

    class State(models.TextChoices):
        """What an officer made of it."""

        WAITING = "waiting", _("待看")
        TURNED = "turned", _("转成需求")
        DISMISSED = "dismissed", _("不用办")

    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在区域"))
    station = models.ForeignKey(
        Station,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所在驿站"),
    )
    key = models.CharField(_("同一件事的键"), max_length=120)
    words = models.CharField(_("说明"), max_length=120)
    times = models.PositiveIntegerField(_("次数"), default=1)
    first_at = models.DateTimeField(_("第一次"), default=clock.now)
    last_at = models.DateTimeField(_("最近一次"), default=clock.now)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    decided_why = models.CharField(_("决定理由"), max_length=120, blank=True)
    need = models.ForeignKey(
        Need, on_delete=models.SET_NULL, null=True, blank=True, related_name="signals", verbose_name=_("需求")
    )

    objects = SignalQuerySet.as_manager()

    class Meta:
        verbose_name = _("未诉信号")
        verbose_name_plural = _("未诉信号")
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "kind", "key"],
                condition=Q(state="waiting"),
                name="the_same_signal_is_counted_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.words}"

    @property
    def stem(self) -> str:
        """Return the stem of the area it concerns."""
        return self.area.stem
