"""Micro-wishes 微心愿: small, verified, shown without a name, claimed, fulfilled, confirmed by the wisher."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.fields import EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.people.models import Organisation
from lingju.people.personal import Basis, personal
from lingju.people.personal import Kind as Care
from lingju.places.models import Area, DistrictRow
from lingju.places.rules import CLERKS

KEPT = "实现后一年删除，只留数目"


class WishQuerySet(models.QuerySet["Wish"]):
    """Questions about wishes."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the wishes of the areas the actor works for."""
        within = Q(pk__in=())
        for stem in actor.stems(CLERKS):
            within |= Q(area__stem__startswith=stem)
        return self.filter(within, district_id=actor.district_id)

    def published(self) -> Self:
        """Keep those that anybody may see and claim."""
        return self.filter(state=Wish.State.PUBLISHED)


class Wish(DistrictRow):
    """One small wish, of a thing or a help, within a value that the district caps."""

    class Kind(models.TextChoices):
        """A thing or a help."""

        THING = "thing", _("实物")
        HELP = "help", _("服务")

    class State(models.TextChoices):
        """How far it has come."""

        COLLECTED = "collected", _("征集到")
        VERIFIED = "verified", _("核实了")
        PUBLISHED = "published", _("等人认领")
        CLAIMED = "claimed", _("有人认领")
        CONTACTED = "contacted", _("对接上了")
        FULFILLED = "fulfilled", _("实现了")
        CONFIRMED = "confirmed", _("本人确认")
        ARCHIVED = "archived", _("归档")
        DECLINED = "declined", _("没有通过")

    number = models.CharField(_("编号"), max_length=12)
    key = models.CharField(_("防重键"), max_length=80)
    kind = models.CharField(_("类别"), max_length=6, choices=Kind.choices)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    group = models.CharField(_("哪类人"), max_length=30)
    public_text = models.CharField(_("公开的文字"), max_length=120)
    value_yuan = models.PositiveIntegerField(_("大约多少钱"), default=0)
    wisher = personal(
        EncryptedTextField(_("许愿人"), default=""), Care.SENSITIVE, "把心愿送到本人手里", Basis.CONSENT, KEPT
    )
    contact = personal(
        EncryptedTextField(_("联系方式"), default=""),
        Care.SENSITIVE,
        "把心愿送到本人手里",
        Basis.CONSENT,
        KEPT,
    )
    agreed_at = models.DateTimeField(_("本人同意时间"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.COLLECTED)
    declined_why = models.CharField(_("没通过的原因"), max_length=120, blank=True)
    round = models.PositiveSmallIntegerField(_("第几轮"), default=1)
    # Who wrote it down: another person verifies it.
    collected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("征集人"),
    )
    collected_at = models.DateTimeField(_("征集时间"), default=clock.now)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    # Confirmed or declined: a year later nobody's name is kept.
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("微心愿")
        verbose_name_plural = _("微心愿")
        ordering = ["-id"]
        indexes = [models.Index(fields=["district", "state", "id"], name="wishes_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="a_wish_has_its_own_number"),
            models.UniqueConstraint(fields=["district", "key"], name="the_same_wish_is_written_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.public_text}"

    @property
    def stem(self) -> str:
        """Return the stem of its area."""
        return self.area.stem


class Claim(DistrictRow):
    """Somebody's promise to fulfil a wish: contact within days, or it is free again."""

    class State(models.TextChoices):
        """What became of the promise."""

        STANDING = "standing", _("认领中")
        KEPT = "kept", _("兑现了")
        RELEASED = "released", _("放手了")

    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="claims", verbose_name=_("微心愿"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("认领组织"),
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("认领人"),
    )
    claimed_at = models.DateTimeField(_("认领时间"), default=clock.now)
    contact_by = models.DateTimeField(_("联系期限"))
    promised_on = models.DateField(_("答应的日子"), null=True, blank=True)
    contacted_at = models.DateTimeField(_("联系上的时间"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.STANDING)
    released_why = models.CharField(_("放手的原因"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("认领")
        verbose_name_plural = _("认领")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["wish"], condition=Q(state="standing"), name="a_wish_is_claimed_by_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wish_id} {self.state}"
