"""Calls as everybody reads them, teams nearby, and what a floor above asks about the calls it opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from lingju.bookings.models import Cell
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.places.models import District
from lingju.places.walking import Origin, town
from lingju.places.ways import minutes_of, seconds_to_stations
from lingju.volunteering.models import Call, Invitation, Team
from lingju.volunteering.services import records

WITH: Final = ("area", "station", "space", "team", "pool", "district")
SMALLEST: Final = 5  # fewer people than this are not counted out in public (C14)


@dataclass(frozen=True, slots=True)
class CallCard:
    """A call as a list shows it: how many places are free, how far it is on foot."""

    call: Call
    free: int
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class TeamNear:
    """A team as everybody may know it, and how far its station is on foot."""

    team: Team
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Hours:
    """What calls came to: how many were opened, how many people came, the minutes that are confirmed."""

    calls: int
    people: int
    minutes: int
    is_settled: bool


def hours_for(cause_kind: str, cause_id: int, district_id: int) -> Hours:
    """Return what the calls opened for one cause came to; only confirmed minutes count."""
    calls = list(Call.objects.filter(district_id=district_id).caused_by(cause_kind, cause_id))
    return hours_of(calls)


def calls_for(cause_kind: str, cause_id: int, district_id: int) -> list[Call]:
    """Return the calls that were opened for one cause, the newest first."""
    rows = Call.objects.filter(district_id=district_id).caused_by(cause_kind, cause_id)
    return list(rows.select_related(*WITH))


def hours_of(calls: Sequence[Call]) -> Hours:
    """Return what some calls came to; a person who came twice is one person."""
    found = [record for call in calls for record in records.records_of(call)]
    confirmed = [record for record in found if record.is_confirmed and record.minutes]
    return Hours(
        calls=len(calls),
        people=len({record.volunteer.pk for record in confirmed}),
        minutes=sum(record.minutes for record in confirmed),
        is_settled=all(record.is_confirmed or not (record.minutes or record.odd) for record in found),
    )


def open_calls(district: District, origin: Origin | None = None) -> list[CallCard]:
    """Return the calls to which one can say yes now, the next first."""
    calls = list(
        Call.objects.filter(district=district).open_now().select_related(*WITH).order_by("starts_at", "id")
    )
    free = free_places(calls)
    minutes = _minutes(district, origin)
    return [CallCard(call, free.get(call.pk, 0), minutes.get(call.station_id or 0)) for call in calls]


def free_places(calls: Sequence[Call]) -> dict[int, int]:
    """Return how many places each call has free: one query for all."""
    by_pool = {call.pool_id: call.pk for call in calls if call.pool_id is not None}
    cells = Cell.objects.filter(pool__in=by_pool, at=0).values_list("pool_id", "capacity", "taken")
    return {by_pool[pool_id]: max(capacity - taken, 0) for pool_id, capacity, taken in cells}


def public_call(district: District, call_id: int) -> Call:
    """Return a call that everybody may read."""
    rows = Call.objects.filter(district=district, pk=call_id).public()
    found: Call | None = rows.select_related(*WITH).prefetch_related("skills").first()
    if found is None:
        raise NotThere(_("没有这次招募，或者还没有开始招募。"))
    return found


def published_hours(call: Call) -> Hours | None:
    """Return what a published call came to; nothing where so few came that they could be told apart."""
    if call.published_at is None:
        return None
    found = hours_of([call])
    return found if found.people >= SMALLEST else None


def teams_near(district: District, origin: Origin | None) -> list[TeamNear]:
    """Return the teams and what they offer, the nearest on foot first; without an origin by name."""
    teams = Team.objects.filter(district=district).in_use().select_related("area", "station", "organisation")
    minutes = _minutes(district, origin)
    found = [TeamNear(team, minutes.get(team.station_id or 0)) for team in teams]
    return sorted(found, key=lambda one: (one.minutes is None, one.minutes or 0, one.team.name))


def _minutes(district: District, origin: Origin | None) -> dict[int, int]:
    """Return how many minutes it is to each station on foot, where somebody has said where they are."""
    if origin is None:
        return {}
    seconds = seconds_to_stations(town(district), origin, "adult")
    return {station_id: minutes_of(found) for station_id, found in seconds.items() if found is not None}


def coming_up(volunteer_id: int) -> list[Invitation]:
    """Return what one person was asked to or has said yes to, and is still to come, the next first."""
    rows = Invitation.objects.filter(volunteer_id=volunteer_id, call__ends_at__gt=clock.now())
    rows = rows.exclude(state=Invitation.State.OVER)
    return list(
        rows.select_related("call__area", "call__station", "call__space").order_by("call__starts_at", "id")
    )
