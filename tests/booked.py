"""What is booked in the small district: a haircut at each station, one time taken, one that is offered."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from lingju.bookings.models import Bookable, Claim, PhoneCall, Pool, Series, Ticket, Use
from lingju.bookings.parties import Party, Slot
from lingju.bookings.services import calls, claiming, queueing, series
from lingju.bookings.services.series import Weekly
from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.people.actors import Stranger
from lingju.places.models import Station


@dataclass(frozen=True)
class Booked:
    """One station's haircut, a booking of it, and a place that came free for somebody who waited."""

    pool: Pool
    bookable: Bookable
    claim: Claim
    offered: Claim
    ticket: Ticket
    series: Series
    call: PhoneCall


def the_bookings_of(station: Station, word: str) -> Booked:
    """Let one station cut hair, the day after tomorrow at ten and at eleven."""
    base = {"district": station.district, "area": station.area, "station": station}
    pool = Pool.objects.create(**base, name=f"{word}理发师", kind="person", capacity=1)
    bookable = Bookable.objects.create(**base, name=f"{word}义剪", takes_walk_ins=True)
    Use.objects.create(district=station.district, bookable=bookable, pool=pool)
    claim = booked(bookable, 10, f"{word}-ten", called="预约的苗大爷", phone="13700004444", by="sms")
    first = booked(bookable, 11, f"{word}-eleven")
    waiting = booked(bookable, 11, f"{word}-waits", called="候补的苗大妈", phone="13700005555", by="sms")
    claiming.cancel(first, actor=SystemActor(station.district_id))
    waiting.refresh_from_db()
    system = SystemActor(station.district_id)
    ticket = queueing.draw(bookable, key=f"world-{word}-number", actor=system)
    repeated = the_series_of(bookable, word)
    call = the_call_about(repeated.claims.select_related("area").earliest("pk"))
    return Booked(pool, bookable, claim, waiting, ticket, repeated, call)


def the_call_about(claim: Claim) -> PhoneCall:
    """Let the leader of the choir have to be rung."""
    calls.put_down(claim, "那天停电，商量换个时间。")
    return PhoneCall.objects.get(claim=claim)


def the_series_of(bookable: Bookable, word: str) -> Series:
    """Let a choir come every day of the week that begins in five days, at two."""
    first = clock.today() + dt.timedelta(days=5)
    daily = Weekly(tuple(range(7)), first, first + dt.timedelta(days=2), opens=14 * 60, minutes=30)
    choir = Party(called="领队的苗大姐", phone="13700006666", by="call")
    actor = SystemActor(bookable.district_id)
    return series.repeat(bookable, daily, choir, key=f"world-{word}-series", actor=actor).series


def booked(bookable: Bookable, hour: int, key: str, **party: Any) -> Claim:
    """Book a time, or wait for it, as a stranger."""
    midnight = dt.datetime.combine(clock.today() + dt.timedelta(days=2), dt.time(), tzinfo=clock.ZONE)
    slot, who = Slot(starts_at=midnight + dt.timedelta(hours=hour)), Stranger(bookable.district_id)
    return claiming.claim(bookable, slot, Party(**party), key=f"world-{key}", actor=who, may_wait=True).claim
