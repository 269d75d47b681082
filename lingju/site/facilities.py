"""How a facility reads at a glance: one figure or word, one tone, one small line, and how old it is.

What nobody looked at for ten minutes is shown greyed with its time and 可能不准; a first-aid box or a
defibrillator is no matter of minutes and is named apart, with its place.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.needs.pages.qr import code_of
from lingju.places.catalogue import FacilityKind, facility_kind
from lingju.places.models import Facility

# What people ask for first stands first; on the home page, where four stand in a row, by its short name.
FIRST: Final = {
    "hot_water": gettext_lazy("热水"),
    "phone_charging": gettext_lazy("充电"),
    "seats": gettext_lazy("座位"),
    "toilet": gettext_lazy("厕所"),
}
LENT: Final = frozenset({"umbrellas"})
MOST_PIPS: Final = 30


@dataclass(frozen=True, slots=True)
class Glance:
    """A facility as one sees it at a glance; `pips` are places in all and how many of them are free."""

    name: str
    short: str
    icon: str
    words: str
    tone: str  # ok, wait or off
    small: str
    pips: tuple[int, int] | None
    as_of: dt.datetime
    is_stale: bool
    is_fixed: bool
    code: str  # of the address at which one says that it is not so


def glance(facility: Facility) -> Glance:
    """Read one facility."""
    kind = facility_kind(facility.kind)
    reading = _reading(facility, kind)
    words, tone = _words(facility, kind, reading)
    age = clock.now() - facility.known_at
    return Glance(
        name=facility.name,
        short=str(FIRST.get(kind.code, facility.name)),
        icon=kind.icon,
        words=words,
        tone=tone,
        small=" ".join(part for part in (reading, facility.note) if part and part != words),
        pips=_pips(facility) if tone != "off" else None,
        as_of=facility.known_at,
        is_stale=not kind.expires and age > dt.timedelta(minutes=Facility.STALE_AFTER_MINUTES),
        is_fixed=kind.expires,
        code=code_of(facility),
    )


def glances(facilities: Iterable[Facility]) -> list[Glance]:
    """Read facilities, those most asked for first, the fixed ones last."""
    order = {kind: place for place, kind in enumerate(FIRST)}

    def rank(facility: Facility) -> tuple[bool, int]:
        return facility_kind(facility.kind).expires, order.get(facility.kind, len(order))

    return [glance(facility) for facility in sorted(facilities, key=rank)]


def oldest(seen: Iterable[Glance]) -> dt.datetime | None:
    """Return when the least recently seen of the changing ones was seen."""
    return min((one.as_of for one in seen if not one.is_fixed), default=None)


def _reading(facility: Facility, kind: FacilityKind) -> str:
    """Return what it measures, with its unit."""
    if not facility.reading or facility.reading.endswith(kind.reading_unit):
        return facility.reading
    return f"{facility.reading}{kind.reading_unit}"


def _words(facility: Facility, kind: FacilityKind, reading: str) -> tuple[str, str]:
    """Return the figure or word, and its tone."""
    if facility.expires_on is not None and facility.expires_on < clock.today():
        return _("过期了"), "off"
    if facility.state == Facility.State.OFF:
        return _("停用"), "off"
    if facility.state == Facility.State.OUT_OF_ORDER:
        return _("坏了"), "off"
    if facility.state == Facility.State.BUSY:
        return (_("有人"), "wait") if kind.code == "toilet" else (_("在用"), "wait")
    if facility.free is not None:
        return _left(facility.kind, facility.free, kind.unit)
    if kind.code == "room_temperature" and reading:
        return reading, "ok"
    return (_("能接"), "ok") if kind.code == "hot_water" else (_("能用"), "ok")


def _left(kind: str, free: int, unit: str) -> tuple[str, str]:
    """Say how many are free, or that none is."""
    if kind in LENT:
        return (_("剩 %(n)s %(unit)s") % {"n": free, "unit": unit}, "ok") if free else (_("借完了"), "wait")
    return (_("空 %(n)s %(unit)s") % {"n": free, "unit": unit}, "ok") if free else (_("占满了"), "wait")


def _pips(facility: Facility) -> tuple[int, int] | None:
    """Return places and free ones where they can be drawn one by one."""
    if facility.total is None or facility.free is None or not 1 < facility.total <= MOST_PIPS:
        return None
    return facility.total, facility.free
