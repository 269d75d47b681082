"""Pairings: a unit looks after a compound, a member after a building 包联."""

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Enrolment, Member, Pairing
from lingju.cobuilding.rules import carries_it_out
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.places.models import Building, Compound
from lingju.places.services import marks
from lingju.places.services.marks import same_district


@transaction.atomic
def pair_unit(enrolment: Enrolment, compound: Compound, *, actor: Actor) -> Pairing:
    """Let a unit look after a compound; a pairing that stands is returned."""
    carries_it_out.check(actor, compound)
    same_district(compound.district_id, enrolment)
    if enrolment.state == Enrolment.State.ENDED:
        raise NotNow(_("这家单位已经注销报到了，请换一家。"))
    standing: Pairing | None = enrolment.pairings.filter(compound=compound, ended_on__isnull=True).first()
    if standing is not None:
        return standing
    row = Pairing(district_id=compound.district_id, enrolment=enrolment, compound=compound)
    return marks.insert(row, actor=actor)


@transaction.atomic
def pair_member(
    member: Member, compound: Compound, building: Building | None = None, *, actor: Actor
) -> Pairing:
    """Let a member look after a building of a compound, or all of it; a pairing that stands is returned."""
    carries_it_out.check(actor, compound)
    same_district(compound.district_id, member, building)
    if member.state == Member.State.ENDED:
        raise NotNow(_("这位党员已经注销报到了，请换一位。"))
    if building is not None and building.compound_id != compound.pk:
        sentence = _("这栋楼不在%(compound)s，请重新选。") % {"compound": compound.name}
        raise BadInput(sentence, {"building": sentence})
    standing: Pairing | None = member.pairings.filter(
        compound=compound, building=building, ended_on__isnull=True
    ).first()
    if standing is not None:
        return standing
    row = Pairing(district_id=compound.district_id, member=member, compound=compound, building=building)
    return marks.insert(row, actor=actor)


@transaction.atomic
def end(pairing: Pairing, *, actor: Actor) -> bool:
    """End a pairing; that it was stays. Say whether it stood until now."""
    carries_it_out.check(actor, pairing.compound)
    if pairing.ended_on is not None:
        return False
    return marks.amend(pairing, {"ended_on": clock.today()}, actor=actor, action="end")
