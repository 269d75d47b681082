"""Seats of something that happens once: one count, claimed whole or not at all, with a waiting list.

Activities stand on this. The seats carry no time of their own; the session does.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lingju.bookings.cells import ONLY, Taking
from lingju.bookings.models import Cell, Claim, Part, Pool
from lingju.bookings.models.pools import MOST_CAPACITY
from lingju.bookings.parties import Party
from lingju.bookings.services import claiming, counting, placing
from lingju.bookings.services.claiming import Receipt
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.places.models import Area, District, Station
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

MOST_PARTY = 50


def open_seats(
    district: District,
    *,
    name: str,
    capacity: int,
    station: Station | None,
    actor: Actor,
    area: Area | None = None,
) -> Pool:
    """Open so many seats; they lie in the station's area, or in `area` where there is no station."""
    place = area or (station.area if station is not None else None)
    if place is None:
        raise ValueError("seats lie in an area")
    _check_capacity(capacity)
    with transaction.atomic():
        pool = Pool(
            district=district,
            area=place,
            station=station,
            name=name[:60],
            grain=Pool.Grain.NONE,
            capacity=capacity,
        )
        pool.save(force_insert=True)
        Cell.objects.create(district=district, pool=pool, at=0, capacity=capacity)
        leave_footprint(actor=actor, action="open_seats", subject=pool, after={"capacity": capacity})
    return pool


def claim_seats(
    pool: Pool,
    party: Party,
    *,
    quantity: int,
    key: str,
    actor: Actor,
    may_wait: bool = True,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> Receipt:
    """Take seats for a party, all or none; full, it waits, unless it may not: then NoPlace.

    `starts_at` and `ends_at` are for reminders and lists; the seats do not know them.
    """
    key = marks.press_key(key)
    known = claiming.known_claim(pool.district_id, key)
    if known is not None:
        return Receipt(known, known.code, False)
    if pool.is_retired:
        raise NotNow(_("这些座位停用了，暂时报不了名，请打驿站电话。"))
    if not 1 <= quantity <= MOST_PARTY:
        sentence = _("一次最多报 %(most)d 人。") % {"most": MOST_PARTY}
        raise BadInput(sentence, {"quantity": sentence})
    if quantity > pool.capacity:
        sentence = _("一共只有 %(n)d 个名额，坐不下你们一起；可以分几次报。") % {"n": pool.capacity}
        raise BadInput(sentence, {"quantity": sentence})
    draft = claiming.draft_of(pool.area, pool.station, party, key, quantity)
    draft.starts_at, draft.ends_at = starts_at, ends_at
    return claiming.lodged(draft, (Taking(pool.pk, *ONLY, quantity),), actor=actor, may_wait=may_wait)


def let_in(
    area: Area,
    station: Station | None,
    party: Party,
    *,
    key: str,
    actor: Actor,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
) -> Claim:
    """Write down somebody who is there without a booking: no seat is counted, the room was big enough."""
    key = marks.press_key(key)
    known = claiming.known_claim(area.district_id, key)
    if known is not None:
        return known
    draft = claiming.draft_of(area, station, party, key, 1)
    draft.state, draft.arrived_at = Claim.State.CHECKED_IN, clock.now()
    draft.starts_at, draft.ends_at = starts_at, ends_at
    return claiming.lodged(draft, (), actor=actor, may_wait=False).claim


def free_seats(pool: Pool) -> int:
    """Return how many seats are free now."""
    cell = Cell.objects.filter(pool=pool, at=0).values_list("capacity", "taken").first()
    return pool.capacity if cell is None else cell[0] - cell[1]


def change_capacity(pool: Pool, capacity: int, *, actor: Actor) -> None:
    """Change how many places a pool has; more lets waiting people in, fewer than are taken is refused.

    The sentence of the refusal says how many are taken, so that somebody can be asked first.
    """
    _check_capacity(capacity)
    with transaction.atomic():
        locked = _locked(pool)
        standing = Cell.objects.filter(pool=locked).exclude(taken=0)
        most = max(standing.filter(at__gte=_now_cell(locked)).values_list("taken", flat=True), default=0)
        if most > capacity:
            sentence = _("已经约出去 %(taken)d 个，不能减到 %(n)d 个。请先和约的人商量改期，再来减。") % {
                "taken": most,
                "n": capacity,
            }
            raise BadInput(sentence, {"capacity": sentence})
        Cell.objects.filter(pool=locked, at__gte=_now_cell(locked)).update(capacity=capacity)
        before, locked.capacity = locked.capacity, capacity
        locked.version += 1
        locked.save(update_fields=["capacity", "version"])
        leave_footprint(
            actor=actor,
            action="change_capacity",
            subject=locked,
            before={"capacity": before},
            after={"capacity": capacity},
        )
        pool.capacity, pool.version = capacity, locked.version
        if capacity > before:
            placing.promote(locked.district_id, [locked.pk])


def rename(pool: Pool, name: str, *, actor: Actor) -> None:
    """Call seats by what they are for now: whoever booked reads that name in their list."""
    marks.amend(pool, {"name": name[:60]}, actor=actor, action="rename")


@transaction.atomic
def retime(pool: Pool, starts_at: dt.datetime, ends_at: dt.datetime, *, actor: Actor) -> int:
    """Say that what the seats are for is at another time; return how many standing claims it is told to."""
    standing = Claim.objects.filter(parts__pool=pool, state__in=Claim.STANDING)
    ids = list(standing.values_list("pk", flat=True))
    changed = Claim.objects.filter(pk__in=ids).update(
        starts_at=starts_at, ends_at=ends_at, moved_at=clock.now()
    )
    if changed:
        leave_footprint(actor=actor, action="retime", subject=pool, after={"starts_at": starts_at})
    return changed


def close_seats(pool: Pool, *, actor: Actor, why: str) -> list[Claim]:
    """Call off all that stands in a pool, because what it was for is off; return what was called off."""
    gone = []
    with transaction.atomic():
        counting.lock(pool.district_id, [Taking(pool.pk, *ONLY, 1)])
        waiting = Claim.objects.filter(parts__pool=pool, state=Claim.State.WAITLISTED)
        taking = Claim.objects.filter(parts__pool=pool, state__in=Claim.STANDING)
        # Those who wait go first, so that nobody is offered a place that is just being closed.
        for claim in [*waiting.select_related("area"), *taking.exclude(state=Claim.State.WAITLISTED)]:
            gone.append(claiming.cancel(claim, actor=actor, why=why, ended_by=Claim.EndedBy.STATION))
    return gone


def _locked(pool: Pool) -> Pool:
    """Lock a pool, and in sorted order those that others want too who wait for it; return it fresh."""
    waiting = Claim.objects.filter(parts__pool=pool, state=Claim.State.WAITLISTED)
    others = Part.objects.filter(claim__in=waiting).values("pool_id")
    both = Pool.objects.filter(Q(pk=pool.pk) | Q(pk__in=others))
    locked: dict[int, Pool] = {one.pk: one for one in both.order_by("pk").select_for_update()}
    return locked[pool.pk]


def _now_cell(pool: Pool) -> int:
    return placing.cell_now(pool.grain)


def _check_capacity(capacity: int) -> None:
    if not 1 <= capacity <= MOST_CAPACITY:
        sentence = _("名额要在 1 到 %(most)d 之间。") % {"most": MOST_CAPACITY}
        raise BadInput(sentence, {"capacity": sentence})
