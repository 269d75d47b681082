"""The read API: schemas, ids as strings, labelled coordinates, unescaped Chinese, problem+json."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lingju.kernel.rules import SystemActor
from lingju.places.models import Area, Station
from lingju.places.services import catalogue, facilities, hours, streets
from lingju.places.services.catalogue import OfferTerms
from lingju.places.services.facilities import FacilityDraft
from lingju.places.services.stations import DoorDraft
from lingju.places.tests.builders import CENTRE, a_catalogue, a_station, at
from lingju.places.tests.test_streets import a_file

pytestmark = pytest.mark.django_db
LON, LAT = CENTRE


@pytest.fixture
def whole(community: Area, system: SystemActor) -> Station:
    """Return an open station with everything, beside the crossing of the small network."""
    a_catalogue(community.district)
    station = a_station(community, at=at(5, 0), doors=(DoorDraft("正门", at(5, 0)),), phone="0355-8081234")
    hours.set_weekly(station, "全天", actor=system)
    facilities.add(station, FacilityDraft("phone_charging", total=6), actor=system)
    catalogue.offer(station, "water", OfferTerms(audiences=("courier",)), actor=system)
    return station


def get(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(f"/api/v1/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_district_names_its_streets(
    client: Client, whole: Station, system: SystemActor, tmp_path: Path
) -> None:
    assert get(client, "district")["streets"] is None
    streets.load(whole.district, a_file(tmp_path), actor=system)
    told = get(client, "district")
    assert told["name"] == "上党区"
    assert told["centre"] == {"lon": LON, "lat": LAT, "crs": "WGS-84"}
    assert told["streets"]["is_synthetic"] is True


def test_areas_come_in_order_with_parents(client: Client, community: Area) -> None:
    told = get(client, "areas")
    assert [area["level"] for area in told] == ["district", "street", "community", "community"]
    assert told[1]["parent_id"] == told[0]["id"]
    assert isinstance(told[0]["id"], str)
    assert len(get(client, "areas", level="community")) == 2
    assert len(get(client, "areas", under="140404001")) == 3


def test_services_are_the_catalogue(client: Client, whole: Station) -> None:
    told = {one["code"]: one for one in get(client, "services")}
    assert told["water"]["name"] == "饮水"
    assert told["water"]["is_quick"]


def test_chinese_is_not_escaped(client: Client, whole: Station) -> None:
    answer = client.get("/api/v1/services")
    assert "饮水" in answer.content.decode()
    assert answer["Content-Type"].startswith("application/json")


def test_stations_are_listed_and_filtered(client: Client, whole: Station, community: Area) -> None:
    other = a_station(community, kind="warm")
    a_station(community, state=Station.State.PLANNED)
    assert {one["slug"] for one in get(client, "stations")} == {whole.slug, other.slug}
    assert [one["slug"] for one in get(client, "stations", kind="warm")] == [other.slug]
    assert [one["slug"] for one in get(client, "stations", service="water")] == [whole.slug]
    assert [one["slug"] for one in get(client, "stations", open_now="true")] == [whole.slug]
    assert get(client, "stations", area="140404001001") == []
    told = get(client, "stations", service="water")[0]
    assert told["open"]["words"] == "全天开"
    assert told["id"] == str(whole.pk)


def test_a_list_costs_the_same_however_long_it_is(
    client: Client, whole: Station, community: Area, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(6):  # the district, stations, facilities, hours, doors, offers
        get(client, "stations")
    for _ in range(3):
        a_station(community)
    with django_assert_num_queries(6):
        get(client, "stations")


def test_a_station_tells_everything_and_nothing_personal(client: Client, whole: Station) -> None:
    told = get(client, f"stations/{whole.slug}")
    assert told["facilities"][0]["free"] == 6
    assert told["offers"][0]["audiences"] == ["courier"]
    assert told["hours"][0] | {"layer": "base", "closes": 1440} == told["hours"][0]
    assert told["doors"][0]["point"]["crs"] == "WGS-84"
    assert not {"created_by", "actor_id", "account_id"} & set(told)


def test_every_point_is_given_in_the_datum_asked_for(client: Client, whole: Station) -> None:
    told = get(client, f"stations/{whole.slug}", crs="GCJ-02")
    assert told["point"]["crs"] == "GCJ-02"
    assert told["point"]["lon"] - whole.lon == pytest.approx(0.0066, abs=5e-4)


def test_a_circle_on_streets_and_without(
    client: Client, whole: Station, system: SystemActor, tmp_path: Path
) -> None:
    asked = {"lon": LON, "lat": LAT, "crs": "WGS-84"}
    straight = get(client, "circle", **asked)
    assert straight["straight"] is True
    assert straight["outline"] is None
    assert [one["slug"] for one in straight["stations"]] == [whole.slug]
    streets.load(whole.district, a_file(tmp_path), actor=system)
    told = get(client, "circle", **asked, profile="elder", minutes=5)
    assert told["straight"] is False
    assert told["outline"]["type"] == "MultiPolygon"
    assert told["outline"]["crs"] == "WGS-84"
    assert told["stations"][0]["minutes"] == 1


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("stations/nowhere", 404, "没找到这座驿站"),
        ("circle?lon=113.05&lat=36.05", 422, "缺少这个参数"),
        ("circle?lon=113.05&lat=36.05&crs=XYZ", 422, "crs"),
        ("circle?lon=36.05&lat=113.05&crs=WGS-84", 422, "写反了"),
        ("circle?lon=122.5&lat=36.05&crs=WGS-84", 422, "好像不在本区"),
        ("circle?lon=nan&lat=36.05&crs=WGS-84", 422, "数字"),
        ("circle?lon=abc&lat=36.05&crs=WGS-84", 422, "lon"),
        ("circle?lon=113.05&lat=36.05&crs=WGS-84&minutes=500", 422, "minutes"),
        ("stations?crs=", 422, "crs"),
        ("nothing", 404, ""),
    ],
)
def test_every_refusal_is_a_problem_in_words(
    client: Client, whole: Station, path: str, status: int, said: str
) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert said in answer.content.decode()


def test_the_api_describes_itself_and_asks_no_other_host(client: Client, whole: Station) -> None:
    told = get(client, "openapi.json")
    assert "/api/v1/stations/{slug}" in told["paths"]
    assert client.get("/api/v1/docs").status_code == 404


def test_the_api_only_reads(client: Client, whole: Station) -> None:
    for path in ("district", "areas", "services", "stations", f"stations/{whole.slug}", "circle"):
        assert client.post(f"/api/v1/{path}").status_code == 405


def test_a_wrong_method_is_a_problem_too(client: Client, whole: Station) -> None:
    answer = client.delete("/api/v1/stations")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert answer["Content-Type"] == "application/problem+json"
    assert client.head("/api/v1/stations").status_code == 200
