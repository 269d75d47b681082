"""Whom the station has to ring: what a message tells others is told to them by a person, once."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.bookings.models.claims import Claim
from lingju.bookings.models.pools import Bookable, InAreaQuerySet
from lingju.kernel import clock
from lingju.places.models import Area, DistrictRow, Station


class PhoneCallQuerySet(InAreaQuerySet):
    """Questions about calls to be made."""

    def open(self, moment: dt.datetime) -> Self:
        """Keep those still to be made: the booking stands as it did, and its time has not come yet.

        What is lent has begun and is told of until it is back.
        """
        is_ahead = Q(claim__starts_at__isnull=True) | Q(claim__starts_at__gt=moment)
        is_ahead |= Q(claim__bookable__mode=Bookable.Mode.LOAN)
        return self.filter(is_ahead, done_at__isnull=True, claim__version=F("version"))


class PhoneCall(DistrictRow):
    """Something to be told by telephone to whoever a booking is for; `words` is what is to be said.

    It is about the booking as it stood in `version`: once that has moved on there is something else to
    tell, or nothing.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="phone_calls", verbose_name=_("驿站")
    )
    claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="phone_calls", verbose_name=_("预约")
    )
    key = models.CharField(_("防重键"), max_length=120)
    version = models.PositiveIntegerField(_("版本"))
    words = models.CharField(_("要说的话"), max_length=300)
    made_at = models.DateTimeField(_("记下时间"), default=clock.now)
    done_at = models.DateTimeField(_("打过时间"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁打的"),
    )

    objects = PhoneCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("要打的电话")
        verbose_name_plural = _("要打的电话")
        ordering = ["made_at", "id"]
        indexes = [
            models.Index(
                fields=["station", "made_at"],
                name="calls_that_are_to_be_made",
                condition=Q(done_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="the_same_word_is_rung_once"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.key}"

    @property
    def stem(self) -> str:
        """Return the stem of its area, for rules."""
        return self.area.stem
