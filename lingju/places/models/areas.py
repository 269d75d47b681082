"""Districts, which own every row, and the tree of areas below them."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel.rows import Row
from lingju.kernel.rules import Actor


class District(Row):
    """An urban district 市辖区: the tenant to which every other row belongs."""

    code = models.CharField(_("区划代码"), max_length=6, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    is_demo = models.BooleanField(_("演示数据"), default=False)
    brand_name = models.CharField(_("品牌名称"), max_length=40, blank=True)
    hotline = models.CharField(_("服务电话"), max_length=20, blank=True)
    map_notice = models.CharField(_("地图说明"), max_length=120, blank=True)
    map_approval_no = models.CharField(_("审图号"), max_length=40, blank=True)
    # Somewhere in the middle, WGS-84: a coordinate far from it was mistyped. None until streets are loaded.
    centre_lon = models.FloatField(_("中心经度"), null=True, blank=True)
    centre_lat = models.FloatField(_("中心纬度"), null=True, blank=True)
    # Bumped by every change that may alter a walking time or a map; what is derived is keyed by it.
    layout_version = models.PositiveBigIntegerField(_("版面版本"), default=1)

    class Meta:
        verbose_name = _("区")
        verbose_name_plural = _("区")
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^\d{6}$"), name="district_code_has_six_digits"),
        ]

    def __str__(self) -> str:
        return self.name


class DistrictRow(Row):
    """A row that belongs to a district and moves with it."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, verbose_name=_("区"), related_name="+")

    class Meta:
        abstract = True


class Placed(models.Model):
    """A thing with a point on the earth: WGS-84 degrees, and the datum it was given in."""

    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    given_crs = models.CharField(_("原坐标系"), max_length=8, default="WGS-84")

    class Meta:
        abstract = True


class AreaQuerySet(models.QuerySet["Area"]):
    """Questions about areas."""

    def of(self, district: District) -> Self:
        """Keep the areas of one district."""
        return self.filter(district=district)

    def under(self, stem: str) -> Self:
        """Keep an area and everything below it."""
        return self.filter(stem__startswith=stem)

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see: the area tree of their district is public."""
        return self.filter(district_id=actor.district_id)


class Area(DistrictRow):
    """A node of the area tree: province, city, district, street, community or grid.

    The twelve digits are the national statistical code, 2 province + 2 city + 2 district + 3 street
    + 3 community; a grid carries its own code below. The stem is the code without the zeros that fill
    it up, so that an area contains another exactly where its stem begins the other's.
    """

    class Level(models.TextChoices):
        """How high in the tree."""

        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        DISTRICT = "district", _("区")
        STREET = "street", _("街道")
        COMMUNITY = "community", _("社区")
        GRID = "grid", _("网格")

    class Kind(models.TextChoices):
        """What governs it, as the last three digits of a community's code say."""

        TOWN = "town", _("街道或乡镇")
        RESIDENTS = "residents", _("居委会")
        VILLAGERS = "villagers", _("村委会")
        OTHER = "other", _("其他")

    code = models.CharField(_("区划代码"), max_length=20)
    stem = models.CharField(_("代码主干"), max_length=20)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices, default=Kind.OTHER)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级"),
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("区域")
        verbose_name_plural = _("区域")
        ordering = ["stem"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="area_code_is_unique_in_its_district"),
            models.UniqueConstraint(fields=["district", "stem"], name="area_stem_is_unique_in_its_district"),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def stem_of(code: str) -> str:
        """Return the stem of a code: 140404001000 is the street 140404001."""
        if len(code) <= 6:
            return code.rstrip("0") + "0" * (len(code.rstrip("0")) % 2)
        for cut in (9, 6):
            if set(code[cut:12]) == {"0"} and len(code) <= 12:
                code = code[:cut]
        return Area.stem_of(code) if len(code) == 6 else code

    @property
    def short_name(self) -> str:
        """Return the name as people say it: 府后街社区居委会 is 府后街社区."""
        return self.name.removesuffix("居委会").removesuffix("村委会")

    def covers(self, other: Any) -> bool:
        """Say whether a thing with a stem lies in this area."""
        return bool(other.district_id == self.district_id and other.stem.startswith(self.stem))
