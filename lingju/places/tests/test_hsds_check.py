"""The check of meaning: each kind of nonsense is refused, and the standard's own schema lets each pass."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.places.hsds_check import check, sentences
from lingju.places.hsds_read import Record, read, read_csv, read_json
from lingju.places.hsds_values import a_date, a_time
from lingju.places.tests.hsds_official import VERSIONS, example, faults

ID = "48102e86-bb50-41c4-8f1e-e269368c41d1"
ELSEWHERE = "3a19ff88-4620-4d17-9830-ac1d859eb5d5"
WEEKLY = {
    "id": ID,
    "freq": "WEEKLY",
    "byday": "MO,TU,WE,TH,FR",
    "opens_at": "08:00+08:00",
    "closes_at": "18:00+08:00",
    "timezone": 8,
    "valid_from": "2026-11-01",
    "valid_to": "2026-12-31",
    "description": "工作日 8:00–18:00",
}
MONTHLY = {"id": ID, "freq": "MONTHLY", "byday": "1FR", "opens_at": "14:00Z", "closes_at": "16:00Z"}
NIGHT = {**WEEKLY, "opens_at": "22:00", "closes_at": "06:00", "notes": "次日"}
CLOSED = {"id": ID, "freq": "WEEKLY", "byday": "TU", "valid_from": "2026-12-01", "description": "停开：停电"}
ONCE = {"id": ID, "dtstart": "2026-12-01", "opens_at": "09:00", "closes_at": "10:30:00"}
FORTNIGHT = {**WEEKLY, "interval": 2, "dtstart": "2026-11-02"}
SOUND = (WEEKLY, MONTHLY, NIGHT, CLOSED, ONCE, FORTNIGHT)

# What is changed in a sound schedule (None: left out), and the field that is refused for it.
NONSENSE: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (WEEKLY, {"byday": "ZZ"}, "byday"),
    (WEEKLY, {"byday": "MO,MO"}, "byday"),
    (WEEKLY, {"byday": "MO;TU"}, "byday"),
    (WEEKLY, {"byday": "mo"}, "byday"),
    (WEEKLY, {"byday": ""}, "byday"),
    (WEEKLY, {"byday": "2MO"}, "byday"),
    (MONTHLY, {"byday": "0FR"}, "byday"),
    (MONTHLY, {"byday": "6FR"}, "byday"),
    (WEEKLY, {"opens_at": "25:99"}, "opens_at"),
    (WEEKLY, {"opens_at": "8am"}, "opens_at"),
    (WEEKLY, {"opens_at": "08:60"}, "opens_at"),
    (WEEKLY, {"opens_at": "24:00", "closes_at": "24:00"}, "opens_at"),
    (WEEKLY, {"closes_at": "24:01+08:00"}, "closes_at"),
    (WEEKLY, {"closes_at": "18:00+25:00"}, "closes_at"),
    (WEEKLY, {"closes_at": "18:00Z"}, "closes_at"),
    (WEEKLY, {"closes_at": "07:00+08:00"}, "closes_at"),
    (WEEKLY, {"closes_at": "08:00+08:00"}, "closes_at"),
    (WEEKLY, {"closes_at": None}, "closes_at"),
    (WEEKLY, {"opens_at": None}, "opens_at"),
    (CLOSED, {"description": None}, "description"),
    (NIGHT, {"notes": None}, "closes_at"),
    (WEEKLY, {"valid_from": "31/02/2026"}, "valid_from"),
    (WEEKLY, {"valid_from": "2026-02-31"}, "valid_from"),
    (WEEKLY, {"valid_to": "soon"}, "valid_to"),
    (WEEKLY, {"valid_to": "2026-10-31"}, "valid_to"),
    (WEEKLY, {"valid_from": "2026-12-05", "valid_to": "2026-12-06"}, "byday"),
    (ONCE, {"dtstart": "2026-13-01"}, "dtstart"),
    (ONCE, {"dtstart": None}, "dtstart"),
    (FORTNIGHT, {"until": "2026-11-01"}, "until"),
    (FORTNIGHT, {"until": "2026-11-30", "count": 3}, "count"),
    (FORTNIGHT, {"dtstart": None}, "dtstart"),
    (WEEKLY, {"interval": 0}, "interval"),
    (WEEKLY, {"interval": -1}, "interval"),
    (WEEKLY, {"interval": 1.5}, "interval"),
    (WEEKLY, {"count": 0}, "count"),
    (WEEKLY, {"byday": None}, "freq"),
    (MONTHLY, {"byday": None}, "freq"),
    (WEEKLY, {"freq": None}, "byday"),
    (WEEKLY, {"timezone": 99}, "timezone"),
    (WEEKLY, {"timezone": -12.5}, "timezone"),
    (WEEKLY, {"timezone": 8.1}, "timezone"),
    (WEEKLY, {"bymonthday": "1"}, "bymonthday"),
    (MONTHLY, {"bymonthday": "32"}, "bymonthday"),
    (MONTHLY, {"bymonthday": "one"}, "bymonthday"),
    (WEEKLY, {"byweekno": "54"}, "byweekno"),
    (WEEKLY, {"byyearday": "1"}, "byyearday"),
]
PLACE = {"id": ID, "location_type": "physical", "latitude": 36.05, "longitude": 113.05}
SERVICE = {"id": ID, "name": "理发", "status": "active", "minimum_age": 12, "maximum_age": 100}
ADDRESS = {
    "id": ID,
    "address_1": "示例路 1 号",
    "city": "示例市",
    "state_province": "示例省",
    "postal_code": "",
    "country": "CN",
    "address_type": "physical",
}
UNIT = {"id": ELSEWHERE, "name": "个"}
CAPACITY = {"id": ID, "unit": UNIT, "available": 2, "maximum": 6, "updated": "2026-11-26T08:00:00Z"}
OTHERS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("location", PLACE, {"latitude": 100}, "latitude"),
    ("location", PLACE, {"longitude": -181}, "longitude"),
    ("location", PLACE, {"longitude": None}, "longitude"),
    ("location", PLACE, {"latitude": 0, "longitude": 0}, "latitude"),
    ("location", PLACE, {"location_type": "virtual"}, "url"),
    ("service", SERVICE, {"minimum_age": -1}, "minimum_age"),
    ("service", SERVICE, {"maximum_age": 1000}, "maximum_age"),
    ("service", SERVICE, {"minimum_age": 60, "maximum_age": 18}, "maximum_age"),
    ("service", SERVICE, {"assured_date": "2026-02-30"}, "assured_date"),
    ("address", ADDRESS, {"country": "中国"}, "country"),
    ("address", ADDRESS, {"address_1": " "}, "address_1"),
    ("phone", {"id": ID, "number": "0355-8081234"}, {"number": "没有"}, "number"),
    ("language", {"id": ID, "code": "zh"}, {"code": "中文"}, "code"),
    ("cost_option", {"id": ID, "amount": 0}, {"amount": -1}, "amount"),
    ("cost_option", {"id": ID, "currency": "CNY"}, {"currency": "元"}, "currency"),
    ("cost_option", {"id": ID, "valid_from": "2026-02-01"}, {"valid_to": "2026-01-01"}, "valid_to"),
    (
        "organization",
        {"id": ID, "name": "街道", "description": "街道"},
        {"year_incorporated": 0.5},
        "year_incorporated",
    ),
    ("service_capacity", CAPACITY, {"available": 9}, "available"),
    ("service_capacity", CAPACITY, {"maximum": -6}, "maximum"),
]


def changed(sound: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return a sound thing with changes; None takes a field away."""
    return {name: value for name, value in {**sound, **changes}.items() if value is not None}


