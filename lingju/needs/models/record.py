"""What happened to a need, appended and never altered; photos and voices that belong to it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.fields import EncryptedTextField
from lingju.needs.models.needs import KEPT, Need
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import DistrictRow
from lingju.trail.models import AppendOnlyQuerySet, AppendOnlyRow


class Entry(AppendOnlyRow):
    """One thing that happened: on which axis, from what to what, by whom, told in which words.

    The current reading of an axis on the need is the last entry of that axis (`services.axes.rebuilt`).
    """

    class Axis(models.TextChoices):
        """Which axis it moved."""

        STAGE = "stage", _("阶段")
        OUTCOME = "outcome", _("结果")
        CONFIRMATION = "confirmation", _("评价")
        CLOCK = "clock", _("计时")
        LINK = "link", _("关联")
        OWNER = "owner", _("负责")
        LEVEL = "level", _("督促")
        REPLY = "reply", _("回话")
        NOTE = "note", _("记事")
        EDIT = "edit", _("修改")

    district = models.ForeignKey(
        "places.District", on_delete=models.PROTECT, related_name="+", verbose_name=_("区")
    )
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="entries", verbose_name=_("需求"))
    at = models.DateTimeField(_("时间"), default=clock.now)
    axis = models.CharField(_("哪一项"), max_length=12, choices=Axis.choices)
    step = models.CharField(_("动作"), max_length=24)
    before = models.CharField(_("变更前"), max_length=40, blank=True)
    after = models.CharField(_("变更后"), max_length=40, blank=True)
    round = models.PositiveSmallIntegerField(_("第几轮"), default=1)
    actor_id = models.BigIntegerField(_("操作人编号"), null=True, blank=True)
    desk = models.CharField(_("哪里办的"), max_length=80, blank=True)
    told = personal(
        EncryptedTextField(_("告诉居民的话"), default=""),
        Kind.GENERAL,
        "把经过讲给本人听",
        Basis.SERVICE,
        KEPT,
    )
    noted = personal(
        EncryptedTextField(_("内部记事"), default=""), Kind.GENERAL, "同事之间交代清楚", Basis.SERVICE, KEPT
    )
    data = models.JSONField(_("细节"), default=dict, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("经过")
        verbose_name_plural = _("经过")
        ordering = ["id"]
        indexes = [models.Index(fields=["need", "axis", "id"], name="entries_of_an_axis")]

    def __str__(self) -> str:
        return f"{self.need_id} {self.axis} {self.step}"


class Evidence(DistrictRow):
    """A photo or a voice recording, kept encrypted outside the database under the digest of its bytes."""

    class Kind(models.TextChoices):
        """What it is."""

        PHOTO = "photo", _("照片")
        VOICE = "voice", _("录音")

    class Shows(models.TextChoices):
        """What it shows."""

        SAID = "said", _("提出时")
        DONE = "done", _("办完时")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("需求"))
    kind = models.CharField(_("类别"), max_length=6, choices=Kind.choices)
    shows = models.CharField(_("什么时候的"), max_length=6, choices=Shows.choices, default=Shows.SAID)
    name = models.CharField(_("文件名"), max_length=80)
    mime = models.CharField(_("格式"), max_length=40)
    size = models.PositiveIntegerField(_("大小"))
    seconds = models.FloatField(_("时长"), null=True, blank=True)
    added_at = models.DateTimeField(_("加入时间"), default=clock.now)

    class Meta:
        verbose_name = _("凭据")
        verbose_name_plural = _("凭据")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["need", "name"], name="the_same_file_is_kept_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.kind}"


class SimilarityKey(DistrictRow):
    """A key under which near-duplicates of an open need are looked up: a band of its words, or its cell."""

    key = models.BigIntegerField(_("键"))
    need = models.ForeignKey(
        Need, on_delete=models.CASCADE, related_name="similarity_keys", verbose_name=_("需求")
    )

    class Meta:
        verbose_name = _("相似索引")
        verbose_name_plural = _("相似索引")
        indexes = [models.Index(fields=["district", "key", "need"], name="similar_by_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.need_id}"
