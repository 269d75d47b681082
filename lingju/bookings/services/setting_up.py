"""Setting up what people book at a station: bookables over pools, told in one go and changed later.

    set_up("理发", pools: 理发师 2, 理发椅 1) ──▶ Bookable ──uses──▶ two pools

A pool that has the same name at the station is shared, not made twice: whoever books a massage takes the
same people as whoever books a haircut. How many places a pool has is changed by `seats.change_capacity`,
which refuses to go below what is taken; `in_the_way` says whom to call first.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.bookings.models import Bookable, Cell, Claim, Pool, Use
from lingju.bookings.models.pools import MOST_CAPACITY
from lingju.bookings.rules import its_clerk
from lingju.bookings.services import placing
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.places import rules as places_rules
from lingju.places.models import ServiceAtStation, Space, Station
from lingju.places.services import marks

MOST_POOLS = 6


@dataclass(frozen=True, slots=True)
class PoolDraft:
    """A pool as a bookable needs it: made, or shared where the station has one of that name."""

    name: str
    kind: str = Pool.Kind.SEAT
    capacity: int = 1
    grain: int = Pool.Grain.FIVE
    is_per_person: bool = False
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class BookableDraft:
    """Something to book as a form describes it; what is left out is as the model has it."""

    name: str
    offer: ServiceAtStation | None = None
    mode: str = Bookable.Mode.SLOT
    minutes: int = 30
    most_minutes: int = 30
    step: int = 30
    before: int = 0
    after: int = 0
    least_notice: int = 0
    most_days_ahead: int = 14
    loan_days: int = 0
    most_party: int = 1
    grace: int = 15
    needs_approval: bool = False
    takes_walk_ins: bool = False
    takes_bookings: bool = True
    is_confidential: bool = False
    notice: str = ""
    provider: str = ""
    qualification: str = ""
    qualified_until: dt.date | None = None
    pools: tuple[PoolDraft, ...] = field(default=())

    def values(self) -> dict[str, Any]:
        """Return the fields of the row."""
        names = (name for name in self.__slots__ if name != "pools")
        said = {name: getattr(self, name) for name in names}
        texts = ("name", "provider", "qualification")
        return {**said, **{name: marks.tidy(said[name]) for name in texts}}


@transaction.atomic
def set_up(station: Station, draft: BookableDraft, *, actor: Actor) -> Bookable:
    """Add something to book at a station, over the pools it needs; a name that is taken is refused."""
    places_rules.its_clerk.check(actor, station)
    _check(station, draft)
    if Bookable.objects.filter(station=station, name=marks.tidy(draft.name)).exists():
        sentence = _("这里已经有“%(name)s”了，去改它，或者换个名字。") % {"name": draft.name}
        raise BadInput(sentence, {"name": sentence})
    bookable = Bookable(district_id=station.district_id, area=station.area, station=station, **draft.values())
    marks.insert(bookable, actor=actor)
    for one in draft.pools:
        _use(bookable, one, actor)
    return bookable


@transaction.atomic
def change(bookable: Bookable, draft: BookableDraft, *, version: int | None, actor: Actor) -> bool:
    """Change how something is booked; what stands already stays as it was booked. Say whether anything did.

    Pools that the draft names and the bookable does not use yet are added; none is taken away, because
    bookings stand on it.
    """
    its_clerk.check(actor, bookable)
    _check(bookable.station, draft)
    twin = Bookable.objects.filter(station_id=bookable.station_id, name=marks.tidy(draft.name))
    if twin.exclude(pk=bookable.pk).exists():
        sentence = _("这里已经有“%(name)s”了，换个名字。") % {"name": draft.name}
        raise BadInput(sentence, {"name": sentence})
    is_changed = marks.amend(bookable, draft.values(), actor=actor, version=version)
    used = set(bookable.uses.values_list("pool__name", flat=True))
    for one in draft.pools:
        if marks.tidy(one.name) not in used:
            _use(bookable, one, actor)
            is_changed = True
    return is_changed


@transaction.atomic
def stop(bookable: Bookable, *, actor: Actor) -> bool:
    """Offer something no longer; what stands is not called off. Stopped already, nothing changes."""
    its_clerk.check(actor, bookable)
    return marks.amend(bookable, {"is_offered": False}, actor=actor, action="stop")


@transaction.atomic
def go_on(bookable: Bookable, *, actor: Actor) -> bool:
    """Offer something again."""
    its_clerk.check(actor, bookable)
    return marks.amend(bookable, {"is_offered": True}, actor=actor, action="go_on")


def in_the_way(pool: Pool, capacity: int) -> list[Claim]:
    """Return whose bookings stand in the way of so few places, the latest made first: whom to call.

    A booking is in the way where it takes from a cell that holds more than there shall be.
    """
    since = placing.cell_now(pool.grain)
    full = Cell.objects.filter(pool=pool, at__gte=since, taken__gt=capacity)
    cells = list(full.values_list("at", flat=True))
    if not cells:
        return []
    parts = pool.parts.filter(
        claim__state__in=Claim.TAKING, first__lte=max(cells), end__gt=min(cells)
    ).select_related("claim__bookable", "claim__area", "claim__station")
    wanted = sorted(cells)
    found = [part.claim for part in parts if any(part.first <= at < part.end for at in wanted)]
    return sorted(found, key=lambda claim: claim.made_at, reverse=True)


# --- inside -----------------------------------------------------------------------------------------------


def _use(bookable: Bookable, draft: PoolDraft, actor: Actor) -> Use:
    """Let a bookable take from a pool, the station's of that name or a new one."""
    name = marks.tidy(draft.name)
    pool = Pool.objects.filter(station_id=bookable.station_id, name=name, is_retired=False).first()
    if pool is None:
        pool = Pool(
            district_id=bookable.district_id,
            area=bookable.area,
            station=bookable.station,
            space=_space(bookable.station, name) if draft.kind == Pool.Kind.ROOM else None,
            name=name,
            kind=draft.kind,
            grain=Pool.Grain.NONE if bookable.mode == Bookable.Mode.LOAN else draft.grain,
            capacity=draft.capacity,
        )
        marks.insert(pool, actor=actor)
        if not pool.grain:
            Cell.objects.create(district_id=pool.district_id, pool=pool, at=0, capacity=pool.capacity)
    _check_shared(bookable, pool, draft)
    return Use.objects.create(
        district_id=bookable.district_id,
        bookable=bookable,
        pool=pool,
        quantity=draft.quantity,
        is_per_person=draft.is_per_person,
    )


