"""Quiet hours: a phone does not ring for us before eight in the morning or after nine at night.

Pure: moments in, moments out.
"""

import datetime as dt

from lingju.kernel.clock import ZONE

MORNING, EVENING = dt.time(8), dt.time(21)
TO_PREPARE = dt.timedelta(hours=2)  # nobody goes out of the house sooner after reading of it


def first_allowed(moment: dt.datetime) -> dt.datetime:
    """Return `moment`, or the next morning's eight o'clock in China if it falls into the quiet hours."""
    local = moment.astimezone(ZONE)
    if MORNING <= local.time() < EVENING:
        return moment
    day = local.date() if local.time() < MORNING else local.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, MORNING, tzinfo=ZONE)


def cannot_wait(moment: dt.datetime, begins_at: dt.datetime | None) -> bool:
    """Say whether what a message is about begins so early that by morning people are on their way to it."""
    return begins_at is not None and moment < begins_at < first_allowed(moment) + TO_PREPARE
