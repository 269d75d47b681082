"""Units report in, are received, pause, come back and end; what they can do and how often is kept.

    enrol ─▶ registered ─receive─▶ active ⇄ paused ─end─▶ ended: links closed, coming turns given back

Ended, a unit's past stays; whom to call is forgotten half a year later. Enrolling again begins anew.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.flow import ENROLMENTS
from lingju.cobuilding.models import Capability, Duty, Enrolment, Pairing, UnitLink
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.cobuilding.services import turns
from lingju.cobuilding.services.numbers import UNIT, next_number
from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor, SystemActor
from lingju.people import uscc
from lingju.people.models import Organisation
from lingju.people.services import organisations
from lingju.people.services.organisations import Written
from lingju.places.models import Area
from lingju.places.services import marks
from lingju.places.services.marks import said_why, same_district, tidy
from lingju.trail.services import leave_footprint, prepared

E = Enrolment.State
MOST_PEOPLE: Final = 200
MOST_HISTORY: Final = 500
LEAST_WEIGHT: Final = 0.1
MOST_WEIGHT: Final = 5.0
KEPT: Final = dt.timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a unit offers: with how many it comes, what it can do, when it likes to, whom to call."""

    people: int = 3
    capabilities: tuple[Capability, ...] = ()
    months: tuple[int, ...] = ()
    history: int = 0
    liaison: str = ""
    phone: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """A unit as it reports in at an area."""

    area: Area
    name: str
    kind: str
    uscc: str = ""
    terms: Terms = Terms()


@transaction.atomic
def enrol(draft: UnitDraft, *, actor: Actor) -> Enrolment:
    """Write down that a unit reports in at an area; one that stands there is returned as it is.

    Raises BadInput with what is to be put right, by field.
    """
    carries_it_out.check(actor, draft.area)
    values = _columns(draft.terms, draft.area)
    organisation = _organisation(draft, actor)
    standing = Enrolment.objects.filter(organisation=organisation, area=draft.area).exclude(state=E.ENDED)
    known: Enrolment | None = standing.first()
    if known is not None:
        return known
    row = Enrolment(
        district_id=draft.area.district_id,
        area=draft.area,
        organisation=organisation,
        number=next_number(draft.area.district_id, UNIT),
        **values,
    )
    marks.insert(row, actor=actor)
    row.capabilities.set(draft.terms.capabilities)
    return row


def _organisation(draft: UnitDraft, actor: Actor) -> Organisation:
    """Return the organisation of a draft: by its code, else by its name there; new where there is none."""
    name = " ".join(draft.name.split())
    rows = Organisation.objects.filter(district_id=draft.area.district_id)
    if draft.uscc.strip():
        found: Organisation | None = rows.filter(uscc=uscc.read(draft.uscc)).first()
        if found is not None and found.name != name:
            sentence = _("这个统一社会信用代码登记的是“%(name)s”，请核对名称或代码。") % {"name": found.name}
            raise BadInput(sentence, {"uscc": sentence})
    else:
        found = rows.filter(name=name, area=draft.area, ended_on__isnull=True).first()
    return found or organisations.add(Written(name, draft.kind, draft.area, draft.uscc), actor=actor)


@transaction.atomic
def edit(enrolment: Enrolment, terms: Terms, *, actor: Actor, version: int | None = None) -> bool:
    """Make what a unit offers what the terms say; say whether anything changed."""
    carries_it_out.check(actor, enrolment)
    changed = marks.amend(enrolment, _columns(terms, enrolment.area), actor=actor, version=version)
    return set_capabilities(enrolment, terms.capabilities, actor=actor) or changed


@transaction.atomic
def set_capabilities(enrolment: Enrolment, can: Iterable[Capability], *, actor: Actor) -> bool:
    """Make what a unit can do exactly these; say whether anything changed."""
    carries_it_out.check(actor, enrolment)
    wanted = {one.pk: one for one in can}
    same_district(enrolment.district_id, *wanted.values())
    before = {one.pk: one for one in enrolment.capabilities.all()}
    if set(wanted) == set(before):
        return False
    enrolment.capabilities.set(wanted.values())
    leave_footprint(
        actor=actor,
        action="edit",
        subject=enrolment,
        before={"capabilities": "、".join(sorted(one.code for one in before.values()))},
        after={"capabilities": "、".join(sorted(one.code for one in wanted.values()))},
    )
    return True


@transaction.atomic
def set_weight(
    enrolment: Enrolment, weight: float, reason: str, *, actor: Actor, version: int | None = None
) -> bool:
    """Set what share of the turns is fair for a unit, and why; say whether anything changed.

    An officer's decision: it shifts turns from one unit to others.
    """
    leads_it.check(actor, enrolment)
    reason = tidy(reason)
    faults = {}
    if not LEAST_WEIGHT <= weight <= MOST_WEIGHT:
        faults["weight"] = _("份量请填 0.1 到 5 之间的数，一般的单位是 1。")
    if len(reason) < 2:
        faults["weight_reason"] = _("请写一句为什么，别的单位问起来好回答。")
    if faults:
        raise BadInput("".join(faults.values()), faults)
    values = {"weight": weight, "weight_reason": reason}
    return marks.amend(enrolment, values, actor=actor, action="weigh", version=version)


