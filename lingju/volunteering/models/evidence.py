"""Evidence 时长凭据: what was seen of somebody's service, only ever added to, chained call by call.

Minutes are worked out from it (`hours.py`), never typed as a total. Each row names the digest of the row
before it in its call, and leaves a footprint that holds its own: a row that is altered, slipped in or
taken out is found (`services/verifying.py`).
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.models import DistrictRow, Station
from lingju.trail.models import AppendOnlyQuerySet, AppendOnlyRow
from lingju.volunteering.models.calls import Call
from lingju.volunteering.models.volunteers import Volunteer


class EvidenceQuerySet(AppendOnlyQuerySet):
    """Questions about evidence; nothing can be altered through it."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep that of the calls the actor works at."""
        return self.filter(call__in=Call.objects.visible_to(actor), district_id=actor.district_id)


class Evidence(AppendOnlyRow, DistrictRow):
    """One thing that was seen or said about somebody's service. Never changed: what was wrong is added to."""

    class Kind(models.TextChoices):
        """What it says."""

        IN = "in", _("到了")
        OUT = "out", _("走了")
        UNDO = "undo", _("按错了，撤回")
        ADDED = "added", _("事后补记")
        CORRECTION = "correction", _("更正")
        SECOND = "second", _("第二人复核通过")
        REFUSED = "refused", _("第二人复核不认")
        SIGNED = "signed", _("组织方签认")
        BENEFICIARY = "beneficiary", _("受助方确认")
        DISPUTED = "disputed", _("本人有异议")

    class Method(models.TextChoices):
        """How it came in."""

        QR = "qr", _("扫码")
        CODE = "code", _("报编号")
        NAME = "name", _("点名字")
        SELF = "self", _("自己扫现场码")
        PAPER = "paper", _("纸质签到表")
        DESK = "desk", _("工作台")
        PHONE = "phone", _("打电话")

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("招募"))
    # None where it is about the whole call: whoever was helped says that the help came.
    volunteer = models.ForeignKey(
        Volunteer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("志愿者"),
    )
    number = models.PositiveIntegerField(_("序号"))
    kind = models.CharField(_("发生了什么"), max_length=12, choices=Kind.choices)
    method = models.CharField(_("怎么记的"), max_length=6, choices=Method.choices)
    at = models.DateTimeField(_("时间"))
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)
    minutes = models.IntegerField(_("分钟"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    # What a second person has looked at: the keys of anomalies, one a line.
    settles = models.TextField(_("复核了什么"), blank=True)
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("驿站")
    )
    nonce = models.CharField(_("防重键"), max_length=80)
    device = models.CharField(_("设备"), max_length=40, blank=True)
    was_offline = models.BooleanField(_("离线时记的"), default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("记录人"),
    )
    algorithm = models.CharField(_("摘要算法"), max_length=8)
    previous = models.CharField(_("前一条摘要"), max_length=64)
    digest = models.CharField(_("摘要"), max_length=64)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("时长凭据")
        verbose_name_plural = _("时长凭据")
        ordering = ["call_id", "number"]
        indexes = [models.Index(fields=["volunteer", "at"], name="evidence_of_a_volunteer")]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="evidence_of_a_call_is_numbered_once"),
            models.UniqueConstraint(fields=["call", "nonce"], name="the_same_evidence_is_kept_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=("added", "correction", "second", "refused", "disputed"))
                | ~Q(reason=""),
                name="what_was_not_seen_at_the_door_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=("added", "correction", "signed")) | Q(minutes__isnull=False),
                name="what_speaks_of_minutes_names_them",
            ),
            models.CheckConstraint(
                condition=Q(volunteer__isnull=False) | Q(kind="beneficiary"),
                name="evidence_is_of_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} #{self.number} {self.kind}"
