"""The day sheet of a station: bookings, numbers, free gaps in one timeline, and what waits for a word."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from lingju.bookings import phrases
from lingju.bookings.flow import FLOW
from lingju.bookings.models import Bookable, Claim, Part, Ticket
from lingju.bookings.queries import openings
from lingju.bookings.services import comings
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.models import Station
from lingju.trail.flow import Move

S, T = Claim.State, Ticket.State
MINUTE = dt.timedelta(minutes=1)
FIVE = 5 * MINUTE
ON_THE_SHEET = (S.HELD, S.PENDING, S.CONFIRMED, S.CHECKED_IN, S.COMPLETED, S.NO_SHOW, S.OFFERED)
AT_HAND = ("check_in", "complete", "miss")
FETCHED = ("area", "bookable", "station")
MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sheet: a booking, a number that is served, or a gap that can still be booked."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    bookable: Bookable
    claim: Claim | None = None
    ticket: Ticket | None = None
    moves: tuple[Move, ...] = ()
    is_now: bool = False

    @property
    def until(self) -> str:
        """Return its end on the clock of its day: 24:00 for midnight, 次日 0:30 for what runs past it."""
        end = self.ends_at.astimezone(clock.ZONE)
        if end.date() == self.starts_at.astimezone(clock.ZONE).date():
            return phrases.time_words(end)
        is_midnight = end.time() == dt.time() and end - self.starts_at <= dt.timedelta(days=1)
        return "24:00" if is_midnight else _("次日 %(time)s") % {"time": phrases.time_words(end)}

    @property
    def is_gap(self) -> bool:
        """Say whether nobody has it yet."""
        return self.claim is None and self.ticket is None


@dataclass(frozen=True, slots=True)
class Asked:
    """A booking that waits for a yes or no, and how many others want the same time."""

    claim: Claim
    waiting: int
    pending: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One day of a station."""

    date: dt.date
    lines: tuple[Line, ...]
    pending: tuple[Asked, ...]
    waiting: tuple[Claim, ...]
    queues: dict[int, int]

    @property
    def booked(self) -> int:
        """Return how many bookings and numbers stand on it."""
        return sum(1 for line in self.lines if not line.is_gap)


def sheet(station: Station, bookables: Sequence[Bookable], date: dt.date, actor: Actor) -> Sheet:
    """Return a day of a station, with what each line allows now."""
    start = dt.datetime.combine(date, dt.time(), tzinfo=clock.ZONE)
    end = start + dt.timedelta(days=1)
    claims = list(_claims(station, start, end))
    numbers = {ticket.claim_id: ticket for ticket in _numbers(station, date)}
    lines = [
        *(_line(claim, numbers.get(claim.pk), actor) for claim in claims),
        *_gaps([one for one in bookables if one.is_offered and one.takes_bookings], date),
    ]
    return Sheet(
        date,
        tuple(sorted(lines, key=lambda line: (line.starts_at, line.is_gap, line.bookable.name))),
        tuple(pending_of(station)),
        tuple(waiting_of(station)),
        queues_of(station, date),
    )


def pending_of(station: Station) -> list[Asked]:
    """Return what waits for a yes or no, the first asked first, each with those that want the same places."""
    claims = list(
        Claim.objects.filter(station=station, state=S.PENDING, bookable__isnull=False)
        .select_related(*FETCHED)
        .order_by("made_at", "id")[:MOST]
    )
    parts = _parts(claims, (S.PENDING, S.WAITLISTED))
    return [
        Asked(claim, _rivals(claim, parts, S.WAITLISTED), _rivals(claim, parts, S.PENDING))
        for claim in claims
    ]


def waiting_of(station: Station) -> list[Claim]:
    """Return who waits at a station or has been offered a place, first come first."""
    rows = Claim.objects.filter(station=station, state__in=(S.WAITLISTED, S.OFFERED), bookable__isnull=False)
    return list(rows.select_related(*FETCHED).order_by("waits_since", "id")[:MOST])