def _space(station: Station, name: str) -> Space | None:
    """Return the room of the station that a pool of this name stands for, so that sessions there take it."""
    return Space.objects.filter(station=station, name=name).first()


def _check_shared(bookable: Bookable, pool: Pool, draft: PoolDraft) -> None:
    """Refuse a pool that cannot be shared: cut into time otherwise, of another size, or too small."""
    if (pool.grain == Pool.Grain.NONE) != (bookable.mode == Bookable.Mode.LOAN):
        _blame_pools(_("“%(name)s”一个按时间约、一个按件借，不能共用，请换个名字。") % {"name": pool.name})
    if pool.capacity != draft.capacity:
        _blame_pools(
            _("“%(name)s”这里已经有 %(n)d 个，照写 %(n)d；要改数量，请到它那一页改。")
            % {"name": pool.name, "n": pool.capacity}
        )
    if pool.capacity < draft.quantity:
        _blame_pools(_("“%(name)s”一次要用的比有的还多。") % {"name": pool.name})


def _check(station: Station, draft: BookableDraft) -> None:
    """Refuse what makes no sense, naming the field."""
    if not marks.tidy(draft.name):
        raise BadInput(_("请填名称。"), {"name": _("请填名称。")})
    if draft.offer is not None and draft.offer.station_id != station.pk:
        sentence = _("这项服务不是这座驿站的。")
        raise BadInput(sentence, {"offer": sentence})
    _check_times(draft)
    _check_pools(draft.pools)


def _check_times(draft: BookableDraft) -> None:
    faults = {
        "minutes": draft.minutes < 5 or draft.minutes % 5 > 0,
        "most_minutes": draft.most_minutes < draft.minutes,
        "step": draft.step < 5 or draft.step % 5 > 0,
        "before": draft.before % 5 > 0,
        "after": draft.after % 5 > 0,
        "most_party": draft.most_party < 1,
        "loan_days": draft.mode == Bookable.Mode.LOAN and draft.loan_days < 1,
        "takes_bookings": not (draft.takes_bookings or draft.takes_walk_ins),
        "takes_walk_ins": draft.takes_walk_ins and draft.mode != Bookable.Mode.SLOT,
    }
    words = {
        "minutes": _("按五分钟算，最少五分钟。"),
        "most_minutes": _("最长不能比每次还短。"),
        "step": _("按五分钟算，最少五分钟。"),
        "before": _("按五分钟算。"),
        "after": _("按五分钟算。"),
        "most_party": _("至少一个人。"),
        "loan_days": _("借出去要写明可借几天。"),
        "takes_bookings": _("预约和现场取号至少开一样。"),
        "takes_walk_ins": _("只有按时段的服务可以现场取号。"),
    }
    wrong = {name: words[name] for name, is_wrong in faults.items() if is_wrong}
    if wrong:
        raise BadInput(_("有几处要改。"), wrong)


def _check_pools(pools: Sequence[PoolDraft]) -> None:
    names = [marks.tidy(pool.name) for pool in pools]
    if not pools or len(pools) > MOST_POOLS:
        _blame_pools(_("要写明用什么：人员、位子、房间或东西，1 到 %(n)d 样。") % {"n": MOST_POOLS})
    if len(set(names)) < len(names) or not all(names):
        _blame_pools(_("每样资源要有自己的名字。"))
    if not all(1 <= pool.capacity <= MOST_CAPACITY for pool in pools):
        _blame_pools(_("数量要在 1 到 %(most)d 之间。") % {"most": MOST_CAPACITY})


def _blame_pools(sentence: str) -> None:
    raise BadInput(sentence, {"pools": sentence})
