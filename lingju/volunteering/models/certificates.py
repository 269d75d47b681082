"""The certificate of service 志愿服务记录证明: asked for by its volunteer, free, checked by its mark."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.fields import EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import DistrictRow
from lingju.volunteering.models.volunteers import Volunteer

KEPT = "保存五年，供本人和用人单位查验"


class ServiceCertificateQuerySet(models.QuerySet["ServiceCertificate"]):
    """Questions about certificates."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of the volunteers the actor works for."""
        return self.filter(volunteer__in=Volunteer.objects.visible_to(actor), district_id=actor.district_id)


class ServiceCertificate(DistrictRow):
    """A certificate, from the asking to the seal; what is printed was written down at issue and is marked."""

    class State(models.TextChoices):
        """Where it has got to."""

        ASKED = "asked", _("申请了")
        ISSUED = "issued", _("已出具")
        REFUSED = "refused", _("没有出具")
        REVOKED = "revoked", _("已作废")

    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("志愿者")
    )
    key = models.CharField(_("防重键"), max_length=80)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.ASKED)
    since = models.DateField(_("从哪天起"))
    until = models.DateField(_("到哪天止"))
    called = personal(
        EncryptedTextField(_("证明上的姓名"), default="", blank=True),
        Kind.GENERAL,
        "印在证明上",
        Basis.SERVICE,
        KEPT,
    )
    asked_at = models.DateTimeField(_("申请时间"), default=clock.now)
    number = models.CharField(_("证明编号"), max_length=30, null=True, blank=True)
    volunteer_number = personal(
        models.CharField(_("志愿者编号"), max_length=24, blank=True),
        Kind.GENERAL,
        "印在证明上",
        Basis.SERVICE,
        KEPT,
    )
    minutes = models.PositiveIntegerField(_("时长"), null=True, blank=True)
    # What was done: day, title, minutes of each call, as they were at issue.
    content = models.JSONField(_("服务内容"), default=list, blank=True)
    issuer = models.CharField(_("出具单位"), max_length=80, blank=True)
    in_charge = personal(
        EncryptedTextField(_("单位负责人"), default="", blank=True),
        Kind.GENERAL,
        "规定要印在证明上",
        Basis.DUTY,
        KEPT,
    )
    handler = personal(
        EncryptedTextField(_("经办人姓名"), default="", blank=True),
        Kind.GENERAL,
        "规定要印在证明上",
        Basis.DUTY,
        KEPT,
    )
    contact = models.CharField(_("联系电话"), max_length=40, blank=True)
    issued_on = models.DateField(_("出具日期"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("经办人"),
    )
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = ServiceCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("志愿服务记录证明")
        verbose_name_plural = _("志愿服务记录证明")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number"], name="service_certificate_number_is_unique_in_its_district"
            ),
            models.UniqueConstraint(
                fields=["district", "key"], name="the_same_press_asks_for_one_certificate"
            ),
            models.CheckConstraint(
                condition=Q(since__lte=F("until")), name="a_certificate_is_of_a_stretch_of_days"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("asked", "refused"))
                | (Q(number__isnull=False, minutes__gte=1, issued_on__isnull=False) & ~Q(issuer="")),
                name="an_issued_certificate_says_what_the_order_demands",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("asked", "issued")) | ~Q(state_reason=""),
                name="a_refused_or_revoked_certificate_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.volunteer_id} {self.state}"

    @property
    def stem(self) -> str:
        """Return the stem of the area its volunteer enrolled in."""
        return self.volunteer.stem

    @property
    def is_revoked(self) -> bool:
        """Say whether it was taken back."""
        return self.state == self.State.REVOKED
