"""Parting: what becomes of somebody's matters when they close their account.

A matter goes on: others wait for it, and the desk answers for it. Whoever said it is no longer named with
it and no number is rung; number and code still open it.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.flow_wishes import AT_WORK
from lingju.needs.models import Asker, Claim, SavedFilter
from lingju.needs.services import reaching, wishing
from lingju.people.models import Account
from lingju.trail.services import leave_footprint


@transaction.atomic
def let_go(account: Account, actor: Actor) -> None:
    """Cut somebody's matters loose from them, release the wishes they claimed, delete their filters."""
    for asker in Asker.objects.filter(account=account).select_related("need"):
        reaching.forget_number(asker)
        asker.called, asker.account = "", None
        asker.save(update_fields=["called", "account"])
        leave_footprint(actor=actor, action="part", subject=asker)
    for claim in Claim.objects.filter(account=account, state=Claim.State.STANDING).select_related("wish"):
        if claim.wish.state in AT_WORK:
            house = SystemActor(account.district_id)
            wishing.release(claim.wish, _("认领的人不再用这个账号"), actor=house)
    Claim.objects.filter(account=account).update(account=None)
    SavedFilter.objects.filter(account=account).delete()
