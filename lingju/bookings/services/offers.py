"""Until when an offered place is kept: long enough for word to reach them, never past its own beginning."""

import datetime as dt

from lingju.bookings.models import Claim
from lingju.notify.quiet import first_allowed
from lingju.places import opening
from lingju.places.models import Station

OFFER_FOR = dt.timedelta(hours=2)


def until(claim: Claim, moment: dt.datetime) -> dt.datetime:
    """Return until when an offer made now stands: two hours from when it can be told, or until it begins.

    Whoever must be rung is told when somebody sits at the station: theirs stands until that stretch of
    opening hours is over.
    """
    ends = first_allowed(moment) + OFFER_FOR
    if claim.is_called and claim.station is not None:
        ends = max(ends, _rung_by(claim.station, moment) or ends)
    starts_at = claim.starts_at
    return min(ends, starts_at) if starts_at is not None and starts_at > moment else ends


def _rung_by(station: Station, moment: dt.datetime) -> dt.datetime | None:
    """Return the end of the first stretch of a station's hours with two hours left; None of none in sight."""
    table = opening.timetable_of(station)
    state = table.state_at(moment)
    if state.is_open and state.until is not None and state.until - moment < OFFER_FOR:
        state = table.state_at(state.until)
    if not state.is_open and state.opens_at is not None:
        state = table.state_at(state.opens_at)
    return state.until
