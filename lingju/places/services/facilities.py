"""Verbs about facilities: what stands at a station, and in what state somebody last saw it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.places.catalogue import FACILITY_KINDS
from lingju.places.events import FacilityChanged, StationChanged
from lingju.places.models import Facility, Station
from lingju.places.rules import its_clerk, its_keeper
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

State = Facility.State
AHEAD = dt.timedelta(minutes=5)  # what a device's clock may be fast


@dataclass(frozen=True, slots=True)
class FacilityDraft:
    """A facility as somebody describes it; `kind` is a code of the catalogue."""

    kind: str
    name: str = ""
    total: int | None = None
    note: str = ""
    expires_on: dt.date | None = None


@transaction.atomic
def add(station: Station, draft: FacilityDraft, *, actor: Actor) -> Facility:
    """Add a facility to a station; a name that stands there already is refused."""
    its_clerk.check(actor, station)
    facility = Facility(district=station.district, station=station, free=draft.total, **_values(draft))
    facility.counted_at = facility.as_of
    if station.facilities.filter(name=facility.name).exists():
        sentence = _("这里已经有“%(name)s”了，请换一个名字。") % {"name": facility.name}
        raise BadInput(sentence, {"name": sentence})
    marks.insert(facility, actor=actor)
    marks.tell(StationChanged(station.district_id, station.pk, "equip"), redraw=False)
    return facility


@transaction.atomic
def edit(facility: Facility, draft: FacilityDraft, *, actor: Actor) -> bool:
    """Make a facility what the draft says; say whether anything changed."""
    its_clerk.check(actor, facility.station)
    values = _values(draft)
    others = Facility.objects.filter(station_id=facility.station_id, name=values["name"]).exclude(
        pk=facility.pk
    )
    if others.exists():
        sentence = _("这里已经有“%(name)s”了，请换一个名字。") % {"name": values["name"]}
        raise BadInput(sentence, {"name": sentence})
    if draft.total is not None and facility.free is not None:
        values["free"] = min(facility.free, draft.total)
    is_changed = marks.amend(facility, values, actor=actor)
    if is_changed:
        marks.tell(StationChanged(facility.district_id, facility.station_id, "equip"), redraw=False)
    return is_changed


@transaction.atomic
def remove(facility: Facility, *, actor: Actor) -> None:
    """Take a facility away from its station."""
    its_clerk.check(actor, facility.station)
    fact = StationChanged(facility.district_id, facility.station_id, "equip")
    marks.remove(facility, actor=actor)
    marks.tell(fact, redraw=False)


@transaction.atomic
def record_state(
    facility: Facility,
    *,
    actor: Actor,
    state: str | None = None,
    free: int | None = None,
    reading: str | None = None,
    note: str | None = None,
    as_of: dt.datetime | None = None,
) -> Facility:
    """Write down what somebody saw: state, how many are free, a reading, and when that was.

    What is left out stays as it was, and how many are free is as old as their counting. An observation older
    than the one on record is not written over it. Seeing the same again only renews the time and leaves no
    second footprint.
    """
    its_keeper.check(actor, facility.station)
    now = clock.now()
    if as_of is not None and as_of > now + AHEAD:
        raise BadInput(_("时间还没到，不能记以后的状态。"))
    # A clock that is a little fast must not make the next sight look like an older one.
    seen_at = min(as_of or now, now)
    facility = Facility.objects.select_for_update().get(pk=facility.pk)
    if seen_at < facility.as_of:
        return facility
    values = _observed(facility, state, free, reading, note)
    is_changed = marks.amend(facility, values, actor=actor, action="record")
    counted_at = facility.counted_at if free is None else seen_at
    Facility.objects.filter(pk=facility.pk).update(as_of=seen_at, counted_at=counted_at)
    facility.as_of, facility.counted_at = seen_at, counted_at
    if is_changed:
        fact = FacilityChanged(facility.district_id, facility.station_id, facility.pk, facility.state)
        marks.tell(fact, redraw=False)
    return facility


@transaction.atomic
def confirm_all(station: Station, *, actor: Actor) -> int:
    """Write down that everything at a station was looked at and is as recorded; return how many."""
    its_keeper.check(actor, station)
    now = clock.now()
    seen = station.facilities.update(as_of=now, counted_at=now)
    if seen:
        leave_footprint(actor=actor, action="look_over", subject=station, after={"facilities": seen})
    return seen


def _observed(
    facility: Facility, state: str | None, free: int | None, reading: str | None, note: str | None
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if state is not None:
        values["state"] = state
    if free is not None:
        values["free"] = _counted(facility, free)
    if reading is not None:
        values["reading"] = marks.tidy(reading)
    if note is not None:
        values["note"] = marks.tidy(note)
    return values


def _counted(facility: Facility, free: int) -> int:
    if facility.total is None or 0 <= free <= facility.total:
        return free
    sentence = _("“%(name)s”一共 %(total)d 个，空闲数要在 0 到 %(total)d 之间。") % {
        "name": facility.name,
        "total": facility.total,
    }
    raise BadInput(sentence, {"free": sentence})


def _values(draft: FacilityDraft) -> dict[str, Any]:
    if draft.kind not in FACILITY_KINDS:
        sentence = _("没有“%(kind)s”这种设施，请从列表里选。") % {"kind": draft.kind}
        raise BadInput(sentence, {"kind": sentence})
    return {
        "kind": draft.kind,
        "name": marks.tidy(draft.name) or FACILITY_KINDS[draft.kind].name,
        "total": draft.total,
        "note": marks.tidy(draft.note),
        "expires_on": draft.expires_on,
    }
