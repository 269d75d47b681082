"""Organisations and the people who belong to them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.people.models.accounts import Account
from lingju.places.models import Area, DistrictRow
from lingju.places.rules import CLERKS, lying_under


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Questions about organisations."""

    def in_use(self) -> Self:
        """Keep the organisations that still take part."""
        return self.filter(ended_on__isnull=True)

    def visible_to(self, actor: Actor) -> Self:
        """Keep the organisations in the areas the actor works for."""
        return self.filter(lying_under(actor.stems(CLERKS)), district_id=actor.district_id)


class Organisation(DistrictRow):
    """A body that takes part: an office, a public institution, a company, a social organisation."""

    class Kind(models.TextChoices):
        """What kind of body, as the three lists and the rota name it."""

        GOVERNMENT = "government", _("机关")
        INSTITUTION = "institution", _("事业单位")
        STATE_COMPANY = "state_company", _("国有企业")
        COMPANY = "company", _("非公企业")
        SOCIAL = "social", _("社会组织")
        STREET_PARTY = "street_party", _("街道党工委")
        COMMUNITY_PARTY = "community_party", _("社区党组织")
        RESIDENTS_COMMITTEE = "residents_committee", _("居委会、村委会")
        PROPERTY = "property", _("物业服务企业")
        VOLUNTEERS = "volunteers", _("志愿服务组织")
        OTHER = "other", _("其他")

    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, null=True, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在区域"))
    ended_on = models.DateField(_("退出日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("组织")
        verbose_name_plural = _("组织")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "uscc"], name="uscc_is_unique_in_its_district"),
            models.CheckConstraint(
                condition=Q(uscc__isnull=True) | Q(uscc__regex=r"^[0-9A-HJ-NP-RTUWXY]{18}$"),
                name="uscc_has_the_eighteen_characters_of_gb_32100",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """Return the stem of the area it lies in."""
        return self.area.stem


class Membership(DistrictRow):
    """An account that belongs to an organisation, and as what."""

    class Role(models.TextChoices):
        """As what somebody belongs to an organisation."""

        MEMBER = "member", _("成员")
        CONTACT = "contact", _("联络员")
        LEADER = "leader", _("负责人")

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("账号")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("组织")
    )
    role = models.CharField(_("身份"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    since = models.DateField(_("起"), default=clock.today)

    class Meta:
        verbose_name = _("成员关系")
        verbose_name_plural = _("成员关系")
        ordering = ["organisation__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "organisation"], name="account_belongs_to_an_organisation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.organisation}"
