"""How a session goes on: told to everybody, opened to sign-ups, held, looked back on, put away."""

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.events import SessionAnnounced
from lingju.activities.flow import SESSIONS
from lingju.activities.models import Session
from lingju.bookings.services import seats
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places.services.marks import tidy

# People come before it begins: so long before it may be said to be held.
EARLY: Final = dt.timedelta(hours=3)


@transaction.atomic
def announce_session(session: Session, *, actor: Actor) -> Session:
    """Tell a session to everybody."""
    if session.ends_at <= clock.now():
        raise NotNow(_("时间已经过了，不能再发预告。请改时间，或补记为已经举行。"))
    now = clock.now()
    SESSIONS.take("announce", session, actor=actor, changes={"announced_at": now, "changed_at": now})
    announce(SessionAnnounced(session.district_id, session.pk))
    return session


@transaction.atomic
def open_signup(session: Session, *, actor: Actor) -> Session:
    """Open a session to sign-ups: as many seats as were planned, given by bookings from now on."""
    if session.signup == Session.Mode.NONE or session.capacity is None:
        raise NotNow(_("这场不用报名，直接来就行。"))
    if session.starts_at <= clock.now():
        raise NotNow(_("已经开始了，不再报名。"))
    if session.state == Session.State.PLANNED:
        announce_session(session, actor=actor)
    SESSIONS.take("open_signup", session, actor=actor, changes={"changed_at": clock.now()})
    if session.pool is None:
        pool = seats.open_seats(
            session.district,
            name=session.title,
            capacity=session.capacity,
            station=session.station,
            area=session.area,
            actor=actor,
        )
        Session.objects.filter(pk=session.pk).update(pool=pool)
        session.pool = pool
    return session


def may_be_held(session: Session) -> bool:
    """Say whether its time is near enough, or has come."""
    return clock.now() >= session.starts_at - EARLY


@transaction.atomic
def hold(session: Session, *, actor: Actor) -> Session:
    """Say that a session is being held, or was; also one that nobody had time to announce."""
    if not may_be_held(session):
        raise NotNow(_("还没到时候，开始前三小时起才能记。"))
    if session.state == Session.State.PLANNED:
        now = clock.now()
        SESSIONS.take("announce", session, actor=actor, changes={"announced_at": now, "changed_at": now})
    return SESSIONS.take("hold", session, actor=actor)


def review(session: Session, words: str, *, actor: Actor) -> Session:
    """Close a session with a few words for everybody on what it was like."""
    told = tidy(words)[:500]
    if len(told) < 4:
        sentence = _("请写一两句这场怎么样，不写姓名。")
        raise BadInput(sentence, {"review": sentence})
    if session.ends_at > clock.now() and session.starts_at > clock.now():
        raise NotNow(_("还没开始，写不了回顾。"))
    return SESSIONS.take("review", session, actor=actor, changes={"review": told})


def archive(session: Session, *, actor: Actor) -> Session:
    """Put a session that was looked back on away."""
    return SESSIONS.take("archive", session, actor=actor)
