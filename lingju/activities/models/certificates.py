"""Proof of having been there: certificates of ours that can be checked, and numbers that others issued."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.activities.models.programmes import Programme
from lingju.activities.models.sessions import Session
from lingju.activities.models.signups import SignUp
from lingju.kernel import clock
from lingju.kernel.fields import EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import DistrictRow

KEPT = "保存五年，供本人和用人单位查验"


class OfSessionQuerySet(models.QuerySet["Certificate"]):
    """Questions about certificates."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of the sessions the actor works at."""
        return self.filter(session__in=Session.objects.visible_to(actor), district_id=actor.district_id)


class Certificate(DistrictRow):
    """A certificate 结业证明 that somebody took part: its number and its mark prove it, nothing else does.

    Title, days and minutes are written down as they were at issue, and the mark is made over them.
    """

    number = models.CharField(_("证明编号"), max_length=24)
    # Of whom for what, digested: the same person is not given the same certificate twice.
    key = models.CharField(_("防重键"), max_length=64)
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("场次")
    )
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
        verbose_name=_("系列"),
    )
    signup = models.ForeignKey(
        SignUp, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("报名")
    )
    called = personal(
        EncryptedTextField(_("证明上的姓名"), default=""),
        Kind.GENERAL,
        "印在证明上",
        Basis.SERVICE,
        KEPT,
    )
    title = models.CharField(_("标题"), max_length=60)
    attended = models.PositiveSmallIntegerField(_("到了几场"))
    held = models.PositiveSmallIntegerField(_("一共几场"))
    minutes = models.PositiveIntegerField(_("时长"))
    issued_on = models.DateField(_("发证日期"), default=clock.today)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("经办人"),
    )
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    revoked_why = models.CharField(_("作废原因"), max_length=120, blank=True)

    objects = OfSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("结业证明")
        verbose_name_plural = _("结业证明")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number"], name="certificate_number_is_unique_in_its_district"
            ),
            models.UniqueConstraint(
                fields=["district", "key"],
                condition=Q(revoked_at__isnull=True),
                name="nobody_holds_the_same_certificate_twice",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_why=""),
                name="a_revoked_certificate_says_why",
            ),
            models.CheckConstraint(
                condition=Q(attended__gte=1, attended__lte=models.F("held")),
                name="a_certificate_is_for_having_been_there",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_revoked(self) -> bool:
        """Say whether it was taken back."""
        return self.revoked_at is not None


class OutsideCertificate(DistrictRow):
    """A certificate that somebody else issued, such as the Red Cross: written down here, never issued."""

    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="outside_certificates", verbose_name=_("场次")
    )
    signup = models.ForeignKey(
        SignUp, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("报名")
    )
    issuer = models.CharField(_("发证单位"), max_length=60)
    number = models.CharField(_("证书编号"), max_length=40)
    called = personal(
        EncryptedTextField(_("持证人"), default=""), Kind.GENERAL, "登记谁有救护证", Basis.CONSENT, KEPT
    )
    issued_on = models.DateField(_("发证日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("记录人"),
    )

    class Meta:
        verbose_name = _("外单位证书")
        verbose_name_plural = _("外单位证书")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "issuer", "number"], name="an_outside_certificate_is_written_down_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("issued_on")),
                name="an_outside_certificate_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.number}"
