"""The stall on a helper's telephone: opened by its card alone, ± without a script, JSON with one."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingju.market import passes
from lingju.market.models import Leftover, Stall, Tally
from lingju.market.services import stalls, tallying
from lingju.market.tests.builders import Quarter, a_key, a_kind, a_market, a_town, fresh, on_the_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Quarter:
    return a_town()


@pytest.fixture
def stall(town: Quarter) -> Stall:
    return fresh(a_market(town, state="announced").stalls.get())


def at(stall: Stall, name: str = "stall_tally") -> str:
    return reverse(name, args=[passes.token_of(stall)])


def sent(stall: Stall, body: Any) -> Any:
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return Client().post(at(stall, "stall_counts"), data, content_type="application/json")


def test_plus_and_minus_are_forms_that_work_without_a_script(stall: Stall) -> None:
    with on_the_day(stall.market):
        page = Client().get(at(stall)).content.decode()
        assert len(set(re.findall(r'name="nonce" value="([^"]+)"', page))) == 3
        for change in (1, 1, -1):
            press = {"what": "press", "nonce": a_key(), "change": change}
            assert Client().post(at(stall), press).status_code == 302
        assert (
            '<b class="num" data-visits aria-live="polite">1</b>' in Client().get(at(stall)).content.decode()
        )
    assert [entry.reason for entry in Tally.objects.all()] == ["", "", "按错了"]


def test_taking_away_below_nothing_is_refused_with_a_sentence(stall: Stall) -> None:
    with on_the_day(stall.market):
        response = Client().post(at(stall), {"what": "press", "nonce": a_key(), "change": -1})
    assert response.status_code == 422
    assert "不能少于零" in response.content.decode()


def test_a_correction_that_is_refused_keeps_what_was_typed(stall: Stall) -> None:
    with on_the_day(stall.market):
        typed = {"what": "correct", "nonce": a_key(), "visits": "12", "why": ""}
        response = Client().post(at(stall), typed)
        assert response.status_code == 422
        assert 'value="12"' in response.content.decode()
        assert Client().post(at(stall), typed | {"why": "漏了"}).status_code == 302
    assert tallying.visits_of(stall) == 12


def test_days_before_the_page_says_when_and_refuses_a_press(stall: Stall) -> None:
    response = Client().post(at(stall), {"what": "press", "nonce": a_key(), "change": 1})
    assert response.status_code == 409
    assert "还没到日子" in response.content.decode()


def test_a_strange_or_revoked_card_is_not_there(town: Quarter, stall: Stall) -> None:
    old = at(stall)
    assert Client().get("/market/stall/1-1-" + "0" * 24 + "/").status_code == 404
    stalls.renew_card(stall, actor=town.clerk_actor)
    for name in ("stall_tally", "stall_leave"):
        assert Client().get(old if name == "stall_tally" else f"{old}leave/").status_code == 404
    assert Client().get(at(stall)).status_code == 200


def test_a_device_sends_its_queue_and_is_told_what_became_of_each(stall: Stall) -> None:
    presses = [
        {
            "nonce": "device-press-1",
            "change": 1,
            "device_at": "2026-03-05T01:00:00.000Z",
            "was_offline": True,
        },
        {"nonce": "device-press-2", "change": 1},
        {"nonce": "device-press-3", "change": -1},
        {"nonce": "device-press-4", "change": "many"},
    ]
    with on_the_day(stall.market):
        first = sent(stall, {"device": "d1", "presses": presses})
        again = sent(stall, {"device": "d1", "presses": presses})
    told = first.json()
    assert [one["kept"] for one in told["outcomes"]] == [True, True, True, False]
    assert told["visits"] == again.json()["visits"] == 1
    assert [one["new"] for one in again.json()["outcomes"]] == [False] * 4


@pytest.mark.parametrize("body", [b"", b"[]", b'{"presses": 1}', b'{"presses": [1]}', b"\xff\xfe", b"{"])
def test_nonsense_is_refused_and_never_breaks(stall: Stall, body: bytes) -> None:
    with on_the_day(stall.market):
        assert sent(stall, body).status_code == 422


def test_too_much_at_once_is_refused(stall: Stall) -> None:
    with on_the_day(stall.market):
        assert sent(stall, {"presses": [{"nonce": "n" * 10}] * 501}).status_code == 413


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
PRESS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("nonce", "change", "reason", "device_at", "was_offline"), ANYTHING),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {}, optional={"presses": ANYTHING | st.lists(PRESS, max_size=4), "device": ANYTHING}
    )
)
def test_whatever_json_comes_there_is_an_answer(stall: Stall, body: dict[str, Any]) -> None:
    with on_the_day(stall.market):
        assert sent(stall, body).status_code in (200, 422)
    assert tallying.visits_of(stall) >= 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["what", "nonce", "change", "visits", "why"]), st.text(max_size=30)))
def test_whatever_form_comes_there_is_an_answer(stall: Stall, body: dict[str, str]) -> None:
    with on_the_day(stall.market):
        assert Client().post(at(stall), body).status_code in (302, 404, 409, 422)


def left(town: Quarter, **changes: str) -> dict[str, str]:
    kind = a_kind(town).code
    said = {"category": kind, "text": "楼道灯还没修好", "by": "paper", "present": "on", "key": a_key()}
    return said | changes


def test_what_is_left_over_is_answered_with_number_and_code(town: Quarter, stall: Stall) -> None:
    with on_the_day(stall.market):
        typed = left(town)
        first = Client().post(at(stall, "stall_leave"), typed).content.decode()
        again = Client().post(at(stall, "stall_leave"), typed).content.decode()
        need = Leftover.objects.get().need
        assert need.number in first
        assert need.askers.get().code in first
        assert "没有重复记" in again
        page = Client().get(at(stall)).content.decode()
    assert need.number in page
    assert need.askers.get().code not in page
    assert "楼道灯" not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "什么事没办完"),
        ({"present": ""}, "本人在场"),
        ({"category": "nonsense"}, "请选一类"),
        ({"by": "sms"}, "手机号"),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    town: Quarter, stall: Stall, changes: dict[str, str], words: str
) -> None:
    with on_the_day(stall.market):
        response = Client().post(at(stall, "stall_leave"), left(town, called="示例大爷") | changes)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "示例大爷" in response.content.decode()
    assert not Leftover.objects.exists()


def test_gas_is_called_about_first(town: Quarter, stall: Stall) -> None:
    with on_the_day(stall.market):
        response = Client().post(at(stall, "stall_leave"), left(town, text="家里有煤气味"))
        assert "先打电话" in response.content.decode()
        assert not Leftover.objects.exists()
        Client().post(at(stall, "stall_leave"), left(town, text="家里有煤气味", knows="1"))
    assert Leftover.objects.get().need.is_urgent
