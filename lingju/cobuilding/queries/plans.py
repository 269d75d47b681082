"""Reads of the plans of a cycle: every community at a glance, one plan, where it could be held."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from lingju.cobuilding.models import CommunityPlan, Cycle
from lingju.cobuilding.services import drawing_up
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.models import Area, Space, Station
from lingju.places.rules import CLERKS

P = CommunityPlan.State
RELATED: Final = ("area", "station", "session", "cycle__area", "cycle__series")
TONES: Final = {
    P.SUBMITTED: "dai",
    P.CONFIRMED: "song",
    P.HELD: "song",
    P.RECORDED: "song",
    P.NOT_HELD: "mei",
    P.DRAFT: "xing",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One community of a cycle, with its plan if it has one."""

    area: Area
    plan: CommunityPlan | None

    @property
    def tone(self) -> str:
        """Return the colour of where it has got to."""
        return TONES.get(P(self.plan.state), "") if self.plan is not None else "xing"

    @property
    def is_missing(self) -> bool:
        """Say whether nothing has been handed in."""
        return self.plan is None or self.plan.state == P.DRAFT


def communities_of(cycle: Cycle, actor: Actor) -> list[Area]:
    """Return the communities of a cycle for which the actor works, in the order of the tree."""
    stems = tuple(actor.stems(CLERKS))
    found = Area.objects.filter(
        district_id=cycle.district_id, level=Area.Level.COMMUNITY, stem__startswith=cycle.area.stem
    )
    return [area for area in found.order_by("stem") if area.stem.startswith(stems)]


def entries(cycle: Cycle, actor: Actor) -> list[Entry]:
    """Return every community of a cycle for which the actor works, those that hand in nothing first.

    A village of a street with communities stands here once it plans something.
    """
    there = {plan.area_id: plan for plan in plans_of(cycle)}
    asked = {area.pk for area in drawing_up.communities_of(cycle.series)} | set(there)
    found = [Entry(area, there.get(area.pk)) for area in communities_of(cycle, actor) if area.pk in asked]
    return sorted(found, key=lambda one: not one.is_missing)


def plans_of(cycle: Cycle) -> list[CommunityPlan]:
    """Return the plans of a cycle with where they are held."""
    return list(CommunityPlan.objects.filter(cycle_id=cycle.pk).select_related(*RELATED))


def counts(found: Iterable[Entry]) -> Counter[str]:
    """Count communities: all, missing, sent in and waiting, sure, not held."""
    count: Counter[str] = Counter()
    for one in found:
        count["all"] += 1
        state = one.plan.state if one.plan is not None else P.DRAFT
        known = {P.SUBMITTED: "waiting", P.NOT_HELD: "off"}
        count["sure" if state in CommunityPlan.SURE else known.get(P(state), "missing")] += 1
    return count


def community_of(cycle: Cycle, area_id: int, actor: Actor) -> Area:
    """Return one community of a cycle for which the actor works; raise NotThere for another."""
    found = next((area for area in communities_of(cycle, actor) if area.pk == area_id), None)
    if found is None:
        raise NotThere(_("没找到这个社区，或者不归您管。"))
    return found


def plan_of(cycle: Cycle, area: Area) -> CommunityPlan | None:
    """Return the plan of a community, if it has begun one."""
    found = CommunityPlan.objects.filter(cycle_id=cycle.pk, area=area).select_related(*RELATED)
    first: CommunityPlan | None = found.first()
    return first


def stations_in(area: Area) -> list[Station]:
    """Return the stations of an area that are not closed."""
    found = Station.objects.filter(district_id=area.district_id, area__stem__startswith=area.stem)
    return list(found.exclude(state=Station.State.CLOSED).order_by("name"))


def rooms_in(area: Area) -> list[Space]:
    """Return the rooms of an area's stations that are not closed."""
    found = Space.objects.filter(station__in=[station.pk for station in stations_in(area)])
    return list(found.select_related("station__area").order_by("station__name", "name"))
