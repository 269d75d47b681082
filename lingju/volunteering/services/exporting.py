"""The verb of handing records on: it says what for, and leaves a footprint of who took what (C12)."""

from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.places.services.marks import tidy
from lingju.trail.services import leave_footprint
from lingju.volunteering.rules import calls_people


def hand_out(sheet: str, rows: int, basis: str, *, actor: Actor) -> None:
    """Write down that rows about persons leave the house: which list, how many, on which ground."""
    calls_people.check(actor, None)
    basis = tidy(basis)[:120]
    if len(basis) < 4:
        sentence = _("请写交给谁、凭什么交，比如“归集到全国志愿服务信息系统”。")
        raise BadInput(sentence, {"basis": sentence})
    leave_footprint(actor=actor, action="export", after={"sheet": sheet, "rows": rows}, note=basis)
