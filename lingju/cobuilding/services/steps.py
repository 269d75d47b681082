"""What the street presses at a cycle: its rule set whole, plans closed, told, held, put away, its day back.

set_rule      the rule, its roles and the coming year's cycles in one press
end_rule      no more days: those to come are cancelled
plan, confirm where a community that hands in nothing keeps the others waiting
"""

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lingju.cobuilding.flow import CYCLES
from lingju.cobuilding.models import CommunityPlan, Cycle, DaySeries
from lingju.cobuilding.rules import leads_it, sets_the_rule
from lingju.cobuilding.services import catalogue, cycles, plans
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.kernel import clock
from lingju.kernel.errors import NotNow
from lingju.kernel.rules import Actor
from lingju.places.models import Area
from lingju.places.services import marks
from lingju.places.services.marks import said_why

YEAR: Final = dt.timedelta(days=366)
P = CommunityPlan.State
DAYLESS: Final = (Cycle.State.GENERATED, Cycle.State.ANNOUNCED)


@transaction.atomic
def set_rule(area: Area, draft: SeriesDraft, *, actor: Actor, version: int | None = None) -> DaySeries:
    """Set the rule of an area's day with all that a first day needs: roles, and the coming year's cycles.

    Raises BadInput by field, SomeoneWasFaster.
    """
    sets_the_rule.check(actor, area)
    series = cycles.set_series(area, draft, actor=actor, version=version)
    if not series.roles.exists():
        catalogue.fill(area.district, actor=actor)
        catalogue.fill_roles(series, actor=actor)
    cycles.open_cycles(series, clock.today() + YEAR, actor=actor)
    return series


@transaction.atomic
def end_rule(series: DaySeries, reason: str, *, actor: Actor, version: int | None = None) -> DaySeries:
    """End a day that is held no more: what was held stays, what was to come is cancelled with the reason.

    A second press changes nothing; afterwards another rule may be set. Raises BadInput without a reason.
    """
    sets_the_rule.check(actor, series)
    if series.ended_on is not None:
        return series
    reason = said_why(reason, _("请写一句为什么不再办。"))
    marks.amend(series, {"ended_on": clock.today()}, actor=actor, action="end", version=version)
    ahead = Q(opens_on__gt=clock.today()) | Q(date__isnull=True)
    for cycle in series.cycles.filter(ahead, state__in=Cycle.COMING).select_related("series", "area"):
        cycles.cancel_cycle(cycle, reason, actor=actor)
    return series


@transaction.atomic
def plan(cycle: Cycle, *, actor: Actor) -> Cycle:
    """Take no more plans in: those that are handed in are the cycle's. Raises NotNow where none is."""
    leads_it.check(actor, cycle)
    if not cycle.plans.filter(state__in=(P.SUBMITTED, *CommunityPlan.SURE)).exists():
        raise NotNow(_("还没有一个社区提交方案。"))
    return CYCLES.take("plan", cycle, actor=actor)


@transaction.atomic
def confirm(cycle: Cycle, *, actor: Actor) -> Cycle:
    """Let a cycle's plans stand; raises NotNow while none is confirmed."""
    leads_it.check(actor, cycle)
    _sure(cycle)
    return CYCLES.take("confirm", cycle, actor=actor)


@transaction.atomic
def publish(cycle: Cycle, *, actor: Actor) -> Cycle:
    """Tell everybody what is on that day, and open the sessions of the confirmed plans to them."""
    cycles.publish_cycle(cycle, actor=actor)
    plans.tell_everybody(cycle, actor=actor)
    return cycle


@transaction.atomic
def hold(cycle: Cycle, *, actor: Actor) -> Cycle:
    """Say that a cycle has begun; raises NotNow before its days."""
    leads_it.check(actor, cycle)
    if cycle.opens_on is not None and clock.today() < cycle.opens_on:
        raise NotNow(_("还没到这一期的日子，到了那天再点。"))
    return CYCLES.take("hold", cycle, actor=actor)


@transaction.atomic
def archive(cycle: Cycle, *, actor: Actor) -> Cycle:
    """Put a reviewed cycle away."""
    return CYCLES.take("archive", cycle, actor=actor)


@transaction.atomic
def back_to_rule(cycle: Cycle, *, actor: Actor, version: int | None = None) -> Cycle:
    """Give a cycle that was moved by hand the day of its rule again; one that was not stays as it is.

    Raises NotNow where the rule's day is past or not known, or another cycle's.
    """
    leads_it.check(actor, cycle)
    if not cycle.is_by_hand:
        return cycle
    day = cycles.day_in(cycle.series, cycle.month)
    if cycle.state not in Cycle.COMING:
        raise NotNow(_("这一期已经办过或者取消了，日子改不了。"))
    if day.date is not None and day.date < clock.today():
        raise NotNow(_("规则定的日子已经过去了，请另定一天。"))
    if day.date is None and (cycle.state not in DAYLESS or cycle.plans.exists()):
        raise NotNow(_("按规则这个月还没有日子，方案已经交了，请另定一天。"))
    if day.date is not None and cycles.is_taken(cycle, day.date):
        raise NotNow(_("那一天已经是另一期共建日了，请换一天。"))
    cycles.rule_it(cycle, day, actor=actor, version=version)
    return cycle


def _sure(cycle: Cycle) -> None:
    if not cycle.plans.filter(state__in=CommunityPlan.SURE).exists():
        raise NotNow(_("还没有一个社区的方案确认好，先确认社区方案。"))
