"""Builders: a street with communities that holds its day, enrolled units, a cycle, its duties."""

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from lingju.cobuilding.models import Capability, Cycle, DaySeries, Enrolment, Role
from lingju.cobuilding.services import cycles
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.kernel.rules import Actor
from lingju.people.models import Account, Organisation
from lingju.people.tests import cast
from lingju.places.models import Area, District
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system

_numbers = itertools.count(1)
SINCE = dt.date(2026, 1, 1)


@dataclass(frozen=True)
class Street:
    """A street that leads a day, two of its communities, and their people."""

    district: District
    area: Area
    community: Area
    neighbour: Area
    series: DaySeries
    officer: Account
    clerk: Account
    district_officer: Account

    @property
    def leads(self) -> Actor:
        """Return the street's officer as who acts."""
        return cast.an_actor_of(self.officer)

    @property
    def carries(self) -> Actor:
        """Return the community's clerk as who acts."""
        return cast.an_actor_of(self.clerk)

    @property
    def district_leads(self) -> Actor:
        """Return the district's officer as who acts."""
        return cast.an_actor_of(self.district_officer)


def a_street(*years: int, **draft: Any) -> Street:
    """Found a district whose street holds its day on the first Friday, with the notices of some years."""
    district = builders.a_district()
    root, street, community, neighbour = builders.a_tree(district)
    builders.a_calendar(district, *(years or (2025, 2026)))
    told: dict[str, Any] = {"name": "城市共建日", "since": SINCE} | draft
    series = cycles.set_series(street, SeriesDraft(**told), actor=the_system(district))
    return Street(
        district,
        street,
        community,
        neighbour,
        series,
        cast.a_street_officer(at=street),
        cast.a_clerk(at=community),
        cast.a_district_officer(at=root),
    )


def cycles_until(street: Street, year: int, month: int) -> list[Cycle]:
    """Make a street's cycles up to a month and return all of them."""
    cycles.open_cycles(street.series, dt.date(year, month, 1), actor=the_system(street.district))
    return list(street.series.cycles.order_by("month"))


def a_cycle(street: Street, year: int = 2026, month: int = 11) -> Cycle:
    """Return the cycle of one month."""
    return next(c for c in cycles_until(street, year, month) if c.month == dt.date(year, month, 1))


def a_capability(district: District, code: str = "law", name: str = "法律服务") -> Capability:
    """Return something that a unit can do."""
    return Capability.objects.get_or_create(district=district, code=code, defaults={"name": name})[0]


def a_role(street: Street, code: str = "lead", name: str = "牵头", **changes: Any) -> Role:
    """Write down a role of the street's day."""
    told = {"name": name, "is_lead": code == "lead", "order": next(_numbers)} | changes
    return Role.objects.create(district=street.district, series=street.series, code=code, **told)


def a_unit(street: Street, name: str = "", *can: Capability, **changes: Any) -> Enrolment:
    """Enrol a unit at the street that takes turns."""
    number = next(_numbers)
    organisation = Organisation.objects.create(
        district=street.district, area=street.area, name=name or f"示例单位{number}", kind="institution"
    )
    told = {"state": Enrolment.State.ACTIVE, "number": f"D26-{number:04d}"} | changes
    unit = Enrolment.objects.create(
        district=street.district, area=street.area, organisation=organisation, **told
    )
    unit.capabilities.add(*can)
    return unit
