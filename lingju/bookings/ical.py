"""A booking as iCalendar (RFC 5545): when and where, and no word about who.

The UID never changes, the SEQUENCE counts with every change, and what was called off stays with
STATUS:CANCELLED, so that a calendar that has it takes it out. Whoever waits sees it as TENTATIVE; of what
is confidential only that there is something.
"""

from django.utils.translation import gettext as _

from lingju.bookings import phrases
from lingju.bookings.models import Claim
from lingju.kernel.ical import Happening, Status
from lingju.kernel.ical import calendar_of as kernel_calendar_of

S = Claim.State
PRODUCT = "bookings"
SURE = (S.CONFIRMED, S.CHECKED_IN, S.COMPLETED)
GONE = (S.CANCELLED, S.EXPIRED, S.NO_SHOW)


def calendar_of(claim: Claim, address: str) -> bytes:
    """Return a calendar with one booking that has a time; `address` is its page."""
    told = happening_of(claim, address)
    return kernel_calendar_of([told], name=phrases.title_of(claim), product=PRODUCT)


def happening_of(claim: Claim, address: str) -> Happening:
    """Return a booking that has a time as a calendar tells it; `address` is its page."""
    if claim.starts_at is None or claim.ends_at is None:
        raise ValueError("a calendar holds what has a time")
    station, status = claim.station, status_of(claim)
    return Happening(
        uid=uid_of(claim),
        starts=claim.starts_at,
        ends=claim.ends_at,
        summary=titled(phrases.title_of(claim), status),
        changed_at=claim.changed_at,
        sequence=claim.version,
        status=status,
        location=_place(claim),
        lat_lon=(station.lat, station.lon) if station is not None else None,
        url=address,
        is_busy=status is not Status.CANCELLED,
    )


def uid_of(claim: Claim) -> str:
    """Return what names a booking in every calendar, for good."""
    return f"{claim.number}.{claim.district.code}@bookings.lingju"


def status_of(claim: Claim) -> Status:
    """Return how sure a booking is: what waits, for a place or for an answer, is not."""
    state = S(claim.state)
    if state in GONE and not claim.has_lapsed:
        return Status.CANCELLED
    return Status.CONFIRMED if state in SURE or claim.has_lapsed else Status.TENTATIVE


def titled(title: str, status: Status) -> str:
    """Return a title that says how sure it is, because many a calendar shows titles alone."""
    if status is Status.CANCELLED:
        return _("取消：%(title)s") % {"title": title}
    return _("还没定：%(title)s") % {"title": title} if status is Status.TENTATIVE else title


def _place(claim: Claim) -> str:
    station = claim.station
    if station is None:
        return ""
    if not station.address:
        return station.name
    return _("%(name)s，%(address)s") % {"name": station.name, "address": station.address}