def refused(kind: str, thing: dict[str, Any]) -> set[str]:
    """Return the fields of one thing that the check refuses."""
    wrong = check({"things": [read(kind, thing)]}, is_whole=False)
    assert all(one.sentence.endswith("。") for one in wrong)
    return {one.path.removeprefix("things[0].") for one in wrong}


@pytest.mark.parametrize("sound", SOUND)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_sound_schedule_passes_both(sound: dict[str, Any], version: str) -> None:
    assert faults("schedule", version, sound) == []
    assert refused("schedule", sound) == set()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("sound", "changes", "field"), NONSENSE, ids=str)
def test_the_schema_lets_nonsense_pass_and_the_check_does_not(
    sound: dict[str, Any], changes: dict[str, Any], field: str, version: str
) -> None:
    thing = changed(sound, changes)
    assert faults("schedule", version, thing) == []
    assert field in refused("schedule", thing)


@pytest.mark.parametrize(("kind", "sound", "changes", "field"), OTHERS, ids=str)
def test_nonsense_elsewhere_is_refused_too(
    kind: str, sound: dict[str, Any], changes: dict[str, Any], field: str
) -> None:
    assert refused(kind, sound) == set()
    thing = changed(sound, changes)
    assert faults(kind, "3.1", thing) == []
    assert field in refused(kind, thing)


def a_term(**changes: Any) -> Record:
    return read("taxonomy_term", {"id": ID, "name": "便民", "description": "便民", **changes})


