"""Parting: what becomes of somebody's bookings when they close their account.

What is still to come is called off, so that others get the place; what is over loses its names. Only who
still has something that was lent stays known by name and number, until it is back and its year is over.
"""

from django.db import transaction

from lingju.bookings.models import Bookable, Claim, FeedToken
from lingju.bookings.rules import Holder
from lingju.bookings.services import claiming, forgetting
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.people.models import Account
from lingju.trail.services import leave_footprint


@transaction.atomic
def let_go(account: Account, actor: Actor) -> None:
    """Call off what is to come, forget what is over, keep who has something lent, tell nothing any more."""
    FeedToken.objects.filter(account=account).delete()
    for claim in Claim.objects.filter(account=account).select_related("area", "station", "bookable"):
        if _is_lent(claim):
            _keep_for_the_loan(claim, account)
        else:
            _end(claim)
        leave_footprint(actor=actor, action="part", subject=claim)
    _stop_telling(account)


def _is_lent(claim: Claim) -> bool:
    """Say whether something of the station is still with them."""
    is_loan = claim.bookable is not None and claim.bookable.mode == Bookable.Mode.LOAN
    return is_loan and claim.state == Claim.State.CHECKED_IN


def _keep_for_the_loan(claim: Claim, account: Account) -> None:
    """Cut a loan loose from the account, but not from whoever has the thing: the station must find them."""
    claim.account, claim.phone = None, claim.phone or account.phone
    claim.called = claim.called or account.display_name
    claim.save(update_fields=["account", "phone", "phone_index", "called"])


def _end(claim: Claim) -> None:
    is_coming = claim.ends_at is None or claim.ends_at > clock.now()
    if claim.state in Claim.STANDING and is_coming:
        claiming.cancel(claim, actor=Holder(claim.pk, claim.district_id))
    forgetting.forget(claim)


def _stop_telling(account: Account) -> None:
    """Tell family no more of what they booked for others; a number of theirs that stood with it goes too."""
    for claim in Claim.objects.filter(told_by=account, is_proxy_told=True):
        claim.told_by, claim.is_proxy_told = None, False
        if claim.phone and claim.phone == account.phone:
            claim.phone, claim.by = None, Claim.By.PAGE
        claim.save(update_fields=["told_by", "is_proxy_told", "phone", "phone_index", "by"])
