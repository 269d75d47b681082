"""Clockwork of bookings: places that run out go on to the next, days are closed, names are forgotten."""

import datetime as dt

from lingju.bookings.services import forgetting, tidying
from lingju.kernel import schedule


def every_minute() -> int:
    """Let go what has run out or was not come for, and look who of those that wait can be served now."""
    gone = tidying.expire_due() + tidying.release_unclaimed() + tidying.release_waiting()
    return gone + tidying.promote_all()


def every_night() -> int:
    """Close what past days left open, and drop their counted cells."""
    return tidying.close_days() + tidying.drop_past_cells()


def plan() -> None:
    """Plan this module's jobs; called by the wiring."""
    schedule.plan("bookings.minute", schedule.Every(dt.timedelta(minutes=1)), every_minute)
    schedule.plan("bookings.night", schedule.At(dt.time(0, 20)), every_night)
    schedule.plan("bookings.forget", schedule.At(dt.time(4, 20)), forgetting.forget_old)
