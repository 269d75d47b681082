"""Finding the session a row speaks of: by its day, by its title, by the station where two share both."""

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.utils.translation import gettext as _

from lingju.activities.models import Session
from lingju.activities.rules import works_at_it
from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.places.models import District
from lingju.places.services.marks import tidy


def session_of(district: District, day: dt.date, title: str, station: str | None, actor: Actor) -> Session:
    """Return the one session of a day with a title; refuse where there is none, or more than one."""
    begins = dt.datetime.combine(day, dt.time(), clock.ZONE)
    of_day = Session.objects.filter(
        district=district, starts_at__gte=begins, starts_at__lt=begins + dt.timedelta(days=1)
    ).select_related("area", "station", "district")
    found = [one for one in of_day if _fits(one, tidy(title), tidy(station or ""))]
    words = {"day": day.isoformat(), "title": title[:30]}
    if not found:
        raise BadInput(_("%(day)s 没有叫“%(title)s”的活动。请先补记这一场，或者核对日期和名称。") % words)
    if len(found) > 1:
        raise BadInput(_("%(day)s 有不止一场“%(title)s”，请填驿站名称。") % words)
    works_at_it.check(actor, found[0])
    return found[0]


def key_of(parts: Iterable[object]) -> str:
    """Return a key for a row by what stands in it: the same row taken in again is the same."""
    text = "\0".join(str(part if part is not None else "") for part in parts)
    return f"sheet-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _fits(session: Session, title: str, station: str) -> bool:
    if session.title != title:
        return False
    return not station or (session.station is not None and session.station.name == station)
