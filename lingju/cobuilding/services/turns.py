"""One duty at a time: set by hand with its cost, accepted, given back, done or not done.

set_by_hand   the last word is a person's; what it costs, level by level, is told and kept
accept        the unit comes
drop_out      the unit cannot come: the duty is empty, the day is one of its days away, the street is told
finish, miss  whether it came, also where a request to change turns had not been settled

A turn whose day is over, or off, is neither accepted nor given back. Who comes instead: `mending`.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.cobuilding import rota
from lingju.cobuilding.asked import asked, is_away, role_of
from lingju.cobuilding.events import DutyDropped, DutyGiven, DutyTaken
from lingju.cobuilding.flow import DUTIES
from lingju.cobuilding.models import Blackout, Cycle, Duty, DutyEntry, Enrolment
from lingju.cobuilding.rules import UnitBearer, carries_it_out, its_unit, leads_it
from lingju.cobuilding.services import settling
from lingju.cobuilding.services.drawing_up import LocksRefused, cell_words, clash_words
from lingju.kernel import clock
from lingju.kernel.errors import NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places.services import marks
from lingju.places.services.marks import said_why, same_district
from lingju.trail.services import leave_footprint

K = DutyEntry.Kind
COSTS = ("unfilled", "fairness", "travel", "stability")


def horizon(cycle: Cycle) -> tuple[dt.date, dt.date]:
    """Return the months over which turns are weighed: from a cycle's to the last that has duties."""
    last = Duty.objects.filter(cycle__series_id=cycle.series_id).order_by("-cycle__month").first()
    return cycle.month, max(cycle.month, last.cycle.month if last is not None else cycle.month)


def cost_of(duty: Duty, unit: Enrolment) -> list[dict[str, Any]]:
    """Return what it costs to give a duty to a unit by hand, level by level; nothing where nobody can tell.

    A unit that cannot do it, or cannot come, has no price: then the words say so, and the decision is free.
    """
    question = asked(duty.cycle.series, *horizon(duty.cycle))
    if duty.pk not in {d.key for d in question.problem.duties} or unit.pk not in question.units:
        return []
    team = next(team for team in question.problem.teams if team.key == unit.pk)
    day = question.day_of[duty.cycle_id]
    if role_of(duty) not in team.roles or day in team.blocked:
        return []
    try:
        cost = rota.override_cost(
            question.problem, rota.plan(question.problem, seed=1, polish_s=None), duty.pk, unit.pk
        )
    except rota.LocksClash as clash:
        raise LocksRefused(clash_words(question, clash)) from clash
    return [{"level": name, "change": change} for name, change in cost.changes]


def doubts(duty: Duty, unit: Enrolment) -> list[str]:
    """Return in words what speaks against giving a duty to a unit; a person may do it nevertheless."""
    found = []
    codes = {capability.code for capability in unit.capabilities.all()}
    if duty.role.capability is not None and duty.role.capability.code not in codes:
        found.append(_("%(unit)s没有报过“%(what)s”。") % {"unit": unit, "what": duty.role.capability.name})
    if is_away(unit, duty.cycle):
        found.append(_("%(unit)s说过这一天来不了。") % {"unit": unit})
    if unit.state != Enrolment.State.ACTIVE:
        found.append(_("%(unit)s现在不在轮值名册里。") % {"unit": unit})
    return found


@transaction.atomic
def set_by_hand(
    duty: Duty, unit: Enrolment | None, reason: str, *, actor: Actor, version: int | None = None
) -> Duty:
    """Give a duty to a unit, or keep it empty, by hand; no run changes it any more. The reason is kept.

    Raises BadInput (no reason), NotNow (the unit has another duty that day, the day is over),
    SomeoneWasFaster.
    """
    leads_it.check(actor, duty)
    same_district(duty.district_id, unit)
    reason = _why_by_hand(duty, reason)
    unit_id = unit.pk if unit is not None else None
    if duty.is_locked and duty.enrolment_id == unit_id:
        return duty
    if unit is not None:
        check_free(duty, unit)
    cost = cost_of(duty, unit) if unit is not None else []
    write(
        duty,
        {
            "enrolment_id": unit_id,
            "state": Duty.State.PUBLISHED if unit_id is not None else Duty.State.OPEN,
            "is_locked": True,
            "lock_reason": reason[:120],
            "lock_cost": cost,
            "proposed_id": None,
            "answered_at": None,
        },
        K.BY_HAND,
        actor=actor,
        reason=reason,
        cost=cost,
        version=version,
    )
    settling.close(duty)
    if unit_id is not None:
        announce(DutyGiven(duty.district_id, duty.pk))
    return duty


def _why_by_hand(duty: Duty, reason: str) -> str:
    """Return the reason of a decision by hand, trimmed; refuse one without, or for a day that is over."""
    reason = said_why(reason, _("人工定要写一句原因，以后查得到。"))
    if duty.cycle.state not in Cycle.COMING:
        raise NotNow(_("这一期已经办过或者取消了，改不了轮值。"))
    return reason


@transaction.atomic
def unlock(duty: Duty, *, actor: Actor) -> Duty:
    """Let runs decide on a duty again; who has it now keeps it until then."""
    leads_it.check(actor, duty)
    marks.amend(duty, {"is_locked": False, "lock_reason": "", "lock_cost": []}, actor=actor, action="unlock")
    return duty


def check_free(duty: Duty, unit: Enrolment) -> None:
    """Refuse a duty to a unit that has another on the same day, naming it."""
    other = (
        Duty.objects.filter(cycle_id=duty.cycle_id, enrolment=unit)
        .exclude(pk=duty.pk)
        .exclude(state=Duty.State.NOT_DONE)
        .select_related("cycle", "area", "role")
        .first()
    )
    if other is not None:
        raise NotNow(
            _("%(unit)s那天已经排在%(cell)s，一天只能去一处。要换，请先改那一格。")
            % {"unit": unit, "cell": cell_words(other)}
        )


