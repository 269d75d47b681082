"""The list of resources: what a unit, the desk or a resident offers, always without a fee.

offer ─▶ receive ─▶ end          a change of what is offered waits for a clerk again, as a new offer does
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding import asked_day
from lingju.cobuilding.flow import RESOURCES
from lingju.cobuilding.models import Capability, Cycle, Enrolment, Project, Resource
from lingju.cobuilding.rules import UnitBearer, carries_it_out, its_unit
from lingju.cobuilding.services.enrolling import why
from lingju.cobuilding.services.numbers import RESOURCE, next_number
from lingju.cobuilding.windows import ORDER
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster
from lingju.kernel.rules import Actor, signed_in
from lingju.places.models import Area, Station
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy
from lingju.trail.services import leave_footprint

MOST: Final = 100_000
FOR_FREE: Final = re.compile(
    r"不(再)?(另外)?(收|要|用|需|花)(任何)?(费用?|钱|付费|花钱)|免(收)?费|无偿|(?<!\d)0\s*元|零元"
)
FOR_MONEY: Final = re.compile(r"\d\s*元|\d\s*块钱|[¥￥]|收费|付费|有偿|售价|报价|优惠价|成本价|押金")


@dataclass(frozen=True, slots=True)
class ResourceDraft:
    """What somebody offers: how much, when, where, on what conditions."""

    kind: str
    title: str
    description: str = ""
    quantity: int = 1
    unit: str = ""
    capabilities: tuple[Capability, ...] = ()
    windows: tuple[str, ...] = ()
    conditions: str = ""
    radius_m: int | None = None
    station: Station | None = None
    valid_to: dt.date | None = None
    owner_words: str = ""


@transaction.atomic
def offer_resource(
    area: Area, draft: ResourceDraft, *, key: str, actor: Actor, enrolment: Enrolment | None = None
) -> Resource:
    """List what a unit or a resident offers, without a fee; the same press again returns the same.

    Raises BadInput with what is to be put right, by field.
    """
    _may_offer(area, enrolment, actor)
    key = marks.press_key(key)
    same = Resource.objects.filter(district_id=area.district_id, key=key, enrolment=enrolment)
    known: Resource | None = same.first()
    if known is not None:
        return known
    same_district(area.district_id, enrolment, draft.station, *draft.capabilities)
    if enrolment is not None and enrolment.state == Enrolment.State.ENDED:
        raise NotNow(_("这家单位已经注销报到了，先恢复报到再登记资源。"))
    row = Resource(
        district_id=area.district_id,
        area=area,
        enrolment=enrolment,
        number=next_number(area.district_id, RESOURCE),
        key=key,
        **_columns(draft, is_residents=enrolment is None),
    )
    marks.insert(row, actor=actor)
    row.capabilities.set(draft.capabilities)
    return row


def _may_offer(area: Area, enrolment: Enrolment | None, actor: Actor) -> None:
    if isinstance(actor, UnitBearer):
        its_unit.check(actor, enrolment)
        return
    same_district(area.district_id, actor)
    (carries_it_out | signed_in).check(actor, area)
    if enrolment is not None:
        carries_it_out.check(actor, area)


def _columns(draft: ResourceDraft, *, is_residents: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "kind": draft.kind,
        "title": tidy(draft.title),
        "description": tidy(draft.description),
        "quantity": draft.quantity,
        "unit": tidy(draft.unit),
        "windows": [name for name in ORDER if name in draft.windows],
        "conditions": tidy(draft.conditions),
        "radius_m": draft.radius_m,
        "station": draft.station,
        "valid_to": draft.valid_to,
        "owner_words": tidy(draft.owner_words) if is_residents else "",
    }
    _check_resource(values, is_residents=is_residents)
    return values


def _check_resource(values: Mapping[str, Any], *, is_residents: bool) -> None:
    faults: dict[str, str] = {}
    if not 2 <= len(values["title"]) <= 60:
        faults["title"] = _("名称请写 2 到 60 个字。")
    if not 1 <= values["quantity"] <= MOST:
        faults["quantity"] = _("数量请填 1 到 %(n)d。") % {"n": MOST}
    if is_residents and not values["owner_words"]:
        faults["owner_words"] = _("请写怎么称呼，比如“居民老周”。")
    if values["valid_to"] is not None and values["valid_to"] < clock.today():
        faults["valid_to"] = _("到哪天止，要在今天以后。")
    for name in ("title", "description", "conditions"):
        if FOR_MONEY.search(FOR_FREE.sub("", values[name])):
            faults[name] = _("共建日的资源都是免费的，收费的不能登记。")
    if faults:
        raise BadInput("".join(faults.values()), faults)


@transaction.atomic
def change_resource(
    resource: Resource, draft: ResourceDraft, *, actor: Actor, version: int | None = None
) -> bool:
    """Offer something else in its place; say whether anything changed.

    What a unit changes waits for a clerk again before projects may use it; what a clerk changes stays listed.
    Raises NotNow where it is offered no more or projects are promised more of it than there would be.
    """
    (carries_it_out | its_unit).check(actor, resource)
    fresh = Resource.objects.select_for_update().get(pk=resource.pk)
    if version is not None and fresh.version != version:
        raise SomeoneWasFaster(_("这项资源刚刚被别人改过，请刷新后再办。"))
    same_district(fresh.district_id, draft.station, *draft.capabilities)
    if fresh.state == Resource.State.ENDED:
        raise NotNow(_("这项资源已经不再提供了，要再提供请重新登记。"))
    values = _columns(draft, is_residents=fresh.enrolment_id is None)
    _check_promised(fresh, values["quantity"])
    can = {row.pk for row in draft.capabilities}
    grew = can != set(fresh.capabilities.values_list("pk", flat=True))
    changed = marks.amend(fresh, values, actor=actor)
    if grew:
        fresh.capabilities.set(draft.capabilities)
    if grew and not changed:
        marks.count_up(fresh, version=fresh.version)
        leave_footprint(actor=actor, action="edit", subject=fresh, after={"capabilities": len(can)})
        changed = True
    if changed and isinstance(actor, UnitBearer) and fresh.state == Resource.State.AVAILABLE:
        RESOURCES.take("ask_again", fresh, actor=actor)
    resource.refresh_from_db()
    return changed


def _check_promised(resource: Resource, quantity: int) -> None:
    """Refuse less than what standing projects of coming days were promised at one time."""
    uses = resource.uses.filter(project__state__in=Project.STANDING, project__cycle__state__in=Cycle.COMING)
    for cycle in Cycle.objects.filter(pk__in=uses.values("project__cycle_id")):
        taken = asked_day.taken_in(cycle, states=Project.STANDING)
        most = max(number for (key, _window), number in taken.items() if key == f"r{resource.pk}")
        if quantity < most:
            sentence = _("已经答应给第 %(n)d 期的项目 %(most)d，数量不能再少。") % {
                "n": cycle.number,
                "most": most,
            }
            raise BadInput(sentence, {"quantity": sentence})


@transaction.atomic
def receive_resource(resource: Resource, *, actor: Actor) -> Resource:
    """Take an offer onto the list, from which projects may use it. A second press changes nothing."""
    if resource.state == Resource.State.AVAILABLE:
        return resource
    return RESOURCES.take("receive", resource, actor=actor)


@transaction.atomic
def end_resource(resource: Resource, reason: str, *, actor: Actor) -> Resource:
    """Offer a resource no more, and say why; projects that stand keep what was promised to them."""
    if resource.state == Resource.State.ENDED:
        return resource
    reason = why(reason)
    return RESOURCES.take("end", resource, actor=actor, note=reason, changes={"state_reason": reason})
