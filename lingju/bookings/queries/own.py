"""What bookings keeps of a person: what they booked or borrowed, for themselves and for their family."""

from django.db.models import Q
from django.utils.translation import gettext as _

from lingju.bookings.models import Bookable, Claim
from lingju.people.models import Account
from lingju.people.own_data import Chapter, Row


def given(account: Account) -> tuple[Chapter, ...]:
    """Return the bookings and the loans of an account; of what it booked for others, no particulars."""
    mine = Q(account=account) | Q(told_by=account, is_proxy_told=True)
    claims = Claim.objects.filter(mine, signup__isnull=True).select_related("bookable", "station")
    rows = [(_is_loan(claim), _booking(claim, account)) for claim in claims.order_by("-id")]
    return (
        Chapter("bookings", _("我的预约"), tuple(row for is_loan, row in rows if not is_loan)),
        Chapter("loans", _("我借过的东西"), tuple(row for is_loan, row in rows if is_loan)),
    )


def person_of(claim: Claim) -> Row:
    """Return what a booking keeps of whoever it is for."""
    return {"called": claim.called, "phone": claim.phone, "told_by": claim.by, "wishes": claim.wishes}


def _is_loan(claim: Claim) -> bool:
    return claim.bookable is not None and claim.bookable.mode == Bookable.Mode.LOAN


def _booking(claim: Claim, account: Account) -> Row:
    is_own = claim.account_id == account.pk
    return {
        "number": claim.number,
        "what": claim.bookable.name if claim.bookable is not None else "",
        "where": claim.station.name if claim.station is not None else "",
        "starts_at": claim.starts_at,
        "ends_at": claim.ends_at,
        "people": claim.quantity,
        "state": claim.state,
        "booked_at": claim.made_at,
        "arrived_at": claim.arrived_at,
        "booked_for": "" if is_own else claim.proxy,
        **(person_of(claim) if is_own else {}),
    }
