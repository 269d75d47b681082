"""The same service at other stations that one can walk to, with the next time that is free there."""

import datetime as dt
from dataclasses import dataclass

from lingju.bookings.models import Bookable
from lingju.bookings.queries import openings
from lingju.bookings.queries.openings import PLAIN, Asked, Day, Opening
from lingju.kernel import clock
from lingju.places import walking, ways
from lingju.places.walking import Origin

MOST = 3
MOST_NEAR = 4


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another station's same service: how many minutes' walk, and when it is free."""

    bookable: Bookable
    minutes: int
    next: Opening


def elsewhere(bookable: Bookable, origin: Origin | None, asked: Asked = PLAIN) -> list[Elsewhere]:
    """Return the nearest other stations with the same service free within a week.

    Walking starts where the person is, or else at the station they wanted to go to.
    """
    if bookable.offer is None:
        return []
    others = Bookable.objects.on_offer().filter(
        district_id=bookable.district_id, offer__service_id=bookable.offer.service_id, takes_bookings=True
    )
    rows = openings.with_hours(others.exclude(pk=bookable.pk).exclude(mode=Bookable.Mode.LOAN))
    if not rows:
        return []
    station = bookable.station
    start = origin or Origin(station.lon, station.lat, station.name)
    seconds = ways.seconds_to_stations(walking.town(bookable.district), start, "adult")
    today = clock.today()
    seen = openings.outlook(rows, today, today + dt.timedelta(days=openings.WEEK))
    found = [
        Elsewhere(one, ways.minutes_of(seconds[one.station_id]), free)
        for one in rows
        if one.station_id in seconds and (free := seen.next_free(one, asked)) is not None
    ]
    return sorted(found, key=lambda one: (one.minutes, one.bookable.pk))[:MOST]


def nearest(days: list[Day], at: dt.datetime) -> list[Opening]:
    """Return the free start times that lie nearest to a moment, in their order of time."""
    free = [one for day in days for one in day.openings if one.free]
    close = sorted(free, key=lambda one: abs(one.starts_at - at))[:MOST_NEAR]
    return sorted(close, key=lambda one: one.starts_at)
