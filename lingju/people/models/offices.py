"""Holdings: which account holds which office, at which node of the area tree or single station."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.people.models.accounts import Account
from lingju.places.models import Area, DistrictRow, Station
from lingju.places.rules import Office

ADMINS = (Office.SYSTEM_ADMIN, Office.SECURITY_ADMIN, Office.AUDIT_ADMIN)


class HoldingQuerySet(models.QuerySet["Holding"]):
    """Questions about offices held."""

    def standing(self) -> Self:
        """Keep what nobody took back; it may still begin later or have run out."""
        return self.filter(revoked_at__isnull=True)

    def in_force(self, day: dt.date | None = None) -> Self:
        """Keep what counts on `day`, today by default; agrees with `Holding.is_in_force`."""
        day = day or clock.today()
        return self.standing().filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)

    def at_nodes(self, stems: tuple[str, ...]) -> Self:
        """Keep what is held at or below one of the nodes, at areas as at single stations."""
        within = Q(pk__in=())
        for stem in stems:
            within |= Q(area__stem__startswith=stem) | Q(station__area__stem__startswith=stem)
        return self.filter(within)


class Holding(DistrictRow):
    """An office held by an account at an area, with everything below it, or at one station alone."""

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="holdings", verbose_name=_("账号")
    )
    office = models.CharField(_("岗位"), max_length=20, choices=Office.choices)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("区域")
    )
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("驿站")
    )
    since = models.DateField(_("起"), default=clock.today)
    until = models.DateField(_("止"), null=True, blank=True)
    # Plain ids, like a footprint's: who granted it is remembered even when that account is gone.
    granted_by_id = models.BigIntegerField(_("授予人"), null=True, blank=True)
    granted_at = models.DateTimeField(_("授予时间"), default=clock.now)
    revoked_by_id = models.BigIntegerField(_("收回人"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False, station__isnull=True)
                | Q(area__isnull=True, station__isnull=False, office=Office.KEEPER),
                name="office_is_held_at_an_area_or_by_a_keeper_at_one_station",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="office_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["account", "office", "area"],
                condition=Q(revoked_at__isnull=True),
                name="office_is_held_once_at_an_area",
            ),
            models.UniqueConstraint(
                fields=["account", "office", "station"],
                condition=Q(revoked_at__isnull=True),
                name="office_is_held_once_at_a_station",
            ),
            # C26, 三员分立: whoever runs the system, grants rights or reads the audit does only that one.
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(revoked_at__isnull=True, office__in=ADMINS),
                name="one_account_holds_one_of_the_three_admin_offices",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.get_office_display()} {self.node}"

    @property
    def node(self) -> Area | Station:
        """Return the area or the single station at which the office is held."""
        node = self.area or self.station
        if node is None:
            raise ValueError("a holding has a node: the database demands it")
        return node

    @property
    def stem(self) -> str:
        """Return the stem of the node, or of the area in which the single station lies."""
        return self.node.stem

    def is_in_force(self, day: dt.date) -> bool:
        """Say whether the office counts on `day`."""
        return self.revoked_at is None and self.since <= day and (self.until is None or day <= self.until)
