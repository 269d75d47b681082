"""Pointing at a place on a map without a script: a click is a form, a point stands in no address."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lingju.circles.network import Network
from lingju.needs.models import Need
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter
from lingju.places.models import Building
from lingju.places.services import streets
from lingju.places.services.points import metres_between
from lingju.places.tests.builders import a_building, at, the_system

pytestmark = pytest.mark.django_db
POSITION = re.compile(r'(?:href|action|src)="[^"]*(?:lon|lat|point)=')


def a_grid(path: Path) -> Path:
    """Save streets 100 metres apart, one kilometre by one."""
    side = 11
    points = [at(100.0 * (n % side - 5), 100.0 * (n // side - 5)) for n in range(side * side)]
    across = [(n, n + 1) for n in range(side * side) if (n + 1) % side]
    along = [(n, n + side) for n in range(side * (side - 1))]
    u, v = zip(*across, *along, strict=True)
    Network.from_edges([p.lon for p in points], [p.lat for p in points], u, v).save(path)
    return path


@pytest.fixture
def quarter(tmp_path: Path) -> Quarter:
    """Found a quarter with streets and a house."""
    quarter = builders.a_quarter()
    a_building(quarter.area)
    streets.load(quarter.district, a_grid(tmp_path / "a.net"), actor=the_system(quarter.district))
    return quarter


def text_of(answer: Any) -> str:
    """Return a page as text."""
    return str(answer.content.decode())


def a_click(quarter: Quarter, x: float = 144, y: float = 162, **changes: Any) -> dict[str, Any]:
    """Return what a browser posts when the narrow picture is clicked; its middle unless told."""
    here = {"kind": "broken", "at": f"c-{quarter.compound.pk}", "e": "0", "n": "0", "z": "1"}
    return {**here, "spot.x": x, "spot.y": y, **changes}


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the form that says it in words."""
    form = page.split("data-say")[1]
    found = re.findall(r'<input type="hidden" name="(\w+)"[^>]*value="([^"]*)"', form)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_the_place_step_leads_to_a_map_that_can_be_clicked_without_a_script(quarter: Quarter) -> None:
    phone = Client()
    phone.post("/here/", {"compound": quarter.compound.pk})
    link = re.search(r'href="(/say/map/[^"]*)"', text_of(phone.get("/say/place/?kind=broken")))
    assert link is not None
    assert "at=here" in link[1]
    answer = phone.get(link[1].replace("&amp;", "&"))
    page = text_of(answer)
    assert page.count('type="image"') == 2
    assert "no-store" in answer["Cache-Control"]
    assert 'class="you"' in page
    assert 'href="/say/place/?kind=broken"' in page
    assert not POSITION.search(page)


def test_a_click_becomes_a_point_and_the_point_a_need(quarter: Quarter) -> None:
    phone = Client()
    page = text_of(phone.post("/say/map/", a_click(quarter, 144 + 72, 162)))
    assert "说说看" in page
    assert not POSITION.search(page)
    fields = hidden(page)
    assert (fields["at"], fields["crs"]) == ("point", "WGS-84")
    done = phone.post("/say/words/", {**fields, "text": "这个路口的井盖响"})
    assert done.status_code == 302
    need = Need.objects.get()
    assert need.lon is not None
    assert need.lat is not None
    away = metres_between((need.lon, need.lat), (quarter.compound.lon, quarter.compound.lat))
    assert away == pytest.approx(200, rel=0.01)
    assert need.lon > quarter.compound.lon
    assert (need.given_crs, need.compound) == ("WGS-84", quarter.compound)


def test_the_same_place_on_the_wider_picture_is_the_same_point(quarter: Quarter) -> None:
    narrow = hidden(text_of(Client().post("/say/map/", a_click(quarter, 72, 81))))
    wide = a_click(quarter) | {"wide.x": 84, "wide.y": 94.5}
    del wide["spot.x"], wide["spot.y"]
    broad = hidden(text_of(Client().post("/say/map/", wide)))
    assert (broad["lon"], broad["lat"]) == (narrow["lon"], narrow["lat"])
    assert float(narrow["lat"]) > quarter.compound.lat


@pytest.mark.parametrize(
    "wrong",
    [
        {"spot.x": 0, "spot.y": 0},
        {"spot.x": "", "spot.y": ""},
        {"spot.x": "nan", "spot.y": "inf"},
        {"spot.x": "links", "spot.y": "<b>"},
        {"spot.x": -5, "spot.y": 10},
        {"spot.x": 9999, "spot.y": 10},
        {"z": "3", "spot.x": 2, "spot.y": 2},
        {"spot.x": "1e400", "spot.y": "1"},
    ],
)
def test_a_click_that_is_none_is_a_sentence_and_the_map_stays(
    quarter: Quarter, wrong: dict[str, Any]
) -> None:
    answer = Client().post("/say/map/", a_click(quarter, **wrong) | wrong)
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'href="#map"' in page
    assert 'type="image"' in page
    assert not Need.objects.exists()


def test_a_click_without_its_pixel_or_its_map_is_a_sentence(quarter: Quarter) -> None:
    for said in ({}, {"kind": "broken"}, {"e": "x", "n": "9" * 40, "z": "-7", "at": "c-" + "9" * 40}):
        assert Client().post("/say/map/", said).status_code == 422
        assert Client().get("/say/map/", said).status_code == 200


def test_the_map_moves_by_links_and_ends_where_the_town_ends(quarter: Quarter) -> None:
    address = f"/say/map/?kind=broken&at=c-{quarter.compound.pk}&z=0&e=0&n=0"
    seen = set()
    while address not in seen:
        seen.add(address)
        page = text_of(Client().get(address))
        east = re.search(
            r'href="([^"]*)"[^>]*>(?:<svg.*?</svg>)?\s*往东', page.split("say-moves")[1].split("往西")[-1]
        )
        address = east[1].replace("&amp;", "&") if east else address
    assert 1 <= len(seen) < 12
    assert "aria-disabled" in page
    far = text_of(Client().get(f"/say/map/?at=c-{quarter.compound.pk}&e=9999&n=-9999"))
    assert 'name="e" value="9999"' not in far
    assert 'type="image"' in far


def test_without_streets_the_list_is_the_way() -> None:
    quarter = builders.a_quarter()
    assert not Building.objects.exists()
    answer = Client().get("/say/map/?kind=broken")
    assert answer.status_code == 200
    assert "从名单里找" in text_of(answer)
    assert Client().post("/say/map/", a_click(quarter)).status_code == 422
