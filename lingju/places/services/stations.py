"""Verbs about stations: add and edit with doors, furnish spaces, and take a step in its life."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.places.events import HoursChanged, StationChanged
from lingju.places.flow import FLOW, STEPS_WITH_REASON
from lingju.places.models import Area, Compound, District, Space, Station, StationDoor
from lingju.places.rules import its_clerk
from lingju.places.services import marks
from lingju.places.services.homes import placed
from lingju.places.services.points import Point, metres_between

DOOR_FARTHEST_M = 200.0


@dataclass(frozen=True, slots=True)
class DoorDraft:
    """A door of a station as somebody describes it."""

    name: str
    at: Point
    is_step_free: bool = True


@dataclass(frozen=True, slots=True)
class SpaceDraft:
    """A room or corner of a station as somebody describes it."""

    name: str
    kind: str = ""
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class StationDraft:
    """A station as somebody describes it, doors included; without a door it is entered at its point."""

    area: Area
    code: str
    name: str
    at: Point
    kind: str = Station.Kind.HAPPINESS.value
    slug: str = ""
    compound: Compound | None = None
    doors: tuple[DoorDraft, ...] = ()
    address: str = ""
    directions: str = ""
    phone: str = ""
    area_m2: Decimal | None = None
    capacity: int | None = None
    opened_on: dt.date | None = None
    is_step_free: bool = False
    has_low_counter: bool = False


@transaction.atomic
def add(district: District, draft: StationDraft, *, actor: Actor) -> Station:
    """Add a station, as a plan; its life begins with `take_step`. Refuses a taken code or address name."""
    marks.same_district(district.pk, draft.area, draft.compound)
    its_clerk.check(actor, draft.area)
    station = Station(district=district, **_values(district, draft, None))
    _refuse_taken(station)
    marks.insert(station, actor=actor)
    _set_doors(station, draft.doors, actor)
    marks.tell(StationChanged(district.pk, station.pk, "add"), redraw=True)
    return station


@transaction.atomic
def edit(station: Station, draft: StationDraft, *, actor: Actor, version: int | None = None) -> bool:
    """Make a station and its doors what the draft says; say whether anything changed.

    `version` is what the form showed when it was opened. Of two who edit at once one wins, and the
    other is told (SomeoneWasFaster) before anything of theirs is written.
    """
    marks.same_district(station.district_id, draft.area, draft.compound)
    its_clerk.check(actor, station)
    its_clerk.check(actor, draft.area)
    values = _values(station.district, draft, station)
    _refuse_taken(station, code=values["code"], slug=values["slug"])
    is_changed = marks.amend(station, values, actor=actor, version=version)
    if _set_doors(station, draft.doors, actor):
        marks.count_up(station, version=None if is_changed else version)
        is_changed = True
    if is_changed:
        marks.tell(StationChanged(station.district_id, station.pk, "edit"), redraw=True)
    return is_changed


@transaction.atomic
def take_step(station: Station, step: str, *, actor: Actor, reason: str = "") -> Station:
    """Take one step of the station's life (`lingju.places.flow`); to pause or close, say why."""
    if step not in FLOW.steps:
        raise BadInput(_("没有这一步。"))
    reason = marks.tidy(reason)[:120]
    if step in STEPS_WITH_REASON and not reason:
        sentence = _("请写明原因，来的人要看。")
        raise BadInput(sentence, {"reason": sentence})
    changes: dict[str, Any] = {"state_reason": reason if step in STEPS_WITH_REASON else ""}
    if step == "open" and station.opened_on is None:
        changes["opened_on"] = clock.today()
    was_in_use = station.is_in_use
    FLOW.take(step, station, actor=actor, note=reason, changes=changes)
    if was_in_use != station.is_in_use:
        district_id, days = station.district_id, (clock.today(), None)
        marks.tell(HoursChanged(district_id, "station", station.pk, station.pk, *days), redraw=False)
    marks.tell(StationChanged(station.district_id, station.pk, step), redraw=True)
    return station


