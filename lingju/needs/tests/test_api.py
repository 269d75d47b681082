"""The API of needs: the public reads no person, a key says, a code follows and judges, a session works."""

import json
from typing import Any

import pytest
from django.test import Client

from lingju.needs.models import Asker, Exclusion, Need
from lingju.needs.services import answering, handling, keys, leaving
from lingju.needs.services.answering import Answer
from lingju.needs.services.handling import Mending
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter
from lingju.people.services.limits import Limit
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture
def quarter() -> Quarter:
    return builders.a_quarter()


@pytest.fixture
def key(quarter: Quarter) -> str:
    return keys.make(quarter.district, "区数据平台", actor=cast.the_system(quarter.district))[1]


def get(path: str, **asked: Any) -> Any:
    headers = asked.pop("headers", None)
    return Client().get(f"/api/v1/needs{path}", asked, headers=headers)


def post(path: str, said: Any, client: Client | None = None, **headers: Any) -> Any:
    who = client or Client()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return who.post(f"/api/v1{path}", json.dumps(said), content_type="application/json", headers=named)


def a_saying(quarter: Quarter, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "broken_light",
        "text": "三号楼门口的路灯不亮",
        "place": {"compound": quarter.compound.code, "note": "三号楼门口"},
        "contact": {"called": "王奶奶", "phone": "13800001234", "by": "sms"},
        **changes,
    }


def said(quarter: Quarter, key: str, press: str = "press-0001", **changes: Any) -> Any:
    return post("/needs", a_saying(quarter, **changes), X_Api_Key=key, Idempotency_Key=press)


def listed(quarter: Quarter, need: Need, words: str = "三号楼门口的路灯不亮") -> Need:
    mending = Mending(public_text=words, is_listed=True)
    return handling.triage(builders.fresh(need), actor=quarter.clerk_actor, mending=mending)


