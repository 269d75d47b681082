"""An invitation 邀请: somebody was asked, and said yes or no themselves. There is no other way in."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.bookings.models import Claim
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.models import DistrictRow
from lingju.volunteering.models.calls import Call
from lingju.volunteering.models.volunteers import Volunteer


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions about invitations."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those to the calls the actor works at."""
        return self.filter(call__in=Call.objects.visible_to(actor), district_id=actor.district_id)

    def accepted(self) -> Self:
        """Keep those who said yes."""
        return self.filter(state=Invitation.State.ACCEPTED)


class Invitation(DistrictRow):
    """One person asked to one call, and what that person answered; how it was said is kept."""

    class State(models.TextChoices):
        """What was answered."""

        INVITED = "invited", _("等本人回复")
        ACCEPTED = "accepted", _("本人答应了")
        DECLINED = "declined", _("本人不来")
        WITHDRAWN = "withdrawn", _("本人改主意了")
        OVER = "over", _("已作罢")

    class Said(models.TextChoices):
        """How the person said it."""

        NOT_YET = "", _("还没说")
        PAGE = "page", _("自己点的")
        PHONE = "phone", _("电话里说的")
        IN_PERSON = "in_person", _("当面说的")

    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("招募")
    )
    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("志愿者")
    )
    claim = models.OneToOneField(
        Claim,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitation",
        verbose_name=_("预约"),
    )
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.INVITED)
    said = models.CharField(
        _("怎么说的"), max_length=9, choices=Said.choices, blank=True, default=Said.NOT_YET
    )
    # Whoever heard it on the telephone or across the counter answers for having heard it.
    heard_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("听到的人"),
    )
    heard_words = models.CharField(_("原话大意"), max_length=120, blank=True)
    risk_told = models.BooleanField(_("知道风险"), default=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("邀请人"),
    )
    invited_at = models.DateTimeField(_("邀请时间"), default=clock.now)
    answered_at = models.DateTimeField(_("回复时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("邀请")
        verbose_name_plural = _("邀请")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "volunteer"], name="a_volunteer_is_invited_once_to_a_call"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | (~Q(said="") & Q(answered_at__isnull=False, risk_told=True)),
                name="who_agreed_has_said_so_and_was_told_the_risks",
            ),
            models.CheckConstraint(
                condition=Q(said__in=("", "page")) | ~Q(heard_words=""),
                name="what_was_heard_is_written_down",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.volunteer_id} {self.state}"

    @property
    def stem(self) -> str:
        """Return the stem of the area that owns the call."""
        return self.call.stem
