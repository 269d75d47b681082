"""The HSDS door: valid by the standard's schema, sound by our check, paged, filtered, never a 500."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.places import hsds_read
from lingju.places.hsds_check import check, sentences
from lingju.places.hsds_lists import KINDS, records_of, tables_of
from lingju.places.hsds_read import TABLES, read
from lingju.places.hsds_rows import directory_of, uuid_of
from lingju.places.hsds_shapes import Telling
from lingju.places.models import Area, Service, Station
from lingju.places.services import catalogue, facilities, hours
from lingju.places.services.catalogue import OfferTerms
from lingju.places.services.facilities import FacilityDraft
from lingju.places.services.stations import DoorDraft
from lingju.places.tests.builders import a_catalogue, a_station, at
from lingju.places.tests.hsds_official import VERSIONS, faults, keywords, unknown

pytestmark = pytest.mark.django_db
BASE = "https://lingju.test"


@pytest.fixture
def whole(community: Area, neighbour: Area, system: SystemActor) -> Station:
    """Return an open station with everything, and another across the way that offers water too."""
    a_catalogue(community.district)
    station = a_station(
        community,
        at=at(5, 0),
        slug="fuhou",
        name="府后幸福驿站",
        address="府后街 1 号",
        directions="从东门进来右手边",
        phone="0355-8081234",
        is_step_free=True,
        doors=(DoorDraft("正门", at(5, 0)),),
    )
    other = a_station(neighbour, at=at(400, 0), slug="changan", name="长安幸福驿站")
    hours.set_weekly(station, "周一至周五 8:00-12:00 14:00-18:00", actor=system)
    hours.close_on(station, clock.today() + dt.timedelta(3), reason="停电检修", actor=system)
    hours.set_weekly(other, "全天", actor=system)
    socket = facilities.add(station, FacilityDraft("phone_charging", total=6), actor=system)
    facilities.record_state(socket, actor=system, free=2)
    catalogue.offer(station, "water", OfferTerms(audiences=("courier",)), actor=system)
    catalogue.offer(other, "water", OfferTerms(), actor=system)
    catalogue.offer(station, "charge_phone", OfferTerms(note="各种线都有"), actor=system)
    haircut = catalogue.offer(station, "haircut", OfferTerms(price="5 元", by_appointment=True), actor=system)
    hours.set_weekly(haircut, "周二 9:00-11:00", actor=system)
    return station


def get(client: Client, path: str, version: str = "3.0", **query: Any) -> Any:
    answer = client.get(f"/api/hsds/{version}/{path}", query)
    assert answer.status_code == 200, answer.content
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.json()


def a_telling(station: Station, version: str) -> Telling:
    return Telling(directory_of(station.district), version, BASE)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_whole_directory_is_valid_and_sound(whole: Station, version: str) -> None:
    telling = a_telling(whole, version)
    for name, things in telling.package().items():
        assert things
        for thing in things:
            assert faults(KINDS[name], version, thing) == []
            assert unknown(KINDS[name], version, thing) == []
    assert sentences(check(records_of(telling))) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_tables_are_sound_and_have_what_tables_must_have(whole: Station, version: str) -> None:
    tables = tables_of(a_telling(whole, version))
    assert sentences(check(tables)) == []
    assert {"service", "location", "schedule", "taxonomy_term", "address", "phone", "language"} <= set(tables)
    for kind, rows in tables.items():
        needed = keywords(version)["$defs"][kind].get("tabular_required", [])
        assert [row for row in rows if any(row[name] is None for name in needed)] == [], kind


@pytest.mark.parametrize("version", VERSIONS)
def test_a_nonsense_in_our_rows_would_be_noticed(whole: Station, version: str) -> None:
    told = a_telling(whole, version).package()
    told["organizations"][1]["parent_organization_id"] = str(uuid.uuid4())
    records = {name: [read(KINDS[name], one) for one in ones] for name, ones in told.items()}
    assert [one.path for one in check(records)] == ["organizations[1].parent_organization_id"]


def test_the_root_says_which_version_it_is(client: Client, whole: Station) -> None:
    for version in VERSIONS:
        told = get(client, "", version)
        assert told["version"] == version
        assert told["openapi_url"].startswith("https://")


@pytest.mark.parametrize("path", ["", "services", "package.json", "package.zip"])
def test_another_version_is_not_there(client: Client, whole: Station, path: str) -> None:
    answer = client.get(f"/api/hsds/2.0/{path}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("listing", KINDS)
def test_every_list_is_valid_in_short_and_whole_and_by_id(
    client: Client, whole: Station, listing: str, version: str
) -> None:
    for full in ("false", "true"):
        for thing in get(client, listing, version, full=full)["contents"]:
            service = thing.pop("service", None)
            assert faults(KINDS[listing], version, thing) == []
            assert service is None or faults("service", version, service) == []
    one = get(client, listing, version, full="true")["contents"][0]
    assert get(client, f"{listing}/{one['id']}", version) == one


def test_a_service_nests_where_when_and_for_whom(client: Client, whole: Station) -> None:
    water = Service.objects.get(code="water")
    told = get(client, f"services/{uuid_of('service', water.pk)}", "3.1")
    assert told["name"] == "饮水"
    assert [one["location"]["name"] for one in told["service_at_locations"]] == [
        "府后幸福驿站",
        "长安幸福驿站",
    ]
    here = told["service_at_locations"][0]
    assert [one["label"] for one in here["attributes"]] == ["快递员"]
    place = here["location"]
    assert place["addresses"][0]["address_1"] == "府后街 1 号"
    assert place["addresses"][0]["state_province"] == "山西省"
    assert place["phones"][0]["number"] == "0355-8081234"
    assert {one["opens_at"] for one in place["schedules"] if "opens_at" in one} == {
        "08:00+08:00",
        "14:00+08:00",
    }
    assert [one["description"] for one in place["schedules"] if "opens_at" not in one] == ["停开：停电检修"]
    assert place["accessibility"][0]["description"] == "无台阶"
    assert told["cost_options"][0]["amount"] == 0
    assert {one["taxonomy_term"]["code"] for one in told["attributes"]} == {
        "function-convenience",
        "water",
    }
    assert [one["url"] for one in told["additional_urls"]] == [
        "http://testserver/s/fuhou/",
        "http://testserver/s/changan/",
    ]


def test_an_offer_with_hours_of_its_own_has_schedules_under_the_stations(
    client: Client, whole: Station
) -> None:
    (haircut,) = get(client, "service_at_locations", search="理发", full="true")["contents"]
    assert haircut["service"]["application_process"] == "要先预约。"
    assert [one["byday"] for one in haircut["schedules"] if "opens_at" in one] == ["TU"]
    (water, *_rest) = get(client, "service_at_locations", search="饮水", full="true")["contents"]
    assert "schedules" not in water


def test_what_is_free_stands_in_3_1_alone(client: Client, whole: Station) -> None:
    key = uuid_of("service", Service.objects.get(code="charge_phone").pk)
    (told,) = get(client, f"services/{key}", "3.1")["capacities"]
    assert (told["available"], told["maximum"], told["unit"]["name"]) == (2, 6, "个")
    assert "capacities" not in get(client, f"services/{key}", "3.0")


def test_the_community_that_runs_it_stands_below_its_street(client: Client, whole: Station) -> None:
    told = {one["name"]: one for one in get(client, "organizations", full="true")["contents"]}
    assert set(told) == {"上党区", "韩店街道", "府后街社区居委会", "长安社区居委会"}
    community = told["府后街社区居委会"]
    assert community["parent_organization_id"] == told["韩店街道"]["id"]
    assert told["韩店街道"]["parent_organization_id"] == told["上党区"]["id"]
    assert [one["name"] for one in community["locations"]] == ["府后幸福驿站"]


def test_pages_are_counted(client: Client, whole: Station) -> None:
    first = get(client, "services", per_page=10)
    assert first["total_items"] == Service.objects.count()
    assert (first["size"], first["page_number"], first["first_page"], first["last_page"]) == (
        10,
        1,
        True,
        False,
    )
    last = get(client, "services", per_page=10, page=first["total_pages"])
    assert last["last_page"] is True
    keys = [
        one["id"]
        for page in range(1, first["total_pages"] + 1)
        for one in get(client, "services", per_page=10, page=page)["contents"]
    ]
    assert len(set(keys)) == len(keys) == first["total_items"]
    beyond = get(client, "services", page=1000)
    assert (beyond["empty"], beyond["contents"], beyond["last_page"]) == (True, [], True)


def test_lists_are_filtered(client: Client, whole: Station) -> None:
    water = uuid_of("term", Service.objects.get(code="water").pk)
    assert [one["name"] for one in get(client, "services", taxonomy_term_id=water)["contents"]] == ["饮水"]
    assert [one["name"] for one in get(client, "services", search="接一杯")["contents"]] == ["饮水"]
    neighbour = uuid_of("area", Station.objects.get(slug="changan").area_id)
    assert [one["name"] for one in get(client, "services", organization_id=neighbour)["contents"]] == ["饮水"]
    functions, audiences = (one["id"] for one in get(client, "taxonomies")["contents"])
    assert [one["name"] for one in get(client, "services", taxonomy_id=audiences)["contents"]] == ["饮水"]
    assert get(client, "services", taxonomy_id=functions)["total_items"] == Service.objects.count()
    group = uuid_of("group", f"{whole.district.code}:reading")
    below = get(client, "taxonomy_terms", parent_id=group)["contents"]
    assert {one["parent_id"] for one in below} == {group}
    assert group not in {one["id"] for one in get(client, "taxonomy_terms", top_only="true")["contents"]}
    assert get(client, "services", search="没有这个词")["empty"] is True


def test_what_was_changed_since_is_found_by_the_trail(
    client: Client, whole: Station, system: SystemActor
) -> None:
    (before,) = get(client, "services", search="理发")["contents"]
    later = clock.now() + dt.timedelta(hours=1)
    assert get(client, "services", modified_after=later.isoformat())["empty"] is True
    told = get(client, "services", modified_after=before["last_modified"])["contents"]
    assert before["id"] in {one["id"] for one in told}
    minimal = get(client, "services", minimal="true", modified_after=before["last_modified"])["contents"]
    assert all(set(one) == {"id", "modified_date"} for one in minimal)


def test_all_at_once_comes_in_lines(client: Client, whole: Station) -> None:
    answer = client.get("/api/hsds/3.1/services", {"format": "ndjson", "full": "true"})
    lines = answer.content.splitlines()
    assert len(lines) == Service.objects.count()
    assert all(hsds_read.read_json("service", line).kind == "service" for line in lines)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_zip_reads_back_and_says_the_same(client: Client, whole: Station, version: str) -> None:
    answer = client.get(f"/api/hsds/{version}/package.zip")
    assert answer["Content-Type"] == "application/zip"
    tables = hsds_read.unpacked(answer.content)
    assert sentences(check(tables)) == []
    told = {kind: {row["id"] for row in rows} for kind, rows in tables_of(a_telling(whole, version)).items()}
    assert {kind: {row["id"] for row in rows} for kind, rows in tables.items()} == told
    assert all(row["name"] for row in tables["service"])
    assert client.get(f"/api/hsds/{version}/package.zip").content == answer.content
    assert set(tables) <= set(TABLES)


def test_ids_stay_while_names_change(client: Client, whole: Station, system: SystemActor) -> None:
    before = [one["id"] for one in get(client, "services", full="true")["contents"]]
    again = [one["id"] for one in get(client, "services", full="true")["contents"]]
    assert before == again
    assert all(uuid.UUID(key).version == 5 for key in before)


def test_what_is_not_public_is_not_told(client: Client, whole: Station, system: SystemActor) -> None:
    catalogue.offer(whole, "mediation", OfferTerms(), actor=system)
    planned = a_station(whole.area, state=Station.State.PLANNED, name="还没建的驿站")
    text = client.get("/api/hsds/3.1/package.json").content.decode()
    assert planned.name not in text
    assert "metadata" not in text
    assert "contacts" not in text
    assert "updated_by" not in text


@pytest.mark.parametrize("listing", [*KINDS, "persons"])
def test_what_is_not_there_is_not_there(client: Client, whole: Station, listing: str) -> None:
    for key in ("x", str(uuid.uuid4()), "0" * 500):
        assert client.get(f"/api/hsds/3.0/{listing}/{key}").status_code == 404


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("page", "0"),
        ("page", "-1"),
        ("page", "x"),
        ("page", "9" * 40),
        ("page", "１"),
        ("per_page", "201"),
        ("per_page", "0"),
        ("full", "maybe"),
        ("minimal", "2"),
        ("modified_after", "yesterday"),
        ("modified_after", "2026-02-30"),
        ("format", "xml"),
        ("postcode", "047100"),
        ("proximity", "500"),
    ],
)
def test_a_question_that_cannot_be_answered_says_which_part(
    client: Client, whole: Station, name: str, given: str
) -> None:
    answer = client.get("/api/hsds/3.0/services", {name: given})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"#/{name}"


@pytest.mark.parametrize(
    "given", ["2026-11-26", "2026-11-26T08:00:00+08:00", "2026-11-26T00:00:00Z", "2026-11-26T08:00"]
)
def test_moments_are_taken_as_they_are_written(client: Client, whole: Station, given: str) -> None:
    get(client, "services", modified_after=given)


@pytest.mark.parametrize("given", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_the_ends_of_time_are_no_fault_of_the_house(client: Client, whole: Station, given: str) -> None:
    assert client.get("/api/hsds/3.0/services", {"modified_after": given}).status_code in (200, 422)


def test_it_is_for_reading(client: Client, whole: Station) -> None:
    answer = client.post("/api/hsds/3.0/services")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert client.head("/api/hsds/3.0/services").status_code == 200


def test_lists_cost_a_fixed_number_of_queries(
    client: Client, whole: Station, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14):
        get(client, "services", full="true")


QUERY = st.dictionaries(
    st.sampled_from(("page", "per_page", "search", "taxonomy_term_id", "taxonomy_id", "organization_id"))
    | st.sampled_from(("modified_after", "minimal", "full", "format", "top_only", "parent_id", "postcode")),
    st.text("0129-:+TZxtrue饮水 %\u0000'\"<\U0001f600", max_size=24),
    max_size=5,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    version=st.sampled_from(["3.0", "3.1", "3.2", "x"]),
    listing=st.sampled_from([*KINDS, "package.json", "persons", ""]),
    query=QUERY,
)
def test_whatever_is_asked_nothing_breaks(
    client: Client, whole: Station, version: str, listing: str, query: dict[str, str]
) -> None:
    answer = client.get(f"/api/hsds/{version}/{listing}", query)
    assert answer.status_code in (200, 400, 404, 422)
    assert answer["Content-Type"].startswith("application/")
