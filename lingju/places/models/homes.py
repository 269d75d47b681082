"""Where people live: compounds that may be walled, their gates, and buildings with counts of people.

Counts only: no resident stands in these tables.
"""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel.rules import Actor
from lingju.places.models.areas import Area, DistrictRow, Placed
from lingju.places.rules import CLERKS

BANDS = ("0_14", "15_59", "60_79", "80_up")


class InAreaQuerySet(models.QuerySet[Any]):
    """Questions about things that lie in an area."""

    def in_area(self, area: Area) -> Self:
        """Keep what lies in an area or below it."""
        return self.filter(district_id=area.district_id, area__stem__startswith=area.stem)

    def visible_to(self, actor: Actor) -> Self:
        """Keep what lies in the actor's district: where things stand is public."""
        return self.filter(district_id=actor.district_id)

    def managed_by(self, actor: Actor) -> Self:
        """Keep what the actor may edit as a clerk or an officer of its area."""
        within = Q(pk__in=[])
        for stem in actor.stems(CLERKS):
            within |= Q(area__stem__startswith=stem)
        return self.filter(within, district_id=actor.district_id)


class Compound(DistrictRow, Placed):
    """A residential compound 小区. A gated one is entered only through its gates."""

    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="compounds", verbose_name=_("所在社区")
    )
    code = models.CharField(_("编码"), max_length=40)
    name = models.CharField(_("名称"), max_length=60)
    is_gated = models.BooleanField(_("是否封闭"), default=False)
    # The outline as a ring of [lon, lat] in WGS-84; what lies inside is no thoroughfare when gated.
    ring = models.JSONField(_("边界"), null=True, blank=True)
    built_in = models.PositiveSmallIntegerField(_("建成年份"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = InAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("小区")
        verbose_name_plural = _("小区")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], name="compound_code_is_unique_in_its_district"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """Return the stem of the area it lies in."""
        return self.area.stem


class Gate(DistrictRow, Placed):
    """A gate 门 of a compound, with the hours in which people may pass it on foot."""

    class Kind(models.TextChoices):
        """What kind of gate."""

        MAIN = "main", _("大门")
        SIDE = "side", _("侧门")
        FOOT = "foot", _("人行门")

    compound = models.ForeignKey(
        Compound, on_delete=models.CASCADE, related_name="gates", verbose_name=_("小区")
    )
    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices, default=Kind.MAIN)
    is_step_free = models.BooleanField(_("无台阶"), default=True)
    is_shut = models.BooleanField(_("长期关闭"), default=False)

    class Meta:
        verbose_name = _("小区门")
        verbose_name_plural = _("小区门")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["compound", "name"], name="gate_name_is_unique_in_its_compound"),
        ]

    def __str__(self) -> str:
        return f"{self.compound}{self.name}"


class Building(DistrictRow, Placed):
    """A residential building 楼栋 with its households and persons by age band."""

    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="buildings", verbose_name=_("所在社区")
    )
    compound = models.ForeignKey(
        Compound,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="buildings",
        verbose_name=_("小区"),
    )
    code = models.CharField(_("编码"), max_length=40)
    name = models.CharField(_("名称"), max_length=60)
    ring = models.JSONField(_("轮廓"), null=True, blank=True)
    households = models.PositiveIntegerField(_("户数"), default=0)
    persons_0_14 = models.PositiveIntegerField(_("0至14岁"), default=0)
    persons_15_59 = models.PositiveIntegerField(_("15至59岁"), default=0)
    persons_60_79 = models.PositiveIntegerField(_("60至79岁"), default=0)
    persons_80_up = models.PositiveIntegerField(_("80岁及以上"), default=0)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = InAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("楼栋")
        verbose_name_plural = _("楼栋")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], name="building_code_is_unique_in_its_district"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """Return the stem of the area it lies in."""
        return self.area.stem

    @property
    def persons(self) -> int:
        """Return how many people live here, of all ages."""
        return self.persons_0_14 + self.persons_15_59 + self.persons_60_79 + self.persons_80_up


PERSONS = F("persons_0_14") + F("persons_15_59") + F("persons_60_79") + F("persons_80_up")
