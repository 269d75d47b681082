"""Sheets: every bad row comes back with a sentence of its own."""

import csv
import io
from typing import Any

import pytest

from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.rules import SystemActor
from lingju.places.imports import sheets
from lingju.places.models import Area, Building, Station
from lingju.places.tests.builders import (
    a_catalogue,
    a_station,
)
from lingju.places.tests.conftest import Cast
from lingju.places.tests.test_imports import (
    BUILDING_HEAD,
    COMPOUND_HEAD,
    FHJ,
    LAT,
    LON,
    STATION_HEAD,
    book,
    building_row,
    compound_rows,
    counts,
    look,
    sentences,
    station_row,
)

pytestmark = pytest.mark.django_db


# --- bad input: a sentence each --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"坐标系": None}, "没有注明坐标系"),
        ({"坐标系": "北京54"}, "不认识坐标系"),
        ({"经度": LAT, "纬度": LON}, "写反了"),
        ({"经度": 122.5}, "好像不在本区"),
        ({"纬度": None}, "一起填"),
        ({"经度": "东经113度"}, "应是数字"),
        ({"户数": -3}, "0 到"),
        ({"户数": "三十"}, "应是数字"),
        ({"80+": 1.5}, "整数"),
        ({"名称": None}, "要填“名称”"),
        ({"编码": None}, "不能空着"),
        ({"编码": "一号楼"}, "只能是字母、数字"),
        ({"小区编码": "XQ99"}, "没有编码是 XQ99 的小区"),
        ({"社区代码": "140404001099"}, "没有代码或名称是"),
        ({"名称": "楼" * 61}, "最多 60 个字"),
    ],
)
def test_a_bad_building_comes_back_with_a_sentence(
    community: Area, system: SystemActor, changes: dict[str, Any], sentence: str
) -> None:
    result = look("buildings", book(BUILDING_HEAD, building_row(**changes)), community.district, system)
    assert counts(result) == (0, 0, 0, 1)
    assert sentence in sentences(result)


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (7, None, "门要同时填名称和经纬度"),
        (8, None, "一起填"),
        (9, LAT + 0.05, "请检查坐标"),
        (4, None, "没有注明坐标系"),
        (3, "大概", "请写“是”或“否”"),
        (2, "长安街", "没有代码或名称是"),
    ],
)
def test_a_bad_compound_comes_back_with_a_sentence(
    community: Area, system: SystemActor, place: int, value: Any, sentence: str
) -> None:
    row = compound_rows()[0]
    row[place] = value
    result = look("compounds", book(COMPOUND_HEAD, row), community.district, system)
    assert sentence in sentences(result)


def test_a_gated_compound_without_a_gate_is_refused(community: Area, system: SystemActor) -> None:
    row = [*compound_rows()[0][:7], None, None, None]
    result = look("compounds", book(COMPOUND_HEAD, row), community.district, system)
    assert "至少要有一个能走的门" in sentences(result)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"类别": "网吧"}, "应是其中之一"),
        ({"开放时间": "看心情"}, "看不懂“看心情”"),
        ({"服务": "饮水、瞬间移动"}, "服务目录里没有“瞬间移动”"),
        ({"电话": "110转1"}, "电话"),
        ({"状态": "暂停"}, "不能一来就是暂停"),
    ],
)
def test_a_bad_station_comes_back_with_a_sentence(
    community: Area, system: SystemActor, changes: dict[str, Any], sentence: str
) -> None:
    a_catalogue(community.district)
    result = look("stations", book(STATION_HEAD, station_row(**changes)), community.district, system)
    assert sentence in sentences(result)
    assert not Station.objects.exists()


def test_a_sheet_does_not_move_a_station_in_its_life(community: Area, system: SystemActor) -> None:
    station = a_station(community)
    result = look("stations", book(["编码", "状态"], [station.code, "暂停"]), community.district, system)
    assert "不能用表格改" in sentences(result)


def test_a_code_twice_in_a_file_is_refused_once(community: Area, system: SystemActor) -> None:
    rows = [building_row("LD01"), building_row("LD01", 名称="2号楼")]
    result = look("buildings", book(BUILDING_HEAD, *rows), community.district, system)
    assert counts(result) == (1, 0, 0, 1)
    assert "和第 3 行重复了" in sentences(result)
    compounds = [*compound_rows(), ["XQ02", "别的院", FHJ, "否", "WGS-84", LON, LAT, None, None, None]]
    assert "重复了" in sentences(
        look("compounds", book(COMPOUND_HEAD, *compounds), community.district, system)
    )


def test_a_sheet_in_gb18030_with_commas_is_read(community: Area, system: SystemActor) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([BUILDING_HEAD, building_row()])
    file = io.BytesIO(text.getvalue().encode("gb18030"))
    result = sheets.take_in("buildings", file, "楼栋.csv", community.district, actor=system)
    assert counts(result) == (1, 0, 0, 0)
    assert Building.objects.get().name == "1号楼"


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_refused(community: Area, system: SystemActor, content: bytes) -> None:
    with pytest.raises(BadInput):
        look("buildings", io.BytesIO(content), community.district, system)


def test_a_kind_of_sheet_that_does_not_exist_is_not_there(community: Area, system: SystemActor) -> None:
    with pytest.raises(NotThere):
        look("secrets", io.BytesIO(b""), community.district, system)


def test_rows_outside_an_actors_area_come_back(community: Area, cast: Cast) -> None:
    rows = [building_row("LD01"), building_row("LD02", 社区代码="140404001001")]
    result = look("buildings", book(BUILDING_HEAD, *rows), community.district, cast["clerk"])
    assert counts(result) == (1, 0, 0, 1)
    assert "有权限" in sentences(result)
