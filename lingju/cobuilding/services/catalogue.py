"""What the district words itself: what units can do, the four doubles, the roles of its day."""

import re
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.catalogue import CAPABILITIES, DOUBLES, ROLES
from lingju.cobuilding.models import Capability, DaySeries, Double, Role
from lingju.cobuilding.rules import leads_it, sets_the_rule
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.places.models import District
from lingju.places.services import marks
from lingju.places.services.marks import tidy

CODE: Final = re.compile(r"[a-z][a-z0-9_-]{1,39}")


@transaction.atomic
def fill(district: District, *, actor: Actor) -> int:
    """Fill a district with the house's capabilities and doubles; what it has stays. Say how many came."""
    sets_the_rule.check(actor, None)
    known = set(Capability.objects.filter(district=district).values_list("code", flat=True))
    made = 0
    for order, seed in enumerate(CAPABILITIES, start=1):
        if seed.code not in known:
            marks.insert(
                Capability(
                    district=district,
                    code=seed.code,
                    name=seed.name,
                    needs_proof=seed.needs_proof,
                    order=order,
                ),
                actor=actor,
            )
            made += 1
    return made + _fill_doubles(district, actor)


def _fill_doubles(district: District, actor: Actor) -> int:
    known = set(Double.objects.filter(district=district).values_list("code", flat=True))
    new = [seed for seed in DOUBLES if seed.code not in known]
    for seed in new:
        double = Double(district=district, code=seed.code, name=seed.name, meaning=seed.meaning)
        marks.insert(double, actor=actor)
    return len(new)


@transaction.atomic
def fill_roles(series: DaySeries, *, actor: Actor) -> int:
    """Give a series the house's roles; those it has stay as they are. Say how many came."""
    leads_it.check(actor, series)
    known = set(series.roles.values_list("code", flat=True))
    can = {one.code: one for one in Capability.objects.filter(district_id=series.district_id)}
    new = [(order, seed) for order, seed in enumerate(ROLES, start=1) if seed.code not in known]
    for order, seed in new:
        role = Role(
            district_id=series.district_id,
            series=series,
            code=seed.code,
            name=seed.name,
            capability=can.get(seed.capability),
            is_lead=seed.is_lead,
            weight=seed.weight,
            order=order,
        )
        marks.insert(role, actor=actor)
    return len(new)


@transaction.atomic
def word_double(double: Double, name: str, meaning: str, *, actor: Actor, version: int | None = None) -> bool:
    """Word one of the four doubles as the district says it; say whether anything changed."""
    sets_the_rule.check(actor, None)
    values = {"name": _named(name), "meaning": tidy(meaning)}
    return marks.amend(double, values, actor=actor, version=version)


@transaction.atomic
def add_capability(
    district: District, code: str, name: str, *, needs_proof: bool = False, actor: Actor
) -> Capability:
    """Add something that units can do; the same code again returns the one there is, in use once more."""
    sets_the_rule.check(actor, None)
    if not CODE.fullmatch(code.strip()):
        sentence = _("代码用小写英文字母开头，可以有数字、横线，比如 haircut。")
        raise BadInput(sentence, {"code": sentence})
    known: Capability | None = Capability.objects.filter(district=district, code=code.strip()).first()
    if known is not None:
        marks.amend(known, {"is_retired": False}, actor=actor)
        return known
    order = Capability.objects.filter(district=district).count() + 1
    row = Capability(
        district=district, code=code.strip(), name=_named(name), needs_proof=needs_proof, order=order
    )
    return marks.insert(row, actor=actor)


@transaction.atomic
def retire_capability(capability: Capability, *, actor: Actor) -> bool:
    """Offer a capability no more; whoever has it keeps it. Say whether anything changed."""
    sets_the_rule.check(actor, None)
    return marks.amend(capability, {"is_retired": True}, actor=actor, action="retire")


def _named(text: str) -> str:
    name = tidy(text)
    if len(name) < 2:
        sentence = _("请写名称，至少两个字。")
        raise BadInput(sentence, {"name": sentence})
    return name
