"""The desk: lists with a fixed number of queries, forms that keep what was typed, scope as absence."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.http import HttpResponse

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotSignedIn, NotThere
from lingju.kernel.rules import SystemActor
from lingju.places.models import Area, Facility, Station
from lingju.places.services import catalogue, facilities, hours
from lingju.places.services.facilities import FacilityDraft
from lingju.places.tests.browsing import ask, station_form, words
from lingju.places.tests.builders import a_building, a_catalogue, a_compound, a_station
from lingju.places.tests.conftest import Cast

pytestmark = pytest.mark.django_db
Counted = Callable[..., Any]


# --- today and lists ---------------------------------------------------------------------------------------


def test_today_shows_what_wants_a_hand(
    community: Area, station: Station, cast: Cast, system: SystemActor
) -> None:
    broken = facilities.add(station, FacilityDraft("microwave"), actor=system)
    facilities.record_state(broken, state="out_of_order", note="不转了", actor=system)
    soon = clock.today() + dt.timedelta(days=10)
    facilities.add(station, FacilityDraft("first_aid_box", expires_on=soon), actor=system)
    old = facilities.add(station, FacilityDraft("seats", total=8), actor=system)
    Facility.objects.filter(pk=old.pk).update(as_of=clock.now() - dt.timedelta(days=2))
    page = words(ask(cast.keeper, community.district, "desk"))
    for said in ("微波炉", "不转了", "急救箱", "座位", station.name):
        assert said in page


def test_today_shows_only_what_i_keep(community: Area, neighbour: Area, station: Station, cast: Cast) -> None:
    other = a_station(neighbour)
    page = words(ask(cast.keeper, community.district, "desk"))
    assert station.name in page
    assert other.name not in page


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("desk", 8),
        ("desk_areas", 5),
        ("desk_compounds", 3),
        ("desk_buildings", 4),
        ("desk_stations", 7),
    ],
)
def test_a_list_costs_the_same_however_long_it_is(
    community: Area,
    station: Station,
    cast: Cast,
    system: SystemActor,
    name: str,
    queries: int,
    django_assert_num_queries: Counted,
) -> None:
    for _ in range(3):
        compound = a_compound(community)
        a_building(community, compound=compound)
        more = a_station(community)
        hours.set_weekly(more, "8:00-18:00", actor=system)
        facilities.add(more, FacilityDraft("toilet"), actor=system)
    with django_assert_num_queries(queries):
        answer = ask(cast.clerk, community.district, name)
    assert answer.status_code == 200


def test_lists_are_filtered(community: Area, cast: Cast, station: Station) -> None:
    district = community.district
    gated, open_one = a_compound(community), a_compound(community, is_gated=False, gates=())
    page = words(ask(cast.clerk, district, "desk_compounds", query="only=gated"))
    assert gated.name in page
    assert open_one.name not in page
    building = a_building(community, compound=gated)
    page = words(ask(cast.clerk, district, "desk_buildings", query=f"compound={open_one.pk}"))
    assert building.code not in page
    paused = a_station(community, state=Station.State.PAUSED)
    page = words(ask(cast.clerk, district, "desk_stations", query="state=paused"))
    assert paused.name in page
    assert station.name not in page


def test_a_list_is_handed_out_as_a_workbook(community: Area, cast: Cast, station: Station) -> None:
    answer = ask(cast.clerk, community.district, "desk_export", "stations")
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    assert page.cell(4, 1).value == station.code


# --- who may come here ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["desk", "desk_areas", "desk_compounds", "desk_buildings", "desk_stations", "desk_imports"]
)
def test_strangers_sign_in_first_and_residents_have_no_desk(community: Area, cast: Cast, name: str) -> None:
    with pytest.raises(NotSignedIn):
        ask(cast.stranger, community.district, name)
    with pytest.raises(NotAllowed):
        ask(cast.resident, community.district, name)


def test_out_of_scope_is_not_there(community: Area, station: Station, cast: Cast) -> None:
    compound = a_compound(community)
    building = a_building(community, compound=compound)
    gate = compound.gates.get(name="东门")
    district = community.district
    for name, args in (
        ("desk_station", (station.pk,)),
        ("desk_station", (station.pk, "hours")),
        ("desk_facilities", (station.pk,)),
        ("desk_compound", (compound.pk,)),
        ("desk_building", (building.pk,)),
    ):
        with pytest.raises(NotThere):
            ask(cast.clerk_elsewhere, district, name, *args)
    with pytest.raises(NotThere):
        ask(cast.clerk_elsewhere, district, "desk_gate", compound.pk, gate.pk, data={"do": "shut"})
    with pytest.raises(NotThere):
        ask(cast.clerk, district, "desk_station", station.pk, "secrets")


def test_a_keeper_reads_the_basics_and_may_not_write_them(station: Station, cast: Cast) -> None:
    district = station.district
    page = words(ask(cast.keeper, district, "desk_station", station.pk))
    assert "请找社区工作者" in page
    with pytest.raises(NotAllowed):
        ask(cast.keeper, district, "desk_station", station.pk, data=station_form(station, name="我的"))


# --- stations -----------------------------------------------------------------------------------------------


def test_a_station_is_added_by_a_form(community: Area, cast: Cast) -> None:
    data = {
        "code": "YZ-900",
        "name": "新驿站",
        "kind": "warm",
        "area": community.pk,
        "point": "113.0567，36.0524",
        "crs": "GCJ-02",
        "doors": "正门 113.0567,36.0524 有台阶",
        "phone": "0355-8081234",
    }
    answer = ask(cast.clerk, community.district, "desk_station_new", data=data)
    assert answer.status_code == 302
    station = Station.objects.get(code="YZ-900")
    assert (station.given_crs, station.state, station.kind) == ("GCJ-02", "planned", "warm")
    assert station.lon == pytest.approx(113.0501, abs=2e-4)
    assert [door.is_step_free for door in station.doors.all()] == [False]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"crs": ""}, "选错会差出几百米"),
        ({"point": "36.0523,113.0501"}, "写反了"),
        ({"point": "就在路口"}, "请写成“经度,纬度”"),
        ({"point": "122.5,36.0"}, "好像不在本区"),
        ({"name": ""}, "请填写"),
        ({"doors": "正门在东边"}, "看不懂“正门在东边”"),
        ({"doors": "正门 113.0501,36.0523 旋转"}, "后面只能写"),
        ({"phone": "电话"}, "电话"),
        ({"area": "1"}, "选"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    station: Station, cast: Cast, changes: dict[str, Any], said: str
) -> None:
    data = station_form(station, directions="槐树底下红门头", **changes)
    answer = ask(cast.clerk, station.district, "desk_station", station.pk, data=data)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "槐树底下红门头" in words(answer)


def test_the_second_of_two_hands_is_told_and_loses_nothing(station: Station, cast: Cast) -> None:
    district, stale = station.district, station_form(station, directions="乙写的")
    ask(cast.clerk, district, "desk_station", station.pk, data=station_form(station, directions="甲写的"))
    answer = ask(cast.street_officer, district, "desk_station", station.pk, data=stale)
    assert answer.status_code == 422
    assert "别人已经先改过了" in words(answer)
    page = words(answer)
    assert "乙写的" in page
    assert "甲写的" in page
    fresh = Station.objects.get(pk=station.pk)
    assert fresh.directions == "甲写的"
    assert f'name="version" value="{fresh.version}"' in page
    again = {**stale, "version": fresh.version}
    ask(cast.street_officer, district, "desk_station", station.pk, data=again)
    assert Station.objects.get(pk=station.pk).directions == "乙写的"


def test_every_tab_opens(station: Station, cast: Cast, system: SystemActor) -> None:
    a_catalogue(station.district)
    catalogue.offer(station, "haircut", actor=system)
    hours.close_on(station, clock.today(), reason="消杀", actor=system)
    for actor in (cast.clerk, cast.keeper):
        for tab in ("hours", "services", "spaces", "life"):
            page = words(ask(actor, station.district, "desk_station", station.pk, tab))
            assert station.name in page
    assert "消杀" in words(ask(cast.keeper, station.district, "desk_station", station.pk, "hours"))


def test_services_and_spaces_are_written(station: Station, cast: Cast) -> None:
    a_catalogue(station.district)

    def post(tab: str, **data: Any) -> HttpResponse:
        return ask(cast.clerk, station.district, "desk_station", station.pk, tab, data=data)

    form = {"service": "haircut", "price": "5 元", "audiences": ["older_people"]}
    assert post("services", do="offer", **form).status_code == 302
    offer = station.offers.get()
    assert offer.price == "5 元"
    assert post("services", do="withdraw", offer=offer.pk).status_code == 302
    assert not station.offers.filter(is_offered=True).exists()
    assert post("spaces", spaces="议事室 议事 12人\n阅览角 阅读").status_code == 302
    assert [(one.name, one.kind, one.capacity) for one in station.spaces.order_by("id")] == [
        ("议事室", "deliberation", 12),
        ("阅览角", "reading", None),
    ]
    assert post("spaces", spaces="议事室 很大").status_code == 422


def test_life_is_a_row_of_buttons(station: Station, cast: Cast) -> None:
    district = station.district
    page = words(ask(cast.keeper, district, "desk_station", station.pk, "life"))
    assert "暂停开放" in page
    assert "关闭驿站" not in page
    answer = ask(
        cast.keeper, district, "desk_station", station.pk, "life", data={"step": "pause", "reason": ""}
    )
    assert answer.status_code == 422
    data = {"step": "pause", "reason": "修水管"}
    assert ask(cast.keeper, district, "desk_station", station.pk, "life", data=data).status_code == 302
    page = words(ask(cast.keeper, district, "desk_station", station.pk, "life"))
    assert "修水管" in page
    assert "恢复开放" in page


def test_two_taps_record_a_state(station: Station, cast: Cast, system: SystemActor) -> None:
    toilet = facilities.add(station, FacilityDraft("toilet"), actor=system)
    charger = facilities.add(station, FacilityDraft("phone_charging", total=6), actor=system)
    district = station.district
    page = words(ask(cast.keeper, district, "desk_facilities", station.pk))
    assert page.count('name="state"') == 8
    ask(cast.keeper, district, "desk_facility_state", station.pk, toilet.pk, data={"state": "busy"})
    ask(cast.keeper, district, "desk_facility_state", station.pk, charger.pk, data={"free": "2"})
    toilet.refresh_from_db()
    charger.refresh_from_db()
    assert (toilet.state, charger.free) == ("busy", 2)
    with pytest.raises(BadInput):
        ask(cast.keeper, district, "desk_facility_state", station.pk, toilet.pk, data={"state": "exploded"})
    with pytest.raises(NotThere):
        ask(cast.keeper, district, "desk_facility_state", station.pk, 1, data={"state": "busy"})
    answer = ask(cast.keeper, district, "desk_facilities_seen", station.pk, data={})
    assert "2 样都看过了" in answer.said[0]  # type: ignore[attr-defined]


def test_a_clerk_equips_and_a_keeper_does_not(station: Station, cast: Cast) -> None:
    district = station.district
    form = {"kind": "aed", "expires_on": "2027-06-30"}
    assert ask(cast.clerk, district, "desk_facilities", station.pk, data=form).status_code == 302
    aed = station.facilities.get()
    form = {"kind": "aed", "name": "AED", "expires_on": "2027-12-31"}
    assert ask(cast.clerk, district, "desk_facility", station.pk, aed.pk, data=form).status_code == 302
    aed.refresh_from_db()
    assert (aed.name, aed.expires_on) == ("AED", dt.date(2027, 12, 31))
    with pytest.raises(NotAllowed):
        ask(cast.keeper, district, "desk_facility", station.pk, aed.pk, data={"do": "remove"})
    ask(cast.clerk, district, "desk_facility", station.pk, aed.pk, data={"do": "remove"})
    assert not station.facilities.exists()
