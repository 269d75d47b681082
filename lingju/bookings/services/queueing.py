"""Numbers at the counter: drawn without a name, called in order, served between the bookings.

    draw ──▶ waiting ──call──▶ called ──serve──▶ serving ──finish──▶ done
                │                 └──miss──▶ missed ──call──▶ called again
                └──give_up──▶ given_up

Whoever is served takes places from now on like a booking does, so that nobody books over them; whoever
has booked keeps their place, and the number waits for a gap that is long enough.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from lingju.bookings import waiting
from lingju.bookings.cells import Taking, cells_between
from lingju.bookings.events import TicketMoved
from lingju.bookings.flow import TICKET_FLOW
from lingju.bookings.models import Bookable, Claim, Ticket, TicketSeries
from lingju.bookings.parties import Party
from lingju.bookings.services import checking, claiming, counting, gaps
from lingju.bookings.services.counting import NoPlace
from lingju.bookings.waiting import Wait
from lingju.kernel import clock
from lingju.kernel.errors import NotNow, NotThere, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places import opening
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

T = Ticket.State
MINUTE = dt.timedelta(minutes=1)
STEP = dt.timedelta(minutes=waiting.STEP)
# More than can be served in a day: beyond it a number would be a promise that nobody keeps.
MOST_WAITING = 60
LAST_SERVED = 30
TRIES = 4


@transaction.atomic
def draw(bookable: Bookable, *, key: str, actor: Actor) -> Ticket:
    """Draw the next number of today, with how long it will take; the same `key` again returns the same one.

    Raises NotNow where no numbers are given, it is shut, or too many wait already.
    """
    key = marks.press_key(key)
    known: Ticket | None = Ticket.objects.filter(district_id=bookable.district_id, key=key).first()
    if known is not None:
        return known
    _check_open(bookable)
    number = _next_number(bookable)
    if waiting_now(bookable) >= MOST_WAITING:
        raise NotNow(_("排队的人太多了，今天恐怕轮不到。可以约个时间，或者看看附近的驿站。"))
    wait = wait_for(bookable)
    ticket = Ticket(
        district_id=bookable.district_id,
        bookable=bookable,
        area=bookable.area,
        station=bookable.station,
        date=clock.today(),
        number=number,
        key=key,
        drawn_at=clock.now(),
        told_minutes=None if wait is None else wait.likely,
    )
    ticket.save(force_insert=True)
    leave_footprint(actor=actor, action="draw", subject=ticket, after={"number": number})
    announce(TicketMoved(ticket.district_id, ticket.pk, "draw"))
    return ticket


@transaction.atomic
def call_next(bookable: Bookable, *, actor: Actor) -> Ticket:
    """Call the number that has waited longest; of two hands that call at once each gets another number.

    Raises NotNow where nobody waits, or where nobody can be served before the next booking, and says when.
    """
    _check_gap(bookable)
    for _attempt in range(TRIES):
        first = _today(bookable).filter(state=T.WAITING).order_by("number").first()
        if first is None:
            raise NotNow(_("没有人在等。"))
        try:
            return call(first, actor=actor)
        except SomeoneWasFaster:
            continue
    raise NotNow(_("正忙，没有叫上，请再点一次。"))


@transaction.atomic
def call(ticket: Ticket, *, actor: Actor) -> Ticket:
    """Call a number, also one that was missed before; when it was first called is kept."""
    _check_today(ticket)
    return _step(ticket, "call", actor, {"called_at": ticket.called_at or clock.now()})


@transaction.atomic
def serve(ticket: Ticket, *, actor: Actor) -> Ticket:
    """Begin to serve a called number: it takes places from now on, and so nobody books over it.

    Raises NotNow where that would run into a booking, or where whoever is served is not done yet.
    """
    _check_today(ticket)
    if ticket.state != T.CALLED:
        return _step(ticket, "serve", actor)  # refuses with the sentence of the flow
    bookable = ticket.bookable
    starts_at, takings = _from_now(bookable)
    _check_done(bookable, takings)
    draft = claiming.draft_of(
        bookable.area, bookable.station, Party(by=Claim.By.PAPER), f"ticket-{ticket.pk}", 1
    )
    draft.bookable, draft.state, draft.arrived_at = bookable, Claim.State.CHECKED_IN, clock.now()
    draft.starts_at, draft.ends_at = starts_at, starts_at + bookable.minutes * MINUTE
    try:
        claim = claiming.lodged(draft, takings, actor=actor, may_wait=False).claim
    except NoPlace as refusal:
        raise NotNow(_no_gap(bookable)) from refusal
    return _step(ticket, "serve", actor, {"served_at": clock.now(), "claim": claim})


@transaction.atomic
def finish(ticket: Ticket, *, actor: Actor) -> Ticket:
    """Note that a number has been served: its places are free again at once."""
    ticket = _step(ticket, "finish", actor, {"ended_at": clock.now()})
    claim = ticket.claim
    if claim is not None and claim.state == Claim.State.CHECKED_IN:
        claiming.complete(claim, actor=actor)
    return ticket


@transaction.atomic
def miss(ticket: Ticket, *, actor: Actor) -> Ticket:
    """Note that nobody came to a call; the number can be called again the same day."""
    return _step(ticket, "miss", actor)


@transaction.atomic
def give_up(ticket: Ticket, *, actor: Actor) -> Ticket:
    """Give a number back; given back already, nothing changes."""
    if ticket.state == T.GIVEN_UP:
        return ticket
    return _step(ticket, "give_up", actor, {"ended_at": clock.now()})


# --- what people are told ---------------------------------------------------------------------------------


def wait_for(bookable: Bookable, *, before: Ticket | None = None) -> Wait | None:
    """Return how long somebody waits who draws now, or who holds `before`; None where today is too short."""
    ahead = _today(bookable).filter(state__in=(T.WAITING, T.CALLED))
    if before is not None:
        ahead = ahead.filter(number__lt=before.number)
    now = clock.now()
    into = (now - _floor(now)) // MINUTE
    return waiting.estimate(free_from_now(bookable), ahead.count(), pace(bookable), into=into)


def free_from_now(bookable: Bookable) -> list[int]:
    """Return how many can be served at once in each five minutes from now until it shuts.

    What is booked and what runs is taken off by the counted cells. Whoever is served longer than planned
    still sits there: they are taken off for one more step.
    """
    now = clock.now()
    starts_at = _floor(now)
    steps = (_shuts_at(bookable, now) - starts_at) // STEP
    uses = gaps.uses_of(bookable)
    if steps <= 0 or not uses:
        return []
    whole = gaps.takings_at(bookable, uses, starts_at, gaps.Asked(minutes=steps * waiting.STEP))
    free = counting.free([Taking(one.pool_id, one.first, one.end, 1) for one in whole])
    over = _over_time(whole)
    needs = {taking.pool_id: taking.quantity for taking in whole}
    grains = {use.pool_id: use.pool.grain for use in uses}
    places = []
    for step in range(steps):
        late = over if step == 0 else {}
        at = starts_at + step * STEP
        cells = {one: cells_between(at, at + STEP, grains[one])[0] for one in needs}
        places.append(min((free.get((one, cells[one]), 0) - late.get(one, 0)) // needs[one] for one in needs))
    return places


def pace(bookable: Bookable) -> waiting.Pace:
    """Return how long one service lasts here, from what the last ones took."""
    rows = Ticket.objects.filter(bookable=bookable, state=T.DONE, served_at__isnull=False)
    last = rows.order_by("-ended_at").values_list("served_at", "ended_at")[:LAST_SERVED]
    took = [round((ended - served) / MINUTE) for served, ended in last if served and ended]
    return waiting.pace_of(bookable.minutes, took)


def waiting_now(bookable: Bookable) -> int:
    """Return how many numbers of today wait or are called."""
    return _today(bookable).filter(state__in=(T.WAITING, T.CALLED)).count()


# --- inside -----------------------------------------------------------------------------------------------


def _step(ticket: Ticket, step: str, actor: Actor, changes: dict[str, object] | None = None) -> Ticket:
    TICKET_FLOW.take(step, ticket, actor=actor, changes=changes)
    announce(TicketMoved(ticket.district_id, ticket.pk, step))
    return ticket


def _today(bookable: Bookable) -> QuerySet[Ticket]:
    return Ticket.objects.filter(bookable=bookable, date=clock.today())


def _next_number(bookable: Bookable) -> int:
    """Count the numbers of today up by one; the row is locked until the number is written."""
    today = clock.today()
    series, _made = TicketSeries.objects.get_or_create(
        bookable=bookable, date=today, defaults={"district_id": bookable.district_id}
    )
    TicketSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    return TicketSeries.objects.values_list("last", flat=True).get(pk=series.pk)


def _check_open(bookable: Bookable) -> None:
    if not bookable.takes_walk_ins or not bookable.is_offered:
        raise NotNow(_("这个项目现在不取号。可以约个时间，或者打驿站电话问问。"))
    if not bookable.is_qualified_on(clock.today()):
        raise NotNow(_("提供服务的人资质过期了，核验之前先不取号。"))
    now = clock.now()
    if not opening.is_open_throughout(checking.subject_of(bookable), now, now):
        raise NotNow(opening.why_shut(checking.subject_of(bookable), now, now))


def _check_today(ticket: Ticket) -> None:
    if ticket.date != clock.today():
        raise NotThere(_("这不是今天的号。"))


def _from_now(bookable: Bookable) -> tuple[dt.datetime, tuple[Taking, ...]]:
    """Return what somebody takes who is served now: from the step that runs, for as long as planned."""
    uses = gaps.uses_of(bookable)
    if not uses:
        raise NotNow(_("这个项目还没有配好资源，叫不了号，请社区工作人员先配好。"))
    if any(use.pool.is_retired for use in uses):
        raise NotNow(_("这个项目要用的资源停用了，叫不了号，请社区工作人员先配好。"))
    starts_at = _floor(clock.now())
    return starts_at, gaps.takings_at(bookable, uses, starts_at, gaps.AS_USUAL)


def _check_gap(bookable: Bookable) -> None:
    """Refuse to call where nobody could be served now: a booking comes too soon, or somebody is called."""
    _starts, takings = _from_now(bookable)
    _check_done(bookable, takings)
    called = list(_today(bookable).filter(state=T.CALLED).values_list("number", flat=True))
    if called and not counting.fits([*takings] * (len(called) + 1)):
        numbers = _("、").join(str(number) for number in called)
        raise NotNow(_("%(numbers)s 号叫过了，还没开始。先点“开始”，没来就点“过号”。") % {"numbers": numbers})
    if not counting.fits(takings):
        raise NotNow(_no_gap(bookable))


def _check_done(bookable: Bookable, takings: Sequence[Taking]) -> None:
    """Refuse where those who are served longer than planned still sit on the places."""
    over = _over_time(takings)
    free = counting.free(takings)
    for taking in takings:
        least = min(free[key] for key in taking.touched())
        if over.get(taking.pool_id) and least - over[taking.pool_id] < taking.quantity:
            raise NotNow(_("上一位还没点“完成”。先点完成，再叫下一位。"))


def _over_time(takings: Sequence[Taking]) -> dict[int, int]:
    """Return how many places of each pool are held by those whose time is over and who are not done."""
    running = Claim.objects.filter(
        state=Claim.State.CHECKED_IN,
        bookable__mode__in=(Bookable.Mode.SLOT, Bookable.Mode.ROOM),
        ends_at__lte=_floor(clock.now()),
        starts_at__date=clock.today(),
        parts__pool_id__in=[taking.pool_id for taking in takings],
    )
    held: dict[int, int] = {}
    for pool_id, quantity in running.values_list("parts__pool_id", "parts__quantity"):
        held[pool_id] = held.get(pool_id, 0) + quantity
    return held


def _no_gap(bookable: Bookable) -> str:
    """Say why nobody can be called now, and when the next gap is."""
    wait = waiting.estimate(free_from_now(bookable), 0, waiting.pace_of(bookable.minutes))
    if wait is None:
        return _("今天剩下的时间做不完一位了（要 %(n)d 分钟）。") % {"n": bookable.minutes}
    when = (_floor(clock.now()) + wait.likely * MINUTE).astimezone(clock.ZONE)
    return _("接着有人约好了，做不完一位（要 %(n)d 分钟）。下一个空当是 %(when)s。") % {
        "n": bookable.minutes,
        "when": f"{when.hour}:{when.minute:02d}",
    }


def _shuts_at(bookable: Bookable, now: dt.datetime) -> dt.datetime:
    """Return until when it is open today; now where it is shut."""
    state = opening.timetable_of(checking.subject_of(bookable)).state_at(now)
    if not state.is_open:
        return now
    midnight = dt.datetime.combine(clock.today(), dt.time(), tzinfo=clock.ZONE) + gaps.ONE_DAY
    return midnight if state.until is None else min(state.until, midnight)


def _floor(moment: dt.datetime) -> dt.datetime:
    """Return the beginning of the five minutes in which a moment lies."""
    local = moment.astimezone(clock.ZONE)
    return local.replace(minute=local.minute // waiting.STEP * waiting.STEP, second=0, microsecond=0)
