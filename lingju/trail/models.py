"""Footprints, the seals that make an alteration visible, and the clockwork's own diary."""

from typing import Any, NoReturn, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.rows import Row
from lingju.kernel.rules import Actor


class AppendOnly(Exception):
    """Refuse to alter or remove what is only ever appended; a mistake of a programmer, not of a user."""


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise AppendOnly("footprints and seals are appended, never altered or removed")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A query set that reads and creates, and does nothing else."""

    update = _refuse
    delete = _refuse
    bulk_update = _refuse
    update_or_create = _refuse
    aupdate = _refuse
    adelete = _refuse


class AppendOnlyRow(Row):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append the row; refuse to write it again."""
        if not self._state.adding:
            _refuse()
        super().save(*args, **{**kwargs, "force_insert": True})

    delete = _refuse


class FootprintQuerySet(AppendOnlyQuerySet):
    """Questions about footprints."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the footprints of the actor's own district; who may read them, the page's rule says."""
        return self.filter(district_id=actor.district_id)

    def about(self, subject: models.Model) -> Self:
        """Keep what happened to one record, oldest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by("id")


class Footprint(AppendOnlyRow):
    """One thing that somebody did, tried to do, or read: when, to what, with what result."""

    class Result(models.TextChoices):
        """What came of it."""

        DONE = "done", _("办成")
        REFUSED = "refused", _("被拒绝")
        FAILED = "failed", _("没办成")

    district_id = models.BigIntegerField(_("区编号"))
    at = models.DateTimeField(_("时间"), default=clock.now)
    actor_id = models.BigIntegerField(_("操作人编号"), null=True, blank=True)
    office = models.CharField(_("身份"), max_length=60, blank=True)
    action = models.CharField(_("动作"), max_length=60)
    result = models.CharField(_("结果"), max_length=8, choices=Result.choices, default=Result.DONE)
    subject_type = models.CharField(_("对象类别"), max_length=80, blank=True)
    subject_id = models.BigIntegerField(_("对象编号"), null=True, blank=True)
    before = models.JSONField(_("变更前"), default=dict, blank=True)
    after = models.JSONField(_("变更后"), default=dict, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    request_id = models.CharField(_("请求编号"), max_length=40, blank=True)
    address = models.GenericIPAddressField(_("网络地址"), null=True, blank=True)

    objects = FootprintQuerySet.as_manager()

    class Meta:
        verbose_name = _("足迹")
        verbose_name_plural = _("足迹")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["district_id", "at"], name="footprint_by_time"),
            models.Index(fields=["subject_type", "subject_id"], name="footprint_by_subject"),
            models.Index(fields=["actor_id", "at"], name="footprint_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id or ''}".strip()


class Unsealed(models.Model):
    """A footprint that waits for its seal; written with it, removed when it is sealed.

    A footprint that is neither here nor in a seal did not come in through the front door.
    """

    footprint_id = models.BigIntegerField(_("足迹编号"), primary_key=True)
    district_id = models.BigIntegerField(_("区编号"), db_index=True)

    class Meta:
        verbose_name = _("待封足迹")
        verbose_name_plural = _("待封足迹")

    def __str__(self) -> str:
        return str(self.footprint_id)


class Seal(AppendOnlyRow):
    """A batch of footprints closed under one Merkle root, chained to the batch before."""

    district_id = models.BigIntegerField(_("区编号"))
    number = models.PositiveIntegerField(_("序号"))
    sealed_at = models.DateTimeField(_("封存时间"))
    count = models.PositiveIntegerField(_("足迹数"))
    algorithm = models.CharField(_("摘要算法"), max_length=8)
    # 40 bytes for each footprint, in the order of ids: 8 of its id, 32 of its leaf's digest.
    leaves = models.BinaryField(_("叶"))
    root = models.CharField(_("根"), max_length=64)
    previous = models.CharField(_("前一封印"), max_length=64)
    chain = models.CharField(_("链值"), max_length=64)
    # Keyed by the installation, so that a hand on the database alone cannot forge a chain.
    mark = models.CharField(_("印记"), max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("封印")
        verbose_name_plural = _("封印")
        ordering = ["district_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["district_id", "number"], name="seals_of_a_district_are_numbered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} #{self.number}"


class Disposal(AppendOnlyRow):
    """The fact that a seal's footprints were removed because their time to be kept was over."""

    district_id = models.BigIntegerField(_("区编号"))
    seal = models.OneToOneField(
        Seal, on_delete=models.PROTECT, related_name="disposal", verbose_name=_("封印")
    )
    at = models.DateTimeField(_("时间"), default=clock.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("到期销毁")
        verbose_name_plural = _("到期销毁")

    def __str__(self) -> str:
        return str(self.seal_id)


class ScheduledJob(models.Model):
    """The diary of one recurring job: when it is due, who runs it now, how it went."""

    name = models.CharField(_("名称"), max_length=120, primary_key=True)
    due_at = models.DateTimeField(_("下次时间"))
    claimed_until = models.DateTimeField(_("占用至"), null=True, blank=True)
    claimed_by = models.CharField(_("占用者"), max_length=80, blank=True)
    last_started_at = models.DateTimeField(_("上次开始"), null=True, blank=True)
    last_ended_at = models.DateTimeField(_("上次结束"), null=True, blank=True)
    last_error = models.TextField(_("上次错误"), blank=True)
    failures = models.PositiveIntegerField(_("连续失败次数"), default=0)

    class Meta:
        verbose_name = _("定时任务")
        verbose_name_plural = _("定时任务")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
