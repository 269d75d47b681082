"""The numbers of one day: who is called, who waits, and how true it was what people were told."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lingju.bookings import waiting
from lingju.bookings.models import Bookable, Ticket
from lingju.bookings.queries import openings
from lingju.bookings.services import queueing
from lingju.bookings.waiting import Truth, Wait
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.models import Station

T = Ticket.State
MINUTE = dt.timedelta(minutes=1)
MEASURED = dt.timedelta(days=30)
MOST_MEASURED = 200


@dataclass(frozen=True, slots=True)
class Counter:
    """One queue as screens and the desk show it: numbers only, nobody's name."""

    bookable: Bookable
    called: tuple[Ticket, ...]
    serving: tuple[Ticket, ...]
    waiting: tuple[Ticket, ...]
    missed: tuple[Ticket, ...]
    wait: Wait | None


def queue_of(actor: Actor, bookable_id: int) -> Bookable:
    """Return something for which numbers are drawn; NotThere for anything else."""
    rows = Bookable.objects.filter(pk=bookable_id, district_id=actor.district_id, takes_walk_ins=True)
    found = openings.with_hours(rows)
    if not found or found[0].station.state in (Station.State.PLANNED, Station.State.BUILDING):
        raise NotThere(_("这里不用取号。看看驿站里别的。"))
    return found[0]


def station_of(actor: Actor, slug: str) -> Station:
    """Return a station whose queues hang on its wall; NotThere where it is not open to the public yet."""
    rows = Station.objects.filter(slug=slug, district_id=actor.district_id)
    found = (
        rows.exclude(state__in=(Station.State.PLANNED, Station.State.BUILDING)).select_related("area").first()
    )
    if found is None:
        raise NotThere(_("没找到这座驿站，可能改了名字，或者已经关了。"))
    station: Station = found
    return station


def counter(bookable: Bookable) -> Counter:
    """Return the queue of today, with how long it takes who draws a number now."""
    rows = list(Ticket.objects.filter(bookable=bookable, date=clock.today()).order_by("number"))
    by_state = {state: tuple(one for one in rows if one.state == state) for state in T}
    return Counter(
        bookable,
        by_state[T.CALLED],
        by_state[T.SERVING],
        by_state[T.WAITING],
        by_state[T.MISSED],
        queueing.wait_for(bookable) if bookable.is_offered else None,
    )


def counters_of(station: Station) -> list[Counter]:
    """Return the queues of a station."""
    rows = Bookable.objects.filter(station=station, takes_walk_ins=True, is_offered=True)
    return [counter(bookable) for bookable in openings.with_hours(rows.order_by("name", "id"))]


def before(ticket: Ticket) -> int:
    """Return how many are to be served before a number that waits."""
    ahead = Ticket.objects.filter(
        bookable_id=ticket.bookable_id,
        date=ticket.date,
        state__in=(T.WAITING, T.CALLED),
        number__lt=ticket.number,
    )
    return ahead.count()


def truth_of(bookable: Bookable) -> Truth | None:
    """Return how true it was what people were told in the last thirty days, until they were called."""
    rows = Ticket.objects.filter(
        bookable=bookable,
        told_minutes__isnull=False,
        called_at__isnull=False,
        drawn_at__gte=clock.now() - MEASURED,
    )
    told = rows.order_by("-id").values_list("told_minutes", "drawn_at", "called_at")[:MOST_MEASURED]
    return waiting.truth([(said, round((called - drawn) / MINUTE)) for said, drawn, called in told])
