"""A small town for page tests: one street of 1.2 km, one compound on it, three stations along it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.test import Client

from lingju.circles.network import Network
from lingju.places.models import Area, Compound, District, Station
from lingju.places.services import catalogue, facilities, hours, streets
from lingju.places.services.facilities import FacilityDraft
from lingju.places.services.homes import GateDraft
from lingju.places.services.stations import DoorDraft
from lingju.places.tests.builders import (
    a_catalogue,
    a_compound,
    a_district,
    a_station,
    a_tree,
    at,
    the_system,
)

NOON = "2026-11-06T12:00:00+08:00"
DAY_HOURS = "8:00-21:00"


@dataclass(frozen=True)
class SmallTown:
    """The rows of the town."""

    district: District
    community: Area
    compound: Compound
    near: Station
    far: Station
    beyond: Station


def a_small_town(folder: Path | None = None, **changes: Any) -> SmallTown:
    """Build the town; with a folder its street is loaded too, without one only straight lines are known."""
    district = a_district(is_demo=True, **changes)
    a_catalogue(district)
    community = a_tree(district)[2]
    gates = (GateDraft("南门", at(0, -10)),)
    compound = a_compound(community, name="府后街小区", is_gated=True, at=at(0, 0), gates=gates)
    town = SmallTown(
        district,
        community,
        compound,
        near=_station(community, "府后街幸福驿站", "fuhoujie", 250),
        far=_station(community, "长安幸福驿站", "changan", 500),
        beyond=_station(community, "站南暖新驿站", "zhannan", -900),
    )
    if folder is not None:
        streets.load(district, _street(folder), actor=the_system(district))
        district.refresh_from_db()
    return town


def _station(community: Area, name: str, slug: str, east_m: float) -> Station:
    """Open a station by the street, with hours, things and services."""
    actor = the_system(community.district)
    point = at(east_m, -15)
    station = a_station(
        community,
        name=name,
        slug=slug,
        at=point,
        doors=(DoorDraft("正门", point),),
        phone="0355-0000000",
        address="府后街 1 号",
        directions="门口挂着两盏灯。",
        is_step_free=True,
    )
    hours.set_weekly(station, DAY_HOURS, actor=actor)
    for kind, total in (("hot_water", None), ("seats", 20), ("aed", None)):
        facilities.add(station, FacilityDraft(kind, total=total), actor=actor)
    for code in ("water", "rest", "haircut"):
        catalogue.offer(station, catalogue.service_by_code(community.district_id, code), actor=actor)
    return station


def _street(folder: Path) -> Path:
    """Save a straight street of 24 pieces, 20 m south of the compound."""
    points = [at(east, -20) for east in range(-1200, 1201, 100)]
    path = folder / "street.net"
    last = len(points) - 1
    Network.from_edges(
        [p.lon for p in points], [p.lat for p in points], list(range(last)), list(range(1, last + 1))
    ).save(path)
    return path


def living_in(compound: Compound) -> Client:
    """Return the browser of somebody who has chosen a compound."""
    client = Client()
    client.post("/here/", {"compound": compound.pk})
    return client


class Answer(Protocol):
    """What a test client gets back."""

    @property
    def content(self) -> bytes: ...


def text_of(response: Answer) -> str:
    """Return the page as text."""
    return response.content.decode()
