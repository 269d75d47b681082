"""Doors of the demo: what the keepers of some stations pressed this month, so that kept hours show.

Most come a few minutes before the hour. One comes late now and then, one shuts early on Fridays, and one has
not pressed today: the list of stations and the keeper's morning show each.
"""

import datetime as dt

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places import opening
from lingju.places.hours import DAY, ONE_DAY, Stretch
from lingju.places.models import District, Station
from lingju.places.services import openness

MINUTE = dt.timedelta(minutes=1)
RECORDING = 6  # stations; the others have not begun to press, and show that
LATE, EARLY, FORGETS = 2, 3, 4  # which of them
FRIDAY = 5


def tell(district: District, *, actor: Actor) -> None:
    """Press for the keepers of some stations, on each day of the month until now."""
    found = Station.objects.filter(district=district).in_use().prefetch_related("spans").order_by("code")
    by_day = [one for one in found if opening.timetable_of(one).on(clock.today()).stretches != ((0, DAY),)]
    for place, station in enumerate(by_day[:RECORDING]):
        first = clock.today().replace(day=1)
        for ahead in range((clock.today() - first).days + 1):
            _press(station, place, first + ahead * ONE_DAY, actor)


def _press(station: Station, place: int, date: dt.date, actor: Actor) -> None:
    if place == FORGETS and date == clock.today():
        return
    for stretch in opening.stretches_of(station, date):
        opened, closed = _really(stretch, place, date)
        if opened < clock.now():
            openness.open_door(station, f"demo-{opened:%m%d%H%M}", actor=actor, at=opened)
        if closed < clock.now():
            openness.close_door(station, f"demo-{closed:%m%d%H%M}", actor=actor, at=closed)


def _really(stretch: Stretch, place: int, date: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return when a door was opened and closed for a stretch of its hours."""
    midnight = dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)
    begin, end = stretch.start - 5, stretch.end
    if place == LATE and date.day % 4 == 0:
        begin += 50
    if place == EARLY and date.isoweekday() == FRIDAY:
        end -= 90
    return midnight + begin * MINUTE, midnight + min(end, DAY - 1) * MINUTE
