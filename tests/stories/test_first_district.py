"""A district begins: from an empty database to a resident at an open door, by the doors people use."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from lingju.places.models import Compound, Station
from lingju.site.cli import main
from lingju.trail.models import Footprint
from tests.stories.walkers import Walker
from tests.world import a_grid

Capture = pytest.CaptureFixture[str]
OWN = ("山药蛋炖土豆-2026", "窗台上的吊兰-2027", "巷口第三棵槐树-2028")

AREAS = """区划代码,名称
140404001000,韩店街道
140404001002,府后街社区居委会
140404001001,长安社区居委会
"""
COMPOUNDS = """小区编码,小区名称,社区代码,是否封闭,坐标系,经度,纬度,门名称,门经度,门纬度
XQ01,府后家园,140404001002,是,WGS-84,113.0501,36.0523,东门,113.0506,36.0523
XQ01,,,,WGS-84,,,西门,113.0496,36.0523
"""
BUILDINGS = """楼栋编码,名称,小区编码,社区代码,坐标系,经度,纬度,户数,0-14岁,15-59岁,60-79岁,80岁及以上
LD01,一号楼,XQ01,140404001002,WGS-84,113.0501,36.0524,30,10,40,20,5
"""
STATIONS = """驿站编码,名称,类别,社区代码,坐标系,经度,纬度,状态,开放时间,服务
YZ-01,府后街幸福驿站,幸福驿站,140404001002,WGS-84,113.0534,36.0523,开放,,water
YZ-02,长安幸福驿站,幸福驿站,140404001001,WGS-84,113.0434,36.0523,开放,全天,water
"""


@pytest.mark.slow
@pytest.mark.django_db
def test_a_district_begins(capsys: Capture, django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    officer = a_district_is_founded(capsys)
    clerk = its_places_are_taken_in(officer)
    station, compound = Station.objects.get(code="YZ-01"), Compound.objects.get(code="XQ01")
    the_clerk_opens_the_doors(clerk, station)
    resident = a_resident_sees_all_of_it(station, compound)
    a_gate_is_shut(clerk, resident, compound)
    the_station_pauses(clerk, resident, station)
    with django_capture_on_commit_callbacks(execute=True):
        assert main(["footprints", "seal"]) == 0
    nobody_can_change_what_happened(capsys)


def a_district_is_founded(capsys: Capture) -> Walker:
    """Let the command line open the first account, once; from there on only pages grant anything."""
    assert main(["account", "--found", "上党区"]) == 0
    first = re.search(r"password\s+(\S+)", capsys.readouterr().out)
    assert first
    assert main(["account", "--found", "上党区"]) == 1
    assert main(["account"]) == 1
    assert "there is a security administrator already" in capsys.readouterr().out
    security = Walker()
    assert security.signs_in("security", first[1]) == "/me/password/"
    assert security.is_sent_to("/desk/roles/") == "/me/password/"
    security.fills_in("/me/password/", old=first[1], password=OWN[0])
    assert security.is_sent_to("/desk/roles/") == "/me/second-factor/"
    security.sets_up_a_second_factor()
    password, grant = security.opens_an_account("吴区干部", "wu")
    security.grants(grant, "district_officer", "上党区")
    officer = Walker()
    assert officer.signs_in("wu", password) == "/me/password/"
    officer.fills_in("/me/password/", old=password, password=OWN[1])
    officer.sets_up_a_second_factor()
    return officer


def its_places_are_taken_in(officer: Walker) -> Walker:
    """Let the officer bring the spreadsheets the district has, the streets, and a clerk."""
    news = (("areas", AREAS, 3), ("compounds", COMPOUNDS, 1), ("buildings", BUILDINGS, 1))
    for sheet, text, new in (*news, ("stations", STATIONS, 2)):
        assert f"新增 {new}，" in officer.takes_in(sheet, text), sheet
    assert "新增 0，改动 0，没变 2，退回 0" in officer.takes_in("stations", STATIONS)
    streets = a_grid(Path(settings.LINGJU.var) / "streets" / "first.streets")
    assert main(["streets", "use", str(streets)]) == 0
    password, grant = officer.opens_an_account("赵社工", "zhao")
    officer.grants(grant, "clerk", "府后街")
    clerk = Walker()
    assert clerk.signs_in("zhao", password) == "/me/password/"
    clerk.fills_in("/me/password/", old=password, password=OWN[2])
    return clerk


def the_clerk_opens_the_doors(clerk: Walker, station: Station) -> None:
    """Let the clerk set hours and a state at home; of the neighbours' station the clerk knows nothing."""
    other = Station.objects.get(code="YZ-02")
    clerk.is_refused(f"/desk/stations/{other.pk}/hours/", 404, do="week", hours="全天")
    clerk.fills_in(f"/desk/stations/{station.pk}/hours/", do="week", hours="全天")
    clerk.fills_in(f"/desk/stations/{station.pk}/facilities/", kind="seats", total=20)
    seats = station.facilities.get()
    clerk.fills_in(f"/desk/stations/{station.pk}/facilities/{seats.pk}/state/", state="working", free=7)


