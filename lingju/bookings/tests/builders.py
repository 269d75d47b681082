"""Builders: a station that is open, pools and bookables there, and people who book."""

import datetime as dt
import itertools
from typing import Any

from lingju.bookings.models import Bookable, Claim, Pool, Use
from lingju.bookings.parties import Party, Slot
from lingju.bookings.services import claiming, seats
from lingju.bookings.services.claiming import Receipt
from lingju.kernel import clock
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import District, Station
from lingju.places.services import hours
from lingju.places.tests import builders as places

MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.ZONE)
_keys = itertools.count(1)


def a_key() -> str:
    """Return the key of a press that never was before."""
    return f"press-{next(_keys):08d}"


def at(hour: int, minute: int = 0, *, days: int = 0) -> dt.datetime:
    """Return a time of the Monday on which tests run, or of a later day."""
    midnight = MONDAY.replace(hour=0)
    return midnight + dt.timedelta(days=days, hours=hour, minutes=minute)


def the_system(place: District | Station) -> SystemActor:
    """Return the house itself, acting in a district."""
    return places.the_system(place if isinstance(place, District) else place.district)


def a_station(name: str = "府后街社区幸福驿站", weekly: str = "8:00-18:00", **changes: Any) -> Station:
    """Open a station with a week of its own."""
    district = changes.pop("district", None) or places.a_district()
    area = changes.pop("area", None) or places.a_tree(district)[2]
    station = places.a_station(area, name=name, **changes)
    if weekly:
        hours.set_weekly(station, weekly, actor=the_system(district))
    return station


def a_pool(station: Station, capacity: int = 1, name: str = "理发师", **changes: Any) -> Pool:
    """Add a pool at a station."""
    values = {"kind": Pool.Kind.PERSON, "grain": Pool.Grain.FIVE, **changes}
    pool = Pool(
        district=station.district, area=station.area, station=station, name=name, capacity=capacity, **values
    )
    pool.save(force_insert=True)
    return pool


def a_bookable(station: Station, *pools: Pool, name: str = "理发", **changes: Any) -> Bookable:
    """Add something to book over pools; without any it gets one place of its own."""
    bookable = Bookable(district=station.district, area=station.area, station=station, name=name, **changes)
    bookable.save(force_insert=True)
    for pool in pools or (a_pool(station),):
        Use.objects.create(district=station.district, bookable=bookable, pool=pool)
    return bookable


def some_seats(station: Station, capacity: int = 20) -> Pool:
    """Open so many seats of something that happens once."""
    actor = the_system(station)
    return seats.open_seats(station.district, name="培训", capacity=capacity, station=station, actor=actor)


def booked(
    bookable: Bookable, starts_at: dt.datetime, *, actor: Actor | None = None, **changes: Any
) -> Claim:
    """Book something as somebody without an account."""
    return a_receipt(bookable, starts_at, actor=actor, **changes).claim


def a_receipt(
    bookable: Bookable, starts_at: dt.datetime, *, actor: Actor | None = None, key: str = "", **changes: Any
) -> Receipt:
    """Book something and keep the receipt."""
    ways = {name: changes.pop(name) for name in ("may_wait", "hold") if name in changes}
    party = changes.pop("party", Party(called="李阿姨"))
    slot = Slot(starts_at=starts_at, **changes)
    who = actor or the_system(bookable.station)
    return claiming.claim(bookable, slot, party, key=key or a_key(), actor=who, **ways)


def seated(pool: Pool, quantity: int = 1, *, key: str = "", may_wait: bool = True) -> Claim:
    """Take seats as somebody without an account."""
    actor = SystemActor(pool.district_id)
    receipt = seats.claim_seats(
        pool, Party(called="王叔叔"), quantity=quantity, key=key or a_key(), actor=actor, may_wait=may_wait
    )
    return receipt.claim
