"""Whether a room is free: for other sessions, and for whoever has booked it.

    check_free ── looks at sessions in the same room, and at claims of the pools that stand for it

The room's row is locked first, so that of two plans that meet one waits for the other and then sees it.
"""

import datetime as dt

from django.utils.translation import gettext as _

from lingju.activities.models import Session
from lingju.bookings.models import Claim
from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.places.models import Space


class RoomTaken(BadInput):
    """Refuse a room that somebody else has then, naming what is on."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, {"space": sentence})


def check_free(
    space: Space | None, starts_at: dt.datetime, ends_at: dt.datetime, *, but: Session | None = None
) -> None:
    """Refuse a room that is taken at any time between two moments; no room is always free.

    Call it inside the transaction that takes the room. Raises RoomTaken.
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
    first = booked.order_by("starts_at").first()
    if first is not None and first.starts_at is not None:
        raise RoomTaken(_("这间屋子那时有人约了（%(when)s）。") % _named("", first.starts_at))


def _named(title: str, moment: dt.datetime) -> dict[str, str]:
    return {"title": title, "when": moment.astimezone(clock.ZONE).strftime("%m-%d %H:%M")}
