"""A courier finds a charging port at 22:40: open, free, and seen ten minutes ago; then it is not true.

The keeper set the state in two presses; the courier has no account. What is wrong he says with one link, and
it becomes a need like any other.
"""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache

from lingju.kernel import clock
from lingju.needs.models import Need
from lingju.needs.services import catalogue as needs_catalogue
from lingju.people.tests import cast
from lingju.places.models import Facility, Station
from lingju.places.services import facilities, hours
from lingju.places.services.facilities import FacilityDraft
from lingju.places.tests import builders as places
from tests.stories.walkers import Walker

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
LATE = dt.datetime(2026, 11, 17, 22, 30, tzinfo=clock.ZONE)


def test_a_courier_finds_a_charging_port_at_night_and_says_what_is_not_true() -> None:
    with time_machine.travel(LATE, tick=False) as clockwork:
        station, ports = a_night_station()
        keeper = cast.an_actor_of(cast.a_keeper(at=station))
        facilities.record_state(ports, state=Facility.State.WORKING, free=3, actor=keeper)

        clockwork.shift(dt.timedelta(minutes=8))
        cache.clear()
        courier = Walker()
        page = courier.reads(f"/s/{station.slug}/")
        assert "手机充电" in page
        assert "开着" in page or "全天开" in page
        assert "3" in page
        assert "可能不准" not in page.split("手机充电")[1][:400], "seen eight minutes ago"

        clockwork.shift(dt.timedelta(minutes=30))
        cache.clear()
        assert "可能不准" in courier.reads(f"/s/{station.slug}/"), "nobody looked for half an hour"
        link = re.search(r'href="(/q/[^"]+/)"', courier.reads(f"/s/{station.slug}/"))
        assert link is not None
        said = courier.reads(link[1])
        assert ports.name in said
        assert Need.objects.count() == 0, "asking whether it is true is no need yet"


def a_night_station() -> tuple[Station, Facility]:
    """Open a warm station through the night, with ports to charge a telephone."""
    district = places.a_district(is_demo=True)
    actor = places.the_system(district)
    needs_catalogue.fill(district, actor=actor)
    station = places.a_station(places.a_tree(district)[2], name="府后街暖新驿站", kind=Station.Kind.WARM)
    hours.set_weekly(station, "全天", actor=actor)
    draft = FacilityDraft(kind="phone_charging", name="手机充电", total=4)
    return station, facilities.add(station, draft, actor=actor)
