"""Markets at the desk: planned by form, led on by buttons, laid out, printed, put into the register."""

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingju.market import passes
from lingju.market.models import Market, Stall
from lingju.market.services import markets, tallying
from lingju.market.services.tallying import Press
from lingju.market.tests.builders import (
    Quarter,
    a_key,
    a_market,
    a_spot,
    a_stall,
    a_team,
    a_town,
    fresh,
    on_the_day,
    placed,
)
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Quarter:
    return a_town()


@pytest.fixture
def clerk(town: Quarter) -> Client:
    return cast.signed_in_client(town.clerk)


def typed(town: Quarter, **changes: Any) -> dict[str, Any]:
    return {
        "title": "十一月文明集市",
        "area": town.area.pk,
        "date": "2026-03-05",
        "starts": "09:00",
        "ends": "12:00",
        "station": town.station.pk,
        "permit": "社区同意",
        "safety_plan": "通道留两米",
        "weather_fallback": "下雨挪到活动室",
        "zones": ["medical", "convenience"],
        "key": "press-of-a-form",
        **changes,
    }


def stall_typed(market: Market, **changes: Any) -> dict[str, Any]:
    return {
        "do": "save",
        "zone": market.zones.get(kind="convenience").pk,
        "organisation": a_team(market).pk,
        "name": "磨剪刀",
        "service": "给剪刀、菜刀开刃",
        "care": "none",
        "helpers": 2,
        "key": a_key(),
        **changes,
    }


def test_a_market_is_planned_by_form_once_a_press(town: Quarter, clerk: Client) -> None:
    assert clerk.post("/desk/markets/new/", typed(town)).status_code == 302
    assert clerk.post("/desk/markets/new/", typed(town)).status_code == 302
    market = Market.objects.get()
    assert {zone.kind for zone in market.zones.all()} == {"medical", "convenience"}
    assert "十一月文明集市" in clerk.get("/desk/markets/").content.decode()
    assert "通道留两米" in clerk.get(f"/desk/markets/{market.pk}/").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"date": "不知道"}, "日期"),
        ({"ends": "08:00"}, "结束"),
        ({"station": "", "place_words": ""}, "在哪里"),
        ({"zones": []}, "至少选一个片区"),
        ({"summary": "样样 5 元"}, "不买卖"),
    ],
)
def test_a_refused_plan_comes_back_filled(
    town: Quarter, clerk: Client, changes: dict[str, Any], words: str
) -> None:
    response = clerk.post("/desk/markets/new/", typed(town, **changes))
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert "下雨挪到活动室" in page
    assert not Market.objects.exists()


def test_an_edit_of_a_version_that_is_gone_is_told(town: Quarter, clerk: Client) -> None:
    market = a_market(town)
    path = f"/desk/markets/{market.pk}/edit/"
    assert clerk.get(path).status_code == 200
    seen = typed(town, version=market.version)
    assert clerk.post(path, seen | {"permit": "街道同意"}).status_code == 302
    response = clerk.post(path, seen | {"permit": "区里同意"})
    assert response.status_code == 422
    assert "别人已经先改过" in response.content.decode()
    assert Market.objects.get().permit == "街道同意"


def test_a_stall_is_taken_in_changed_and_let_go(town: Quarter, clerk: Client) -> None:
    market = a_market(town)
    path = f"/desk/markets/{market.pk}/stalls/new/"
    assert clerk.get(path).status_code == 200
    response = clerk.post(path, stall_typed(market, service="磨刀 5元一把"))
    assert response.status_code == 422
    assert "磨刀 5元一把" in response.content.decode()
    assert clerk.post(path, stall_typed(market)).status_code == 302
    stall = Stall.objects.get()
    one = f"/desk/markets/{market.pk}/stalls/{stall.pk}/"
    assert clerk.get(one).status_code == 200
    assert clerk.post(one, stall_typed(market, helpers=5, version=stall.version)).status_code == 302
    assert fresh(stall).helpers == 5
    assert clerk.post(one, {"do": "withdraw", "why": ""}).status_code == 422
    assert clerk.post(one, {"do": "renew"}).status_code == 302
    assert clerk.post(one, {"do": "withdraw", "why": "人手不够"}).status_code == 302
    assert fresh(stall).withdrawn_why == "人手不够"
    assert "退出" in clerk.get(f"/desk/markets/{market.pk}/").content.decode()


