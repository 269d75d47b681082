"""Whose turn it is: the roles of a day, a duty for each community and role, how a rota came about, swaps.

    Rota (a run: what went in, what came out, who approved)
      └─ proposes ─▶ Duty 2026-12 府后街 牵头 ─▶ Enrolment 供电所   published, accepted, done

A duty is one row for good: runs propose for it, an officer approves the run or sets one duty by hand. What
each run saw, proved and proposed is kept with the run, so that every turn can be explained afterwards.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.models.cycles import Cycle, DaySeries, LedQuerySet
from lingju.cobuilding.models.organisations import Capability, Enrolment
from lingju.kernel import clock
from lingju.places.models import Area, DistrictRow


class Role(DistrictRow):
    """What a unit does on a day at a community: it leads, or it brings one kind of help."""

    series = models.ForeignKey(
        DaySeries, on_delete=models.CASCADE, related_name="roles", verbose_name=_("共建日规则")
    )
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    # None asks for nothing in particular: any unit can do it.
    capability = models.ForeignKey(
        Capability,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("能做的事"),
    )
    is_lead = models.BooleanField(_("牵头"), default=False)
    weight = models.PositiveSmallIntegerField(_("空着有多要紧"), default=1)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    is_retired = models.BooleanField(_("已停用"), default=False)

    class Meta:
        verbose_name = _("轮值角色")
        verbose_name_plural = _("轮值角色")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "code"], name="a_role_is_named_once_in_its_series"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="an_empty_role_matters"),
        ]

    def __str__(self) -> str:
        return self.name


class Rota(DistrictRow):
    """One run of the solver over some months: its input, its objective by level, and who approved it."""

    class State(models.TextChoices):
        """Where its life has got to."""

        DRAFT = "draft", _("拟定")
        CONSULTED = "consulted", _("征求意见")
        PUBLISHED = "published", _("发布")
        DROPPED = "dropped", _("作废")

    class Way(models.TextChoices):
        """How the way of a unit was measured."""

        WALKING = "walking", _("步行路程")
        STRAIGHT = "straight", _("直线距离")

    series = models.ForeignKey(
        DaySeries, on_delete=models.PROTECT, related_name="rotas", verbose_name=_("共建日规则")
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("牵头单位"))
    from_month = models.DateField(_("从哪个月"))
    to_month = models.DateField(_("到哪个月"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    way = models.CharField(_("路程算法"), max_length=10, choices=Way.choices, default=Way.STRAIGHT)
    input_hash = models.CharField(_("输入摘要"), max_length=64)
    solver = models.CharField(_("求解器"), max_length=80)
    seed = models.PositiveIntegerField(_("随机种子"), default=1)
    seconds = models.FloatField(_("用时（秒）"), default=0.0)
    levels = models.JSONField(_("各级目标"), default=list, blank=True)
    loads = models.JSONField(_("各单位的次数"), default=list, blank=True)
    shortages = models.JSONField(_("缺口证明"), default=list, blank=True)
    cells = models.JSONField(_("排出来的格子"), default=list, blank=True)
    key = models.CharField(_("防重键"), max_length=80)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("批准人"),
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("轮值表")
        verbose_name_plural = _("轮值表")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "key"], name="a_rota_is_drawn_up_once_a_press"),
            models.UniqueConstraint(
                fields=["series"],
                condition=Q(state__in=["draft", "consulted"]),
                name="one_rota_of_a_series_is_in_the_making",
            ),
            models.CheckConstraint(
                condition=Q(to_month__gte=F("from_month")), name="a_rota_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_month:%Y-%m} {self.to_month:%Y-%m}"

    @property
    def stem(self) -> str:
        """Return the stem of the area that leads it."""
        return self.area.stem


class DutyQuerySet(LedQuerySet):
    """Questions about duties."""

    def held(self) -> Self:
        """Keep those that a unit holds or has held."""
        return self.filter(state__in=Duty.HELD)


class Duty(DistrictRow):
    """One turn: a cycle, a community, a role, and the unit that has it, if any has."""

    class State(models.TextChoices):
        """Where its life has got to."""

        OPEN = "open", _("还没定")
        PUBLISHED = "published", _("已发布")
        ACCEPTED = "accepted", _("单位已接")
        SWAPPING = "swapping", _("申请调换")
        DONE = "done", _("已履行")
        NOT_DONE = "not_done", _("未履行")

    HELD = (State.PUBLISHED, State.ACCEPTED, State.SWAPPING, State.DONE)

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="duties", verbose_name=_("期次"))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("社区"))
    role = models.ForeignKey(
        Role, on_delete=models.PROTECT, related_name="duties", verbose_name=_("轮值角色")
    )
    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duties",
        verbose_name=_("报到单位"),
    )
    # What the run in the making proposes; publishing it makes it so.
    proposed = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("拟排单位"),
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    # A person set it; no run moves it, whether a unit stands in it or none.
    is_locked = models.BooleanField(_("人工定的"), default=False)
    lock_reason = models.CharField(_("人工原因"), max_length=120, blank=True)
    lock_cost = models.JSONField(_("人工的代价"), default=list, blank=True)
    answered_at = models.DateTimeField(_("单位回话时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("轮值")
        verbose_name_plural = _("轮值")
        ordering = ["cycle__month", "area__stem", "role__order"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "area", "role"], name="a_community_has_a_role_once_a_cycle"
            ),
            # All communities hold the same day: nobody is in two places.
            models.UniqueConstraint(
                fields=["cycle", "enrolment"],
                condition=Q(enrolment__isnull=False) & ~Q(state="not_done"),
                name="a_unit_has_one_duty_a_day",
            ),
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False) | Q(state="open"), name="a_duty_that_stands_is_somebodys"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle} {self.area} {self.role}"

    @property
    def stem(self) -> str:
        """Return the stem of the community."""
        return self.area.stem


class DutyEntry(DistrictRow):
    """What happened to a duty: given, taken back, accepted, swapped, dropped, done. Only ever appended."""

    class Kind(models.TextChoices):
        """What happened."""

        GIVEN = "given", _("排上")
        BY_HAND = "by_hand", _("人工改")
        ACCEPTED = "accepted", _("单位已接")
        DROPPED = "dropped", _("单位退出")
        REPAIRED = "repaired", _("补上")
        SWAPPED = "swapped", _("调换")
        DONE = "done", _("已履行")
        NOT_DONE = "not_done", _("未履行")

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="entries", verbose_name=_("轮值"))
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("报到单位"),
    )
    rota = models.ForeignKey(
        Rota, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("轮值表")
    )
    reason = models.CharField(_("原因"), max_length=120, blank=True)
    cost = models.JSONField(_("代价"), default=list, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("轮值经过")
        verbose_name_plural = _("轮值经过")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.get_kind_display()}"


class Swap(DistrictRow):
    """A unit asks to change its turn against another's; the other agrees, the street approves."""

    class State(models.TextChoices):
        """Where its life has got to."""

        ASKED = "asked", _("已提出")
        AGREED = "agreed", _("对方同意")
        MADE = "made", _("已调换")
        REFUSED = "refused", _("不同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    OPEN = (State.ASKED, State.AGREED)

    mine = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="swaps", verbose_name=_("轮值"))
    theirs = models.ForeignKey(
        Duty, on_delete=models.CASCADE, related_name="swaps_asked", verbose_name=_("对方的轮值")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ASKED)
    is_neutral = models.BooleanField(_("不影响公平"), default=False)
    reason = models.CharField(_("原因"), max_length=120, blank=True)
    answer = models.CharField(_("回话"), max_length=120, blank=True)
    asked_at = models.DateTimeField(_("提出时间"), default=clock.now)
    version = models.PositiveIntegerField(_("版本"), default=1)

    class Meta:
        verbose_name = _("调换申请")
        verbose_name_plural = _("调换申请")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["mine"], condition=Q(state__in=["asked", "agreed"]), name="a_duty_is_offered_once"
            ),
            models.CheckConstraint(condition=~Q(mine=F("theirs")), name="a_swap_is_between_two_duties"),
        ]

    def __str__(self) -> str:
        return f"{self.mine} {self.theirs}"

    @property
    def stem(self) -> str:
        """Return the stem of the community whose turn is offered."""
        return self.mine.stem

    @property
    def enrolment_id(self) -> int | None:
        """Return which unit is asked, and so answers."""
        asked: int | None = self.theirs.enrolment_id
        return asked
