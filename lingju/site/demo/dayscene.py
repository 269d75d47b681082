"""Where the co-building day of the demo happens, who plays, and how its residents say what they need.

The words are data (`cobuilding.toml`). The chapters: `cobuilding` (rule, units, rota), `pastdays` (what was
held), `comingday` (the lists that meet next).
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lingju.cobuilding.models import Capability, Cycle, DaySeries, Enrolment
from lingju.cobuilding.rules import UnitBearer
from lingju.kernel.clock import ZONE
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.models import Category, Need
from lingju.needs.services import handling, saying
from lingju.needs.services.handling import Mending
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Contact, Receipt, Saying
from lingju.people.actors import Stranger
from lingju.places.models import Area, Compound, District, Station

TOLD = Path(__file__).with_name("cobuilding.toml")
CLERK = "社区工作者"

Told = Mapping[str, Any]


@cache
def told() -> dict[str, Any]:
    """Return the words of the day."""
    return tomllib.loads(TOLD.read_text(encoding="utf-8"))


@dataclass
class Scene:
    """The street that leads the day, its communities, its units by name, and the hands that it takes."""

    district: District
    street: Area
    series: DaySeries
    leads: Actor
    clerk: Actor
    units: dict[str, Enrolment] = field(default_factory=dict)

    def carries(self, area: Area) -> Actor:
        """Return who carries the day out in a community: its clerk, or the house where none can be played."""
        is_hers = self.clerk.holds({"clerk"}, area.stem)
        return self.clerk if is_hers else SystemActor(self.district.pk, CLERK)

    def can(self, codes: list[str]) -> tuple[Capability, ...]:
        """Return what units can do, by its codes."""
        return tuple(Capability.objects.filter(district=self.district, code__in=codes))

    def compound(self, community: str, number: int) -> Compound:
        """Return the n-th compound of a community."""
        rows = Compound.objects.filter(district=self.district, area__stem=community).select_related("area")
        found: Compound = rows.order_by("code")[number]
        return found

    def station(self, area: Area) -> Station | None:
        """Return the first station of a community."""
        return Station.objects.filter(district=self.district, area=area).order_by("code").first()


def bearer(unit: Enrolment) -> UnitBearer:
    """Return who comes through the link of a unit."""
    return UnitBearer(unit.pk, unit.district_id)


def moment(date: dt.date, days: int, hour: int, minute: int = 0) -> dt.datetime:
    """Return an hour so many days from a date."""
    return dt.datetime.combine(date + dt.timedelta(days=days), dt.time(hour, minute), tzinfo=ZONE)


def fresh(cycle: Cycle) -> Cycle:
    """Return a cycle as it stands now."""
    found: Cycle = Cycle.objects.select_related("series", "area", "district").get(pk=cycle.pk)
    return found


def say(scene: Scene, one: Told, key: str) -> Receipt:
    """Say a need, let the clerk look at it, and let neighbours stand behind it."""
    compound = scene.compound(*one["in"])
    said = Saying(
        category=Category.objects.get(district=scene.district, code=one["kind"]),
        place=Place(compound=compound),
        text=one["text"],
    )
    neighbour = Stranger(scene.district.pk)
    receipt = saying.submit(scene.district, said, key=key, actor=neighbour)
    clerk = scene.carries(compound.area)
    mending = Mending(title=one["title"], public_text=one["title"], is_listed=True)
    need = handling.triage(as_it_stands(receipt.need), actor=clerk, mending=mending)
    need = handling.take(as_it_stands(need), actor=clerk)
    handling.reply(need, "列进共建日的需求清单了，配上了就告诉您哪天来。", actor=clerk)
    for number in range(one.get("people", 1) - 1):
        saying.support(as_it_stands(need), Contact(), key=f"{key}-with-{number:03d}", actor=neighbour)
    return receipt


def as_it_stands(need: Need) -> Need:
    """Return a need as it stands now."""
    return Need.objects.select_related("owner_area", "owner_org", "category", "district", "area").get(
        pk=need.pk
    )
