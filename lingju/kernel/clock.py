"""The one clock: what time it is, in the time zone the district lives in.

Nothing else in the house may call `datetime.now`, `date.today`, `time.time` or `timezone.now`
(a lint rule forbids it), so that a test which moves this clock moves everything.
"""

import datetime as dt
import time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """Return the present moment, aware, in China Standard Time (no daylight saving)."""
    return dt.datetime.now(tz=ZONE)  # noqa: TID251  this is the one clock


def today() -> dt.date:
    """Return the date on the wall in China."""
    return now().date()


def epoch_ms() -> int:
    """Return milliseconds since 1970-01-01 UTC."""
    return int(time.time() * 1000)  # noqa: TID251  this is the one clock


def minute_of_day(moment: dt.datetime) -> int:
    """Return the minute of the local day, 0 to 1439, of an aware moment."""
    local = moment.astimezone(ZONE)
    return local.hour * 60 + local.minute
