"""Open311: both formats of every answer, shapes that validate, keys, refusals as the standard has them."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from lingju.circles.crs import GCJ02, from_wgs84
from lingju.kernel import clock
from lingju.needs import open311_statuses, open311_xml
from lingju.needs.models import Entry, Exclusion, ForeignNumber, Need
from lingju.needs.open311_statuses import MEANINGS, Standing
from lingju.needs.services import answering, handling, keys
from lingju.needs.services.answering import Answer
from lingju.needs.services.handling import Mending
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter
from lingju.people.services.limits import Limit
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db

SHAPES = json.loads((Path(__file__).parent / "open311_shapes.json").read_text(encoding="utf-8"))
SHARED = Path(__file__).resolve().parents[4] / "shared/data/needs/open311"
W3C = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
PUBLISHED = {"requests": "requests.json", "services": "services.json", "service-definition": True}


def validate(value: Any, shape: str) -> None:
    """Hold an answer against our own schema, and against the published one where it is at hand."""
    Draft202012Validator(SHAPES[shape], format_checker=FormatChecker()).validate(value)
    if shape not in PUBLISHED or not SHARED.exists():
        return
    files = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in SHARED.glob("*.json")}
    named = [(name, Resource.from_contents(whole, DRAFT202012)) for name, whole in files.items()]
    schema = files[f"{shape}.json"]
    registry: Registry[Any] = Registry().with_resources(named)
    Draft202012Validator(schema, registry=registry, format_checker=FormatChecker()).validate(value)


@pytest.fixture
def quarter() -> Quarter:
    return builders.a_quarter()


@pytest.fixture
def key(quarter: Quarter) -> str:
    return keys.make(quarter.district, "区数据平台", actor=cast.the_system(quarter.district))[1]


def get(path: str, **asked: str) -> Any:
    answer = Client().get(f"/open311/v2/{path}", asked)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json() if path.endswith("json") else ElementTree.fromstring(answer.content)


def post(path: str = "requests.json", **said: Any) -> Any:
    return Client().post(f"/open311/v2/{path}", said)


def a_request(quarter: Quarter, key: str, **changes: Any) -> dict[str, Any]:
    return {
        "api_key": key,
        "service_code": "broken_light",
        "lat": str(quarter.compound.lat),
        "long": str(quarter.compound.lon),
        "description": "三号楼门口的路灯不亮，找张桂兰 13800001234",
        "last_name": "张",
        "first_name": "桂兰",
        "phone": "13800001234",
        **changes,
    }


def listed(quarter: Quarter, need: Need, words: str = "三号楼门口的路灯不亮") -> Need:
    """Let the clerk put a need on the public list."""
    mending = Mending(public_text=words, is_listed=True)
    return handling.triage(builders.fresh(need), actor=quarter.clerk_actor, mending=mending)


def refused(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content.decode()
    errors = answer.json()
    validate(errors, "errors")
    assert {error["code"] for error in errors} == {status}
    return "；".join(error["description"] for error in errors)


def child(element: Element, path: str) -> str:
    found = element.find(path)
    assert found is not None, path
    return found.text or ""


def test_discovery_says_what_it_is_in_both_formats(quarter: Quarter) -> None:
    said = get("discovery.json")
    assert said["endpoints"][0]["url"].endswith("/open311/v2")
    assert child(get("discovery.xml"), "endpoints/endpoint/formats/format") == "application/json"


def test_services_are_the_kinds_of_need_and_validate(quarter: Quarter) -> None:
    services = get("services.json")
    validate(services, "services")
    lamp = next(one for one in services if one["service_code"] == "broken_light")
    assert (lamp["service_name"], lamp["group"]) == ("照明", "东西坏了")
    assert len(get("services.xml").findall("service")) == len(services)
    definition = get("services/broken_light.json")
    validate(definition, "service-definition")
    assert child(get("services/broken_light.xml"), "attributes/attribute/code") == "place_note"
    assert "service_code" in refused(Client().get("/open311/v2/services/nothing.json"), 404)


def test_only_what_is_listed_is_read_and_only_its_public_words(quarter: Quarter) -> None:
    need = builders.a_need(quarter, "三号楼门口的路灯不亮，找张桂兰13800001234")
    assert get("requests.json") == []
    refused(Client().get(f"/open311/v2/requests/{need.number}.json"), 404)
    listed(quarter, need)
    (shown,) = get("requests.json")
    validate([shown], "requests")
    assert shown["service_request_id"] == need.number
    assert isinstance(shown["service_request_id"], str)
    assert shown["description"] == "三号楼门口的路灯不亮"
    whole = json.dumps(shown, ensure_ascii=False)
    assert not any(word in whole for word in ("张桂兰", "13800001234", "王秀英"))
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert W3C.fullmatch(shown[name])
        assert "T00:00:00" in shown[name], "nobody is found by the minute"
    assert (shown["lat"], shown["long"]) == (quarter.compound.lat, quarter.compound.lon)
    assert get(f"requests/{need.number}.json") == get(f"request/{need.number}.json") == [shown]
    assert get(f"tokens/{need.number}.json") == [{"service_request_id": need.number, "token": need.number}]


def test_the_xml_says_what_the_json_says(quarter: Quarter) -> None:
    need = listed(quarter, builders.a_need(quarter), "灯 < 不亮 & ]]> 😀 \x0b")
    (shown,) = get("requests.json")
    element = get(f"request/{need.number}.xml").find("request")
    assert element is not None
    for name, value in shown.items():
        if isinstance(value, str):
            assert child(element, name) == value.replace("\x0b", "")
    assert child(element, "extended_attributes/status") == "INVESTIGATING"


def test_xml_leaves_out_what_it_cannot_hold() -> None:
    written = open311_xml.written("errors", [{"description": "a\x00\x1b\ud800\ufffe<b>&\"'😀"}])
    assert child(ElementTree.fromstring(written), "error/description") == "a<b>&\"'😀"


def test_a_request_becomes_a_need_and_its_system_gets_number_and_code(quarter: Quarter, key: str) -> None:
    answer = post(**a_request(quarter, key))
    assert answer.status_code == 200
    validate(answer.json(), "made")
    (made,) = answer.json()
    need = Need.objects.get(number=made["service_request_id"])
    asker = need.askers.get()
    assert need.channel == Need.Channel.OPEN311
    assert asker.code in made["service_notice"]
    assert (asker.called, asker.phone, asker.account_id) == ("张桂兰", "13800001234", None)
    assert need.compound_id == quarter.compound.pk
    assert post("requests.xml", **a_request(quarter, key)).content.startswith(b"<?xml")


def test_the_same_request_again_makes_no_second_need(quarter: Quarter, key: str) -> None:
    first = post(**a_request(quarter, key)).json()
    assert post(**a_request(quarter, key)).json() == first
    named = {"attribute[external_id]": "FMS-7"}
    one = post(**a_request(quarter, key, **named)).json()
    other_words = a_request(quarter, key, description="说法改了，还是那盏灯", **named)
    assert post(**other_words).json() == one
    assert Need.objects.count() == 2
    assert ForeignNumber.objects.filter(number="FMS-7").count() == 1


def test_a_place_may_be_given_in_another_datum_by_code_or_in_words(quarter: Quarter, key: str) -> None:
    home = quarter.compound
    x, y = from_wgs84(home.lon, home.lat, GCJ02)
    post(**a_request(quarter, key, long=str(float(x)), lat=str(float(y)), crs="GCJ-02"))
    need = Need.objects.get()
    assert need.lon == pytest.approx(home.lon, abs=2e-6)
    assert need.given_crs == "GCJ-02"
    nowhere = {"lat": "", "long": ""}
    post(**a_request(quarter, key, address_id=quarter.station.code, **nowhere))
    assert Need.objects.order_by("-id")[0].station_id == quarter.station.pk
    post(**a_request(quarter, key, address_string=f"{home.name}3号楼", **nowhere))
    assert Need.objects.order_by("-id")[0].place_note == "3号楼"


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({"api_key": ""}, 401, "密钥"),
        ({"api_key": "lj_wrong"}, 403, "密钥"),
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "nothing"}, 404, "service_code"),
        ({"lat": "x"}, 400, "lat"),
        ({"lat": "nan"}, 400, "数字"),
        ({"lat": ""}, 400, "lat"),
        ({"lat": "113.05", "long": "36.05"}, 400, "写反"),
        ({"lat": "51.5", "long": "0.1"}, 400, "中国"),
        ({"crs": "EPSG:3857"}, 400, "坐标系"),
        ({"lat": "", "long": "", "address_string": "月亮背面"}, 400, "小区"),
        ({"lat": "", "long": "", "address_id": "NOPE"}, 400, "address_id"),
        ({"description": ""}, 400, "什么事"),
        ({"description": "长" * 20_000}, 400, "太长"),
        ({"phone": "123"}, 400, "手机号"),
        ({"description": "家里着火了，冒烟"}, 400, "119"),
        ({"jurisdiction_id": "nowhere.gov"}, 404, "jurisdiction_id"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(
    changes: dict[str, str], status: int, word: str, quarter: Quarter, key: str
) -> None:
    said = {name: value for name, value in a_request(quarter, key, **changes).items() if value}
    assert word in refused(post(**said), status)
    assert Need.objects.count() == 0
    assert ElementTree.fromstring(post("requests.xml", **said).content).tag == "errors"


def test_who_was_shown_the_number_to_call_may_go_on(quarter: Quarter, key: str) -> None:
    told = {"attribute[knows_whom_to_call]": "yes"}
    assert post(**a_request(quarter, key, description="昨天着火了，墙黑了", **told)).status_code == 200
    assert Need.objects.get().is_urgent


def test_a_key_that_was_taken_back_opens_nothing(quarter: Quarter) -> None:
    officer = cast.the_system(quarter.district)
    made, clear = keys.make(quarter.district, "旧平台", actor=officer)
    assert clear not in made.digest
    keys.revoke(made, actor=officer)
    refused(post(**a_request(quarter, clear)), 403)


def test_too_many_requests_of_one_key_are_told_when_to_come_again(
    quarter: Quarter, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "WRITES", Limit("api_write", 1, keys.A_MINUTE))
    post(**a_request(quarter, key))
    answer = post(**a_request(quarter, key))
    refused(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_a_list_is_asked_by_ids_kind_time_and_status(quarter: Quarter) -> None:
    lamp = listed(quarter, builders.a_need(quarter))
    lift = listed(quarter, builders.a_need(quarter, "电梯不动", kind="broken_lift"))
    both = f"{lamp.number},{lift.number},9999-1"
    old = {"start_date": "2001-01-01T00:00:00Z", "end_date": "2001-02-01T00:00:00Z"}
    assert len(get("requests.json", service_request_id=both, status="closed", **old)) == 2
    assert [one["service_code"] for one in get("requests.json", service_code="broken_lift")] == [
        "broken_lift"
    ]
    assert get("requests.json", status="closed") == []
    assert len(get("requests.json", status="open,closed")) == 2
    assert get("requests.json", **old) == []
    now = clock.now().astimezone(dt.UTC)
    around = {"start_date": (now - dt.timedelta(days=1)).isoformat()}
    assert len(get("requests.json", **around)) == 2
    assert get("requests.json", end_date=(now - dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")) == []


def test_asking_ever_closer_does_not_find_the_minute_of_a_need(quarter: Quarter) -> None:
    need = listed(quarter, builders.a_need(quarter))
    later = (need.submitted_at + dt.timedelta(minutes=1)).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert len(get("requests.json", start_date=later)) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        {"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
        {"start_date": "gestern"},
        {"end_date": "2026-13-45"},
        {"start_date": "0001-01-01T00:00:00Z"},
        {"status": "done"},
        {"service_request_id": ",".join(map(str, range(500)))},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(asked: dict[str, str], quarter: Quarter) -> None:
    refused(Client().get("/open311/v2/requests.json", asked), 400)


def test_other_methods_are_refused_as_the_standard_has_errors(quarter: Quarter) -> None:
    answer = Client().put("/open311/v2/requests.json")
    refused(answer, 405)
    assert answer.headers["Allow"] == "GET, POST"


# --- statuses and updates ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(MEANINGS))
def test_every_extended_status_means_something_and_is_said_again(status: str) -> None:
    assert open311_statuses.extended(MEANINGS[status]) == status


def test_every_stage_outcome_and_reason_has_an_extended_status() -> None:
    assert len(MEANINGS) == 12
    for stage in Need.Stage.values:
        for outcome in Need.Outcome.values:
            for reason in ("", *Exclusion.Reason.values):
                assert open311_statuses.extended(Standing(stage, outcome, 1, reason)) in MEANINGS


def an_own(quarter: Quarter, key: str) -> Need:
    return Need.objects.get(number=post(**a_request(quarter, key)).json()[0]["service_request_id"])


def test_updates_tell_the_steps_and_words_only_to_the_asker_s_own_system(quarter: Quarter, key: str) -> None:
    need = listed(quarter, an_own(quarter, key))
    handling.take(need, actor=quarter.clerk_actor)
    handling.reply(need, "张桂兰您好，电工明天来。", actor=quarter.clerk_actor)
    given = Answer(Need.Outcome.EXPLAINED, "灯杆归路灯所，已经报修。")
    answering.answer(need, given, actor=quarter.clerk_actor)
    public = get("servicerequestupdates.json")
    validate(public, "updates")
    statuses = [one["status"] for one in public]
    assert statuses == ["INVESTIGATING", "INVESTIGATING", "IN_PROGRESS", "OPEN", "NO_FURTHER_ACTION"]
    assert "路灯所" not in json.dumps(public, ensure_ascii=False)
    own = get("servicerequestupdates.json", api_key=key, service_request_id=need.number)
    assert own[-1]["description"] == "灯杆归路灯所，已经报修。"
    assert get("servicerequestupdates.xml").findall("request_update")


def test_its_own_system_reads_a_need_that_is_not_listed_without_words(quarter: Quarter, key: str) -> None:
    need = an_own(quarter, key)
    (shown,) = get(f"requests/{need.number}.json", api_key=key)
    validate([shown], "requests")
    assert shown["description"] == need.category.name
    assert (shown["lat"], shown["long"]) == (need.lat, need.lon)
    other = keys.make(quarter.district, "别的平台", actor=cast.the_system(quarter.district))[1]
    refused(Client().get(f"/open311/v2/requests/{need.number}.json", {"api_key": other}), 404)


def update(key: str, need: Need, **said: str) -> Any:
    return post("servicerequestupdates.json", api_key=key, service_request_id=need.number, **said)


def test_an_asker_who_says_again_by_their_system_starts_the_work_again(quarter: Quarter, key: str) -> None:
    need = builders.fresh(an_own(quarter, key))
    handling.take(need, actor=quarter.clerk_actor)
    answering.answer(need, Answer(Need.Outcome.EXPLAINED, "已经换了灯泡。"), actor=quarter.clerk_actor)
    answer = update(key, need, status="REOPEN", description="还是不亮")
    assert answer.status_code == 200
    assert answer.json()[0]["update_id"]
    need = builders.fresh(need)
    assert (need.stage, need.round) == (Need.Stage.WORKING, 2)
    (shown,) = get(f"requests/{need.number}.json", api_key=key)
    assert shown["extended_attributes"]["status"] == "REOPEN"


@pytest.mark.parametrize("status", sorted(set(MEANINGS) - {"REOPEN", "CANCELLED"}))
def test_no_status_of_theirs_closes_a_need_or_says_that_somebody_is_satisfied(
    status: str, quarter: Quarter, key: str
) -> None:
    need = an_own(quarter, key)
    assert update(key, need, status=status, description="对方系统说的").status_code == 200
    need = builders.fresh(need)
    assert (need.stage, need.is_over) == (Need.Stage.RECEIVED, False)
    assert need.askers.get().confirmation == "not_asked"
    noted = Entry.objects.get(need=need, step="heard")
    assert (noted.after, noted.noted) == (status, "对方系统说的")


def test_an_asker_may_withdraw_by_their_system(quarter: Quarter, key: str) -> None:
    need = an_own(quarter, key)
    update(key, need, status="cancelled", description="自己修好了")
    assert builders.fresh(need).outcome == Need.Outcome.WITHDRAWN


def test_an_update_of_somebody_else_s_need_is_not_heard(quarter: Quarter, key: str) -> None:
    need = listed(quarter, builders.a_need(quarter))
    refused(update(key, need, description="我来说一句"), 404)
    own = an_own(quarter, key)
    refused(update(key, own), 400)
    refused(update(key, own, status="DONE-ISH", description="怪"), 400)
    refused(update("lj_wrong", own, description="怪"), 403)
