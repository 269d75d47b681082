"""What is agreed: agreements between a unit and an area, joint meetings, and the tasks they decide on."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.models.cycles import LedQuerySet
from lingju.cobuilding.models.organisations import Enrolment
from lingju.kernel import clock
from lingju.needs.models import Need
from lingju.people.models import Organisation
from lingju.places.models import Area, DistrictRow


class Agreement(DistrictRow):
    """What a unit and an area have promised each other 共驻共建协议; in force once both have signed."""

    class State(models.TextChoices):
        """Where its life has got to."""

        DRAFT = "draft", _("草拟")
        SIGNED = "signed", _("已签")
        IN_FORCE = "in_force", _("生效")
        ENDED = "ended", _("终止")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("社区"))
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("报到单位")
    )
    number = models.CharField(_("编号"), max_length=12)
    title = models.CharField(_("标题"), max_length=80)
    text = models.TextField(_("条款"))
    starts_on = models.DateField(_("从哪天起"))
    ends_on = models.DateField(_("到哪天止"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    unit_signed_at = models.DateTimeField(_("单位签字时间"), null=True, blank=True)
    area_signed_at = models.DateTimeField(_("社区签字时间"), null=True, blank=True)
    key = models.CharField(_("防重键"), max_length=80)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("共建协议")
        verbose_name_plural = _("共建协议")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number"], name="agreement_number_is_unique_in_its_district"
            ),
            models.UniqueConstraint(fields=["district", "key"], name="an_agreement_is_drawn_up_once_a_press"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="an_agreement_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "in_force"])
                | Q(unit_signed_at__isnull=False, area_signed_at__isnull=False),
                name="an_agreement_stands_once_both_have_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stem(self) -> str:
        """Return the stem of the area that agreed."""
        return self.area.stem


class Meeting(DistrictRow):
    """A joint meeting 联席会议: what is on its agenda, who came, what was decided."""

    class State(models.TextChoices):
        """Where its life has got to."""

        PREPARED = "prepared", _("筹备")
        HELD = "held", _("已开")
        MINUTED = "minuted", _("已出纪要")
        CANCELLED = "cancelled", _("取消")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("召集"))
    title = models.CharField(_("标题"), max_length=80)
    at = models.DateTimeField(_("时间"))
    place_words = models.CharField(_("地点"), max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PREPARED)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("组织"))
    came = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("到会的组织"))
    needs = models.ManyToManyField(Need, blank=True, related_name="+", verbose_name=_("需求"))
    agenda = models.TextField(_("议题"), blank=True)
    decisions = models.TextField(_("纪要"), blank=True)
    key = models.CharField(_("防重键"), max_length=80)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("联席会议")
        verbose_name_plural = _("联席会议")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="a_meeting_is_called_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stem(self) -> str:
        """Return the stem of the area that called it."""
        return self.area.stem


class Task(DistrictRow):
    """What a meeting decided, who does it, until when, and what came of it. Others may have to come first."""

    class State(models.TextChoices):
        """Where its life has got to."""

        OPEN = "open", _("交办")
        DOING = "doing", _("在办")
        DONE = "done", _("办完待核")
        CLOSED = "closed", _("销号")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("督办"))
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("联席会议"),
    )
    title = models.CharField(_("标题"), max_length=120)
    owner = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("承办组织"),
    )
    owner_area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("承办社区")
    )
    due_on = models.DateField(_("期限"))
    after = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="before", verbose_name=_("先要办完")
    )
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)
    result = models.CharField(_("结果"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    closed_at = models.DateTimeField(_("销号时间"), null=True, blank=True)
    key = models.CharField(_("防重键"), max_length=80)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("任务")
        verbose_name_plural = _("任务")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="a_task_is_given_once"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(owner_area__isnull=False), name="a_task_has_an_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stem(self) -> str:
        """Return the stem of the area that sees to it."""
        return self.area.stem

    def is_of(self, enrolment_id: int) -> bool:
        """Say whether it was given to the organisation of an enrolled unit."""
        units = Enrolment.objects.filter(pk=enrolment_id, organisation_id=self.owner_id)
        return self.owner_id is not None and units.exists()
