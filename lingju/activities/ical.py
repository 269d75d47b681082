"""Sessions as iCalendar (RFC 5545): a stable UID each, a sequence that grows, cancelled ones kept.

No word about who comes. What is off stays in the calendar and says so in its title, because many a
calendar shows titles alone; a postponed one keeps its old day, unsure and not busy, until it has a new one.
"""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from lingju.activities.models import Session
from lingju.kernel import clock
from lingju.kernel.ical import Happening, Status
from lingju.kernel.ical import calendar_of as kernel_calendar_of

PRODUCT: Final = "activities"
S = Session.State
STATUS: Final = {S.CANCELLED: Status.CANCELLED, S.POSTPONED: Status.TENTATIVE}


def happening_of(session: Session, address: str = "") -> Happening:
    """Return a session as a calendar tells it; `address` is where its page is."""
    station = session.station
    return Happening(
        uid=session.uid,
        starts=session.starts_at,
        ends=session.ends_at,
        summary=_title(session),
        changed_at=session.changed_at,
        sequence=session.sequence,
        status=STATUS.get(S(session.state), Status.CONFIRMED),
        description=_words(session),
        location=_place(session),
        lat_lon=(station.lat, station.lon) if station is not None else None,
        url=address,
        categories=tuple(topic.name for topic in session.topics.all()),
        part_of=session.parent.uid if session.parent is not None and session.parent.is_public else "",
        is_busy=not session.is_off,
    )


def calendar_of(sessions: Iterable[tuple[Session, str]], name: str, words: str = "") -> bytes:
    """Return sessions, each with the address of its page, as one calendar of a name."""
    told = [happening_of(session, address) for session, address in sessions]
    return kernel_calendar_of(told, name=name, product=PRODUCT, words=words)


def _title(session: Session) -> str:
    if session.state == S.CANCELLED:
        return _("取消：%(title)s") % {"title": session.title}
    if session.state == S.POSTPONED:
        return _("延期：%(title)s") % {"title": session.title}
    return session.title


def _place(session: Session) -> str:
    if session.station is None or not session.station.address:
        return session.where
    return _("%(name)s，%(address)s") % {"name": session.where, "address": session.station.address}


def _words(session: Session) -> str:
    """Return why it is not as it was told, from when it was moved, and what it is."""
    told = []
    if session.state_reason:
        told.append(session.state_reason)
    if session.moved_from is not None and not session.is_off:
        told.append(
            _("原定 %(when)s。")
            % {"when": session.moved_from.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M")}
        )
    if session.summary:
        told.append(session.summary)
    return "\n".join(told)
