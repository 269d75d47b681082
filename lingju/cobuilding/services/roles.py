"""The roles of a day: added, worded and ordered as the street needs them, retired, taken up again.

A retired role asks for no more duties; those that there are keep it.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Capability, DaySeries, Role
from lingju.cobuilding.rules import leads_it
from lingju.cobuilding.services.catalogue import CODE
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy

MOST_ROLES: Final = 12
MOST_WEIGHT: Final = 9


@dataclass(frozen=True, slots=True)
class RoleDraft:
    """A role as somebody words it: what it is called, what it asks for, how much an empty one matters."""

    name: str
    capability: Capability | None = None
    is_lead: bool = False
    weight: int = 1
    order: int = 0

    @property
    def columns(self) -> dict[str, Any]:
        """Return what stands in the row."""
        return {
            "name": tidy(self.name),
            "capability": self.capability,
            "is_lead": self.is_lead,
            "weight": self.weight,
            "order": self.order,
        }


@transaction.atomic
def add(series: DaySeries, code: str, draft: RoleDraft, *, actor: Actor) -> Role:
    """Add a role to a series; the same code again returns the one there is. Raises BadInput by field."""
    leads_it.check(actor, series)
    code = code.strip()
    if not CODE.fullmatch(code):
        sentence = _("代码用小写英文字母开头，可以有数字、横线，比如 haircut。")
        raise BadInput(sentence, {"code": sentence})
    known: Role | None = series.roles.filter(code=code).first()
    if known is not None:
        return known
    _check(series, draft)
    if series.roles.filter(is_retired=False).count() >= MOST_ROLES:
        raise NotNow(_("一期最多 %(n)d 个角色，先停用一个再加。") % {"n": MOST_ROLES})
    row = Role(district_id=series.district_id, series=series, code=code, **draft.columns)
    return marks.insert(row, actor=actor)


@transaction.atomic
def edit(role: Role, draft: RoleDraft, *, actor: Actor) -> bool:
    """Word, order or weigh a role otherwise; say whether anything changed. Raises BadInput by field."""
    leads_it.check(actor, role.series)
    _check(role.series, draft, but=role)
    return marks.amend(role, draft.columns, actor=actor)


@transaction.atomic
def retire(role: Role, *, actor: Actor) -> bool:
    """Ask for a role no more; duties that there are keep it. Say whether anything changed."""
    leads_it.check(actor, role.series)
    if not role.is_retired and not role.series.roles.filter(is_retired=False).exclude(pk=role.pk).exists():
        raise NotNow(_("至少要留一个角色，不然没有什么可轮的。"))
    return marks.amend(role, {"is_retired": True}, actor=actor, action="retire")


@transaction.atomic
def take_up(role: Role, *, actor: Actor) -> bool:
    """Ask for a retired role again; say whether anything changed."""
    leads_it.check(actor, role.series)
    return marks.amend(role, {"is_retired": False}, actor=actor, action="take_up")


def _check(series: DaySeries, draft: RoleDraft, *, but: Role | None = None) -> None:
    same_district(series.district_id, draft.capability)
    faults: dict[str, str] = {}
    if not 2 <= len(tidy(draft.name)) <= 40:
        faults["name"] = _("角色名称请写 2 到 40 个字。")
    if not 1 <= draft.weight <= MOST_WEIGHT:
        faults["weight"] = _("空着有多要紧，请填 1 到 %(n)d。") % {"n": MOST_WEIGHT}
    same = but.pk if but is not None else 0
    if series.roles.filter(is_retired=False, name=tidy(draft.name)).exclude(pk=same).exists():
        faults["name"] = _("已经有一个同名的角色了，请换个叫法。")
    if faults:
        raise BadInput("".join(faults.values()), faults)
