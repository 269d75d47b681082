"""Parting: what becomes of somebody's sign-ups when they close their account.

Seats, names and numbers are the booking's (`bookings.services.parting`). Here go who answered for their
minors and the papers others issued to them; certificates of ours stay, so that they can be checked.
"""

from django.db import transaction

from lingju.activities.models import OutsideCertificate, SignUp
from lingju.activities.services import certificates, signing_up
from lingju.kernel.rules import Actor
from lingju.people.models import Account


@transaction.atomic
def let_go(account: Account, actor: Actor) -> None:
    """Forget the guardians somebody named and the outside papers written down for them."""
    mine = SignUp.objects.filter(claim__account=account)
    signing_up.forget(mine)
    certificates.forget_names(OutsideCertificate.objects.filter(signup__in=mine))
