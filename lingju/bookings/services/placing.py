"""Putting claims where they want to be, and moving their places along with their state.

    lodge    a new claim: a place at once, or a place on the waiting list, or NoPlace
    leave    a claim ends: its places go back, and whoever waits first gets them, in the same transaction
    promote  look again who of those that wait can be served

A newcomer never overtakes: where somebody waits for the same places, the newcomer stands behind them and
only skips ahead within the bound that holds for everybody (`lingju.bookings.promotion`).

Nobody slips through while places are shared out. Whoever shares out locks the cells first and reads who
waits afterwards; whoever begins to wait writes that down first and looks at the locked cells afterwards.
Of the two, the later sees the other. Rows of claims are locked after cells, never before.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lingju.bookings import promotion
from lingju.bookings.cells import Taking, cells_between, summed
from lingju.bookings.events import ClaimMade, ClaimMoved, ClaimOffered, ClaimRefused
from lingju.bookings.flow import FLOW
from lingju.bookings.models import Claim, Part, Passing
from lingju.bookings.services import counting, offers
from lingju.bookings.services.counting import Free, NoPlace
from lingju.kernel import clock
from lingju.kernel.errors import NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce, mention
from lingju.kernel.rules import Actor, SystemActor
from lingju.trail.services import leave_footprint

S = Claim.State
MOST_LOOKED_AT = 200
TRIES = 5


def lodge(draft: Claim, takings: Sequence[Taking], *, actor: Actor, may_wait: bool) -> Claim:
    """Write a new claim down with its places; on the waiting list where there are none and it may wait.

    `draft` is unsaved and in the state it shall have when placed. Raises NoPlace; then nothing was written.
    """
    may_fit = counting.fits(takings) or _make_room(takings, draft.district_id)
    if may_fit and _placed(draft, takings, actor):
        return draft
    _tell_refused(draft, takings, actor)
    if not may_wait:
        raise NoPlace
    return _lined_up(draft, takings, actor)


@transaction.atomic
def leave(claim: Claim, step: str, *, actor: Actor, changes: dict[str, object], note: str = "") -> Claim:
    """Take a step that ends a claim: its places go to whoever waits first, or are free again.

    Who only waited held no place, so that their leaving gives nobody theirs; but what was kept free for
    them, because they had been passed often enough, goes to those who were held back.
    """
    places, was_taking = takings_of([claim]), claim.state in Claim.TAKING
    share = _still(claim.district_id, places)
    FLOW.take(step, claim, actor=actor, note=note, changes={"ended_at": clock.now(), **changes})
    announce(ClaimMoved(claim.district_id, claim.pk, step, str(changes.get("ended_by", ""))))
    _hand_on(claim.district_id, share.without(claim), leaving=places if was_taking else ())
    return claim


@transaction.atomic
def exchange(claim: Claim, new: Sequence[Taking], values: Mapping[str, object], *, actor: Actor) -> None:
    """Swap what a claim takes and write `values` to it; raise NoPlace, or SomeoneWasFaster.

    What it gives up goes to whoever waits first.
    """
    old = takings_of([claim])
    share = _still(claim.district_id, [*old, *new])
    wanted = summed(new)
    if any(not wanted.keys().isdisjoint(summed(entry.takings)) for entry in share.waiting):
        raise NoPlace
    row = Claim.objects.filter(pk=claim.pk, version=claim.version, state=claim.state)
    if row.update(version=claim.version + 1, moved_at=clock.now(), **values) != 1:
        raise SomeoneWasFaster(_("刚才有人先改了这个预约，请看过最新情况再改。"))
    for taking in new:
        Part.objects.filter(claim=claim, pool_id=taking.pool_id).update(
            first=taking.first, end=taking.end, quantity=taking.quantity
        )
    leave_footprint(actor=actor, action="move", subject=claim, after=values)
    _hand_on(claim.district_id, share, leaving=old, gaining=new)


def cell_now(grain: int) -> int:
    """Return the cell of a pool that runs now; 0 where it has no time."""
    now = clock.now()
    return cells_between(now, now + dt.timedelta(minutes=1), grain)[0]


def promote(district_id: int, pool_ids: Iterable[int]) -> list[Claim]:
    """Look who of those that wait at some pools can be served now; return who was."""
    waiting = Part.objects.filter(pool_id__in=list(pool_ids), claim__state=S.WAITLISTED)
    takings = [p.taking for p in waiting[:MOST_LOOKED_AT]]
    entries = _waiting_for(takings)
    left = counting.free([taking for entry in entries for taking in entry.takings])
    if not promotion.choose(entries, left).served:
        return []  # a look without a lock, which nearly always is enough
    with transaction.atomic():
        return _hand_on(district_id, _still(district_id, takings))


def takings_of(claims: Iterable[Claim]) -> tuple[Taking, ...]:
    """Return what claims take, or want to."""
    parts = Part.objects.filter(claim__in=list(claims))
    return tuple(sorted(part.taking for part in parts))


def expire(claim: Claim) -> bool:
    """Let a held or offered claim run out, if its moment has come; say whether it did."""
    fresh = Claim.objects.run_out(clock.now()).filter(pk=claim.pk).select_related("area").first()
    if fresh is None:
        return False
    changes: dict[str, object] = {"ended_by": Claim.EndedBy.CLOCK, "expires_at": fresh.expires_at}
    try:
        leave(fresh, "expire", actor=SystemActor(fresh.district_id), changes=changes)
    except SomeoneWasFaster:
        return False
    return True


# --- inside -----------------------------------------------------------------------------------------------


def _placed(draft: Claim, takings: Sequence[Taking], actor: Actor) -> bool:
    """Give a claim its places; say whether it has them: somebody may wait, or have been faster."""
    try:
        with transaction.atomic():
            if _someone_waits(takings):
                return False
            _write(draft, takings, actor)
            counting.take(draft.district_id, takings)
    except NoPlace:
        return False
    return True


def _write(draft: Claim, takings: Sequence[Taking], actor: Actor) -> None:
    draft.ready_at = draft.made_at if draft.state == S.CONFIRMED else None
    draft.save(force_insert=True)
    Part.objects.bulk_create(
        Part(
            district_id=draft.district_id,
            claim=draft,
            pool_id=taking.pool_id,
            first=taking.first,
            end=taking.end,
            quantity=taking.quantity,
        )
        for taking in takings
    )
    after = {"state": draft.state, "number": draft.number, "quantity": draft.quantity}
    leave_footprint(actor=actor, action="claim", subject=draft, after=after)
    announce(ClaimMade(draft.district_id, draft.pk, draft.state))


def _tell_refused(draft: Claim, takings: Sequence[Taking], actor: Actor) -> None:
    """Tell that somebody asked in vain; that changes nothing and opens no transaction."""
    mention(
        ClaimRefused(
            draft.district_id,
            draft.station_id,
            draft.bookable_id,
            takings[0].pool_id,
            draft.quantity,
            draft.key,
            bool(getattr(actor, "works_here", False)),
        )
    )


def _lined_up(draft: Claim, takings: Sequence[Taking], actor: Actor) -> Claim:
    """Put a claim at the end of the waiting list and look whether it is served at once.

    Whoever waits already was looked at when places came free: only the newcomer can change anything.
    """
    as_placed = draft.state, draft.expires_at
    try:
        with transaction.atomic():
            draft.state, draft.waits_since, draft.expires_at = S.WAITLISTED, clock.now(), None
            _write(draft, takings, actor)
            if _has_room(draft.district_id, takings):
                newcomer = _Newcomer(draft.pk, as_placed[1])
                _hand_on(draft.district_id, _still(draft.district_id, takings), newcomer=newcomer)
                draft.refresh_from_db()
    except IntegrityError:
        # The number was taken: the caller draws another and tries again, with what it wanted first.
        draft.state, draft.expires_at = as_placed
        raise
    return draft


def _has_room(district_id: int, takings: Sequence[Taking]) -> bool:
    """Say whether some places are free, and keep them as they are where they are not.

    Where they are, they are let go again: they must be locked together with what others want who wait.
    """
    mark = transaction.savepoint()
    left = counting.lock(district_id, takings)
    has_room = all(left[key] >= quantity for key, quantity in summed(takings).items())
    if has_room:
        transaction.savepoint_rollback(mark)
    return has_room


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """Who has just come, and until when they wanted their place kept for them to decide; None: for good."""

    claim_id: int
    held_until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class _Share:
    """Cells that are locked, with what is free in them, and who waits for some of them."""

    free: Free
    waiting: Sequence[promotion.Entry]

    def without(self, claim: Claim) -> "_Share":
        """Return it without one of those who wait."""
        return replace(self, waiting=[entry for entry in self.waiting if entry.claim_id != claim.pk])


def _still(district_id: int, takings: Iterable[Taking]) -> _Share:
    """Lock cells and all that those want who wait for them, in one sorted go; then read who waits.

    Who waits may want other cells too, for which yet others wait: whoever is served passes them as well.
    To lock those afterwards could end in a circle: all are let go, and locked anew together.
    """
    wanted = set(takings)
    for _attempt in range(TRIES):
        mark = transaction.savepoint()
        left = counting.lock(district_id, wanted)
        waiting = _waiting_for(wanted)
        if all(summed(entry.takings).keys() <= left.keys() for entry in waiting):
            return _Share(left, waiting)
        transaction.savepoint_rollback(mark)
        wanted |= _spread(waiting)
    raise NotNow(_("正忙，没有办成，请再点一次。"))


def _spread(waiting: Sequence[promotion.Entry]) -> set[Taking]:
    """Return all that is wanted by some who wait, by those who want some of that, and so on."""
    wanted: set[Taking] = set()
    while more := {taking for entry in waiting for taking in entry.takings} - wanted:
        wanted |= more
        waiting = _waiting_for(wanted)
    return wanted


def _hand_on(
    district_id: int,
    share: _Share,
    *,
    leaving: Sequence[Taking] = (),
    gaining: Sequence[Taking] = (),
    newcomer: _Newcomer | None = None,
) -> list[Claim]:
    """Let some leave and others gain, and give what is free then to whoever waits first; return who."""
    left = share.free
    for key, quantity in summed(leaving).items():
        left[key] += quantity
    for key, quantity in summed(gaining).items():
        left[key] -= quantity
    choice = promotion.choose(share.waiting, left)
    served = [claim for claim in map(_locked, choice.served) if claim is not None]
    counting.settle(district_id, leaving, [*gaining, *takings_of(served)])
    for claim in served:
        _serve(claim, newcomer)
    _remember(choice, {claim.pk for claim in served}, district_id)
    return served


def _make_room(takings: Sequence[Taking], district_id: int) -> bool:
    """Let what has run out here expire now, not when the clockwork comes; say whether there is room then."""
    over = Claim.objects.run_out(clock.now()).filter(district_id=district_id)
    if not over.exists():
        return False  # nearly always, and by a small index
    over = over.filter(_overlapping(takings))
    found = list(over.order_by("starts_at", "id").values_list("pk", flat=True)[:MOST_LOOKED_AT])
    for claim in Claim.objects.filter(pk__in=found) if found else ():
        expire(claim)
    return bool(found) and counting.fits(takings)


def _overlapping(takings: Iterable[Taking]) -> Q:
    """Return the condition that a claim wants some of the same cells."""
    meets = Q(pk__in=[])
    for pool_id, first, end in {(taking.pool_id, taking.first, taking.end) for taking in takings}:
        meets |= Q(pool_id=pool_id, first__lt=end, end__gt=first)
    return Q(pk__in=Part.objects.filter(meets).values("claim_id"))


def _someone_waits(takings: Sequence[Taking]) -> bool:
    return Claim.objects.filter(_overlapping(takings), state=S.WAITLISTED).exists()


def _waiting_for(takings: Collection[Taking]) -> list[promotion.Entry]:
    """Return whoever waits for any of these places, first come first, with all they want."""
    if not takings:
        return []
    claims = list(Claim.objects.waiting().filter(_overlapping(takings))[:MOST_LOOKED_AT])
    wanted: dict[int, list[Taking]] = {claim.pk: [] for claim in claims}
    for part in Part.objects.filter(claim__in=claims):
        wanted[part.claim_id].append(part.taking)
    now = clock.now()
    still = (claim for claim in claims if claim.starts_at is None or claim.starts_at > now)
    return [promotion.Entry(claim.pk, tuple(wanted[claim.pk]), claim.passed) for claim in still]


def _locked(claim_id: int) -> Claim | None:
    """Return a claim that still waits, locked; None where somebody moved it meanwhile."""
    waiting = Claim.objects.filter(pk=claim_id, state=S.WAITLISTED)
    return waiting.select_for_update(of=("self",)).select_related("area", "bookable").first()


def _serve(claim: Claim, newcomer: _Newcomer | None) -> None:
    """Offer a place to somebody who waited; whoever came this very moment has it as they wanted it."""
    is_here = newcomer is not None and newcomer.claim_id == claim.pk
    if newcomer is None or not is_here or (claim.bookable is not None and claim.bookable.needs_approval):
        _offer(claim)
        return
    step = "place" if newcomer.held_until is None else "keep"
    until = newcomer.held_until
    changes: dict[str, object] = {"ready_at": clock.now()} if until is None else {"expires_at": until}
    FLOW.take(step, claim, actor=SystemActor(claim.district_id), changes=changes)
    announce(ClaimMoved(claim.district_id, claim.pk, step, Claim.EndedBy.CLOCK))


def _offer(claim: Claim) -> None:
    words = _("空出了名额，按先来后到轮到您。")
    changes = {"expires_at": offers.until(claim, clock.now()), "explanation": words}
    FLOW.take("offer", claim, actor=SystemActor(claim.district_id), changes=changes)
    announce(ClaimOffered(claim.district_id, claim.pk))


def _remember(choice: promotion.Choice, served: set[int], district_id: int) -> None:
    """Keep who was passed by whom and why, and tell it to whoever was passed or held back."""
    for passing in choice.passings:
        if passing.by not in served:
            continue
        Passing.objects.create(
            district_id=district_id, passed_id=passing.passed, by_id=passing.by, free=passing.free
        )
        passed = Claim.objects.filter(pk=passing.passed)
        times = Passing.objects.filter(passed_id=passing.passed).count()
        words = _("空出 %(free)d 个，坐不下你们一起，先让后面人少的去了；最多这样 %(most)d 次。") % {
            "free": passing.free,
            "most": promotion.MOST_PASSED,
        }
        passed.update(passed=times, explanation=words)
    words = _("前面有一组人多的已让过 %(most)d 次，空出的先留给他们。") % {"most": promotion.MOST_PASSED}
    Claim.objects.filter(pk__in=list(choice.held_back)).update(explanation=words)