@transaction.atomic
def furnish(station: Station, spaces: tuple[SpaceDraft, ...], *, actor: Actor) -> bool:
    """Make the spaces of a station those of the drafts, by name; say whether anything changed."""
    its_clerk.check(actor, station)
    _refuse_twins([space.name for space in spaces], _("有两个空间都叫“%(name)s”，请改一个名字。"))
    known = {space.name: space for space in station.spaces.all()}
    is_changed = False
    for draft in spaces:
        name = marks.tidy(draft.name)
        values = {"name": name, "kind": draft.kind, "capacity": draft.capacity}
        space = known.pop(name, None)
        if space is None:
            marks.insert(Space(district=station.district, station=station, **values), actor=actor)
            is_changed = True
        else:
            is_changed |= marks.amend(space, values, actor=actor)
    for space in known.values():
        marks.remove(space, actor=actor)
    if is_changed or known:
        marks.tell(StationChanged(station.district_id, station.pk, "furnish"), redraw=False)
    return is_changed or bool(known)


def draft_of(station: Station) -> StationDraft:
    """Return a station as a draft, to change one thing of it and hand it back to `edit`."""
    return StationDraft(
        area=station.area,
        code=station.code,
        name=station.name,
        at=Point(station.lon, station.lat, "WGS-84"),
        kind=station.kind,
        slug=station.slug,
        compound=station.compound,
        doors=tuple(
            DoorDraft(door.name, Point(door.lon, door.lat, "WGS-84"), door.is_step_free)
            for door in station.doors.all()
        ),
        address=station.address,
        directions=station.directions,
        phone=station.phone,
        area_m2=station.area_m2,
        capacity=station.capacity,
        opened_on=station.opened_on,
        is_step_free=station.is_step_free,
        has_low_counter=station.has_low_counter,
    )


def _values(district: District, draft: StationDraft, known: Station | None) -> dict[str, Any]:
    code = marks.tidy_code(draft.code)
    return {
        "area": draft.area,
        "compound": draft.compound,
        "code": code,
        "slug": draft.slug or (known.slug if known else _slug_from(code)),
        "name": marks.tidy(draft.name),
        "kind": draft.kind,
        "address": marks.tidy(draft.address),
        "directions": marks.tidy(draft.directions),
        "phone": marks.tidy_phone(draft.phone),
        "area_m2": draft.area_m2,
        "capacity": draft.capacity,
        "opened_on": draft.opened_on,
        "is_step_free": draft.is_step_free,
        "has_low_counter": draft.has_low_counter,
        **placed(district, draft.at, known),
    }


def _slug_from(code: str) -> str:
    return re.sub(r"[^0-9a-z]+", "-", code.lower()).strip("-")


def _refuse_taken(station: Station, *, code: str | None = None, slug: str | None = None) -> None:
    others = Station.objects.filter(district_id=station.district_id).exclude(pk=station.pk)
    code, slug = code or station.code, slug or station.slug
    if others.filter(code=code).exists():
        sentence = _("驿站编码 %(code)s 已经有了，请换一个，或打开原来那条来改。") % {"code": code}
        raise BadInput(sentence, {"code": sentence})
    if others.filter(slug=slug).exists():
        sentence = _("网址名 %(slug)s 已经被别的驿站用了，请换一个。") % {"slug": slug}
        raise BadInput(sentence, {"slug": sentence})


def _refuse_twins(names: list[str], sentence: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(sentence % {"name": twice[0]})


def _set_doors(station: Station, drafts: tuple[DoorDraft, ...], actor: Actor) -> bool:
    """Make the doors of a station those of the drafts, by name; say whether anything changed."""
    _refuse_twins([door.name for door in drafts], _("有两个站门都叫“%(name)s”，请改一个名字。"))
    known = {door.name: door for door in station.doors.all()}
    is_changed = False
    for draft in drafts:
        name = marks.tidy(draft.name)
        is_changed |= _set_door(station, known.pop(name, None), name, draft, actor)
    for door in known.values():
        marks.remove(door, actor=actor)
    return is_changed or bool(known)


def _set_door(station: Station, door: StationDoor | None, name: str, draft: DoorDraft, actor: Actor) -> bool:
    values = {"name": name, "is_step_free": draft.is_step_free, **placed(station.district, draft.at, door)}
    away = metres_between((values["lon"], values["lat"]), (station.lon, station.lat))
    if away > DOOR_FARTHEST_M:
        sentence = _("站门“%(name)s”离驿站有 %(away)d 米，请检查坐标。") % {"name": name, "away": away}
        raise BadInput(sentence, {"doors": sentence})
    if door is not None:
        return marks.amend(door, values, actor=actor)
    marks.insert(StationDoor(district=station.district, station=station, **values), actor=actor)
    return True
