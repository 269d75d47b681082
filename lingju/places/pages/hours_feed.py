"""A station's opening hours as a calendar to subscribe to, for whoever plans a way there."""

from django.http import HttpResponse

from lingju.kernel import clock
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.places import queries
from lingju.places.hours_ical import calendar_of
from lingju.places.opening import timetable_of


@open_to(everyone)
def station_hours(request: Request, slug: str) -> HttpResponse:
    """Return the openings of this year and after it; the same opening keeps its UID all year."""
    station = queries.station_by_slug(request.actor, slug)
    now = clock.now()
    calendar = calendar_of(
        timetable_of(station),
        now.date().replace(month=1, day=1),
        uid=f"station-{station.pk}",
        name=station.name,
        stamp=now,
    )
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
