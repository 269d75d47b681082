"""One small district for the tests that walk every address: two communities alike, and six who come.

    府后街社区   a compound with two gates, a building, an open station, an organisation, its clerk
    长安社区     the same over again, and the clerk elsewhere

Everything is told through the services; the streets are a grid of 100 metres saved to the var folder.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from lingju.circles.network import Network
from lingju.kernel.rules import SystemActor
from lingju.needs.models import SavedFilter
from lingju.needs.services import catalogue as catalogue_of_needs
from lingju.people.models import Account, Organisation
from lingju.people.services import organisations
from lingju.people.tests import cast
from lingju.places import here
from lingju.places.models import Area, Building, Compound, District, Facility, Gate, Station
from lingju.places.rules import Office
from lingju.places.services import catalogue, facilities, hours, stations, streets
from lingju.places.services.facilities import FacilityDraft
from lingju.places.services.homes import GateDraft
from lingju.places.services.stations import DoorDraft, SpaceDraft
from lingju.places.tests import builders
from lingju.places.tests.builders import at
from tests import booked, enrolled, happenings, learnt, markets, matters, volunteered
from tests.booked import Booked
from tests.enrolled import Enrolled
from tests.happenings import Happenings
from tests.learnt import Learnt
from tests.markets import Marketed
from tests.matters import Loop, Matters
from tests.volunteered import Volunteered

ACTORS = (
    "a resident",
    "a clerk of her station",
    "a clerk elsewhere",
    "a street officer",
    "a district officer",
    "a stranger",
)


@dataclass(frozen=True)
class Quarter:
    """One community and what stands in it."""

    area: Area
    compound: Compound
    gate: Gate
    building: Building
    station: Station
    facility: Facility
    organisation: Organisation
    matters: Matters
    happenings: Happenings
    learnt: Learnt
    booked: Booked
    volunteered: Volunteered
    enrolled: Enrolled
    marketed: Marketed

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names that only this quarter's rows have."""
        things = (self.compound, self.gate, self.building, self.station, self.facility, self.organisation)
        told: tuple[str, ...] = (
            self.matters.need.title,
            self.matters.wish.public_text,
            self.booked.bookable.name,
        )
        told += (self.volunteered.call.title, self.volunteered.team.name, self.marketed.stall.name)
        return (*(thing.name for thing in things), *told)


@dataclass(frozen=True)
class World:
    """The district, its two quarters, and the accounts by the name of their part."""

    district: District
    home: Quarter
    elsewhere: Quarter
    accounts: dict[str, Account]
    loop: Loop
    filter: SavedFilter
    sessions: dict[str, str] = field(default_factory=dict)

    def browser(self, actor: str) -> Client:
        """Return a fresh browser of one of the six; the stranger's knows no session."""
        client = Client()
        if actor in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[actor]
        return client

    def neighbour(self, actor: str = "a stranger") -> Client:
        """Return the browser of somebody who has said that they live in the home compound."""
        client = self.browser(actor)
        client.post("/here/", {"compound": self.home.compound.pk})
        assert here.COOKIE in client.cookies
        return client


@contextmanager
def the_world(blocker: DjangoDbBlocker) -> Iterator[World]:
    """Build the world in a transaction that is taken back at the end."""
    with blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build() -> World:
    """Build the world in the database at hand."""
    district = builders.a_district(hotline="0355-0000000", is_demo=True)
    root, street, home, elsewhere = builders.a_tree(district)
    builders.a_catalogue(district)
    builders.a_calendar(district)
    actor = SystemActor(district.pk)
    catalogue_of_needs.fill(district, actor=actor)
    happenings.a_library(district)
    quarters = (a_quarter(home, "府后", 0.0, street), a_quarter(elsewhere, "长安", 500.0, street))
    streets.load(district, a_grid(Path(settings.LINGJU.var) / "streets" / "world.streets"), actor=actor)
    cast.a_text(district)
    accounts = {name: account for name, make in cast.CAST.items() if (account := make(district))}
    accounts["a security admin"] = cast.an_admin(Office.SECURITY_ADMIN, district=root.district)
    accounts["a keeper"] = cast.a_keeper(at=quarters[0].station)
    accounts["a demo part"] = cast.an_account(district, "演示居民", sign_in_name="demo-resident", phone="")
    world = World(
        District.objects.get(pk=district.pk),
        *quarters,
        accounts,
        matters.a_loop(district.pk),
        matters.a_filter(accounts["a clerk of her station"]),
    )
    for name, account in accounts.items():
        world.sessions[name] = cast.signed_in_client(account).cookies[settings.SESSION_COOKIE_NAME].value
    return world


def a_quarter(area: Area, word: str, east_m: float, street: Area) -> Quarter:
    """Furnish one community, some metres east of the centre; every name in it begins with a word."""
    actor = SystemActor(area.district_id)
    gates = (GateDraft(f"{word}南门", at(east_m, -80)), GateDraft(f"{word}北门", at(east_m, 80)))
    compound = builders.a_compound(area, name=f"{word}家园", at=at(east_m, 0), gates=gates)
    building = builders.a_building(area, name=f"{word}一号楼", at=at(east_m, 10), compound=compound)
    station = builders.a_station(
        area,
        name=f"{word}幸福驿站",
        slug="fuhou" if word == "府后" else "changan",
        at=at(east_m + 150, 110),
        doors=(DoorDraft("正门", at(east_m + 150, 105)),),
        phone="0355-1234567",
        address="府后街 1 号",
    )
    hours.set_weekly(station, "全天", actor=actor)
    stations.furnish(station, (SpaceDraft(f"{word}议事室", "deliberation", 12),), actor=actor)
    facility = facilities.add(station, FacilityDraft("seats", f"{word}座位", 20), actor=actor)
    for code in ("water", "rest"):
        service = catalogue.service_by_code(area.district_id, code)
        catalogue.offer(station, service.code, actor=actor)
    written = organisations.Written(f"{word}律师事务所", Organisation.Kind.COMPANY, area, "")
    gate = compound.gates.order_by("id").first()
    assert gate is not None
    organisation = organisations.add(written, actor=actor)
    colleague = cast.a_clerk(at=area, name=f"{word}另一位社工")
    on_desk = matters.the_matters_of(area, compound, word, colleague, street)
    going_on = happenings.the_happenings_of(area, station, word)
    to_book = booked.the_bookings_of(station, word)
    over = learnt.the_learnt_of(area, station, word)
    helping = volunteered.the_volunteers_of(area, station, word, colleague)
    taking_part = enrolled.the_enrolled_of(area, word)
    at_market = markets.the_market_of(area, station, organisation, word)
    return Quarter(
        *(area, compound, gate, building, station, facility, organisation),
        *(on_desk, going_on, over, to_book, helping, taking_part, at_market),
    )


def a_grid(path: Path) -> Path:
    """Save a grid of streets 100 metres apart, 1.6 km by 600 m."""
    columns, rows = range(-6, 11), range(-3, 4)
    points = [at(100 * c, 100 * r) for r in rows for c in columns]
    wide = len(columns)
    across = [(n, n + 1) for n in range(len(points)) if (n + 1) % wide]
    along = [(n, n + wide) for n in range(len(points) - wide)]
    u, v = zip(*across, *along, strict=True)
    Network.from_edges([p.lon for p in points], [p.lat for p in points], u, v).save(path)
    return path
