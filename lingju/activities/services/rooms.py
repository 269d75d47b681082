"""Whether a room is free for a session, and taking it so that nobody books over the session.

    check_free ── looks at sessions in the same room, and at claims of the pools that stand for it
    occupy     ── claims the whole room for a session, moves the claim along, or gives it back

The room's row is locked first, so that of two plans that meet one waits for the other and then sees it.
"""

import datetime as dt

from django.utils.translation import gettext as _

from lingju.activities.models import Session
from lingju.bookings.models import Claim
from lingju.bookings.services import rooms as room_claims
from lingju.bookings.services.counting import NoPlace
from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.places.models import Space


class RoomTaken(BadInput):
    """Refuse a room that somebody else has then, naming what is on."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, {"space": sentence})


def check_free(
    space: Space | None,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    *,
    but: Session | None = None,
    key: str = "",
) -> None:
    """Refuse a room that is taken at any time between two moments; no room is always free.

    What the session `but`, or whoever holds it under `key`, has of it is no hindrance. Call it inside the
    transaction that takes the room. Raises RoomTaken.
    """
    if space is None:
        return
    Space.objects.select_for_update().filter(pk=space.pk).first()
    others = Session.objects.filter(space=space, starts_at__lt=ends_at, ends_at__gt=starts_at).standing()
    if but is not None:
        # An umbrella and its parts share their rooms.
        others = others.exclude(pk=but.pk).exclude(parent=but).exclude(pk=but.parent_id)
    meets = others.order_by("starts_at").first()
    if meets is not None:
        raise RoomTaken(_("这间屋子那时有“%(title)s”（%(when)s）。") % _named(meets.title, meets.starts_at))
    booked = Claim.objects.filter(
        parts__pool__space=space, state__in=Claim.TAKING, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    key = key or (_key(but) if but is not None else "")
    if key:
        booked = booked.exclude(key__startswith=f"{key}#")
    first = booked.order_by("starts_at").first()
    if first is not None and first.starts_at is not None:
        raise RoomTaken(_("这间屋子那时有人约了（%(when)s）。") % _named("", first.starts_at))


def occupy(session: Session, *, actor: Actor) -> None:
    """Claim the session's room as the session stands now: its room, its time, whether it takes place.

    An umbrella takes the room for all its parts. Raises RoomTaken where somebody has it.
    """
    parent = session.parent
    shares = parent is not None and session.space_id is not None and parent.space_id == session.space_id
    if session.space is None or session.is_off or shares:
        room_claims.vacate(session.district_id, key=_key(session), actor=actor)
        return
    take(session.space, session.starts_at, session.ends_at, key=_key(session), actor=actor)


def take(space: Space, starts_at: dt.datetime, ends_at: dt.datetime, *, key: str, actor: Actor) -> None:
    """Claim a room whole under a key, or move what is held under it. Raises RoomTaken."""
    try:
        room_claims.occupy(space, starts_at, ends_at, key=key, actor=actor)
    except NoPlace as full:
        raise RoomTaken(_("这间屋子那时有人约了（%(when)s）。") % _named("", starts_at)) from full


def vacate(session: Session, *, actor: Actor) -> None:
    """Give the room of a session back."""
    room_claims.vacate(session.district_id, key=_key(session), actor=actor)


def _key(session: Session) -> str:
    return f"room-of-{session.pk}"


def _named(title: str, moment: dt.datetime) -> dict[str, str]:
    return {"title": title, "when": moment.astimezone(clock.ZONE).strftime("%m-%d %H:%M")}
