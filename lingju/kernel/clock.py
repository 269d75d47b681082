"""The one clock: what time it is, in the time zone the district lives in.

Nothing else in the house may call `datetime.now`, `date.today`, `time.time` or `timezone.now`
(a lint rule forbids it), so that a test which moves this clock moves everything.
"""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_told: ContextVar[dt.datetime | None] = ContextVar("told_moment", default=None)


def now() -> dt.datetime:
    """Return the present moment, aware, in China Standard Time (no daylight saving)."""
    return _told.get() or dt.datetime.now(tz=ZONE)  # noqa: TID251  this is the one clock


@contextmanager
def told_at(moment: dt.datetime) -> Iterator[None]:
    """Let a story be told as of a moment that has passed; the demo's storyteller alone may.

    What it writes is dated then, as it would have been. A house test holds that nothing else calls this.
    """
    token = _told.set(moment.astimezone(ZONE))
    try:
        yield
    finally:
        _told.reset(token)


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
