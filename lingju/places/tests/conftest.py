"""The fixed cast of places: actors with offices at nodes of the tree; accounts are of a floor above."""

from collections.abc import Collection
from dataclasses import dataclass

import pytest

from lingju.kernel import facts
from lingju.kernel.facts import Hearing, when
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import Area, District, Station
from lingju.places.rules import Office
from lingju.places.tests import builders


@dataclass(frozen=True)
class OfficeHolder:
    """Somebody with one office at one node, or for one thing; nobody at all without an office."""

    district_id: int
    office: str = ""
    stem: str | None = None
    thing_id: int | None = None
    account_id: int | None = 7
    has_second_factor: bool = True

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    def holds(self, offices: Collection[str], stem: str, *, thing_id: int | None = None) -> bool:
        if self.office not in offices:
            return False
        if self.stem is not None and stem.startswith(self.stem):
            return True
        return self.thing_id is not None and self.thing_id == thing_id

    def stems(self, offices: Collection[str]) -> tuple[str, ...]:
        return (self.stem,) if self.office in offices and self.stem is not None else ()

    def things(self, offices: Collection[str]) -> tuple[int, ...]:
        return (self.thing_id,) if self.office in offices and self.thing_id is not None else ()


@dataclass(frozen=True)
class Cast:
    """Everybody who acts in the tables of actor × step × verdict."""

    stranger: Actor
    resident: Actor
    keeper: Actor
    clerk: Actor
    clerk_elsewhere: Actor
    street_officer: Actor
    district_officer: Actor
    officer_of_another_district: Actor
    system: Actor

    def __getitem__(self, name: str) -> Actor:
        actor: Actor = getattr(self, name)
        return actor


def cast_of(station: Station) -> Cast:
    """Return the cast around a station of 府后街社区."""
    here = station.district_id
    return Cast(
        stranger=OfficeHolder(here, account_id=None),
        resident=OfficeHolder(here),
        keeper=OfficeHolder(here, Office.KEEPER, thing_id=station.pk),
        clerk=OfficeHolder(here, Office.CLERK, builders.COMMUNITY),
        clerk_elsewhere=OfficeHolder(here, Office.CLERK, builders.NEIGHBOUR),
        street_officer=OfficeHolder(here, Office.STREET_OFFICER, builders.STREET),
        district_officer=OfficeHolder(here, Office.DISTRICT_OFFICER, builders.DISTRICT),
        officer_of_another_district=OfficeHolder(here + 1, Office.DISTRICT_OFFICER, builders.DISTRICT),
        system=SystemActor(here),
    )


@pytest.fixture
def district() -> District:
    return builders.a_district()


@pytest.fixture
def community(district: District) -> Area:
    return builders.a_tree(district)[2]


@pytest.fixture
def neighbour(community: Area) -> Area:
    return Area.objects.get(district=community.district, stem=builders.NEIGHBOUR)


@pytest.fixture
def station(community: Area) -> Station:
    return builders.a_station(community)


@pytest.fixture
def cast(station: Station) -> Cast:
    return cast_of(station)


@pytest.fixture
def system(district: District) -> SystemActor:
    return builders.the_system(district)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Listen to every fact of places; the list fills as they are announced."""
    facts_heard: list[object] = []
    hearings: dict[type, Hearing] = {}
    monkeypatch.setattr(facts, "_hearings", hearings)
    for kind in builders.FACTS:
        when(kind, at_once=facts_heard.append)
    return facts_heard
