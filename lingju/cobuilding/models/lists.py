"""The three lists of a cycle: what is needed, what there is, and the projects in which they meet.

    NeedLine 需求清单 ──▶ Project 项目清单 ◀── Use ── Resource 资源清单
     from needs/            proposed ─▶ claimed by both ─▶ signed ─▶ underway ─▶ accepted ─▶ closed out

A project exists once the unit and the community have both claimed it 双向认领. What was delivered answers
the needs; whether it is solved, the residents say. What stays open is carried over to the next cycle.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.activities.models import Session
from lingju.cobuilding.models.cycles import Cycle, LedQuerySet
from lingju.cobuilding.models.organisations import Capability, Enrolment
from lingju.kernel import clock
from lingju.needs.models import Cluster, Need
from lingju.places.models import Area, DistrictRow, Space, Station


class Resource(DistrictRow):
    """What a unit or a resident offers, always without a fee: how much, when, where, on what conditions."""

    class Kind(models.TextChoices):
        """What it is."""

        VENUE = "venue", _("场地")
        PEOPLE = "people", _("人员")
        SKILL = "skill", _("技术")
        MATERIAL = "material", _("物资")
        INFORMATION = "information", _("信息")
        ACTIVITY = "activity", _("活动")

    class State(models.TextChoices):
        """Where its life has got to."""

        REGISTERED = "registered", _("登记")
        AVAILABLE = "available", _("可用")
        ENDED = "ended", _("失效")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("登记的地方"))
    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="resources",
        verbose_name=_("报到单位"),
    )
    # A resident who offers something is named only as they wish to be: 居民老周.
    owner_words = models.CharField(_("谁提供"), max_length=40, blank=True)
    number = models.CharField(_("编号"), max_length=12)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("名称"), max_length=60)
    description = models.CharField(_("说明"), max_length=300, blank=True)
    quantity = models.PositiveIntegerField(_("数量"), default=1)
    unit = models.CharField(_("单位"), max_length=10, blank=True)
    capabilities = models.ManyToManyField(
        Capability, blank=True, related_name="+", verbose_name=_("能做的事")
    )
    # In which parts of a day it can be had: am, pm, after_school, evening, weekend. None named is any.
    windows = models.JSONField(_("时段"), default=list, blank=True)
    conditions = models.CharField(_("条件"), max_length=120, blank=True)
    # None goes everywhere that its area covers.
    radius_m = models.PositiveIntegerField(_("服务半径（米）"), null=True, blank=True)
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("驿站")
    )
    valid_from = models.DateField(_("从哪天起"), default=clock.today)
    valid_to = models.DateField(_("到哪天止"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.REGISTERED)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    key = models.CharField(_("防重键"), max_length=80)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("资源")
        verbose_name_plural = _("资源")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number"], name="resource_number_is_unique_in_its_district"
            ),
            models.UniqueConstraint(fields=["district", "key"], name="a_resource_is_listed_once"),
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False) | ~Q(owner_words=""), name="a_resource_is_somebodys"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="a_resource_is_one_at_least"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stem(self) -> str:
        """Return the stem of the area where it is listed."""
        return self.area.stem

    @property
    def whose(self) -> str:
        """Return who offers it, as the list names them."""
        return self.enrolment.organisation.name if self.enrolment is not None else self.owner_words


class NeedLine(DistrictRow):
    """A line of a cycle's list of needs: one need or one cluster, and what it would take."""

    class State(models.TextChoices):
        """Where its gap has got to."""

        UNMATCHED = "unmatched", _("还没配上")
        MATCHED = "matched", _("配上了")
        PLANNED = "planned", _("定了日子")
        DELIVERED = "delivered", _("办了")
        CONFIRMED = "confirmed", _("居民说办成了")
        REOPENED = "reopened", _("居民说没办成")
        CARRIED = "carried", _("转到下一期")
        REMOVED = "removed", _("撤下了")

    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, related_name="need_lines", verbose_name=_("期次")
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("社区"))
    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("需求")
    )
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("并案")
    )
    title = models.CharField(_("标题"), max_length=60)
    people = models.PositiveIntegerField(_("涉及几个人"), default=1)
    is_urgent = models.BooleanField(_("先办"), default=False)
    # For minors, or somebody frail: only people who are cleared for it may come.
    is_vulnerable = models.BooleanField(_("关系到老幼病残"), default=False)
    # What it would take: {capability code: how many people}.
    demands = models.JSONField(_("要什么人"), default=dict, blank=True)
    things = models.JSONField(_("要什么东西"), default=dict, blank=True)
    windows = models.JSONField(_("时段"), default=list, blank=True)
    carried_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_to",
        verbose_name=_("从上一期转来"),
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.UNMATCHED)
    # Why somebody put it on the list by hand, or took it off.
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    # Why the last run left it without a project, as the solver proved it.
    shortage = models.JSONField(_("缺口证明"), default=list, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("需求清单条目")
        verbose_name_plural = _("需求清单条目")
        ordering = ["-is_urgent", "-people", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "need"],
                condition=Q(need__isnull=False),
                name="a_need_is_listed_once_a_cycle",
            ),
            models.UniqueConstraint(
                fields=["cycle", "cluster"],
                condition=Q(cluster__isnull=False),
                name="a_cluster_is_listed_once_a_cycle",
            ),
            models.CheckConstraint(
                condition=Q(need__isnull=False, cluster__isnull=True)
                | Q(need__isnull=True, cluster__isnull=False),
                name="a_line_is_of_a_need_or_of_a_cluster",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stem(self) -> str:
        """Return the stem of the community."""
        return self.area.stem


class MatchRun(DistrictRow):
    """One run of the matching over a cycle's lists: its input, its objective level by level, its proof."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="runs", verbose_name=_("期次"))
    input_hash = models.CharField(_("输入摘要"), max_length=64)
    solver = models.CharField(_("求解器"), max_length=80)
    seed = models.PositiveIntegerField(_("随机种子"), default=1)
    seconds = models.FloatField(_("用时（秒）"), default=0.0)
    levels = models.JSONField(_("各级目标"), default=list, blank=True)
    shortages = models.JSONField(_("缺口证明"), default=list, blank=True)
    key = models.CharField(_("防重键"), max_length=80)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁排的"),
    )

    class Meta:
        verbose_name = _("匹配")
        verbose_name_plural = _("匹配")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "key"], name="a_match_is_run_once_a_press"),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"


class Project(DistrictRow):
    """What will be done for some needs, by whom, with what, until when; both sides have to say yes."""

    class State(models.TextChoices):
        """Where its life has got to."""

        PROPOSED = "proposed", _("可以配上")
        CLAIMED = "claimed", _("双方认领")
        UNDERWAY = "underway", _("实施")
        DELIVERED = "delivered", _("办了待验收")
        ACCEPTED = "accepted", _("验收")
        CLOSED = "closed", _("销号")
        DECLINED = "declined", _("不同意")
        ENDED = "ended", _("终止")

    DONE = (State.DELIVERED, State.ACCEPTED, State.CLOSED)
    STANDING = (State.CLAIMED, State.UNDERWAY, *DONE)

    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, related_name="projects", verbose_name=_("期次")
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("社区"))
    number = models.CharField(_("编号"), max_length=16)
    title = models.CharField(_("名称"), max_length=60)
    lead = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("牵头的单位"),
    )
    goal = models.CharField(_("目标"), max_length=200, blank=True)
    # Against what the community accepts it, as both sides agreed beforehand.
    acceptance = models.CharField(_("验收标准"), max_length=200, blank=True)
    budget_words = models.CharField(_("经费和来源"), max_length=80, blank=True)
    starts_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("驿站")
    )
    space = models.ForeignKey(
        Space, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("空间")
    )
    place_words = models.CharField(_("别处的地点"), max_length=80, blank=True)
    session = models.OneToOneField(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("活动")
    )
    window = models.CharField(_("时段"), max_length=12, blank=True)
    # Who comes of a unit's own crew: {"unit", "capability", "people"}; what was offered stands as uses.
    team = models.JSONField(_("队伍"), default=list, blank=True)
    lines = models.ManyToManyField(NeedLine, related_name="projects", verbose_name=_("需求清单条目"))
    run = models.ForeignKey(
        MatchRun,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("匹配"),
    )
    # Why it was proposed, as the solver gave it; nothing where a person put it together.
    reasons = models.JSONField(_("为什么这样配"), default=list, blank=True)
    cost = models.JSONField(_("人工的代价"), default=list, blank=True)
    unit_claimed_at = models.DateTimeField(_("单位认领时间"), null=True, blank=True)
    area_claimed_at = models.DateTimeField(_("社区认领时间"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PROPOSED)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    result = models.CharField(_("结果"), max_length=500, blank=True)
    people_served = models.PositiveIntegerField(_("服务了几个人"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("验收时间"), null=True, blank=True)
    accepted_by_id = models.BigIntegerField(_("验收人编号"), null=True, blank=True)
    accepted_words = models.CharField(_("验收意见"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("销号时间"), null=True, blank=True)
    key = models.CharField(_("防重键"), max_length=80)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("项目")
        verbose_name_plural = _("项目")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number"], name="project_number_is_unique_in_its_district"
            ),
            models.UniqueConstraint(fields=["cycle", "key"], name="a_project_is_put_together_once"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="a_project_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "declined", "ended"])
                | Q(unit_claimed_at__isnull=False, area_claimed_at__isnull=False),
                name="a_project_stands_once_both_have_claimed_it",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by_id__isnull=True, accepted_words="") | Q(accepted_at__isnull=False),
                name="who_accepts_a_project_did_so_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stem(self) -> str:
        """Return the stem of the community."""
        return self.area.stem

    @property
    def is_numbered(self) -> bool:
        """Say whether it has a number people read, which it gets when both sides have claimed it."""
        return not self.number.startswith("T-")

    @property
    def enrolment_id(self) -> int | None:
        """Return which unit leads it, and so says yes or no for its side."""
        leading: int | None = self.lead_id
        return leading


class Use(DistrictRow):
    """That a project uses so much of a resource, in one part of the day."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="uses", verbose_name=_("项目")
    )
    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="uses", verbose_name=_("资源")
    )
    quantity = models.PositiveIntegerField(_("数量"), default=1)
    window = models.CharField(_("时段"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("用到的资源")
        verbose_name_plural = _("用到的资源")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "resource"], name="a_project_uses_a_resource_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="a_use_is_of_one_at_least"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.quantity}"


class Milestone(DistrictRow):
    """A step of a project, with the day by which it is due."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("项目")
    )
    title = models.CharField(_("标题"), max_length=80)
    due_on = models.DateField(_("期限"))
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("节点")
        verbose_name_plural = _("节点")
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.title
