"""A need on its way to another desk, and a need that two people agree not to count."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.needs.models.needs import Need
from lingju.people.models import Organisation
from lingju.places.models import Area, DistrictRow
from lingju.places.rules import CLERKS


class HandoverQuerySet(models.QuerySet["Handover"]):
    """Questions about handovers."""

    def offered_to(self, actor: Actor) -> Self:
        """Keep what waits for a yes or no of the actor's desks or organisations."""
        within = Q(to_org__memberships__account_id=actor.account_id, to_org__isnull=False)
        for stem in actor.stems(CLERKS):
            within |= Q(to_area__stem__startswith=stem)
        waiting = self.filter(within, state=Handover.State.OFFERED, district_id=actor.district_id)
        return waiting.distinct()

    def visible_to(self, actor: Actor) -> Self:
        """Keep the handovers of needs the actor may open, and those offered to them."""
        needs = Need.objects.visible_to(actor).values("pk")
        offered = Handover.objects.offered_to(actor).values("pk")
        return self.filter(Q(need__in=needs) | Q(pk__in=offered))


class Handover(DistrictRow):
    """An offer to take a need over: the giver stays accountable until it is accepted."""

    class State(models.TextChoices):
        """What became of the offer."""

        OFFERED = "offered", _("等对方接")
        ACCEPTED = "accepted", _("接了")
        REFUSED = "refused", _("没接")
        TAKEN_BACK = "taken_back", _("收回了")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="handovers", verbose_name=_("需求"))
    from_area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("移交单位")
    )
    to_area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接收单位")
    )
    to_org = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("接收组织"),
    )
    why = models.CharField(_("移交理由"), max_length=200)
    rule_id = models.BigIntegerField(_("依据的规则"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OFFERED)
    refused_why = models.CharField(_("没接的原因"), max_length=200, blank=True)
    next_door = models.CharField(_("该找哪里"), max_length=120, blank=True)
    offered_by_id = models.BigIntegerField(_("移交人编号"), null=True, blank=True)
    decided_by_id = models.BigIntegerField(_("决定人编号"), null=True, blank=True)
    offered_at = models.DateTimeField(_("移交时间"), default=clock.now)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("移交")
        verbose_name_plural = _("移交")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["district", "offered_at"], name="handovers_that_wait", condition=Q(state="offered")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["need"], condition=Q(state="offered"), name="one_offer_waits_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(to_area__isnull=False, to_org__isnull=True)
                | Q(to_area__isnull=True, to_org__isnull=False),
                name="an_offer_goes_to_one_door",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | (~Q(refused_why="") & ~Q(next_door="")),
                name="a_refusal_says_why_and_the_next_door",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.to_name} {self.state}"

    @property
    def to_name(self) -> str:
        """Return whom it is offered to, in words."""
        if self.to_org is not None:
            return self.to_org.name
        return self.to_area.short_name if self.to_area is not None else ""

    @property
    def stem(self) -> str:
        """Return the stem of the area that decides; an organisation lies in one."""
        if self.to_org is not None:
            return self.to_org.stem
        return self.to_area.stem if self.to_area is not None else ""


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    """Questions about exclusions."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of needs the actor may open."""
        return self.filter(need__in=Need.objects.visible_to(actor).values("pk"))


class Exclusion(DistrictRow):
    """A proposal not to count a need, with its reason; another person decides, and the count is public."""

    class Reason(models.TextChoices):
        """Why it should not count."""

        NOT_OURS = "not_ours", _("依法不归社区办")
        HANDLED = "handled", _("法院、公安等已在处理")
        REPEATED = "repeated", _("同一人同一事重复提，已答复过")
        ABUSE = "abuse", _("辱骂、骚扰")
        TRIAL = "trial", _("试填或误触")

    class State(models.TextChoices):
        """What the second person decided."""

        PROPOSED = "proposed", _("等第二人看")
        AGREED = "agreed", _("同意不计入")
        DECLINED = "declined", _("不同意，照常办")

    need = models.ForeignKey(
        Need, on_delete=models.CASCADE, related_name="exclusions", verbose_name=_("需求")
    )
    reason = models.CharField(_("原因"), max_length=10, choices=Reason.choices)
    words = models.CharField(_("说明"), max_length=200)
    next_door = models.CharField(_("该找哪里"), max_length=120, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by_id = models.BigIntegerField(_("提出人编号"))
    decided_by_id = models.BigIntegerField(_("决定人编号"), null=True, blank=True)
    proposed_at = models.DateTimeField(_("提出时间"), default=clock.now)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("剔除")
        verbose_name_plural = _("剔除")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["need"], condition=Q(state="proposed"), name="one_exclusion_waits_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=F("proposed_by_id")),
                name="an_exclusion_takes_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.reason} {self.state}"

    @property
    def stem(self) -> str:
        """Return the stem of the desk concerned."""
        return self.need.owner_stem