def write(
    duty: Duty,
    values: Mapping[str, Any],
    kind: str,
    *,
    actor: Actor,
    reason: str = "",
    cost: list[Any] | None = None,
    version: int | None = None,
    before: int | None = None,
) -> None:
    """Write a duty anew if it stands as it was seen; `before` had it, where it was emptied beforehand."""
    seen = duty.version if version is None else version
    before = duty.enrolment_id or before
    try:
        with transaction.atomic():
            moved = Duty.objects.filter(pk=duty.pk, version=seen).update(**values, version=seen + 1)
    except IntegrityError as clash:
        raise SomeoneWasFaster(_("这家单位刚刚被排到同一天的另一处，请刷新后再看。")) from clash
    if moved != 1:
        raise SomeoneWasFaster(_("这一格刚刚被别人改过，请刷新后再看。"))
    duty.refresh_from_db()
    DutyEntry.objects.create(
        district_id=duty.district_id,
        duty=duty,
        kind=kind,
        enrolment_id=duty.enrolment_id if kind != K.DROPPED else before,
        reason=reason[:120],
        cost=cost or [],
    )
    leave_footprint(
        actor=actor,
        action=str(kind),
        subject=duty,
        before={"enrolment": before},
        after={"enrolment": duty.enrolment_id},
        note=reason[:120],
    )
    if before is not None and before != duty.enrolment_id and kind != K.SWAPPED:
        announce(DutyTaken(duty.district_id, duty.pk, before))


def is_coming(duty: Duty) -> bool:
    """Say whether a turn is still to come: its cycle is not over or off, nor is its day past."""
    cycle = duty.cycle
    return cycle.state in Cycle.COMING and (cycle.date is None or cycle.date >= clock.today())


def check_coming(duty: Duty) -> None:
    """Refuse to decide on a turn whose day is over, or off."""
    if duty.cycle.state == Cycle.State.CANCELLED:
        raise NotNow(_("%(cell)s那一期取消了，不用再回话。") % {"cell": cell_words(duty)})
    if not is_coming(duty):
        raise NotNow(_("%(cell)s已经过去了，改不了了。有事请直接和社区说。") % {"cell": cell_words(duty)})


@transaction.atomic
def accept(duty: Duty, *, actor: Actor) -> Duty:
    """Say as the unit that it comes; a second press changes nothing. Raises NotNow where the day is over."""
    if duty.state == Duty.State.ACCEPTED:
        return duty
    (its_unit | leads_it).check(actor, duty)
    check_coming(duty)
    DUTIES.take("accept", duty, actor=actor, changes={"answered_at": clock.now()})
    _enter(duty, K.ACCEPTED)
    return duty


def _enter(duty: Duty, kind: str, reason: str = "") -> None:
    DutyEntry.objects.create(
        district_id=duty.district_id,
        duty=duty,
        kind=kind,
        enrolment_id=duty.enrolment_id,
        reason=reason[:120],
    )


@transaction.atomic
def drop_out(duty: Duty, reason: str, *, actor: Actor) -> Duty:
    """Say that the unit cannot come on the day: the duty is empty, and the street is told at once.

    Nothing is held against the unit; the day becomes one of its days away. Raises BadInput without a reason,
    NotNow where it is nobody's or the day is over.
    """
    (its_unit | leads_it).check(actor, duty)
    reason = said_why(reason, _("请写一句为什么来不了，街道好安排别家。"))
    unit = duty.enrolment
    if unit is None:
        raise NotNow(_("这一格现在没有单位，不用再退了。"))
    check_coming(duty)
    DUTIES.take(
        "empty",
        duty,
        actor=actor,
        note=reason,
        changes={
            "enrolment_id": None,
            "is_locked": False,
            "lock_reason": "",
            "state_reason": reason[:120],
            "answered_at": None,
        },
    )
    DutyEntry.objects.create(
        district_id=duty.district_id, duty=duty, kind=K.DROPPED, enrolment=unit, reason=reason[:120]
    )
    _stays_away(unit, duty.cycle, reason, said_by_itself=isinstance(actor, UnitBearer))
    settling.close(duty)
    announce(DutyDropped(duty.district_id, duty.pk))
    return duty


def _stays_away(unit: Enrolment, cycle: Cycle, reason: str, *, said_by_itself: bool) -> None:
    """Note the day of a cycle among a unit's days away."""
    if cycle.date is None:
        return
    Blackout.objects.get_or_create(
        enrolment=unit,
        starts_on=cycle.date,
        ends_on=cycle.date,
        defaults={
            "district_id": unit.district_id,
            "reason": reason[:80],
            "said_by_itself": said_by_itself,
        },
    )


@transaction.atomic
def finish(duty: Duty, *, actor: Actor) -> Duty:
    """Note that the unit came; a request to change this turn comes to nothing."""
    DUTIES.take("finish", duty, actor=actor)
    _enter(duty, K.DONE)
    settling.close(duty)
    return duty


@transaction.atomic
def miss(duty: Duty, reason: str, *, actor: Actor) -> Duty:
    """Note that the unit did not come, and why; the turn does not count as one it had."""
    reason = said_why(reason, _("请写一句是什么情况。"))
    carries_it_out.check(actor, duty)
    DUTIES.take("miss", duty, actor=actor, note=reason, changes={"state_reason": reason[:120]})
    _enter(duty, K.NOT_DONE, reason)
    settling.close(duty)
    return duty