def test_stalls_are_placed_on_the_layout_and_a_taken_spot_is_told(town: Quarter, clerk: Client) -> None:
    market = a_market(town, state="placing")
    one, other = market.stalls.get(), a_stall(market, name="量血压", needs_power=True)
    path = f"/desk/markets/{market.pk}/layout/"
    assert "有电" not in clerk.get(path).content.decode().split("<select")[1]
    spot = a_spot(market, "A1").pk
    assert clerk.post(path, {"do": "place", "stall": one.pk, "spot": spot}).status_code == 302
    response = clerk.post(path, {"do": "place", "stall": other.pk, "spot": spot})
    assert response.status_code == 422
    assert "A1 没有电" in response.content.decode()
    size = {"do": "size", "rows": 2, "columns": 3, "powered": ["A1"]}
    assert clerk.post(path, size).status_code == 302
    response = clerk.post(path, {"do": "place", "stall": other.pk, "spot": spot})
    assert "已经排了别的摊位" in response.content.decode()
    assert clerk.post(path, {"do": "place", "stall": one.pk, "spot": ""}).status_code == 302
    assert clerk.post(path, {"do": "place", "stall": other.pk, "spot": spot}).status_code == 302
    assert fresh(other).is_on_power
    assert clerk.post(path, size | {"rows": 40}).status_code == 422


def test_the_life_is_led_on_by_buttons(town: Quarter, clerk: Client) -> None:
    market = a_market(town, state="planned")
    path = f"/desk/markets/{market.pk}/"

    def step(name: str, **words: str) -> int:
        return clerk.post(path, {"step": name, **words}).status_code

    assert step("announce") == 422
    assert step("invite") == 302
    assert step("lay_out") == 422
    a_stall(market)
    assert step("lay_out") == 302
    placed(market.stalls.get(), "A1")
    assert step("announce") == 302
    assert step("hold") == 422
    assert step("nonsense") == 404
    with on_the_day(market):
        clerk = cast.signed_in_client(town.clerk)
        assert "开始举办" in clerk.get(path).content.decode()
        assert [step("hold"), step("count"), step("review", review="好")] == [302, 302, 422]
        assert step("review", review="来的人多，下次再办。") == 302
    market.refresh_from_db()
    assert market.state == Market.State.REVIEWED


def test_the_plan_and_the_cards_print_with_a_code_for_each_stall(town: Quarter, clerk: Client) -> None:
    market = a_market(town, state="announced")
    stall = fresh(market.stalls.get())
    sheet = clerk.get(f"/desk/markets/{market.pk}/layout/sheet/").content.decode()
    assert "摊位布置图" in sheet
    assert '<svg class="mp"' in sheet
    cards = clerk.get(f"/desk/markets/{market.pk}/cards/").content.decode()
    assert cards.count('class="mk-card"') == 1
    assert passes.token_of(stall) in cards
    assert "mk-card" in clerk.get(f"/desk/markets/{market.pk}/cards/?stall={stall.pk}").content.decode()


def test_the_keeper_sees_and_prints_but_does_not_change(town: Quarter) -> None:
    market = a_market(town, state="announced")
    keeper = cast.signed_in_client(town.keeper)
    assert keeper.get(f"/desk/markets/{market.pk}/").status_code == 200
    assert keeper.get(f"/desk/markets/{market.pk}/cards/").status_code == 200
    for part in ("edit/", "layout/", "stalls/new/", f"stalls/{market.stalls.get().pk}/"):
        assert keeper.get(f"/desk/markets/{market.pk}/{part}").status_code == 403


