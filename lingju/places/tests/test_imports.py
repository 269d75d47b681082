"""Sheets in and out: dry run, twice the same, round trip, and a sentence for every bad row."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lingju.kernel.rules import Actor, SystemActor
from lingju.places.imports import sheets
from lingju.places.imports.running import Result, Verdict
from lingju.places.models import Area, Building, Compound, District, Gate, Station
from lingju.places.services import catalogue, hours
from lingju.places.services.points import Ring
from lingju.places.services.stations import DoorDraft
from lingju.places.tests.builders import (
    CENTRE,
    a_building,
    a_calendar,
    a_catalogue,
    a_compound,
    a_station,
    a_tree,
    an_area,
    at,
)
from lingju.places.tests.conftest import Cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[4] / "shared/data/cn"
LON, LAT = CENTRE
COMPOUND_HEAD = [
    "小区编码",
    "小区名称",
    "社区代码",
    "是否封闭",
    "坐标系",
    "经度",
    "纬度",
    "门名称",
    "门经度",
    "门纬度",
]
BUILDING_HEAD = [
    "编码",
    "名称",
    "小区编码",
    "社区代码",
    "经度",
    "纬度",
    "坐标系",
    "户数",
    "0-14",
    "15-59",
    "60-79",
    "80+",
]
STATION_HEAD = [
    "编码",
    "名称",
    "类别",
    "社区代码",
    "经度",
    "纬度",
    "坐标系",
    "状态",
    "开放时间",
    "服务",
    "电话",
]
FHJ = "140404001002"


def book(head: Sequence[str], *rows: Sequence[Any]) -> io.BytesIO:
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.append(["上党区情况表"])
    page.append(list(head))
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


def look(name: str, file: io.BytesIO, district: District, actor: Actor) -> Result:
    return sheets.look(name, file, "表.xlsx", district, actor=actor)


def take_in(
    name: str, file: io.BytesIO, district: District, actor: Actor, *, partial: bool = False
) -> Result:
    return sheets.take_in(name, file, "表.xlsx", district, actor=actor, partial=partial)


def counts(result: Result) -> tuple[int, int, int, int]:
    new, changed, unchanged, refused = (result.count(verdict) for verdict in Verdict)
    return new, changed, unchanged, refused


def sentences(result: Result) -> str:
    return " ".join(line.sentence for line in result.refused)


def compound_rows() -> list[list[Any]]:
    return [
        ["XQ01", "交通小区", FHJ, "是", "WGS-84", LON, LAT, "东门", LON + 0.001, LAT],
        ["XQ01", None, None, None, "WGS-84", None, None, "西门", LON - 0.001, LAT],
        ["XQ02", "老城院", FHJ, "否", "WGS-84", LON + 0.002, LAT, None, None, None],
    ]


def building_row(code: str = "LD01", **changes: Any) -> list[Any]:
    cells = dict(
        zip(BUILDING_HEAD, [code, "1号楼", None, FHJ, LON, LAT, "WGS-84", 30, 5, 40, 20, 4], strict=True)
    )
    return list({**cells, **changes}.values())


def station_row(code: str = "YZ01", **changes: Any) -> list[Any]:
    usual = [
        code,
        "示例驿站",
        "幸福驿站",
        FHJ,
        LON,
        LAT,
        "WGS-84",
        "开放",
        "8:00-12:00 14:00-18:00",
        "饮水、理发",
        "0355-8081234",
    ]
    return list({**dict(zip(STATION_HEAD, usual, strict=True)), **changes}.values())


# --- what a sheet does ---------------------------------------------------------------------------------


def test_looking_keeps_nothing(community: Area, system: SystemActor, heard: list[object]) -> None:
    before = (Footprint.objects.count(), District.objects.get(pk=community.district_id).layout_version)
    result = look("compounds", book(COMPOUND_HEAD, *compound_rows()), community.district, system)
    assert (counts(result), result.was_written) == ((2, 0, 0, 0), False)
    assert not Compound.objects.exists()
    assert before == (
        Footprint.objects.count(),
        District.objects.get(pk=community.district_id).layout_version,
    )


def test_taking_in_does_what_looking_said_and_twice_is_once(community: Area, system: SystemActor) -> None:
    district = community.district
    assert counts(take_in("compounds", book(COMPOUND_HEAD, *compound_rows()), district, system)) == (
        2,
        0,
        0,
        0,
    )
    assert sorted(Gate.objects.values_list("name", flat=True)) == ["东门", "西门"]
    assert counts(take_in("compounds", book(COMPOUND_HEAD, *compound_rows()), district, system)) == (
        0,
        0,
        2,
        0,
    )
    assert Footprint.objects.filter(action="import").count() == 2


def test_a_changed_cell_is_a_change_and_an_empty_one_is_none(community: Area, system: SystemActor) -> None:
    district = community.district
    take_in("buildings", book(BUILDING_HEAD, building_row()), district, system)
    empty = building_row(户数=None, 名称=None, 经度=None, 纬度=None)
    assert counts(take_in("buildings", book(BUILDING_HEAD, empty), district, system)) == (0, 0, 1, 0)
    more = building_row(户数=31)
    assert counts(take_in("buildings", book(BUILDING_HEAD, more), district, system)) == (0, 1, 0, 0)
    assert Building.objects.get().households == 31


def test_one_bad_row_keeps_all_out_unless_partial(community: Area, system: SystemActor) -> None:
    rows = [building_row("LD01"), building_row("LD02", 户数="三百")]
    result = take_in("buildings", book(BUILDING_HEAD, *rows), community.district, system)
    assert (counts(result), result.was_written, Building.objects.count()) == ((1, 0, 0, 1), False, 0)
    result = take_in("buildings", book(BUILDING_HEAD, *rows), community.district, system, partial=True)
    assert (result.was_written, Building.objects.count()) == (True, 1)


def test_the_report_says_what_is_wrong_and_can_be_given_again(community: Area, system: SystemActor) -> None:
    rows = [building_row("LD01"), building_row("LD02", 坐标系=None), building_row("LD03", 户数="三百")]
    result = look("buildings", book(BUILDING_HEAD, *rows), community.district, system)
    page = openpyxl.load_workbook(io.BytesIO(result.report())).active
    assert page is not None
    last = [page.cell(row, len(BUILDING_HEAD) + 1).value for row in range(2, 6)]
    assert last[0] == "哪里不对"
    assert last[1] is None
    assert "坐标系" in str(last[2])
    assert "户数" in str(last[3])
    page.cell(4, 7).value = "GCJ-02"
    page.cell(5, 8).value = 300
    again = io.BytesIO()
    openpyxl.Workbook.save(page.parent, again)  # type: ignore[arg-type]
    again.seek(0)
    assert counts(take_in("buildings", again, community.district, system)) == (3, 0, 0, 0)


def test_a_station_arrives_open_with_hours_and_services(community: Area, system: SystemActor) -> None:
    a_catalogue(community.district)
    result = take_in("stations", book(STATION_HEAD, station_row()), community.district, system)
    assert counts(result) == (1, 0, 0, 0), sentences(result)
    station = Station.objects.get()
    assert (station.state, station.phone, station.kind) == ("open", "0355-8081234", "happiness")
    assert station.spans.count() == 2
    assert sorted(station.offers.values_list("service__code", flat=True)) == ["haircut", "water"]
    fewer = book(STATION_HEAD, station_row(服务="饮水"))
    assert counts(take_in("stations", fewer, community.district, system)) == (0, 1, 0, 0)
    assert [offer.service.code for offer in station.offers.filter(is_offered=True)] == ["water"]


# --- out and in again ------------------------------------------------------------------------------------


def test_what_is_handed_out_reads_back_in_unchanged(community: Area, system: SystemActor) -> None:
    district = community.district
    a_catalogue(district)
    a_calendar(district, 2025, 2026)
    ring = Ring(tuple((p.lon, p.lat) for p in (at(-90, -90), at(90, -90), at(90, 90), at(-90, 90))), "WGS-84")
    compound = a_compound(community, ring=ring, built_in=1998, note="=1+1 临街")
    a_compound(community, is_gated=False, gates=())
    a_building(community, compound=compound)
    station = a_station(
        community, compound=compound, phone="0355-8081234", doors=(DoorDraft("正门", at(50, 50)),)
    )
    hours.set_weekly(station, "周一至周五 8:00-12:00 14:00-18:00；周六 22:00-次日6:00", actor=system)
    catalogue.offer(station, "water", actor=system)
    for name in sheets.SHEETS:
        out = io.BytesIO(sheets.hand_out(name, district, actor=system))
        result = sheets.look(name, out, f"{name}.xlsx", district, actor=system)
        new, changed, unchanged, refused = counts(result)
        assert (new, changed, refused) == (0, 0, 0), sentences(result)
        assert unchanged > 0


def test_a_template_names_the_columns(community: Area, system: SystemActor) -> None:
    for name in sheets.SHEETS:
        page = openpyxl.load_workbook(io.BytesIO(sheets.template(name))).active
        assert page is not None
        assert "*" in str(page.cell(1, 1).value)


def test_an_export_holds_only_what_the_actor_looks_after(
    community: Area, neighbour: Area, cast: Cast
) -> None:
    mine, theirs = a_building(community), a_building(neighbour)
    page = openpyxl.load_workbook(
        io.BytesIO(sheets.hand_out("buildings", community.district, actor=cast["clerk"]))
    ).active
    assert page is not None
    codes = {page.cell(row, 1).value for row in range(4, page.max_row + 1)}
    assert mine.code in codes
    assert theirs.code not in codes


# --- real tables ---------------------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_the_public_tables_of_division_codes_are_read(district: District, system: SystemActor) -> None:
    an_area(district, "140404", "上党区")
    for name in ("streets_140404.csv", "villages_140404.csv"):
        with (SHARED / name).open("rb") as file:
            result = sheets.take_in("areas", file, name, district, actor=system)
            assert result.count(Verdict.REFUSED) == 0, sentences(result)
    fhj = Area.objects.get(district=district, code="140404001002")
    assert (fhj.name, fhj.parent and fhj.parent.name) == ("府后街社区居委会", "韩店街道")
    assert Area.objects.of(district).filter(level="community").count() > 100
    with (SHARED / "areas_1404.csv").open("rb") as file:
        result = sheets.look("areas", file, "areas_1404.csv", district, actor=system)
    assert "不属于上党区" in sentences(result)


def test_areas_may_come_in_any_order(district: District, system: SystemActor) -> None:
    rows = [["140404001002", "府后街社区居委会"], ["140404001", "韩店街道"], ["140404", "上党区"]]
    assert counts(take_in("areas", book(["区划代码", "名称"], *rows), district, system)) == (3, 0, 0, 0)
    assert Area.objects.get(level="community").parent == Area.objects.get(level="street")
    assert a_tree(district)[2].name == "府后街社区居委会"
