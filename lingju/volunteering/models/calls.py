"""A call 招募: what is to be done, when and where, how many are wanted, what it takes, what may go wrong."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.bookings.models import Pool
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.models import Area, DistrictRow, Space, Station
from lingju.places.rules import CLERKS, KEEPERS, lying_under
from lingju.volunteering.models.teams import Team
from lingju.volunteering.models.volunteers import Skill


class CallQuerySet(models.QuerySet["Call"]):
    """Questions about calls."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the calls of the areas the actor works for, and those at the stations the actor keeps."""
        within = lying_under(actor.stems(CLERKS)) | Q(station__in=actor.things(KEEPERS))
        within |= lying_under(actor.stems(KEEPERS), "station__area__stem")
        return self.filter(within, district_id=actor.district_id)

    def public(self) -> Self:
        """Keep what everybody may read: what was opened, called off or not."""
        return self.filter(opened_at__isnull=False)

    def open_now(self) -> Self:
        """Keep the calls to which people may say yes now."""
        return self.filter(state=Call.State.RECRUITING, starts_at__gt=clock.now())

    def caused_by(self, kind: str, cause_id: int) -> Self:
        """Keep the calls that were opened for one cause, such as a project of a co-building day."""
        return self.filter(cause_kind=kind, cause_id=cause_id)


class Call(DistrictRow):
    """A call 招募, from the first draft to the shelf; who comes has said so themselves."""

    class State(models.TextChoices):
        """Where its life has got to."""

        DRAFT = "draft", _("草稿")
        REVIEW = "review", _("审核中")
        RECRUITING = "recruiting", _("招募中")
        CLOSED = "closed", _("招募截止")
        RUNNING = "running", _("实施中")
        CONFIRMING = "confirming", _("时长确认")
        PUBLISHED = "published", _("公示中")
        ARCHIVED = "archived", _("已归档")
        CANCELLED = "cancelled", _("已取消")

    class Kind(models.TextChoices):
        """What kind of help, as the posts of the report-in system are grouped."""

        GOVERNANCE = "governance", _("社区治理")
        CARE = "care", _("助困扶残")
        HEALTH = "health", _("健康医疗")
        LEGAL = "legal", _("法律援助")
        CULTURE = "culture", _("文化体育")
        SAFETY = "safety", _("安全宣传和巡逻")
        ORGANISING = "organising", _("组织建设")
        OTHER = "other", _("其他")

    BEFORE = (State.DRAFT, State.REVIEW, State.RECRUITING, State.CLOSED)

    key = models.CharField(_("防重键"), max_length=80)
    title = models.CharField(_("标题"), max_length=60)
    summary = models.CharField(_("做什么"), max_length=300)
    kind = models.CharField(_("服务类别"), max_length=10, choices=Kind.choices, default=Kind.OTHER)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    station = models.ForeignKey(
        Station,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("驿站"),
    )
    space = models.ForeignKey(
        Space, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("空间")
    )
    place_words = models.CharField(_("别处的地点"), max_length=80, blank=True)
    team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("志愿服务队"),
    )
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    wanted = models.PositiveSmallIntegerField(_("要几个人"))
    skills = models.ManyToManyField(Skill, blank=True, related_name="+", verbose_name=_("需要会什么"))
    min_age = models.PositiveSmallIntegerField(_("最小年龄"), default=0)
    risk_text = models.CharField(_("风险告知"), max_length=500, blank=True)
    is_risky = models.BooleanField(_("有人身危险"), default=False)
    insurance = models.CharField(_("保险"), max_length=120, blank=True)
    insured_until = models.DateField(_("保到哪天"), null=True, blank=True)
    asker = models.CharField(_("谁请求帮助"), max_length=60, blank=True)
    asker_checked_at = models.DateTimeField(_("核实时间"), null=True, blank=True)
    asker_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核实人"),
    )
    # What it was opened for, by kind and id: a floor above reads its hours back; this floor never looks up.
    cause_kind = models.SlugField(_("缘由类别"), max_length=30, blank=True)
    cause_id = models.BigIntegerField(_("缘由编号"), null=True, blank=True)
    pool = models.OneToOneField(
        Pool, on_delete=models.PROTECT, null=True, blank=True, related_name="call", verbose_name=_("名额")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("起草人"),
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("审核人"),
    )
    written_at = models.DateTimeField(_("起草时间"), default=clock.now)
    opened_at = models.DateTimeField(_("开始招募时间"), null=True, blank=True)
    published_at = models.DateTimeField(_("开始公示时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("招募")
        verbose_name_plural = _("招募")
        ordering = ["-starts_at", "-id"]
        indexes = [
            models.Index(fields=["district", "state", "starts_at"], name="calls_by_state_and_time"),
            models.Index(fields=["cause_kind", "cause_id"], name="calls_by_cause"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="the_same_press_writes_one_call"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="call_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="a_call_wants_somebody"),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | ~Q(risk_text=""),
                name="what_was_opened_has_said_its_risks",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(is_risky=False) | ~Q(insurance=""),
                name="risky_work_was_insured_before_it_was_opened",
            ),
            models.CheckConstraint(
                condition=Q(cause_kind="", cause_id__isnull=True)
                | (~Q(cause_kind="") & Q(cause_id__isnull=False)),
                name="a_cause_has_kind_and_id",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stem(self) -> str:
        """Return the stem of the area that owns it."""
        return self.area.stem

    @property
    def is_public(self) -> bool:
        """Say whether everybody may read it."""
        return self.opened_at is not None

    @property
    def is_off(self) -> bool:
        """Say whether it was called off."""
        return self.state == self.State.CANCELLED

    @property
    def takes_people(self) -> bool:
        """Say whether one can say yes to it now."""
        return self.state == self.State.RECRUITING and clock.now() < self.starts_at

    @property
    def takes_whoever_is_there(self) -> bool:
        """Say whether somebody who stands there and says that they help may still be written down."""
        begun = (self.State.RECRUITING, self.State.CLOSED, self.State.RUNNING)
        return self.is_public and self.state in begun and clock.now() < self.ends_at

    @property
    def day(self) -> dt.date:
        """Return the day on which it begins."""
        return self.starts_at.astimezone(clock.ZONE).date()

    @property
    def minutes(self) -> int:
        """Return how long it lasts: nobody is credited more."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def where(self) -> str:
        """Return the place in words: the station and its room, or what was written."""
        if self.station is None:
            return self.place_words
        return f"{self.station.name}{self.space.name}" if self.space is not None else self.station.name
