"""A courier finds a charging port at 22:40: open, free, and seen ten minutes ago; then it is not true.

The keeper set the state in two presses; the courier has no account. What is wrong he says with one link, and
it becomes a need like any other.
"""

import datetime as dt
import html
import re

import pytest
import time_machine
from django.core.cache import cache

from lingju.kernel import clock
from lingju.needs.models import Need
from lingju.needs.services import catalogue as needs_catalogue
from lingju.people.tests import cast
from lingju.places.models import Facility, Station
from lingju.places.services import catalogue, facilities, hours
from lingju.places.services.facilities import FacilityDraft
from lingju.places.tests import builders as places
from tests.stories.walkers import Walker

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
LATE = dt.datetime(2026, 11, 17, 22, 30, tzinfo=clock.ZONE)


def test_a_courier_finds_a_charging_port_at_night_and_says_what_is_not_true() -> None:
    with time_machine.travel(LATE, tick=False) as clockwork:
        station, ports, shut = a_night_station()
        keeper = cast.an_actor_of(cast.a_keeper(at=station))
        facilities.record_state(ports, state=Facility.State.WORKING, free=3, actor=keeper)

        clockwork.shift(dt.timedelta(minutes=8))
        cache.clear()
        courier = Walker()
        where = {"lon": f"{shut.lon:.6f}", "lat": f"{shut.lat:.6f}", "crs": "WGS-84", "next": "/"}
        home = courier.fills_in("/here/", **where)
        tile = link_of(home, r'href="(/circle/\?service=charge_phone)"')
        circle = courier.reads(tile)
        names = [shut.name, station.name]
        assert sorted(names, key=circle.index) == [station.name, shut.name], "open first, though farther"
        row = circle.split(station.name)[1][:400]
        assert "空 3 个" in row
        assert "8 分钟前" in row
        page = courier.reads(link_of(circle, rf'href="(/s/{station.slug}/)"'))
        assert "手机充电" in page
        assert "全天开" in page
        assert "可能不准" not in page.split("手机充电")[1][:400], "seen eight minutes ago"

        clockwork.shift(dt.timedelta(minutes=30))
        cache.clear()
        page = courier.reads(f"/s/{station.slug}/")
        assert "可能不准" in page, "nobody counted for half an hour"
        said = courier.reads(link_of(page, r'href="(/q/[^"]+/)"'))
        assert ports.name in said
        assert Need.objects.count() == 0, "asking whether it is true is no need yet"
        courier.fills_in("/say/words/", **typed(said), text="四个口都插不上电。")
        need = Need.objects.get()
        assert (need.place_note, need.station) == (ports.name, station)
        assert need.channel == Need.Channel.QR


def link_of(page: str, pattern: str) -> str:
    """Return where a link of a page leads."""
    found = re.search(pattern, page)
    assert found is not None, pattern
    return html.unescape(found[1])


def typed(page: str) -> dict[str, str]:
    """Take the first kind, and return what the form of words carries along."""
    words = Walker().reads(link_of(page, r'href="(/say/words/[^"]+)"'))
    fields = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', words)
    return {name: html.unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}


def a_night_station() -> tuple[Station, Facility, Station]:
    """Open a warm station through the night, with ports for telephones; a nearer one is shut."""
    district = places.a_district(is_demo=True)
    actor = places.the_system(district)
    needs_catalogue.fill(district, actor=actor)
    station = places.a_station(
        places.a_tree(district)[2], name="府后街暖新驿站", kind=Station.Kind.WARM, at=places.at(150, 0)
    )
    hours.set_weekly(station, "全天", actor=actor)
    draft = FacilityDraft(kind="phone_charging", name="手机充电", total=4)
    ports = facilities.add(station, draft, actor=actor)
    shut = places.a_station(station.area, name="天晚集驿站")
    hours.set_weekly(shut, "8:00-18:00", actor=actor)
    catalogue.fill(district, actor=actor)
    for one in (station, shut):
        catalogue.offer(one, "charge_phone", actor=actor)
    return station, ports, shut