@transaction.atomic
def receive(enrolment: Enrolment, *, actor: Actor) -> Enrolment:
    """Take a unit in: from now on a rota may ask it. A second press changes nothing."""
    if enrolment.state == E.ACTIVE:
        return enrolment
    return ENROLMENTS.take("receive", enrolment, actor=actor, changes={"state_reason": ""})


@transaction.atomic
def pause(enrolment: Enrolment, reason: str, *, actor: Actor) -> Enrolment:
    """Let a unit rest; turns that it has stay until it gives them back. A second press changes nothing."""
    if enrolment.state == E.PAUSED:
        return enrolment
    reason = why(reason)
    return ENROLMENTS.take("pause", enrolment, actor=actor, note=reason, changes={"state_reason": reason})


@transaction.atomic
def resume(enrolment: Enrolment, *, actor: Actor) -> Enrolment:
    """Let a unit that rested take turns again. A second press changes nothing."""
    if enrolment.state == E.ACTIVE:
        return enrolment
    return ENROLMENTS.take("resume", enrolment, actor=actor, changes={"state_reason": ""})


@transaction.atomic
def end(enrolment: Enrolment, reason: str, *, actor: Actor) -> Enrolment:
    """End a unit's enrolment: its links open nothing more, its coming turns are empty, the street is told."""
    if enrolment.state == E.ENDED:
        return enrolment
    reason = why(reason)
    changes = {"state_reason": reason, "ended_on": clock.today()}
    ENROLMENTS.take("end", enrolment, actor=actor, note=reason, changes=changes)
    house = SystemActor(enrolment.district_id)
    for duty in coming_duties(enrolment):
        turns.drop_out(duty, _("单位注销了报到：%(why)s") % {"why": reason}, actor=house)
    UnitLink.objects.filter(enrolment=enrolment, revoked_at__isnull=True).update(revoked_at=clock.now())
    Pairing.objects.filter(enrolment=enrolment, ended_on__isnull=True).update(ended_on=clock.today())
    return enrolment


def coming_duties(enrolment: Enrolment) -> list[Duty]:
    """Return the turns that a unit still has before it."""
    held = (Duty.State.PUBLISHED, Duty.State.ACCEPTED, Duty.State.SWAPPING)
    rows = enrolment.duties.filter(state__in=held, cycle__date__gte=clock.today())
    return list(rows.select_related("cycle", "area", "role"))


def forget_ended(*, most: int = 200) -> int:
    """Forget whom to call at units that ended half a year ago, some at a time; return how many."""
    ended = Enrolment.objects.filter(state=E.ENDED, ended_on__lt=clock.today() - KEPT)
    kept = [one for one in ended.iterator() if one.liaison or one.phone][:most]
    return sum(_forget(one) for one in kept)


@transaction.atomic
def _forget(enrolment: Enrolment) -> int:
    blank = prepared(enrolment, {"liaison": "", "phone": ""})
    Enrolment.objects.filter(pk=enrolment.pk).update(**blank)
    leave_footprint(actor=SystemActor(enrolment.district_id), action="forget", subject=enrolment)
    return 1


@transaction.atomic
def see_contact(enrolment: Enrolment, *, actor: Actor) -> tuple[str, str]:
    """Return whom to call and the whole number to whoever must call; that it was read is kept."""
    carries_it_out.check(actor, enrolment)
    leave_footprint(actor=actor, action="read", subject=enrolment)
    return str(enrolment.liaison or ""), str(enrolment.phone or "")


def why(reason: str) -> str:
    """Return a reason as it is kept; refuse none."""
    reason = said_why(reason, _("请写一句原因。"))
    if len(reason) > 120:
        sentence = _("原因请写在 120 个字以内。")
        raise BadInput(sentence, {"reason": sentence})
    return reason


def months_of(months: Iterable[int]) -> list[int]:
    """Return months in their order, each once; refuse what is none."""
    found = sorted(set(months))
    if any(not 1 <= month <= 12 for month in found):
        sentence = _("月份只有 1 到 12。")
        raise BadInput(sentence, {"months": sentence})
    return found


def _columns(terms: Terms, area: Area) -> dict[str, Any]:
    same_district(area.district_id, *terms.capabilities)
    faults = {}
    if not 1 <= terms.people <= MOST_PEOPLE:
        faults["people"] = _("一次来几个人，请填 1 到 200。")
    if not 0 <= terms.history <= MOST_HISTORY:
        faults["history"] = _("以前轮过几次，请填 0 到 500。")
    if len(tidy(terms.liaison)) > 40:
        faults["liaison"] = _("联络员的称呼请写在 40 个字以内。")
    if (terms.lon is None) != (terms.lat is None):
        faults["lat"] = _("经度和纬度要么都填，要么都不填。")
    if faults:
        raise BadInput("".join(faults.values()), faults)
    return {
        "people": terms.people,
        "preferred_months": months_of(terms.months),
        "history": terms.history,
        "liaison": tidy(terms.liaison),
        "phone": marks.tidy_phone(terms.phone),
        "lon": terms.lon,
        "lat": terms.lat,
    }
