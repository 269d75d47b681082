"""Parting: what becomes of a volunteer when they close their account.

What they had promised is taken back, and who they were is forgotten at once. The hours stay under the
number alone: they are evidence by law, and number and code still open them to whoever holds the slip.
"""

from django.db import transaction

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.people.models import Account
from lingju.trail.services import leave_footprint
from lingju.volunteering.models import Invitation, Volunteer
from lingju.volunteering.rules import Known
from lingju.volunteering.services import enrolling, inviting


@transaction.atomic
def let_go(account: Account, actor: Actor) -> None:
    """Let a volunteer leave, whatever they had promised, and forget who they were."""
    for volunteer in Volunteer.objects.filter(account=account).select_related("area"):
        oneself = Known(volunteer.pk, volunteer.district_id)
        coming = Invitation.objects.accepted().filter(volunteer=volunteer, call__starts_at__gt=clock.now())
        for invitation in coming.select_related("call__area", "volunteer", "claim"):
            inviting.withdraw(invitation, actor=oneself)
        enrolling.step_out(volunteer, actor=oneself)
        enrolling.forget([volunteer])
        leave_footprint(actor=actor, action="part", subject=volunteer)
