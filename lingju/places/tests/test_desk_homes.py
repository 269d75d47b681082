"""The desk: compounds with gates, buildings, areas, and sheets in and out."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from lingju.kernel.errors import NotAllowed, NotThere
from lingju.places.imports import sheets
from lingju.places.models import Area, Building, Compound
from lingju.places.tests.browsing import HERE, ask, compound_form, sheet, words
from lingju.places.tests.builders import a_compound
from lingju.places.tests.conftest import Cast
from lingju.places.tests.test_imports import BUILDING_HEAD, book, building_row

pytestmark = pytest.mark.django_db
Counted = Callable[..., Any]


# --- homes ---


def test_a_compound_is_written_with_its_gates(community: Area, cast: Cast) -> None:
    district = community.district
    assert ask(cast.clerk, district, "desk_compound_new", data=compound_form(community)).status_code == 302
    compound = Compound.objects.get(code="XQ900")
    assert {gate.name: (gate.kind, gate.is_step_free) for gate in compound.gates.all()} == {
        "东门": ("side", False),
        "西门": ("main", True),
    }
    page = words(ask(cast.clerk, district, "desk_compound", compound.pk))
    assert "关闭东门" in page
    answer = ask(cast.clerk, district, "desk_compound", compound.pk, data=compound_form(community, gates=""))
    assert answer.status_code == 422
    assert "至少要有一个能走的门" in words(answer)


def test_gates_are_shut_and_opened_by_a_button(community: Area, cast: Cast) -> None:
    compound = a_compound(community)
    east, west = compound.gates.order_by("name")
    for gate, do, said in (
        (east, "shut", "长期关闭"),
        (west, "shut", "最后一个能走的门"),
        (east, "open", "开了"),
    ):
        answer = ask(cast.clerk, community.district, "desk_gate", compound.pk, gate.pk, data={"do": do})
        assert said in answer.said[0]  # type: ignore[attr-defined]
    assert not compound.gates.filter(is_shut=True).exists()


def test_a_building_is_written(community: Area, cast: Cast) -> None:
    data = {
        "code": "LD900",
        "name": "9号楼",
        "area": community.pk,
        "point": HERE,
        "crs": "WGS-84",
        "households": "30",
        **{f"persons_{n}": "5" for n in range(4)},
    }
    assert ask(cast.clerk, community.district, "desk_building_new", data=data).status_code == 302
    building = Building.objects.get(code="LD900")
    data |= {"version": building.version, "households": "31"}
    answer = ask(cast.clerk, community.district, "desk_building", building.pk, data=data)
    assert answer.status_code == 302
    building.refresh_from_db()
    assert (building.households, building.persons) == (31, 20)


def test_an_area_is_renamed_by_the_district_alone(community: Area, cast: Cast) -> None:
    district = community.district
    with pytest.raises(NotAllowed):
        ask(cast.clerk, district, "desk_area", community.pk)
    answer = ask(cast.district_officer, district, "desk_area", community.pk, data={"name": "府后街新社区"})
    assert answer.status_code == 302
    assert "府后街新社区" in words(ask(cast.clerk, district, "desk_areas"))


# --- sheets ---


def test_a_sheet_is_looked_at_confirmed_and_reported(
    community: Area, cast: Cast, settings: Any, tmp_path: Any
) -> None:
    district = community.district
    rows = [building_row("LD01"), building_row("LD02", 户数="三百")]
    file = sheet(book(BUILDING_HEAD, *rows).getvalue(), "楼栋.xlsx")
    answer = ask(cast.clerk, district, "desk_imports", data={"sheet": "buildings", "file": file})
    assert answer.status_code == 302
    ticket = answer["Location"].split("/")[-2]
    page = words(ask(cast.clerk, district, "desk_import", ticket))
    assert "还没有写进去" in page
    assert "应是数字" in page
    assert not Building.objects.exists()
    ask(cast.clerk, district, "desk_import", ticket, data={"partial": "no"})
    assert not Building.objects.exists()
    ask(cast.clerk, district, "desk_import", ticket, data={"partial": "yes"})
    assert Building.objects.get().code == "LD01"
    report = openpyxl.load_workbook(
        io.BytesIO(ask(cast.clerk, district, "desk_import_report", ticket).content)
    ).active
    assert report is not None
    assert report.cell(2, len(BUILDING_HEAD) + 1).value == "哪里不对"
    assert "写进去" not in words(ask(cast.clerk, district, "desk_import", ticket))


def test_a_ticket_is_nobody_elses(community: Area, cast: Cast) -> None:
    district = community.district
    file = sheet(book(BUILDING_HEAD, building_row()).getvalue(), "楼栋.xlsx")
    answer = ask(cast.clerk, district, "desk_imports", data={"sheet": "buildings", "file": file})
    ticket = answer["Location"].split("/")[-2]
    for name, strange in ((cast.system, ticket), (cast.clerk, "x" * 22), (cast.clerk, "..")):
        with pytest.raises(NotThere):
            ask(name, district, "desk_import", strange)


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.xlsx"), (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "a.xlsx"), (b"a,b\n1,2\n", "a.csv")],
)
def test_a_file_that_is_no_such_sheet_is_refused_beside_the_field(
    community: Area, cast: Cast, content: bytes, name: str
) -> None:
    data = {"sheet": "buildings", "file": sheet(content, name)}
    answer = ask(cast.clerk, community.district, "desk_imports", data=data)
    assert answer.status_code == 422
    assert "id_file" in words(answer)


def test_templates_and_exports_are_downloads(community: Area, cast: Cast) -> None:
    for kind in sheets.SHEETS:
        for name in ("desk_import_template", "desk_export"):
            answer = ask(cast.clerk, community.district, name, kind)
            assert answer.content[:2] == b"PK"
    with pytest.raises(NotThere):
        ask(cast.clerk, community.district, "desk_export", "secrets")
