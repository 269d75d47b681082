"""Who comes: a sign-up stands on a claim of seats in bookings, and carries no name of its own."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.activities.models.groups import Group
from lingju.activities.models.sessions import Session
from lingju.bookings.models import Claim
from lingju.kernel import clock
from lingju.kernel.fields import EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.people.models import ConsentText
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import DistrictRow

KEPT = "活动结束后半年删除，只留数目"


class SignUpQuerySet(models.QuerySet["SignUp"]):
    """Questions about sign-ups."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the sign-ups of the sessions the actor works at."""
        return self.filter(session__in=Session.objects.visible_to(actor), district_id=actor.district_id)

    def standing(self) -> Self:
        """Keep those who still come, or still wait."""
        return self.filter(claim__state__in=Claim.STANDING)


class SignUp(DistrictRow):
    """One party that wants to come: how many, how many of them minors, and on which claim of seats.

    Name, telephone, code and what they need live with the claim; whether there is a seat, its state says.
    """

    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="signups", verbose_name=_("场次")
    )
    claim = models.OneToOneField(
        Claim, on_delete=models.PROTECT, related_name="signup", verbose_name=_("预约")
    )
    people = models.PositiveSmallIntegerField(_("几个人"), default=1)
    minors = models.PositiveSmallIntegerField(_("其中未成年人"), default=0)
    # Who came without signing up and was written down by name: as whom one saw them. Blank: they signed up.
    walked_in_as = models.CharField(_("现场来的人群"), max_length=6, choices=Group.choices, blank=True)
    signed_up_at = models.DateTimeField(_("报名时间"), default=clock.now)
    # The sequence of the session's latest change they must hear of, and of the one they heard by telephone.
    ring_about = models.PositiveSmallIntegerField(_("要告诉的更改"), default=0)
    rung_about = models.PositiveSmallIntegerField(_("电话里说过的更改"), default=0)
    rung_at = models.DateTimeField(_("打通时间"), null=True, blank=True)
    rung_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁打的电话"),
    )

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("报名")
        verbose_name_plural = _("报名")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=1), name="a_signup_is_for_one_at_least"),
            models.CheckConstraint(
                condition=Q(minors__lte=F("people")), name="a_signup_has_no_more_minors_than_people"
            ),
            models.CheckConstraint(
                condition=Q(rung_about=0) | Q(rung_at__isnull=False),
                name="who_was_rung_was_rung_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.people}"

    @property
    def is_walk_in(self) -> bool:
        """Say whether they simply came, and left their name at the door."""
        return self.walked_in_as != ""

    @property
    def is_concerned(self) -> bool:
        """Say whether a change concerned them that they must hear of; who withdrew need not."""
        return self.ring_about > 0 and self.claim.ended_by != Claim.EndedBy.PARTY

    @property
    def was_rung(self) -> bool:
        """Say whether somebody told them of the latest change by telephone."""
        return 0 < self.ring_about <= self.rung_about

    @property
    def is_minor(self) -> bool:
        """Say whether a minor comes with it."""
        return self.minors > 0

    @property
    def stem(self) -> str:
        """Return the stem of the area that owns the session."""
        return self.session.stem


class GuardianConsent(DistrictRow):
    """The word of a guardian that a minor may come: who, what they are to the child, to which text, when."""

    class Relation(models.TextChoices):
        """What the guardian is to the child."""

        PARENT = "parent", _("父母")
        GRANDPARENT = "grandparent", _("祖父母、外祖父母")
        OTHER = "other", _("其他监护人")

    signup = models.OneToOneField(
        SignUp, on_delete=models.CASCADE, related_name="guardian", verbose_name=_("报名")
    )
    called = personal(
        EncryptedTextField(_("监护人称呼"), default=""),
        Kind.SENSITIVE,
        "证明监护人同意未成年人参加",
        Basis.CONSENT,
        KEPT,
    )
    phone = personal(
        EncryptedTextField(_("监护人手机"), default=""),
        Kind.SENSITIVE,
        "有事时找得到监护人",
        Basis.CONSENT,
        KEPT,
    )
    relation = models.CharField(_("与孩子的关系"), max_length=12, choices=Relation.choices)
    photos_allowed = models.BooleanField(_("同意拍照"), default=False)
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="+", verbose_name=_("同意书")
    )
    consented_at = models.DateTimeField(_("同意时间"), default=clock.now)

    class Meta:
        verbose_name = _("监护人同意")
        verbose_name_plural = _("监护人同意")

    def __str__(self) -> str:
        return f"{self.signup_id} {self.text_id}"
