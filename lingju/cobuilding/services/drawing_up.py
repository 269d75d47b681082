"""Drawing a rota up: the solver is asked outside of any transaction, and its answer written if nothing moved.

    make_duties ─▶ draw_up ─▶ consult ─▶ publish            drop throws a draft away
                     │          units are asked                  └─▶ RotaPublished: units are told
                     └─ refuses locks that clash, naming both

What a run saw, proved and proposed is kept with it: digest of the input, solver, seed, every level with its
bound, the load of each unit, the shortage behind each empty duty, and who approved.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding import rota
from lingju.cobuilding.asked import Asked, asked
from lingju.cobuilding.events import RotaConsulted, RotaPublished
from lingju.cobuilding.flow import ROTAS
from lingju.cobuilding.models import Cycle, DaySeries, Duty, DutyEntry, Role, Rota
from lingju.cobuilding.rules import leads_it
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places.models import Area
from lingju.places.services import marks
from lingju.places.services.marks import press_key
from lingju.trail.services import leave_footprint

MOST_MONTHS: Final = 24
POLISH_S: Final = 8.0
SEED: Final = 1


class LocksRefused(NotNow):
    """Refuse to draw up a rota in which decisions by hand contradict each other; the sentence names both."""


@transaction.atomic
def make_duties(cycles: Iterable[Cycle], communities: Sequence[Area], *, actor: Actor) -> int:
    """Make the duties that are missing: one for each cycle, community and role; return how many are new."""
    asked_for = list(cycles)
    for cycle in asked_for:
        leads_it.check(actor, cycle)
    known = set(Duty.objects.filter(cycle__in=asked_for).values_list("cycle_id", "area_id", "role_id"))
    roles = list(Role.objects.filter(series__in={cycle.series_id for cycle in asked_for}, is_retired=False))
    new = [
        Duty(district_id=cycle.district_id, cycle=cycle, area=area, role=role)
        for cycle in asked_for
        for area in communities
        for role in roles
        if role.series_id == cycle.series_id and (cycle.pk, area.pk, role.pk) not in known
    ]
    return len(Duty.objects.bulk_create(new, batch_size=200))


def communities_of(series: DaySeries) -> list[Area]:
    """Return the communities that carry the day out: those of residents below the area that leads it.

    Where there are none, as in a township, its villages do. A village beside may plan something all the same.
    """
    below = Area.objects.filter(
        district_id=series.district_id, level=Area.Level.COMMUNITY, stem__startswith=series.area.stem
    ).order_by("stem")
    return list(below.filter(kind=Area.Kind.RESIDENTS)) or list(below)


def draw_up(
    series: DaySeries,
    first: dt.date,
    last: dt.date,
    *,
    key: str,
    actor: Actor,
    seed: int = SEED,
    polish_s: float | None = POLISH_S,
) -> Rota:
    """Draw up a rota for some months; the same press (`key`) again returns the same one.

    Raises BadInput (months), NotNow (no cycle has a day, a draft lies there), LocksRefused (decisions by hand
    contradict each other), SomeoneWasFaster (something moved while it was drawn up).
    """
    leads_it.check(actor, series)
    key = press_key(key)
    known: Rota | None = Rota.objects.filter(series=series, key=key).first()
    if known is not None:
        return known
    _check_months(series, first, last)
    question = _question(series, first, last, actor)
    plan = _planned(question, seed, polish_s)
    found = rota.shortages(question.problem, plan)
    row = Rota(
        district_id=series.district_id,
        series=series,
        area_id=series.area_id,
        from_month=first,
        to_month=last,
        key=key,
        way=question.way,
        **told(question, plan, found),
    )
    with transaction.atomic():
        if asked(series, first, last).problem.digest() != plan.digest:
            raise SomeoneWasFaster(_("排的时候，单位或格子有了变动，请再排一次。"))
        marks.insert(row, actor=actor)
        _propose(question, plan)
    return row


def _planned(question: Asked, seed: int, polish_s: float | None) -> rota.Plan:
    try:
        return rota.plan(question.problem, seed=seed, polish_s=polish_s)
    except rota.LocksClash as clash:
        raise LocksRefused(clash_words(question, clash)) from clash


def _check_months(series: DaySeries, first: dt.date, last: dt.date) -> None:
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= months <= MOST_MONTHS or first.day != 1 or last.day != 1:
        sentence = _("请选起止月份，一次最多排 %(n)d 个月。") % {"n": MOST_MONTHS}
        raise BadInput(sentence, {"to_month": sentence})
    if Rota.objects.filter(series=series, state__in=(Rota.State.DRAFT, Rota.State.CONSULTED)).exists():
        raise NotNow(_("已经有一张正在拟的轮值表了，请先发布或者作废它。"))


def _question(series: DaySeries, first: dt.date, last: dt.date, actor: Actor) -> Asked:
    cycles = series.cycles.select_related("area").filter(
        month__gte=first, month__lte=last, date__isnull=False
    )
    make_duties(cycles.filter(state__in=Cycle.COMING), communities_of(series), actor=actor)
    question = asked(series, first, last)
    if not question.duties:
        raise NotNow(_("这几个月还没有定下日子的共建日，或者还没有设轮值角色。"))
    if not question.units:
        raise NotNow(_("还没有在册的报到单位，先把单位接收进来，再排轮值。"))
    return question


def told(question: Asked, plan: rota.Plan, found: Iterable[rota.Shortage]) -> dict[str, Any]:
    """Return what is kept of a run: plain values that can be shown and checked afterwards."""
    return {
        "input_hash": plan.digest,
        "solver": plan.solver[:80],
        "seed": plan.seed,
        "seconds": round(plan.seconds, 3),
        "levels": [asdict(level) for level in plan.levels] + [{"name": "spread", **asdict(plan.spread)}],
        "loads": [asdict(load) for load in plan.loads],
        "shortages": [asdict(shortage) for shortage in found],
        "cells": [{"duty": key, "unit": unit} for key, unit in sorted(plan.assignment.items())],
    }


def _propose(question: Asked, plan: rota.Plan) -> None:
    rows = [question.duties[key] for key in plan.assignment]
    for duty in rows:
        duty.proposed_id = plan.assignment[duty.pk]
    Duty.objects.bulk_update(rows, ["proposed"], batch_size=200)


def clash_words(question: Asked, clash: rota.LocksClash) -> str:
    """Return in words which decisions by hand contradict each other."""
    first = clash.clashes[0]
    cells = _("、").join(cell_words(question.duties[key]) for key in first.duties if key in question.duties)
    units = _("、").join(str(question.units[key]) for key in first.teams if key in question.units)
    if first.kind is rota.Clash.TWICE:
        return _("%(cells)s 都定了%(units)s，一家单位一天只能去一处。请改掉其中一个，再排。") % {
            "cells": cells,
            "units": units,
        }
    return _("%(cells)s 人工定的%(units)s排不进去，请改掉它再排。") % {"cells": cells, "units": units}


def cell_words(duty: Duty) -> str:
    """Return a duty as people point at it: 11月6日府后街社区牵头."""
    day = duty.cycle.date or duty.cycle.month
    return _("%(month)d月%(day)d日%(area)s“%(role)s”") % {
        "month": day.month,
        "day": day.day,
        "area": duty.area.short_name,
        "role": duty.role.name,
    }


@transaction.atomic
def consult(row: Rota, *, actor: Actor) -> Rota:
    """Show a draft to the units before it stands."""
    ROTAS.take("consult", row, actor=actor)
    announce(RotaConsulted(row.district_id, row.pk))
    return row


@transaction.atomic
def publish(row: Rota, *, actor: Actor, version: int | None = None) -> tuple[int, ...]:
    """Let a draft stand: every proposed duty is its unit's; return the duties that are another's now.

    Duties that somebody set by hand, or that a unit accepted, since it was drawn up stay as they are.
    Raises SomeoneWasFaster where the draft, or a cell that it would change, moved meanwhile.
    """
    now = clock.now()
    if version is not None and row.version != version:
        raise SomeoneWasFaster(_("这张轮值表刚刚被别人动过，请刷新后再看一看。"))
    ROTAS.take("publish", row, actor=actor, changes={"published_at": now, "approved_by_id": actor.account_id})
    wanted = {cell["duty"]: cell["unit"] for cell in row.cells}
    rows = list(
        Duty.objects.filter(pk__in=wanted, is_locked=False, state__in=(Duty.State.OPEN, Duty.State.PUBLISHED))
        .select_related("cycle")
        .order_by("id")
    )
    changed = [
        duty for duty in rows if duty.enrolment_id != wanted[duty.pk] and duty.cycle.state in Cycle.COMING
    ]
    lost = tuple(sorted({duty.enrolment_id for duty in changed if duty.enrolment_id is not None}))
    _give(changed, wanted, row, actor)
    Duty.objects.filter(pk__in=wanted).update(proposed=None)
    ids = tuple(duty.pk for duty in changed)
    announce(RotaPublished(row.district_id, row.pk, ids, lost))
    return ids


def _give(changed: Sequence[Duty], wanted: dict[int, int | None], row: Rota, actor: Actor) -> None:
    """Give the duties to other units: all are emptied first, so that nobody is in two places meanwhile."""
    for duty in changed:
        emptied = Duty.objects.filter(pk=duty.pk, version=duty.version, enrolment_id=duty.enrolment_id)
        if emptied.update(enrolment=None, state=Duty.State.OPEN, version=duty.version + 1) != 1:
            raise SomeoneWasFaster(_("发布的时候，有格子被别人改了，请刷新后再发布一次。"))
    for duty in changed:
        duty.enrolment_id = wanted[duty.pk]
        duty.state = Duty.State.PUBLISHED if duty.enrolment_id is not None else Duty.State.OPEN
        duty.version += 1
    Duty.objects.bulk_update(changed, ["enrolment", "state"], batch_size=200)
    DutyEntry.objects.bulk_create(
        [
            DutyEntry(
                district_id=duty.district_id,
                duty=duty,
                kind=DutyEntry.Kind.GIVEN,
                enrolment_id=duty.enrolment_id,
                rota=row,
            )
            for duty in changed
        ]
    )


@transaction.atomic
def drop(row: Rota, *, actor: Actor) -> Rota:
    """Throw a draft away; what was published before stays."""
    ROTAS.take("drop", row, actor=actor)
    Duty.objects.filter(pk__in=[cell["duty"] for cell in row.cells]).update(proposed=None)
    leave_footprint(actor=actor, action="drop_proposals", subject=row)
    return row