def test_another_communitys_market_is_not_there(town: Quarter) -> None:
    market = a_market(town)
    elsewhere = cast.signed_in_client(cast.a_clerk(at=town.neighbour, name="外社区社工"))
    for part in ("", "edit/", "layout/", "layout/sheet/", "cards/", "stalls/new/"):
        assert elsewhere.get(f"/desk/markets/{market.pk}/{part}").status_code == 404


def test_the_register_is_put_together_from_rows_and_opens_as_a_workbook(town: Quarter, clerk: Client) -> None:
    market = a_market(town, state="announced")
    with on_the_day(market):
        markets.hold_market(market, actor=town.clerk_actor)
        tallying.tally(fresh(market.stalls.get()), Press(a_key(), 9), actor=town.clerk_actor)
        clerk = cast.signed_in_client(town.clerk)
        page = clerk.get("/desk/markets/register/").content.decode()
        book = clerk.get("/desk/markets/register.xlsx?since=2026-03&until=2026-03")
        empty = clerk.get("/desk/markets/register/?since=2020-01&until=2020-02").content.decode()
        assert clerk.get("/desk/markets/register/?since=9999-99&until=x").status_code == 200
    assert "这段时间没有" in empty
    assert "十一月文明集市" in page
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows[0][5:10] == ["摊位", "位置", "组织", "服务内容", "人次"]
    assert rows[1][5:12] == ["磨剪刀", "A1", "示例卫生院", "给剪刀、菜刀开刃，免费", 9, 0, 0]


def test_the_pages_ask_the_database_as_often_for_many_stalls_as_for_one(
    town: Quarter, clerk: Client, django_assert_max_num_queries: Any
) -> None:
    market = a_market(town, state="announced")
    desk = f"/desk/markets/{market.pk}/"
    paths = (desk, f"/market/{market.pk}/", f"{desk}layout/sheet/")
    for n in range(4):
        placed(a_stall(market, name=f"摊位{n}"), ("A2", "A3", "B1", "B2")[n])
    for path in paths:
        clerk.get(path)
        with django_assert_max_num_queries(28):
            assert clerk.get(path).status_code == 200


FIELDS = (
    "title",
    "area",
    "date",
    "starts",
    "ends",
    "station",
    "permit",
    "zones",
    "key",
    "version",
    "summary",
)
STALL_FIELDS = (
    "do",
    "zone",
    "organisation",
    "name",
    "service",
    "care",
    "qualified_until",
    "helpers",
    "version",
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=20)))
def test_whatever_plan_is_typed_there_is_an_answer(
    town: Quarter, clerk: Client, said: dict[str, str]
) -> None:
    assert clerk.post("/desk/markets/new/", typed(town) | said).status_code in (302, 409, 422)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(STALL_FIELDS), st.text(max_size=20)),
    st.dictionaries(
        st.sampled_from(["do", "stall", "spot", "rows", "columns", "powered"]), st.text(max_size=20)
    ),
)
def test_whatever_stall_or_layout_is_typed_there_is_an_answer(
    town: Quarter, clerk: Client, stall: dict[str, str], layout: dict[str, str]
) -> None:
    market = Market.objects.first() or a_market(town, state="placing")
    one = market.stalls.earliest("pk")
    base = f"/desk/markets/{market.pk}/"
    typed_stall = stall_typed(market) | stall
    assert clerk.post(f"{base}stalls/new/", typed_stall).status_code in (302, 409, 422)
    assert clerk.post(f"{base}stalls/{one.pk}/", typed_stall).status_code in (302, 404, 409, 422)
    for do in ("size", "place"):
        sent = {"do": do, "stall": str(one.pk)} | layout
        assert clerk.post(f"{base}layout/", sent).status_code in (302, 404, 422)