def refused(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"] == PROBLEM
    whole = answer.json()
    assert whole["status"] == status
    assert whole["detail"].endswith("。")
    return json.dumps(whole, ensure_ascii=False)


def test_the_public_list_holds_no_person_and_no_minute(quarter: Quarter) -> None:
    need = builders.a_need(quarter, "三号楼门口的路灯不亮，找张桂兰13800001234")
    assert get("").json() == {"items": [], "next": None}
    refused(get(f"/{need.number}"), 404)
    listed(quarter, need)
    (item,) = get("").json()["items"]
    assert item == get(f"/{need.number}").json()
    assert (item["title"], item["kind"], item["people"]) == ("三号楼门口的路灯不亮", "broken_light", 0)
    whole = json.dumps(item, ensure_ascii=False)
    assert not any(
        word in whole for word in ("张桂兰", "1380000", "王秀英", need.submitted_at.strftime("%H:%M"))
    )


def test_a_list_goes_on_where_the_page_before_ended(quarter: Quarter) -> None:
    texts = ("路灯不亮", "路灯歪了", "路灯又灭了")
    numbers = [listed(quarter, builders.a_need(quarter, text), text).number for text in texts]
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = get("", limit=1, after=after).json()
        found += [item["number"] for item in page["items"]]
        after = page["next"]
    assert found == numbers[::-1]
    assert get("", kind="broken", limit=2).json()["next"] == numbers[1]
    assert get("", kind="nothing").json()["items"] == []
    assert len(get("", community=quarter.area.code).json()["items"]) == 3
    assert get("", community=quarter.neighbour.code).json()["items"] == []
    assert get("", which="satisfied").json()["items"] == []


def test_kinds_tell_what_is_promised(quarter: Quarter) -> None:
    lamp = next(kind for kind in get("/kinds").json() if kind["code"] == "broken_light")
    assert (lamp["parent"], lamp["due_amount"], lamp["due_unit"]) == ("broken", 3, "working_days")


def test_rates_come_with_their_wholes_and_without_small_cells(quarter: Quarter) -> None:
    builders.judged(builders.an_answered(quarter))
    whole = get("/rates").json()
    assert whole["closed"] == 1
    assert whole["keeping"] == {"part": 1, "whole": 1, "percent": 100}
    assert whole["satisfaction"] is None
    assert whole["median_days"] is None
    assert "2026Q4" in refused(get("/rates", quarter="2026-4"), 422)


def test_a_few_that_were_left_out_are_not_counted_by_the_api_either(quarter: Quarter) -> None:
    trial = builders.a_need(quarter, "试一试能不能填")
    proposal = leaving.propose(trial, Exclusion.Reason.TRIAL, "明显是试填", actor=quarter.clerk_actor)
    leaving.decide(proposal, agree=True, words="试填，已经告诉本人", actor=quarter.colleague_actor)
    builders.judged(builders.an_answered(quarter), "dissatisfied", "no")
    whole = get("/rates").json()
    assert whole["excluded"][Exclusion.Reason.TRIAL] is None
    assert whole["excluded"][Exclusion.Reason.NOT_OURS] == 0
    assert whole["reopening"] is None
    for _ in range(4):
        agreed = builders.a_need(quarter, "试一试能不能填")
        proposal = leaving.propose(agreed, Exclusion.Reason.TRIAL, "明显是试填", actor=quarter.clerk_actor)
        leaving.decide(proposal, agree=True, words="试填，已经告诉本人", actor=quarter.colleague_actor)
    assert get("/rates").json()["excluded"][Exclusion.Reason.TRIAL] == 5


def test_a_key_says_a_need_once_for_each_press(quarter: Quarter, key: str) -> None:
    first = said(quarter, key)
    assert first.status_code == 201
    again = said(quarter, key)
    assert again.status_code == 200
    assert {**again.json(), "is_new": True} == first.json()
    need = Need.objects.get()
    assert (need.channel, need.number) == (Need.Channel.API, first.json()["number"])
    other = keys.make(quarter.district, "别的平台", actor=cast.the_system(quarter.district))[1]
    assert said(quarter, other).status_code == 201


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({"kind": "nothing"}, 422, "#/kind"),
        ({"text": ""}, 422, "#/text"),
        ({"text": "长" * 20_000}, 422, "#/text"),
        ({"place": {}}, 422, "#/place"),
        ({"place": {"compound": "NOPE"}}, 422, "编码"),
        ({"place": {"lon": 113.05, "lat": 36.05}}, 422, "坐标系"),
        ({"place": {"lon": 36.05, "lat": 113.05, "crs": "WGS-84"}}, 422, "写反"),
        ({"contact": {"phone": "12"}}, 422, "#/phone"),
        ({"contact": {"by": "call"}}, 422, "#/phone"),
        ({"text": "家里着火了，冒烟"}, 422, "119"),
        ({"kind": "a\u0000b"}, 422, "#/kind"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(
    changes: dict[str, Any], status: int, word: str, quarter: Quarter, key: str
) -> None:
    assert word in refused(said(quarter, key, **changes), status)
    assert Need.objects.count() == 0


def test_without_a_key_nothing_is_said(quarter: Quarter, key: str) -> None:
    refused(post("/needs", a_saying(quarter), Idempotency_Key="press-0001"), 401)
    refused(said(quarter, "lj_wrong"), 403)
    refused(post("/needs", a_saying(quarter), X_Api_Key=key), 422)
    answer = Client().post(
        "/api/v1/needs",
        "{broken",
        content_type="application/json",
        headers={"X-Api-Key": key, "Idempotency-Key": "press-0001"},
    )
    assert "JSON" in refused(answer, 400)


def test_too_many_writes_of_one_key_wait(quarter: Quarter, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "WRITES", Limit("api_write", 1, keys.A_MINUTE))
    said(quarter, key)
    answer = said(quarter, key, "press-0002")
    refused(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_number_and_code_show_the_matter_and_take_the_verdict(quarter: Quarter, key: str) -> None:
    receipt = said(quarter, key).json()
    need = builders.fresh(Need.objects.get())
    code: dict[str, Any]
    code, path = {"X_Matter_Code": receipt["code"]}, f"/needs/{receipt['number']}/verdict"
    verdict = {"satisfied": "satisfied", "solved": "yes"}
    refused(post(path, verdict, **code), 409)
    handling.take(need, actor=quarter.clerk_actor)
    answering.answer(need, Answer(Need.Outcome.EXPLAINED, "灯泡已经换了。"), actor=quarter.clerk_actor)
    whole = get(f"/{receipt['number']}/matter", headers={"X-Matter-Code": receipt["code"]}).json()
    assert whole["stage"] == "answered"
    assert "judge" in whole["may"]
    assert any(step["told"] == "灯泡已经换了。" for step in whole["steps"])
    closed = post(path, verdict, **code).json()
    assert closed == {"number": need.number, "stage": "closed", "round": 1, "is_over": True}
    assert post(path, verdict, **code).json() == closed
    refused(post(path, {**verdict, "satisfied": "mostly"}, **code), 409)
    assert need.askers.get().confirmation == Asker.Confirmation.SATISFIED


def test_a_wrong_code_opens_nothing_and_is_counted(quarter: Quarter, key: str) -> None:
    receipt = said(quarter, key).json()
    path = f"/{receipt['number']}/matter"
    wrong = {"X-Matter-Code": "000000" if receipt["code"] != "000000" else "111111"}
    answers = [get(path, headers=wrong).status_code for _try in range(9)]
    assert answers == [404] * 8 + [429]
    refused(get("/nothing/matter", headers=wrong), 404)
    refused(get(path), 422)


def test_somebody_else_may_stand_behind_a_listed_need(quarter: Quarter, key: str) -> None:
    need = builders.a_need(quarter)
    path, who = f"/needs/{need.number}/support", {"called": "老李"}
    headers: dict[str, Any] = {"X_Api_Key": key, "Idempotency_Key": "press-0009"}
    refused(post(path, who, **headers), 404)
    listed(quarter, need)
    first = post(path, who, **headers)
    assert first.status_code == 201
    assert post(path, who, **headers).json()["code"] == first.json()["code"]
    assert need.askers.count() == 2
    assert first.json()["respond_due_at"] is None
    assert "T00:00:00" in first.json()["due_at"]


def test_a_number_that_stands_behind_a_need_gets_no_second_code(quarter: Quarter, key: str) -> None:
    need = listed(quarter, builders.a_need(quarter))
    path, who = f"/needs/{need.number}/support", {"phone": "13900001111", "by": "sms"}
    first = post(path, who, X_Api_Key=key, Idempotency_Key="press-0009")
    assert first.status_code == 201
    again = refused(post(path, who, X_Api_Key=key, Idempotency_Key="press-0010"), 409)
    assert first.json()["code"] not in again
    assert need.askers.count() == 2


# --- the desk ----------------------------------------------------------------------------------------


def test_a_clerk_works_on_a_need_by_session(quarter: Quarter) -> None:
    need = builders.a_need(quarter)
    clerk, path = cast.signed_in_client(quarter.clerk), f"/desk/needs/{need.number}"
    seen = post(f"{path}/triage", {"public_text": "路灯不亮", "is_listed": True}, clerk).json()
    assert (seen["stage"], seen["owner"]) == ("triaged", quarter.area.short_name)
    replied = post(f"{path}/reply", {"text": "电工明天来。", "version": seen["version"]}, clerk).json()
    refused(post(f"{path}/take", {"version": seen["version"]}, clerk), 409)
    offer = post(f"{path}/hand-over", {"area": quarter.street.code, "why": "归街道管"}, clerk)
    assert offer.status_code == 201
    assert offer.json()["state"] == "offered"
    refused(post(f"{path}/answer", {"outcome": "explained", "text": "说明一下原因。"}, clerk), 409)
    assert replied["version"] > seen["version"]


def test_the_desk_refuses_who_does_not_work_there(quarter: Quarter) -> None:
    need = builders.a_need(quarter)
    path = f"/desk/needs/{need.number}/triage"
    refused(post(path, {}), 401)
    refused(post(path, {}, cast.signed_in_client(cast.a_resident(quarter.district))), 403)
    elsewhere = cast.signed_in_client(cast.a_clerk(at=quarter.neighbour, name="钱社工"))
    refused(post(path, {}, elsewhere), 404)
    clerk = cast.signed_in_client(quarter.clerk)
    refused(post(f"/desk/needs/{need.number}/hand-over", {"why": "不归我们"}, clerk), 422)
    refused(
        post(f"/desk/needs/{need.number}/answer", {"outcome": "out_of_scope", "text": "不管"}, clerk), 422
    )


def test_a_foreign_page_cannot_use_a_clerk_s_session(quarter: Quarter) -> None:
    need = builders.a_need(quarter)
    clerk = cast.signed_in_client(quarter.clerk)
    clerk.handler.enforce_csrf_checks = True
    assert "X-CSRFToken" in refused(post(f"/desk/needs/{need.number}/take", {}, clerk), 403)
    assert builders.fresh(need).stage == Need.Stage.RECEIVED


def test_other_methods_are_refused_with_those_there_are(quarter: Quarter) -> None:
    for path, allowed in (("needs", "GET, HEAD, POST"), ("needs/2611-0001/verdict", "POST")):
        answer = Client().delete(f"/api/v1/{path}")
        refused(answer, 405)
        assert answer.headers["Allow"] == allowed


def test_the_description_tells_every_refusal_as_a_problem(quarter: Quarter) -> None:
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    say = paths["/api/v1/needs"]["post"]
    assert say["description"]
    assert list(say["responses"]["422"]["content"]) == [PROBLEM]
    assert {"201", "400", "401", "403", "413", "422", "429"} <= set(say["responses"])
    assert say["security"] == [{"WithKey": []}]
