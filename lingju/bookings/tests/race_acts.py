"""What a hand of the race suite can do: verbs of bookings by ids, in and out as plain values.

Acts that write wait inside their transaction for `linger` seconds before it is kept, where they are told
to: that makes a window through which another hand must not slip.
"""

import datetime as dt
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

from django.db import transaction

from lingju.bookings.models import Bookable, Claim, Pool
from lingju.bookings.parties import Party, Slot
from lingju.bookings.services import claiming, placing, queueing, seats, series, verifying
from lingju.bookings.services.claiming import Receipt
from lingju.bookings.services.series import Weekly
from lingju.bookings.tests import builders
from lingju.bookings.tests.counted import differences
from lingju.kernel.rules import SystemActor
from lingju.places.models import Area, District, Station
from lingju.places.tests.builders import COMMUNITY

THAT_SPEAK = ("die_after_claiming",)
Made = tuple[int, str]  # id and state of a claim
When = tuple[int, int]  # hour and minute of the next day


def open_station() -> int:
    """Open a station that is open day and night."""
    district = District.objects.first()
    if district is None:
        return int(builders.a_station(weekly="0:00-24:00").pk)
    area = Area.objects.get(code=COMMUNITY)
    return int(builders.a_station(weekly="0:00-24:00", district=district, area=area).pk)


def add_pool(station: int, capacity: int = 1) -> int:
    """Add a pool of five-minute cells."""
    return int(builders.a_pool(Station.objects.get(pk=station), capacity).pk)


def add_bookable(station: int, pools: Sequence[int], needs_approval: bool = False) -> int:
    """Add something to book over pools, for a party of ten at most."""
    found = Pool.objects.in_bulk(list(pools))
    bookable = builders.a_bookable(
        Station.objects.get(pk=station),
        *(found[pk] for pk in pools),
        needs_approval=needs_approval,
        most_minutes=120,
        most_party=10,
    )
    return int(bookable.pk)


def open_seats(station: int, capacity: int) -> int:
    """Open so many seats."""
    return int(builders.some_seats(Station.objects.get(pk=station), capacity).pk)


def book(
    bookable: int,
    when: When,
    *,
    minutes: int = 30,
    key: str = "",
    may_wait: bool = False,
    hold: bool = False,
    linger: float = 0.0,
) -> Made:
    """Book something on the next day."""
    with _lingering(linger):
        return _made(_booked(bookable, when, minutes, key, may_wait=may_wait, hold=hold))


def book_all(bookable: int, whens: Sequence[When]) -> list[Made]:
    """Book several times in one transaction: all of them or none, as a series does."""
    with transaction.atomic():
        return [_made(_booked(bookable, when, 30, "")) for when in whens]


def repeat(bookable: int, when: When, *, days: int, key: str) -> list[str]:
    """Book the same time of so many days, from the next on, as a series; return the dates it got."""
    first = builders.at(*when, days=1)
    daily = Weekly(
        tuple(range(7)),
        first.date(),
        first.date() + dt.timedelta(days=days - 1),
        opens=when[0] * 60 + when[1],
        minutes=30,
        skips_holidays=False,
    )
    found = Bookable.objects.select_related("area", "station__area").get(pk=bookable)
    actor = SystemActor(found.district_id)
    report = series.repeat(found, daily, Party(called="合唱队"), key=key, actor=actor)
    assert len(report.claims) + len(report.rejections) == days
    return [f"{claim.starts_at:%m-%d}" for claim in report.claims if claim.starts_at]


def draw(bookable: int) -> int:
    """Draw a number."""
    found = _queue(bookable)
    return queueing.draw(found, key=_key(), actor=SystemActor(found.district_id)).number


def serve_next(bookable: int) -> int:
    """Call the next number and begin with it."""
    found = _queue(bookable)
    actor = SystemActor(found.district_id)
    return queueing.serve(queueing.call_next(found, actor=actor), actor=actor).number


def _queue(bookable: int) -> Bookable:
    Bookable.objects.filter(pk=bookable).update(takes_walk_ins=True)
    found: Bookable = Bookable.objects.select_related("area", "station__area").get(pk=bookable)
    return found


