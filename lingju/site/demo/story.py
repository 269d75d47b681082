"""The demo district told through the services: every row is written by the verb that people use.

    streets      the invented town as an OSM file, imported by the same importer as a real extract
    areas        the real codes and names of 上党区 down to six communities
    compounds, gates, buildings, stations with doors, hours, facilities, services, spaces
    accounts     one per office, entered from the sign-in page in demo mode only (`lingju.site.demo.pages`)

One transaction: either the whole district stands, or none of it.
"""

import datetime as dt
from decimal import Decimal

from django.db import transaction

from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.places.hours_text import WeeklyTime
from lingju.places.models import Area, Compound, District, Facility, Gate, Station
from lingju.places.models.streets import streets_folder
from lingju.places.services import areas, calendars, catalogue, facilities, homes, hours, stations, streets
from lingju.places.services.facilities import FacilityDraft
from lingju.places.services.homes import BuildingDraft, CompoundDraft, GateDraft
from lingju.places.services.points import Point, Ring
from lingju.places.services.stations import DoorDraft, SpaceDraft, StationDraft
from lingju.site.demo import cobuilding, doors, gatherings, market, matters, model, volunteers
from lingju.site.demo.cast import seat_everybody
from lingju.site.demo.streetfile import invented_network
from lingju.site.demo.town import make_town

WGS = "WGS-84"
STREETS_FILE = "demo.streets"
LIFE = ("build", "try_out", "open")
GATE_KINDS = {"main": Gate.Kind.MAIN, "side": Gate.Kind.SIDE, "foot": Gate.Kind.FOOT}
FACILITY_STATES = {
    "working": Facility.State.WORKING,
    "busy": Facility.State.BUSY,
    "out_of_order": Facility.State.OUT_OF_ORDER,
}


def tell() -> District:
    """Fill the demo district; raises if it already stands."""
    town = make_town()
    with transaction.atomic():
        district = found(town)
        teller = Teller(town, district)
        teller.areas()
        catalogue.fill(district, actor=teller.actor)
        calendars.fill(district, actor=teller.actor)
        teller.compounds()
        teller.buildings()
        teller.stations()
        teller.streets()
        doors.tell(district, actor=teller.actor)
        seat_everybody(district, actor=teller.actor)
        matters.tell(district)
        gatherings.tell(district, *matters.the_quarter(district))
        volunteers.tell(district, *matters.the_quarter(district))
        market.tell(district, *matters.the_quarter(district))
        cobuilding.tell(district, *matters.the_quarter(district))
    return District.objects.get(pk=district.pk)


def found(town: model.Town) -> District:
    """Found the district that everything else belongs to."""
    return areas.found_district(
        code="140404",
        name="上党区",
        brand_name="零距离",
        hotline="0355-0000000",
        is_demo=True,
        centre=town.centre,
        actor=SystemActor(),
    )


