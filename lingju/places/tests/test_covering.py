"""Coverage counts the stations that every other page calls open."""

import datetime as dt

import pytest

from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.places import covering, queries
from lingju.places.models import AudienceTag, OpeningSpan, Station
from lingju.places.services import hours

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=clock.ZONE)


@pytest.mark.django_db
def test_an_hour_for_one_audience_alone_does_not_open_a_station_on_the_map(
    station: Station, system: SystemActor
) -> None:
    hours.set_weekly(station, "8:00-10:00", actor=system)
    tag = AudienceTag.objects.create(district=station.district, code="couriers", name="骑手")
    OpeningSpan.objects.create(
        district=station.district, station=station, opens=600, closes=900, audience=tag
    )
    assert not queries.state_of(station, NOON).is_open
    assert covering.open_stations(station.district, NOON) == set()
    assert covering.open_stations(station.district, NOON.replace(hour=9)) == {station.pk}
