"""Addresses of calendars with somebody's own bookings: who has one reads it, until it is revoked."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.bookings.models.claims import Claim
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.models import DistrictRow


class FeedTokenQuerySet(models.QuerySet["FeedToken"]):
    """Questions about addresses of calendars."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of the actor's own account; an office opens none."""
        return self.filter(
            account_id=actor.account_id, account_id__isnull=False, district_id=actor.district_id
        )

    def in_force(self) -> Self:
        """Keep those that open something: not revoked, and of no account that is closed."""
        return self.filter(Q(account_id__isnull=True) | Q(account__is_active=True), revoked_at__isnull=True)


class FeedToken(DistrictRow):
    """The secret of an address under which one person's bookings are a calendar; only its digest is kept.

    It is an account's, or belongs to a browser that keeps bookings without an account. `claims` are the
    bookings that no account holds.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="feed_tokens",
        verbose_name=_("账号"),
    )
    claims = models.ManyToManyField(Claim, blank=True, related_name="+", verbose_name=_("预约"))
    digest = models.CharField(_("摘要"), max_length=64)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("上次使用时间"), null=True, blank=True)

    objects = FeedTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("日历订阅地址")
        verbose_name_plural = _("日历订阅地址")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="an_address_of_a_calendar_is_made_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