def a_resident_sees_all_of_it(station: Station, compound: Compound) -> Walker:
    """Let a resident without an account say where she lives, and read home, circle and station."""
    resident = Walker()
    resident.fills_in("/here/", compound=compound.pk)
    home = resident.reads("/")
    assert nearest_of(home) == "府后街幸福驿站"
    assert "长安幸福驿站" in plain(home)
    assert "7" in plain(home.split("fac-line")[1].split("</ul>")[0])
    assert "府后街幸福驿站" in plain(resident.reads("/circle/"))
    page = plain(resident.reads(f"/s/{station.slug}/"))
    assert "全天" in page
    assert f"{minutes_of(home)}分钟" in page
    return resident


def a_gate_is_shut(clerk: Walker, resident: Walker, compound: Compound) -> None:
    """Shut the near gate: the way is longer at once. The last gate cannot be shut: nobody is walled in."""
    gates = {gate.name: gate for gate in compound.gates.all()}
    near, last = (f"/desk/compounds/{compound.pk}/gates/{gates[name].pk}/" for name in ("东门", "西门"))
    before = minutes_of(resident.reads("/"))
    clerk.fills_in(near, do="shut")
    assert minutes_of(resident.reads("/")) > before
    clerk.fills_in(last, do="shut")
    assert [gate.name for gate in compound.gates.filter(is_shut=True)] == ["东门"]
    clerk.fills_in(near, do="open")
    assert minutes_of(resident.reads("/")) == before


def the_station_pauses(clerk: Walker, resident: Walker, station: Station) -> None:
    """Pause the station with a reason; home leads to the next one, and the station's page says why."""
    clerk.is_refused(f"/desk/stations/{station.pk}/life/", 422, step="pause", reason="")
    clerk.fills_in(f"/desk/stations/{station.pk}/life/", step="pause", reason="修水管")
    assert nearest_of(resident.reads("/")) == "长安幸福驿站"
    assert "修水管" in resident.reads(f"/s/{station.slug}/")


def nobody_can_change_what_happened(capsys: Capture) -> None:
    """Verify the sealed footprints, then change one past the database's guards, and be found out."""
    assert main(["footprints", "verify"]) == 0
    pause = Footprint.objects.get(action="pause")
    assert pause.actor_id is not None
    tamper_with(pause)
    capsys.readouterr()
    assert main(["footprints", "verify"]) == 1
    assert str(pause.pk) in capsys.readouterr().out


def nearest_of(home: str) -> str:
    """Return which station the home page puts first."""
    found = re.search(r'id="near-h"><a[^>]*>(.*?)</a>', home, re.DOTALL)
    assert found
    return plain(found[1])


def plain(page: str) -> str:
    """Return what a page says, without tags and without the places where lines may break."""
    return re.sub(r"<[^>]+>|\u200b|\s", "", page)


def minutes_of(home: str) -> int:
    """Return how many minutes the home page says it is to the first station."""
    found = re.search(r'class="ring[^"]*".*?(\d+)', home.split('id="near-h"')[1], re.DOTALL)
    assert found
    return int(found[1])


def tamper_with(footprint: Footprint) -> None:
    """Change a footprint as somebody with the database's own password would, past its guards."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute(f'ALTER TABLE "{Footprint._meta.db_table}" DISABLE TRIGGER USER')
        cursor.execute(
            f'UPDATE "{Footprint._meta.db_table}" SET note = %s WHERE id = %s', ["不是我", footprint.pk]
        )