class Teller:
    """Tells one town to one district, chapter by chapter."""

    def __init__(self, town: model.Town, district: District) -> None:
        self.town = town
        self.district = district
        self.actor = SystemActor(district.pk)
        self.compound_by_code: dict[str, Compound] = {}
        self.area_by_code: dict[str, Area] = {}

    def areas(self) -> None:
        """Add the area tree from the district down, parents first."""
        for area in sorted(self.town.areas, key=lambda a: len(Area.stem_of(a.code))):
            areas.add(self.district, code=area.code, name=area.name, actor=self.actor)
        self.area_by_code = {area.code: area for area in Area.objects.filter(district=self.district)}

    def compounds(self) -> None:
        """Add compounds with their gates; some gates close at night."""
        for told in self.town.compounds:
            draft = CompoundDraft(
                area=self.area_by_code[told.community],
                code=told.code,
                name=told.name,
                at=middle(told.ring),
                is_gated=told.gated,
                gates=tuple(gate_draft(gate) for gate in told.gates),
                ring=Ring(told.ring, WGS),
                built_in=told.built,
            )
            compound = homes.add_compound(self.district, draft, actor=self.actor)
            self.compound_by_code[told.code] = compound
            self.gate_hours(compound, told.gates)

    def gate_hours(self, compound: Compound, gates: tuple[model.Gate, ...]) -> None:
        """Set the hours of gates that have some."""
        by_name = {gate.name: gate for gate in compound.gates.all()}
        for told in gates:
            if told.hours:
                hours.set_weekly(by_name[told.name], times(told.hours), actor=self.actor, source="小区物业")

    def buildings(self) -> None:
        """Add buildings with counts of households and persons."""
        for told in self.town.buildings:
            compound = self.compound_by_code[told.compound]
            draft = BuildingDraft(
                area=compound.area,
                code=told.code,
                name=told.name,
                at=point(told.at),
                compound=compound,
                households=told.households,
                persons=told.ages,
                ring=Ring(told.ring, WGS),
            )
            homes.add_building(self.district, draft, actor=self.actor)

    def stations(self) -> None:
        """Add stations and furnish, equip, open them."""
        for told in self.town.stations:
            station = stations.add(self.district, self.station_draft(told), actor=self.actor)
            spaces = tuple(SpaceDraft(space.name, space.kind, space.capacity) for space in told.spaces)
            stations.furnish(station, spaces, actor=self.actor)
            hours.set_weekly(station, times(told.hours), actor=self.actor, source="站内公示")
            for facility in told.facilities:
                self.equip(station, facility)
            for code in told.services:
                catalogue.offer(station, code, actor=self.actor)
            for step in LIFE:
                stations.take_step(station, step, actor=self.actor)

    def station_draft(self, told: model.Station) -> StationDraft:
        """Return the draft of one station."""
        return StationDraft(
            area=self.area_by_code[told.community],
            code=told.code,
            name=told.name,
            at=point(told.at),
            kind=told.kind,
            slug=told.slug,
            compound=self.compound_by_code.get(told.compound or ""),
            doors=tuple(DoorDraft(door.name, point(door.at), door.step_free) for door in told.doors),
            address=told.address,
            directions=told.directions,
            phone=told.phone,
            area_m2=Decimal(told.area_m2),
            opened_on=dt.date.fromisoformat(told.opened),
            is_step_free=any(door.step_free for door in told.doors),
            has_low_counter=told.has_low_counter,
        )

    def equip(self, station: Station, told: model.Facility) -> None:
        """Add one facility and record what somebody saw there a few minutes ago."""
        expires = None if told.expires_days is None else clock.today() + dt.timedelta(days=told.expires_days)
        draft = FacilityDraft(told.kind, told.name, told.total, expires_on=expires)
        facility = facilities.add(station, draft, actor=self.actor)
        facilities.record_state(
            facility,
            actor=self.actor,
            state=FACILITY_STATES[told.state],
            free=told.free,
            reading=told.reading or None,
            note=told.note,
        )

    def streets(self) -> None:
        """Import the town's streets from an OSM file and put them to use."""
        folder = streets_folder()
        folder.mkdir(parents=True, exist_ok=True)
        net = invented_network(self.town)
        net.save(folder / STREETS_FILE)
        streets.load(self.district, folder / STREETS_FILE, actor=self.actor)


def point(at: model.Degrees) -> Point:
    """Label a point of the town."""
    return Point(at[0], at[1], WGS)


def middle(ring: model.Ring) -> Point:
    """Return the middle of a ring's corners, labelled."""
    corners = ring[:-1]
    return Point(sum(c[0] for c in corners) / len(corners), sum(c[1] for c in corners) / len(corners), WGS)


def gate_draft(gate: model.Gate) -> GateDraft:
    """Return the draft of one gate."""
    return GateDraft(gate.name, point(gate.at), GATE_KINDS[gate.kind].value, gate.step_free)


def times(spans: tuple[model.Span, ...]) -> list[WeeklyTime]:
    """Return a town's spans as weekly times."""
    return [
        WeeklyTime(sum(1 << (int(day) - 1) for day in span.days), minute(span.opens), minute(span.closes))
        for span in spans
    ]


def minute(clock_text: str) -> int:
    """Return the minute of the day of "08:30"; "24:00" is 1440."""
    hour, minutes = clock_text.split(":")
    return int(hour) * 60 + int(minutes)
