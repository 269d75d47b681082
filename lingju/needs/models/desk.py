"""What makes the desk quick: rules that suggest a door, alarms, templates of plain replies, kept filters."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.needs.models.categories import Category
from lingju.needs.models.needs import Need
from lingju.people.models import Organisation
from lingju.places.models import Area, DistrictRow


class RoutingRuleQuerySet(models.QuerySet["RoutingRule"]):
    """Questions about rules."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the rules of the actor's district; the page's rule says who reads them."""
        return self.filter(district_id=actor.district_id)

    def active(self) -> Self:
        """Keep the rules that are asked, in their order."""
        return self.filter(state=RoutingRule.State.ACTIVE).order_by("order", "id")


class RoutingRule(DistrictRow):
    """If a need is like this, suggest that door, because: data that an officer edits, orders and tests."""

    class State(models.TextChoices):
        """Whether it is asked."""

        DRAFT = "draft", _("草稿")
        ACTIVE = "active", _("启用")
        OFF = "off", _("停用")

    class ToLevel(models.TextChoices):
        """Which desk above the place, where the door is no organisation."""

        NONE = "", _("没有")
        COMMUNITY = "community", _("所在社区")
        STREET = "street", _("所在街道")
        DISTRICT = "district", _("区级")

    name = models.CharField(_("名称"), max_length=60)
    order = models.PositiveIntegerField(_("顺序"), default=100)
    state = models.CharField(_("状态"), max_length=6, choices=State.choices, default=State.DRAFT)
    # Every condition that is filled must hold: {"categories": [...], "words": [...], "not_words": [...],
    # "areas": [stems], "channels": [...], "is_urgent": true}
    condition = models.JSONField(_("条件"), default=dict)
    to_org = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("派给组织"),
    )
    to_level = models.CharField(
        _("派给层级"), max_length=10, choices=ToLevel.choices, blank=True, default=ToLevel.NONE
    )
    sets_category = models.ForeignKey(
        Category,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("归到类别"),
    )
    why = models.CharField(_("理由"), max_length=120)
    # What the last trial on past needs found, of this very version: activation asks for it.
    tested_version = models.PositiveIntegerField(_("试过的版本"), null=True, blank=True)
    tested_at = models.DateTimeField(_("试用时间"), null=True, blank=True)
    test_report = models.JSONField(_("试用结果"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("派单规则")
        verbose_name_plural = _("派单规则")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_org__isnull=False, to_level="") | (Q(to_org__isnull=True) & ~Q(to_level="")),
                name="a_rule_names_one_door",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AlarmQuerySet(models.QuerySet["Alarm"]):
    """Questions about alarms."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the alarms of the actor's district."""
        return self.filter(district_id=actor.district_id)

    def standing(self) -> Self:
        """Keep those nobody has cleared."""
        return self.filter(cleared_at__isnull=True)


class Alarm(DistrictRow):
    """Something in our own running that an officer must see: a rule that fails, a door that is gone."""

    kind = models.CharField(_("类别"), max_length=24)
    subject_id = models.BigIntegerField(_("对象编号"))
    words = models.CharField(_("说明"), max_length=300)
    times = models.PositiveIntegerField(_("次数"), default=1)
    first_at = models.DateTimeField(_("第一次"), default=clock.now)
    last_at = models.DateTimeField(_("最近一次"), default=clock.now)
    cleared_at = models.DateTimeField(_("解除时间"), null=True, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("告警")
        verbose_name_plural = _("告警")
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "kind", "subject_id"],
                condition=Q(cleared_at__isnull=True),
                name="one_trouble_rings_one_alarm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.words}"


class ReplyTemplateQuerySet(models.QuerySet["ReplyTemplate"]):
    """Questions about templates."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the templates of the actor's district."""
        return self.filter(district_id=actor.district_id)


class ReplyTemplate(DistrictRow):
    """A plain reply to begin from, for a kind of need and an outcome."""

    name = models.CharField(_("名称"), max_length=40)
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("类别")
    )
    outcome = models.CharField(_("结果"), max_length=14, choices=Need.Outcome.choices, blank=True, default="")
    text = models.CharField(_("文字"), max_length=500)
    order = models.PositiveSmallIntegerField(_("顺序"), default=100)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = ReplyTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("回话模板")
        verbose_name_plural = _("回话模板")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="a_template_name_is_used_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Questions about kept filters."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own."""
        return self.filter(account_id=actor.account_id, district_id=actor.district_id)


class SavedFilter(DistrictRow):
    """A search at the desk that somebody wants again, under a name."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("账号")
    )
    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(_("条件"), max_length=300)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("常用筛选")
        verbose_name_plural = _("常用筛选")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="a_filter_name_is_used_once"),
        ]

    def __str__(self) -> str:
        return self.name


class CounterSessionQuerySet(models.QuerySet["CounterSession"]):
    """Questions about sittings at a counter."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own."""
        return self.filter(account_id=actor.account_id, district_id=actor.district_id)

    def open_at(self, moment: object) -> Self:
        """Keep those that still run."""
        return self.filter(ended_at__isnull=True, until__gt=moment)


class CounterSession(DistrictRow):
    """Half an hour in which a clerk may speak for one person, who sits there."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("代录人")
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    station = models.ForeignKey(
        "places.Station",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所在驿站"),
    )
    began_at = models.DateTimeField(_("开始时间"), default=clock.now)
    until = models.DateTimeField(_("最晚到"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = CounterSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("代说一次")
        verbose_name_plural = _("代说一次")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(ended_at__isnull=True),
                name="one_person_at_the_counter_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.began_at}"
