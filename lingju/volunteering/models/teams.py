"""Teams: a name, a place where one meets them, what they offer; who belongs to one is not public."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.people.models import Organisation
from lingju.places.models import Area, DistrictRow, Station
from lingju.places.rules import CLERKS, lying_under
from lingju.volunteering.models.volunteers import Skill, Volunteer


class TeamQuerySet(models.QuerySet["Team"]):
    """Questions about teams."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the teams of the areas the actor works for."""
        return self.filter(lying_under(actor.stems(CLERKS)), district_id=actor.district_id)

    def in_use(self) -> Self:
        """Keep the teams that still work."""
        return self.filter(is_retired=False)


class Team(DistrictRow):
    """A volunteer team 志愿服务队 as everybody may know it: what it offers, where, when; no person."""

    name = models.CharField(_("名称"), max_length=60)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    station = models.ForeignKey(
        Station,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="teams",
        verbose_name=_("驿站"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("组织"),
    )
    summary = models.CharField(_("一句话介绍"), max_length=200, blank=True)
    offers = models.CharField(_("能帮什么"), max_length=200)
    when_words = models.CharField(_("什么时候在"), max_length=80, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    skills = models.ManyToManyField(Skill, blank=True, related_name="+", verbose_name=_("志愿技能"))
    since = models.DateField(_("成立日期"), default=clock.today)
    is_retired = models.BooleanField(_("已停用"), default=False)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("志愿服务队")
        verbose_name_plural = _("志愿服务队")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="team_name_is_unique_in_its_district"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """Return the stem of the area it works in."""
        return self.area.stem


class TeamMember(DistrictRow):
    """A volunteer who has joined a team; they leave as freely as they came."""

    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, related_name="members", verbose_name=_("志愿服务队")
    )
    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.CASCADE, related_name="teams", verbose_name=_("志愿者")
    )
    is_contact = models.BooleanField(_("是联络人"), default=False)
    joined_at = models.DateTimeField(_("加入时间"), default=clock.now)

    class Meta:
        verbose_name = _("队员")
        verbose_name_plural = _("队员")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["team", "volunteer"], name="a_team_is_joined_once"),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.volunteer_id}"