def test_the_same_id_twice_in_a_list_is_refused() -> None:
    wrong = check({"taxonomy_terms": [a_term(), a_term()]})
    assert sentences(wrong) == ["taxonomy_terms[1].id：这个编号在同一张表里用了两次。"]


def test_one_id_for_two_things_is_refused_and_for_one_thing_in_two_places_is_not() -> None:
    phone = {"id": ELSEWHERE, "number": "0355-8081234"}
    other = {**phone, "number": "0355-8085678"}
    same = read("service", {**SERVICE, "phones": [phone, phone]})
    assert check({"services": [same]}) == []
    two = read("service", {**SERVICE, "phones": [phone, other]})
    assert [one.path for one in check({"services": [two]})] == ["services[0].phones[1].id"]


def test_one_code_for_two_terms_of_a_taxonomy_is_refused() -> None:
    taxonomy = {"id": "5c4d79d7-cc55-470e-9f1f-8cad074e4892", "name": "功能", "description": "功能"}
    one = a_term(code="reading", taxonomy_detail=taxonomy)
    other = a_term(id=ELSEWHERE, code="reading", taxonomy_detail=taxonomy)
    assert [wrong.path for wrong in check({"terms": [one, other]})] == ["terms[1].code"]
    assert check({"terms": [one, a_term(id=ELSEWHERE, code="reading")]}) == []


def test_a_reference_to_nothing_is_refused_in_a_whole_package_only() -> None:
    service = read("service", {**SERVICE, "organization_id": ELSEWHERE})
    assert [one.path for one in check({"services": [service]})] == ["services[0].organization_id"]
    assert check({"services": [service]}, is_whole=False) == []
    owner = read("organization", {"id": ELSEWHERE, "name": "街道", "description": "街道"})
    assert check({"services": [service], "organizations": [owner]}) == []
    # An id of another kind is no organisation.
    place = read("location", {**PLACE, "id": ELSEWHERE})
    assert len(check({"services": [service], "locations": [place]})) == 1


@pytest.mark.parametrize("key", ["7", "", "48102e86bb5041c48f1ee269368c41d1", "not-an-id"])
def test_an_id_is_a_uuid(key: str) -> None:
    assert [one.path for one in check({"terms": [a_term(id=key)]})] == ["terms[0].id"]


def test_what_is_its_own_parent_is_refused() -> None:
    assert [one.path for one in check({"terms": [a_term(parent_id=ID)]})] == ["terms[0].parent_id"]


def test_the_official_full_example_is_valid_and_cannot_be_true() -> None:
    """Its latitude is 100, and its schedule follows a week, months and years at once."""
    service = read_json("service", example("service_full.json"))
    wrong = {one.path for one in check({"services": [service]}, is_whole=False)}
    assert wrong == {
        f"services[0].{place}.{field}"
        for place in (
            "schedules[0]",
            "service_at_locations[0].schedules[0]",
            "service_at_locations[0].location.schedules[0]",
            "organization.locations[0].schedules[0]",
        )
        for field in ("count", "bymonthday", "byyearday", "byday")
    } | {
        "services[0].service_at_locations[0].location.latitude",
        "services[0].organization.locations[0].latitude",
    }


def test_the_official_table_of_schedules_cannot_be_true_either() -> None:
    wrong = check({"schedules": read_csv("schedule", example("schedule.csv"))}, is_whole=False)
    assert {one.path.removeprefix("schedules[0].") for one in wrong} >= {"byday", "wkst", "count"}


texts = st.text("0123456789:-+.TZMOWEFR, ", max_size=12) | st.sampled_from(
    ["MO", "08:00", "2026-11-26", "24:00", "-1FR"]
)
values = texts | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()


@given(st.dictionaries(st.sampled_from([*WEEKLY, "dtstart", "until", "count", "interval", "wkst"]), values))
def test_whatever_a_schedule_says_the_check_answers(fields: dict[str, Any]) -> None:
    for wrong in check({"schedules": [read("schedule", fields)]}):
        assert wrong.path.startswith("schedules[0].")
        assert wrong.sentence


@pytest.mark.parametrize(
    ("written", "minute", "zone"),
    [("08:30", 510, None), ("08:30:00Z", 510, 0), ("24:00", 1440, None), ("00:00-05:30", 0, -330)],
)
def test_times_of_day_are_read(written: str, minute: int, zone: int | None) -> None:
    time = a_time(written)
    assert time is not None
    assert (time.minute, time.zone) == (minute, zone)


@pytest.mark.parametrize("written", ["2026-11-26x", "2026-11-26Tnever", "20261126", 20261126, None])
def test_what_is_no_date_is_none(written: Any) -> None:
    assert a_date(written) is None
