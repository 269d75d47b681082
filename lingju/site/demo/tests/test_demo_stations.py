"""The demo's stations: as many as planned, each with a door, hours and services the catalogue knows."""

import re
from collections import Counter
from datetime import date

from lingju.places.catalogue import AUDIENCES, FACILITY_KINDS, SERVICES
from lingju.site.demo.areas import CHANGAN, CHANGLE, FUHOUJIE, GUANGMING, LIDUJIE, XINSHIJIE
from lingju.site.demo.model import Town
from lingju.site.demo.tests.shapes import ground, point

PLANNED = {CHANGAN: 4, FUHOUJIE: 5, XINSHIJIE: 4, CHANGLE: 4, LIDUJIE: 3, GUANGMING: 3}
SPACES = {"deliberation", "mediation", "reading", "convenience", "activity"}


def test_twenty_three_happiness_stations_are_spread_as_planned(town: Town) -> None:
    happiness = [s for s in town.stations if s.kind == "happiness"]
    assert Counter(s.community for s in happiness) == PLANNED
    assert Counter(s.kind for s in town.stations) == {
        "happiness": 23,
        "warm": 2,
        "service_centre": 1,
        "smart_hut": 1,
    }


def test_a_station_stands_at_the_wall_of_a_compound_of_its_community(town: Town) -> None:
    rings = {c.code: ground(c.ring).exterior for c in town.compounds}
    for station in town.stations:
        if station.compound is not None:
            assert station.compound.startswith(station.community)
            assert rings[station.compound].distance(point(station.at)) < 0.2
    assert [s.kind for s in town.stations if s.compound is None] == ["service_centre", "smart_hut"]


def test_the_first_happiness_station_opened_in_august_2024_and_the_others_that_year(town: Town) -> None:
    opened = [date.fromisoformat(s.opened) for s in town.stations]
    assert min(opened) == date(2024, 8, 2)
    assert max(opened) < date(2025, 1, 1)
    assert next(s.name for s in town.stations if s.opened == "2024-08-02") == "府后街幸福驿站"


def test_services_spaces_and_slugs_are_words_the_district_knows(town: Town) -> None:
    for station in town.stations:
        assert set(station.services) <= set(SERVICES)
        assert set(station.audiences) <= set(AUDIENCES)
        assert len(station.services) == len(set(station.services))
        assert {space.kind for space in station.spaces} <= SPACES
        assert re.fullmatch(r"[a-z][a-z-]+", station.slug)
        assert station.phone.startswith("0355-0000")
        assert station.directions.endswith("。")
        assert station.area_m2 > 30
        assert station.doors[0].at == station.at


def test_hours_are_whole_days_long_days_or_closed_at_noon(town: Town) -> None:
    for station in town.stations:
        assert station.hours
        for span in station.hours:
            assert span.opens < span.closes <= "24:00"
            assert set(span.days) <= set("1234567")
    hut = next(s for s in town.stations if s.kind == "smart_hut")
    assert [(span.opens, span.closes) for span in hut.hours] == [("00:00", "24:00")]
    assert sum(len(s.hours) == 2 for s in town.stations if s.kind == "happiness") >= 4


def test_a_few_things_are_out_of_order_and_most_work(town: Town) -> None:
    states = Counter(f.state for s in town.stations for f in s.facilities)
    assert set(states) == {"working", "busy", "out_of_order"}
    assert states["out_of_order"] == 3
    assert states["working"] > 100
    assert sum("rider" in s.audiences for s in town.stations) >= 5


def test_directions_name_a_gate_of_the_compound_beside_it(town: Town) -> None:
    compounds = {c.code: c for c in town.compounds}
    for station in town.stations:
        if station.compound is not None:
            compound = compounds[station.compound]
            assert station.directions.startswith(f"出{compound.name}")
            assert any(f"{compound.name}{gate.name}往" in station.directions for gate in compound.gates)


def test_a_service_that_needs_a_thing_is_offered_where_the_thing_is(town: Town) -> None:
    for station in town.stations:
        here = {facility.kind for facility in station.facilities}
        assert here <= set(FACILITY_KINDS)
        for code, service in SERVICES.items():
            if service.facilities:
                assert (code in station.services) == bool(here & set(service.facilities))


def test_no_more_things_are_free_than_there_are(town: Town) -> None:
    for station in town.stations:
        assert len({f.name for f in station.facilities}) == len(station.facilities)
        for facility in station.facilities:
            assert facility.free is None or facility.free <= (facility.total or 0)
