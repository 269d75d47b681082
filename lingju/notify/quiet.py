"""Quiet hours: a phone does not ring for us before eight in the morning or after nine at night.

Pure: moments in, moments out.
"""

import datetime as dt

from lingju.kernel.clock import ZONE

MORNING, EVENING = dt.time(8), dt.time(21)


def first_allowed(moment: dt.datetime) -> dt.datetime:
    """Return `moment`, or the next morning's eight o'clock in China if it falls into the quiet hours."""
    local = moment.astimezone(ZONE)
    if MORNING <= local.time() < EVENING:
        return moment
    day = local.date() if local.time() < MORNING else local.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, MORNING, tzinfo=ZONE)
