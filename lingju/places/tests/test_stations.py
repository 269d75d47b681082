"""Stations: adding, editing with doors, furnishing, and who may take which step of a life."""

import datetime as dt
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotSignedIn, SomeoneWasFaster
from lingju.kernel.rules import SystemActor
from lingju.places.events import HoursChanged, StationChanged
from lingju.places.flow import FLOW
from lingju.places.models import Area, District, Station
from lingju.places.services import stations
from lingju.places.services.stations import DoorDraft, SpaceDraft, draft_of
from lingju.places.tests.builders import a_compound, a_station, a_station_draft, at
from lingju.places.tests.conftest import Cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
S = Station.State


def test_a_station_is_born_as_a_plan_with_its_address_name(community: Area, system: SystemActor) -> None:
    draft = a_station_draft(community, code="YZ-FHJ.01", phone="０３５５－8081234", area_m2=Decimal("62.5"))
    station = stations.add(community.district, draft, actor=system)
    assert (station.state, station.slug, station.phone) == (S.PLANNED, "yz-fhj-01", "0355-8081234")
    assert station.doors.count() == 0


def test_a_station_brings_its_doors(community: Area) -> None:
    station = a_station(
        community, doors=(DoorDraft("正门", at(52, 50)), DoorDraft("后门", at(40, 50), False))
    )
    assert {door.name: door.is_step_free for door in station.doors.all()} == {"正门": True, "后门": False}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "名称"),
        ({"name": "长" * 61}, "名称"),
        ({"code": "驿站一"}, "编码"),
        ({"phone": "12"}, "电话"),
        ({"phone": "call me"}, "电话"),
        ({"kind": "castle"}, "类别"),
        ({"capacity": -1}, "可容人数"),
        ({"area_m2": Decimal("12345678.9")}, "面积"),
        ({"slug": "有空格 的"}, "网址名"),
        ({"doors": (DoorDraft("正门", at(900, 0)),)}, "离驿站有"),
        ({"doors": (DoorDraft("正门", at(50, 50)), DoorDraft("正门", at(51, 50)))}, "都叫“正门”"),
        ({"at": at(0, 0, crs="")}, "坐标系"),
    ],
)
def test_a_station_that_cannot_be_is_refused_with_a_sentence(
    community: Area, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        a_station(community, **changes)
    assert not Station.objects.exists()


def test_a_taken_code_and_a_taken_address_name_are_refused(community: Area) -> None:
    known = a_station(community)
    with pytest.raises(BadInput, match="驿站编码"):
        a_station(community, code=known.code)
    with pytest.raises(BadInput, match="网址名"):
        a_station(community, slug=known.slug)


def test_editing_writes_what_differs_and_says_so(
    station: Station, system: SystemActor, heard: list[object]
) -> None:
    before = District.objects.get(pk=station.district_id).layout_version
    draft = replace(draft_of(station), name="府后街幸福驿站", doors=(DoorDraft("正门", at(50, 50)),))
    assert stations.edit(station, draft, actor=system, version=station.version)
    assert heard == [StationChanged(station.district_id, station.pk, "edit")]
    assert District.objects.get(pk=station.district_id).layout_version == before + 1
    footprint = Footprint.objects.about(station).get(action="edit")
    assert footprint.after == {"name": "府后街幸福驿站"}


def test_the_same_edit_again_changes_nothing(
    station: Station, system: SystemActor, heard: list[object]
) -> None:
    version = station.version
    assert stations.edit(station, draft_of(station), actor=system, version=version) is False
    assert (station.version, heard) == (version, [])


def test_of_two_who_edit_at_once_one_wins_and_one_is_told(station: Station, system: SystemActor) -> None:
    draft, version = draft_of(station), station.version
    mine, theirs = Station.objects.get(pk=station.pk), Station.objects.get(pk=station.pk)
    stations.edit(mine, replace(draft, phone="0355-8080001"), actor=system, version=version)
    with pytest.raises(SomeoneWasFaster):
        stations.edit(theirs, replace(draft, phone="0355-8080002"), actor=system, version=version)
    assert Station.objects.get(pk=station.pk).phone == "0355-8080001"


def test_doors_alone_count_as_another_hand(station: Station, system: SystemActor) -> None:
    draft, version = draft_of(station), station.version
    stations.edit(
        station, replace(draft, doors=(DoorDraft("正门", at(50, 50)),)), actor=system, version=version
    )
    with pytest.raises(SomeoneWasFaster):
        stations.edit(
            station, replace(draft, doors=(DoorDraft("后门", at(50, 50)),)), actor=system, version=version
        )
    assert [door.name for door in station.doors.all()] == ["正门"]


def test_spaces_are_replaced_by_name(station: Station, system: SystemActor) -> None:
    stations.furnish(station, (SpaceDraft("议事室", "deliberation", 12), SpaceDraft("阅览角")), actor=system)
    assert stations.furnish(station, (SpaceDraft("议事室", "deliberation", 14),), actor=system)
    assert stations.furnish(station, (SpaceDraft("议事室", "deliberation", 14),), actor=system) is False
    assert [(space.name, space.capacity) for space in station.spaces.all()] == [("议事室", 14)]


def test_a_life_from_plan_to_closing(community: Area, system: SystemActor) -> None:
    station = a_station(community, state=S.PLANNED)
    for step, state in (("build", S.BUILDING), ("try_out", S.TRIAL), ("open", S.OPEN)):
        assert stations.take_step(station, step, actor=system).state == state
    assert station.opened_on == clock.today()
    stations.take_step(station, "pause", actor=system, reason=" 修水管 ")
    assert (station.state, station.state_reason) == (S.PAUSED, "修水管")
    stations.take_step(station, "resume", actor=system)
    assert (station.state, station.state_reason) == (S.OPEN, "")
    stations.take_step(station, "close", actor=system, reason="搬到新址")
    assert FLOW.allowed(station, system) == ()


def test_an_opening_day_that_is_known_stays(community: Area) -> None:
    assert a_station(community, opened_on=dt.date(2024, 8, 1)).opened_on == dt.date(2024, 8, 1)


@pytest.mark.parametrize("step", ["pause", "close"])
def test_a_pause_and_a_closing_say_why(station: Station, system: SystemActor, step: str) -> None:
    with pytest.raises(BadInput, match="原因"):
        stations.take_step(station, step, actor=system, reason="  ")


def test_a_step_that_does_not_exist_is_refused(station: Station, system: SystemActor) -> None:
    with pytest.raises(BadInput, match="没有这一步"):
        stations.take_step(station, "explode", actor=system)


def test_a_step_out_of_order_is_refused(station: Station, system: SystemActor) -> None:
    with pytest.raises(NotNow):
        stations.take_step(station, "build", actor=system)


def test_of_two_who_pause_at_once_one_is_told(station: Station, system: SystemActor) -> None:
    mine, theirs = Station.objects.get(pk=station.pk), Station.objects.get(pk=station.pk)
    stations.take_step(mine, "pause", actor=system, reason="停电")
    with pytest.raises(SomeoneWasFaster):
        stations.take_step(theirs, "pause", actor=system, reason="停水")
    assert Station.objects.get(pk=station.pk).state_reason == "停电"


def test_every_step_is_announced_and_leaves_a_footprint(
    station: Station, system: SystemActor, heard: list[object]
) -> None:
    stations.take_step(station, "pause", actor=system, reason="停电")
    assert heard == [
        HoursChanged(station.district_id, "station", station.pk, station.pk, clock.today(), None),
        StationChanged(station.district_id, station.pk, "pause"),
    ]
    assert Footprint.objects.about(station).get(action="pause").note == "停电"


# actor × step × verdict: the street builds and closes, the keeper pauses and resumes.
STEPS = {
    "build": S.PLANNED,
    "try_out": S.BUILDING,
    "open": S.TRIAL,
    "pause": S.OPEN,
    "resume": S.PAUSED,
    "close": S.OPEN,
}
OFFICERS = {"street_officer", "district_officer", "system"}
KEEPERS = OFFICERS | {"keeper", "clerk"}
ALLOWED = {step: KEEPERS if step in ("pause", "resume") else OFFICERS for step in STEPS}
EVERYBODY = (
    "stranger",
    "resident",
    "keeper",
    "clerk",
    "clerk_elsewhere",
    "street_officer",
    "district_officer",
    "officer_of_another_district",
    "system",
)


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("step", STEPS)
def test_who_may_take_which_step(station: Station, cast: Cast, step: str, name: str) -> None:
    Station.objects.filter(pk=station.pk).update(state=STEPS[step])
    station.refresh_from_db()
    may = name in ALLOWED[step]
    assert any(move.name == step for move in FLOW.allowed(station, cast[name])) is may
    refusal = NotSignedIn if name == "stranger" else NotAllowed
    with nullcontext() if may else pytest.raises(refusal):
        stations.take_step(station, step, actor=cast[name], reason="例行检修")


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_add_and_edit(community: Area, station: Station, cast: Cast, name: str) -> None:
    may = name in OFFICERS | {"clerk"}
    refusal = NotSignedIn if name == "stranger" else NotAllowed
    draft = replace(draft_of(station), directions="进小区左转")
    with nullcontext() if may else pytest.raises(refusal):
        stations.edit(station, draft, actor=cast[name])
    with nullcontext() if may else pytest.raises(refusal):
        stations.add(community.district, a_station_draft(community), actor=cast[name])
    with nullcontext() if may else pytest.raises(refusal):
        stations.furnish(station, (SpaceDraft("议事室"),), actor=cast[name])


def test_a_compound_may_stand_behind_a_station(community: Area) -> None:
    compound = a_compound(community)
    assert a_station(community, compound=compound).compound == compound