def sit(pool: int, quantity: int = 1, *, key: str = "", may_wait: bool = False, linger: float = 0.0) -> Made:
    """Take seats."""
    with _lingering(linger):
        found = Pool.objects.select_related("area", "station").get(pk=pool)
        claim = builders.seated(found, quantity, key=key or _key(), may_wait=may_wait)
        return claim.pk, claim.state


def cancel(claim: int, *, linger: float = 0.0) -> Made:
    """Call a booking off."""
    with _lingering(linger):
        found = _claim(claim)
        claiming.cancel(found, actor=SystemActor(found.district_id))
        return found.pk, found.state


def approve(claim: int) -> Made:
    """Agree to a booking."""
    found = _claim(claim)
    claiming.approve(found, actor=SystemActor(found.district_id))
    return found.pk, found.state


def move(claim: int, when: When, *, linger: float = 0.0) -> Made:
    """Move a booking to another time of the next day."""
    with _lingering(linger):
        found = _claim(claim)
        slot = Slot(starts_at=builders.at(*when, days=1), quantity=found.quantity)
        claiming.move(found, slot, actor=SystemActor(found.district_id))
        return found.pk, found.state


def change_capacity(pool: int, capacity: int, *, linger: float = 0.0) -> int:
    """Change how many places a pool has."""
    with _lingering(linger):
        found = Pool.objects.get(pk=pool)
        seats.change_capacity(found, capacity, actor=SystemActor(found.district_id))
        return found.capacity


def close_seats(pool: int, *, linger: float = 0.0) -> int:
    """Call off all that stands in a pool; return how many that were."""
    with _lingering(linger):
        found = Pool.objects.get(pk=pool)
        return len(seats.close_seats(found, actor=SystemActor(found.district_id), why="停办"))


def run_out(claim: int) -> None:
    """Put the last moment of a held or offered claim into the past."""
    Claim.objects.filter(pk=claim).update(expires_at=builders.MONDAY)


def expire(claim: int) -> bool:
    """Let a claim run out, as the clockwork does."""
    return placing.expire(_claim(claim))


def die_after_claiming(line: Connection, bookable: int, when: When) -> None:
    """Claim, say so, and wait inside the transaction for the blow."""
    with transaction.atomic():
        line.send(_made(_booked(bookable, when, 30, "")))
        time.sleep(60)


def states(claims: Sequence[int]) -> list[str]:
    """Return the states of claims, in the order asked."""
    found = dict(Claim.objects.filter(pk__in=claims).values_list("pk", "state"))
    return [found[pk] for pk in claims]


def taken(pool: int) -> list[int]:
    """Return how many places are taken in each cell of a pool that is there."""
    found = Pool.objects.get(pk=pool)
    return list(found.cells.order_by("at").values_list("taken", flat=True))


def count(bookable: int) -> int:
    """Return how many claims on something there are, whatever became of them."""
    return Claim.objects.filter(bookable_id=bookable).count()


def verify(pools: Sequence[int]) -> list[str]:
    """Return what does not add up in some pools, to us and to the house itself."""
    found = [str(one) for pool in Pool.objects.filter(pk__in=pools) for one in verifying.differences(pool)]
    return [*differences(pools), *found]


def _booked(bookable: int, when: When, minutes: int, key: str, **ways: bool) -> Receipt:
    wanted = Bookable.objects.select_related("area", "station", "offer").get(pk=bookable)
    start = builders.at(*when, days=1)
    slot = Slot(starts_at=start, ends_at=start + dt.timedelta(minutes=minutes))
    actor = SystemActor(wanted.district_id)
    return claiming.claim(wanted, slot, Party(called="李阿姨"), key=key or _key(), actor=actor, **ways)


@contextmanager
def _lingering(seconds: float) -> Iterator[None]:
    """Keep what is done inside unseen by others for a while; without that, leave the verb as it is."""
    if not seconds:
        yield
        return
    with transaction.atomic():
        yield
        time.sleep(seconds)


def _key() -> str:
    return f"press-{secrets.token_hex(8)}"


def _made(receipt: Receipt) -> Made:
    return receipt.claim.pk, receipt.claim.state


def _claim(pk: int) -> Claim:
    claim: Claim = Claim.objects.select_related("area", "station", "bookable__station").get(pk=pk)
    return claim
