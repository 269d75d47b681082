"""What the desk's pages about bookings fetch: what somebody looks after, and how each station stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from lingju.bookings.models import Bookable, Claim, PhoneCall, Pool, Series, Ticket
from lingju.bookings.queries import openings
from lingju.bookings.queries.calls import counts as calls_of
from lingju.bookings.services.impact import coming_at, outside_of
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.models import Station
from lingju.places.rules import its_keeper

S = Claim.State
OF_CLAIM = (
    "area",
    "station__area",
    "bookable__station__area",
    "bookable__offer__station",
    "district",
    "series",
)


@dataclass(frozen=True, slots=True)
class Overview:
    """A station on the list: what it offers, how many come today, what waits to be decided, whom to ring."""

    station: Station
    bookables: int
    today: int
    pending: int
    waiting: int
    calls: int


def station_for(actor: Actor, station_id: int) -> Station:
    """Return a station the actor keeps; out of scope it is not there."""
    rows = Station.objects.managed_by(actor).select_related("area", "district")
    station: Station = _one(rows, station_id)
    return station


def bookable_for(actor: Actor, bookable_id: int) -> Bookable:
    """Return something to book that the actor looks after, with its hours."""
    found = openings.with_hours(Bookable.objects.managed_by(actor).filter(pk=bookable_id))
    if not found:
        raise NotThere(_("没找到，或者不归您管。"))
    return found[0]


def pool_for(actor: Actor, pool_id: int) -> Pool:
    """Return a pool of a station that the actor looks after."""
    rows = Pool.objects.managed_by(actor).filter(station__isnull=False)
    pool: Pool = _one(rows.select_related("area", "station__area", "district"), pool_id)
    return pool


def claim_for(actor: Actor, claim_id: int) -> Claim:
    """Return a booking at a station that the actor looks after."""
    rows = Claim.objects.managed_by(actor).filter(station__isnull=False, bookable__isnull=False)
    claim: Claim = _one(rows.select_related(*OF_CLAIM), claim_id)
    return claim


def call_for(actor: Actor, call_id: int) -> PhoneCall:
    """Return a call to be made by a station that the actor looks after."""
    call: PhoneCall = _one(PhoneCall.objects.managed_by(actor).select_related("area", "claim__area"), call_id)
    return call


def ticket_for(actor: Actor, ticket_id: int) -> Ticket:
    """Return a number of a counter that the actor looks after."""
    ticket: Ticket = _one(Ticket.objects.managed_by(actor).select_related("area", "claim__area"), ticket_id)
    ticket.bookable = bookable_for(actor, ticket.bookable_id)
    return ticket


def series_for(actor: Actor, series_id: int) -> Series:
    """Return a series of a bookable that the actor looks after."""
    mine = Bookable.objects.managed_by(actor)
    rows = Series.objects.filter(bookable__in=mine)
    series: Series = _one(rows.select_related("bookable__station__area", "bookable__area"), series_id)
    return series


def bookables_of(station: Station) -> list[Bookable]:
    """Return what can be booked at a station, what is stopped last."""
    rows = Bookable.objects.filter(station=station).prefetch_related("uses__pool")
    return openings.with_hours(rows.order_by("-is_offered", "name", "id"))


def overviews(actor: Actor) -> list[Overview]:
    """Return the stations somebody keeps, with today's counts; five queries."""
    stations = list(Station.objects.managed_by(actor).select_related("area").order_by("name"))
    today = clock.today()
    ids = [station.pk for station in stations]
    claims = Claim.objects.filter(station_id__in=ids, bookable__isnull=False)
    standing = (S.CONFIRMED, S.CHECKED_IN, S.HELD)
    counts = (
        claims.order_by()
        .values("station_id")
        .annotate(
            today=Count("pk", filter=Q(starts_at__date=today, state__in=standing)),
            pending=Count("pk", filter=Q(state=S.PENDING)),
            waiting=Count("pk", filter=Q(state__in=(S.WAITLISTED, S.OFFERED))),
        )
    )
    found: dict[int, Mapping[str, Any]] = {row["station_id"]: row for row in counts}
    offered = Bookable.objects.filter(station_id__in=ids, is_offered=True).order_by()
    many = dict(offered.values_list("station_id").annotate(Count("pk")))
    calls = {station_id: people for station_id, _name, people in calls_of(actor)}
    return [
        _overview(station, found.get(station.pk, {}), many.get(station.pk, 0), calls.get(station.pk, 0))
        for station in stations
    ]


def count_outside(station: Station) -> int:
    """Return how many bookings of a station lie outside its hours now."""
    return len(outside_of(coming_at(station.pk).filter(ends_at__gt=clock.now())[:500]))


def may_enter(actor: Actor, station: Station) -> bool:
    """Say whether somebody keeps a station."""
    return its_keeper.allows(actor, station)


def _overview(station: Station, counts: Mapping[str, Any], bookables: int, calls: int) -> Overview:
    today, pending, waiting = (counts.get(name, 0) for name in ("today", "pending", "waiting"))
    return Overview(station, bookables, today, pending, waiting, calls)


def _one(rows: Any, pk: int) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotThere(_("没找到，或者不归您管。"))
    return found
