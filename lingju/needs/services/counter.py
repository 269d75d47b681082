"""The counter: a keeper or clerk speaks for one person who sits there, for half an hour at most."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import NotAllowed, SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.needs.models import CounterSession
from lingju.needs.rules import keeps_a_counter
from lingju.places.models import Area, Station
from lingju.trail.services import leave_footprint

LASTS = dt.timedelta(minutes=30)


def sitting_of(actor: Actor) -> CounterSession | None:
    """Return the sitting that runs now at the actor's counter."""
    running = CounterSession.objects.visible_to(actor).open_at(clock.now())
    return running.select_related("area", "station__area").first()


def begin(at: Station | Area, *, actor: Actor) -> CounterSession:
    """Begin to speak for somebody who has just sat down: a sitting before ends by it."""
    keeps_a_counter.check(actor, at)
    if actor.account_id is None:
        raise NotAllowed(_("代说要先登录。"))
    end(actor=actor)
    now = clock.now()
    station, area = (at, at.area) if isinstance(at, Station) else (None, at)
    try:
        with transaction.atomic():
            sitting = CounterSession.objects.create(
                district_id=at.district_id,
                account_id=actor.account_id,
                area=area,
                station=station,
                began_at=now,
                until=now + LASTS,
            )
            leave_footprint(actor=actor, action="begin_sitting", subject=sitting)
    except IntegrityError:
        raise SomeoneWasFaster(_("您在另一个窗口刚点过“本人在场”，请刷新。")) from None
    return sitting


def end(*, actor: Actor) -> int:
    """End the sitting: the next person begins with an empty form. Return how many were open."""
    open_now = CounterSession.objects.visible_to(actor).filter(ended_at__isnull=True)
    return open_now.update(ended_at=clock.now())
