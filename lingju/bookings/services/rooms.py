"""A whole room for something that happens there: nobody books over it, and it takes nobody's booking.

    occupy   take every place of a room for a time; the same key again moves it there
    vacate   give the room back

What happens there (a session) is no booking of a person: the claim has no name and no telephone.
"""

import datetime as dt

from django.db import transaction

from lingju.bookings.cells import Taking, cells_between
from lingju.bookings.models import Claim, Pool
from lingju.bookings.parties import Party
from lingju.bookings.services import claiming, placing
from lingju.kernel.rules import Actor
from lingju.places.models import Space


@transaction.atomic
def occupy(
    space: Space, starts_at: dt.datetime, ends_at: dt.datetime, *, key: str, actor: Actor
) -> Claim | None:
    """Take a room whole between two moments, or move what was taken under this key.

    A room that nobody can book has no pools, and needs none: None. Raises NoPlace where somebody has a part
    of it then; what was taken before stays.
    """
    pools = Pool.objects.filter(space=space, is_retired=False, grain=Pool.Grain.FIVE).order_by("pk")
    first, end = cells_between(starts_at, ends_at, Pool.Grain.FIVE)
    takings = tuple(Taking(pool.pk, first, end, pool.capacity) for pool in pools)
    held = _held(space.district_id, key)
    if held is None:
        return _taken(space, starts_at, ends_at, takings, key, actor) if takings else None
    before = placing.takings_of([held])
    if (held.starts_at, held.ends_at) == (starts_at, ends_at) and before == takings:
        return held
    if {taking.pool_id for taking in takings} == {taking.pool_id for taking in before}:
        placing.exchange(held, takings, {"starts_at": starts_at, "ends_at": ends_at}, actor=actor)
        held.refresh_from_db()
        return held
    vacate(space.district_id, key=key, actor=actor)
    return _taken(space, starts_at, ends_at, takings, key, actor) if takings else None


def vacate(district_id: int, *, key: str, actor: Actor) -> Claim | None:
    """Give a room back; whoever waits for it gets it. Given back already, nothing changes."""
    held = _held(district_id, key)
    return claiming.cancel(held, actor=actor) if held is not None else None


def _held(district_id: int, key: str) -> Claim | None:
    claims = Claim.objects.filter(district_id=district_id, key__startswith=f"{key}#", state__in=Claim.TAKING)
    return claims.select_related("area", "station").order_by("-id").first()


def _taken(
    space: Space,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    takings: tuple[Taking, ...],
    key: str,
    actor: Actor,
) -> Claim:
    """Claim a room anew. A key names what happens there; given back and taken again, it is another claim."""
    station = space.station
    again = Claim.objects.filter(district_id=space.district_id, key__startswith=f"{key}#").count()
    draft = claiming.draft_of(station.area, station, Party(), f"{key}#{again}", 1)
    draft.starts_at, draft.ends_at = starts_at, ends_at
    return claiming.lodged(draft, takings, actor=actor, may_wait=False).claim
