"""What a community carries out in a cycle: planned, confirmed by the street, held, recorded.

    draft ─▶ submitted ─▶ confirmed ─▶ held ─▶ recorded      submitted ─▶ draft (sent back with a word)

A confirmed plan is a session in activities: its sign-ups, room, headcount and photos are that module's own,
and the register of activities shows it without anybody typing it again.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.models import Session
from lingju.activities.services import planning, running
from lingju.activities.services.planning import Plan
from lingju.cobuilding.events import PlanSentBack
from lingju.cobuilding.flow import CYCLES, PLANS
from lingju.cobuilding.models import CommunityPlan, Cycle
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import Area, Station
from lingju.places.services import marks
from lingju.places.services.marks import said_why, same_district, tidy

LEAST_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What a community writes down: what it does, and where."""

    summary: str
    station: Station | None = None
    place_words: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """Return what stands in the row."""
        return {
            "summary": tidy(self.summary),
            "station": self.station,
            "place_words": tidy(self.place_words),
        }


@transaction.atomic
def draft_plan(
    cycle: Cycle, area: Area, draft: PlanDraft, *, actor: Actor, version: int | None = None
) -> CommunityPlan:
    """Write down what a community does in a cycle; again changes what stands. Raises BadInput, NotNow."""
    carries_it_out.check(actor, area)
    same_district(cycle.district_id, area, draft.station)
    if not area.stem.startswith(cycle.area.stem):
        raise NotNow(_("这个社区不在牵头的街道里。"))
    if cycle.state not in Cycle.COMING or cycle.date is None:
        raise NotNow(_("这一期还没有定日子，或者已经办过了，写不了方案。"))
    _check(draft)
    row: CommunityPlan | None = CommunityPlan.objects.filter(cycle=cycle, area=area).first()
    if row is None:
        new = CommunityPlan(district_id=cycle.district_id, cycle=cycle, area=area, **draft.columns)
        return marks.insert(new, actor=actor)
    if row.state not in (CommunityPlan.State.DRAFT, CommunityPlan.State.SUBMITTED):
        raise NotNow(_("方案已经确认了，要改请街道先退回。"))
    marks.amend(row, draft.columns, actor=actor, version=version)
    return row


def _check(draft: PlanDraft) -> None:
    faults: dict[str, str] = {}
    if len(tidy(draft.summary)) < LEAST_WORDS:
        faults["summary"] = _("请写一两句：这一天做什么，为了谁。")
    if draft.station is None and not tidy(draft.place_words):
        faults["place_words"] = _("请选一个驿站，或者写在哪里。")
    if faults:
        raise BadInput("".join(faults.values()), faults)


@transaction.atomic
def submit_plan(plan: CommunityPlan, *, actor: Actor) -> CommunityPlan:
    """Hand a plan in; the cycle is planned once every plan that was begun is handed in."""
    PLANS.take("submit", plan, actor=actor)
    cycle = plan.cycle
    waiting = cycle.plans.filter(state=CommunityPlan.State.DRAFT).exists()
    if not waiting and cycle.state == Cycle.State.ANNOUNCED:
        # The last plan in moves the whole street's cycle, which no single community may.
        CYCLES.take("plan", cycle, actor=SystemActor(cycle.district_id))
    return plan


@transaction.atomic
def send_back(plan: CommunityPlan, reason: str, *, actor: Actor) -> CommunityPlan:
    """Send a plan back with a word on what is missing."""
    reason = said_why(reason, _("请写一句要改什么。"))
    PLANS.take("send_back", plan, actor=actor, note=reason, changes={"state_reason": reason[:120]})
    announce(PlanSentBack(plan.district_id, plan.pk))
    return plan


@transaction.atomic
def confirm_plan(plan: CommunityPlan, *, actor: Actor) -> CommunityPlan:
    """Let a plan stand: it becomes a session of the community on the cycle's day.

    Raises RoomTaken, NotNow where the cycle has no day.
    """
    leads_it.check(actor, plan.cycle)
    PLANS.take("confirm", plan, actor=actor, changes={"state_reason": ""})
    session = planning.plan_session(_session_of(plan), key=f"cobuilding-plan-{plan.pk}", actor=actor)
    CommunityPlan.objects.filter(pk=plan.pk).update(session=session)
    plan.session = session
    cycle = plan.cycle
    open_plans = cycle.plans.filter(state__in=(CommunityPlan.State.DRAFT, CommunityPlan.State.SUBMITTED))
    if cycle.state == Cycle.State.PLANNED and not open_plans.exists():
        CYCLES.take("confirm", cycle, actor=actor)
    return plan


def _session_of(plan: CommunityPlan) -> Plan:
    cycle = plan.cycle
    assert cycle.date is not None
    starts, ends = cycle.hours
    title = _("%(name)s：%(area)s") % {"name": cycle.theme or cycle.series.name, "area": plan.area.short_name}
    return Plan(
        title=title[:60],
        area=plan.area,
        starts_at=starts,
        ends_at=ends,
        summary=plan.summary[:300],
        station=plan.station,
        place_words=plan.place_words,
    )


@transaction.atomic
def tell_everybody(cycle: Cycle, *, actor: Actor) -> int:
    """Announce the sessions of a cycle's confirmed plans; return how many are told now."""
    leads_it.check(actor, cycle)
    count = 0
    for plan in cycle.plans.filter(session__isnull=False).select_related("session__area"):
        session = plan.session
        if session is not None and session.state == Session.State.PLANNED and session.ends_at > clock.now():
            running.announce_session(session, actor=actor)
            count += 1
    return count


@transaction.atomic
def record_plan(plan: CommunityPlan, text: str, *, actor: Actor) -> CommunityPlan:
    """Write down how it went; who came is counted in activities, and not asked again here."""
    carries_it_out.check(actor, plan)
    words = tidy(text)
    if len(words) < LEAST_WORDS:
        sentence = _("请写一两句这一天办了什么。")
        raise BadInput(sentence, {"record": sentence})
    opens_on = plan.cycle.opens_on
    if opens_on is not None and clock.today() < opens_on:
        raise NotNow(_("这一期还没到日子，办过以后再写活动记录。"))
    if plan.state == CommunityPlan.State.CONFIRMED:
        PLANS.take("hold", plan, actor=actor)
    return PLANS.take("record", plan, actor=actor, changes={"record": words, "recorded_at": clock.now()})


@transaction.atomic
def miss_plan(plan: CommunityPlan, reason: str, *, actor: Actor) -> CommunityPlan:
    """Note that a community held nothing, and why."""
    reason = said_why(reason, _("请写一句为什么没有办。"))
    return PLANS.take("miss", plan, actor=actor, note=reason, changes={"state_reason": reason[:120]})
