"""When a session cannot be as it was told: moved, postponed, called off; and everybody is told why.

A session that people signed up for is never removed: it stays to be seen, with its reason.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.events import SessionCancelled, SessionChanged
from lingju.activities.flow import BEFORE, SESSIONS
from lingju.activities.models import Session, SignUp
from lingju.activities.rules import plans_it
from lingju.activities.services import planning, reaching, rooms
from lingju.bookings.services import seats
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places.services.marks import said_why


@transaction.atomic
def move(session: Session, starts_at: dt.datetime, why: str, *, actor: Actor) -> Session:
    """Move a session to another time, as long as before; a postponed one gets its new date that way."""
    plans_it.check(actor, session)
    if session.state not in BEFORE:
        raise NotNow(_("现在是“%(state)s”，不能改期。") % {"state": session.get_state_display()})
    reason = _reason(why)
    if starts_at <= clock.now():
        sentence = _("新的时间要在以后。")
        raise BadInput(sentence, {"starts_at": sentence})
    ends_at = starts_at + (session.ends_at - session.starts_at)
    rooms.check_free(session.space, starts_at, ends_at, but=session)
    values = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "moved_from": session.moved_from or session.starts_at,
        "state_reason": reason,
    }
    if session.state == Session.State.POSTPONED:
        step = "take_again" if session.pool_id is not None else "tell_again"
        SESSIONS.take(step, session, actor=actor, note=reason)
    planning.amend(session, values, ("time",), actor=actor, action="move")
    return session


@transaction.atomic
def postpone(session: Session, why: str, *, actor: Actor) -> Session:
    """Say that a session is not on its day, and that the new one is not known yet; seats stay kept."""
    reason = _reason(why)
    SESSIONS.take("postpone", session, actor=actor, note=reason, changes=_told(session, reason))
    rooms.vacate(session, actor=actor)
    reaching.note_change(session)
    announce(SessionChanged(session.district_id, session.pk, ("postponed",), session.starts_at))
    return session


@transaction.atomic
def cancel_session(session: Session, why: str, *, actor: Actor) -> Session:
    """Call a session off, and with an umbrella its parts; everybody who signed up is told by the fact."""
    reason = _reason(why)
    was_public = session.is_public
    SESSIONS.take("cancel", session, actor=actor, note=reason, changes=_told(session, reason))
    standing = SignUp.objects.filter(session=session).standing()
    signup_ids = tuple(standing.order_by("id").values_list("pk", flat=True))
    reaching.note_change(session)
    rooms.vacate(session, actor=actor)
    if session.pool is not None:
        seats.close_seats(session.pool, actor=actor, why=reason)
    if was_public:
        announce(SessionCancelled(session.district_id, session.pk, signup_ids))
    for part in session.children.filter(state__in=BEFORE):
        cancel_session(part, reason, actor=actor)
    return session


def _told(session: Session, reason: str) -> dict[str, object]:
    """Return the columns that a subscribed calendar takes over."""
    return {"state_reason": reason, "sequence": session.sequence + 1, "changed_at": clock.now()}


def _reason(why: str) -> str:
    return said_why(why, _("请写明原因，报了名的人会看到。"), field="why")[:120]
