"""What the demo's keepers pressed: true to the hours, never ahead of the clock, one of them late today."""

import datetime as dt

import pytest
import time_machine

from lingju.kernel import clock
from lingju.places import openness, queries
from lingju.places.models import DoorRecord, Station
from lingju.places.services import hours
from lingju.places.tests.builders import a_district, a_station, a_tree, the_system
from lingju.site.demo import doors

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 27, 11, 0, tzinfo=clock.ZONE)


def test_the_first_stations_press_and_the_list_shows_who_keeps_the_hours() -> None:
    district = a_district(is_demo=True)
    actor, community = the_system(district), a_tree(district)[2]
    with time_machine.travel(NOON, tick=False):
        for _number in range(doors.RECORDING + 1):
            hours.set_weekly(a_station(community), "8:30-12:00 14:30-18:00", actor=actor)
        doors.tell(district, actor=actor)
        found = list(Station.objects.order_by("code"))
        kept = openness.this_month_of(found)
        shares = [kept[one.pk].share for one in found]
        assert shares[-1] is None, "one has not begun to press"
        assert shares[0] == 1.0
        assert all(share and 0.8 < share < 1 for share in (shares[doors.LATE], shares[doors.EARLY]))
        unopened = [place for place, one in enumerate(found) if queries.is_unopened(one, clock.now())]
        assert unopened == [doors.FORGETS]
        assert not DoorRecord.objects.filter(opened_at__gt=NOON).exists()