def queues_of(station: Station, date: dt.date) -> dict[int, int]:
    """Return how many numbers wait at each counter of a station on a date."""
    waiting = Ticket.objects.filter(station=station, date=date, state__in=(T.WAITING, T.CALLED))
    counts: dict[int, int] = {}
    for bookable_id in waiting.values_list("bookable_id", flat=True):
        counts[bookable_id] = counts.get(bookable_id, 0) + 1
    return counts


def moves_of(claim: Claim, actor: Actor, names: Iterable[str] = AT_HAND) -> tuple[Move, ...]:
    """Return the steps that make sense now: nobody has missed a time before its grace is over."""
    now = clock.now()
    is_awaited = claim.starts_at is not None and not comings.grace_is_over(claim, now)
    too_early = {"miss"} if is_awaited else set()
    if claim.starts_at is not None and claim.starts_at.astimezone(clock.ZONE).date() > clock.today():
        too_early |= {"check_in"}
    allowed = {move.name: move for move in FLOW.allowed(claim, actor)}
    return tuple(allowed[name] for name in names if name in allowed and name not in too_early)


def _claims(station: Station, start: dt.datetime, end: dt.datetime) -> Iterable[Claim]:
    rows = Claim.objects.filter(
        Q(state__in=ON_THE_SHEET) | Q(state=S.EXPIRED, ready_at__isnull=False),
        station=station,
        bookable__isnull=False,
        starts_at__lt=end,
        ends_at__gt=start,
    ).exclude(bookable__mode=Bookable.Mode.LOAN)
    return rows.select_related(*FETCHED).order_by("starts_at", "id")[:MOST]


def _numbers(station: Station, date: dt.date) -> Iterable[Ticket]:
    return Ticket.objects.filter(station=station, date=date, claim__isnull=False)


def _line(claim: Claim, ticket: Ticket | None, actor: Actor) -> Line:
    if claim.bookable is None or claim.starts_at is None or claim.ends_at is None:
        raise ValueError("what stands on the sheet has a time")
    moves = () if ticket is not None else moves_of(claim, actor)
    now = clock.now()
    is_now = claim.starts_at <= now < claim.ends_at
    return Line(claim.starts_at, claim.ends_at, claim.bookable, claim, ticket, moves, is_now)


def _gaps(bookables: Sequence[Bookable], date: dt.date) -> list[Line]:
    """Return what can still be booked on a date, start times that follow each other as one gap."""
    timed = [one for one in bookables if one.mode != Bookable.Mode.LOAN]
    if not timed or date < clock.today():
        return []
    outlook = openings.outlook(timed, date, date)
    found = []
    for bookable in timed:
        step = max(bookable.step * MINUTE, FIVE)
        for start, end in _runs(outlook.day(bookable, date).openings, step):
            found.append(Line(start, end, bookable))
    return found


def _runs(times: Iterable[openings.Opening], step: dt.timedelta) -> list[tuple[dt.datetime, dt.datetime]]:
    """Join the start times that follow each other by a step, or whose ends meet, to gaps."""
    runs: list[tuple[dt.datetime, dt.datetime]] = []
    last: dt.datetime | None = None
    for one in times:
        if not one.free:
            continue
        if runs and last is not None and (one.starts_at - last <= step or one.starts_at <= runs[-1][1]):
            runs[-1] = runs[-1][0], max(one.ends_at, runs[-1][1])
        else:
            runs.append((one.starts_at, one.ends_at))
        last = one.starts_at
    return runs


def _parts(claims: Sequence[Claim], states: Sequence[str]) -> list[Part]:
    """Return what these claims want, and what others in some states want of the same pools."""
    if not claims:
        return []
    pools = Part.objects.filter(claim__in=claims).values("pool_id")
    return list(Part.objects.filter(pool_id__in=pools, claim__state__in=states).select_related("claim"))


def _rivals(claim: Claim, parts: Sequence[Part], state: str) -> int:
    """Return how many others in a state want a place of the same time."""
    mine = [part for part in parts if part.claim_id == claim.pk]
    others = {
        part.claim_id
        for part in parts
        for own in mine
        if part.claim_id != claim.pk
        and part.claim.state == state
        and part.pool_id == own.pool_id
        and part.first < own.end
        and own.first < part.end
    }
    return len(others)
