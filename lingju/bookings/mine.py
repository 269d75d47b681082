"""Which bookings are mine: a signed list in the person's own browser, and the account where there is one.

Whoever books, or shows number and code, gets the claim's id into one signed cookie; no account is needed,
and nothing is kept on the server. A shared screen keeps none: it is lent one booking for ten minutes.
Sign-ups of activities stand on claims and are kept here, too.
"""

import hmac
import re
from typing import Final

from django.core import signing
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from lingju.bookings.models import Claim
from lingju.bookings.rules import Holder
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor
from lingju.kernel.signed_cookies import Held, SignedCookie
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.models import District

COOKIE: Final = "lingju_bookings"
LENT: Final = "lingju_booking_lent"
HELD: Final = Held(SignedCookie(COOKIE, "lingju.bookings"), SignedCookie(LENT, "lingju.booking.lent"), 30)
OFFER_SALT: Final = "lingju.offer"
GRACE_DAYS: Final = 30
NUMBER: Final = re.compile(r"[0-9]{4}-[0-9]{6}")

CODES_OF_NUMBER: Final = Limit("booking_code", 8, limits.CODES_AN_HOUR.within)
CODES_FROM_HERE: Final = Limit("booking_code_from", 60, limits.CODES_AN_HOUR.within)
WITH = ("bookable__station", "bookable__offer__service", "station", "area", "district", "series")


def kept(request: Request) -> list[int]:
    """Return the ids of the claims that this browser holds, newest first."""
    return HELD.ids(request)


def keep(response: HttpResponse, request: Request, *claims: Claim, is_shared: bool = False) -> None:
    """Let this browser hold some more claims; on a shared screen it does not."""
    if not is_shared:
        HELD.keep(response, request, *(claim.pk for claim in claims))


def lend(response: HttpResponse, claim: Claim) -> None:
    """Let a shared screen hold one claim for ten minutes, and none once it is closed."""
    HELD.lend(response, claim.pk)


def lent_to(request: Request) -> int | None:
    """Return the claim that a shared screen holds just now, or None."""
    return HELD.lent_to(request)


def forget(response: HttpResponse) -> None:
    """Forget all bookings of this browser; the bookings themselves stand."""
    HELD.forget(response)


def is_known(request: Request) -> bool:
    """Say whether anything may be found at all, without asking the database."""
    return bool(kept(request)) or request.actor.account_id is not None


def claims(request: Request) -> QuerySet[Claim]:
    """Return every claim that the person of this request holds: by cookie, and by account."""
    held = Q(pk__in=kept(request))
    account_id = request.actor.account_id
    # On a screen that is lent nobody's account speaks: whoever stands there next must not read it.
    if account_id is not None and lent_to(request) is None:
        held |= Q(account_id=account_id) | Q(told_by_id=account_id)
    return Claim.objects.filter(held, district=request.district).select_related(*WITH)


def claim_of(request: Request, number: str) -> Claim | None:
    """Return the claim of this number, if the person of this request holds it."""
    return claims(request).filter(number=number).first() if NUMBER.fullmatch(number) else None


def actor_of(request: Request, claim: Claim) -> Actor:
    """Return who acts for a claim: the account where it is theirs, else the holder of the code."""
    if request.actor.account_id is not None and request.actor.account_id in (
        claim.account_id,
        claim.told_by_id,
    ):
        return request.actor
    return Holder(claim.pk, claim.district_id)


def by_code(district: District, number: str, code: str) -> Claim:
    """Return the claim that number and code open; tries are counted. Raises NotThere, TooOften."""
    number, code = number.strip(), "".join(code.split())
    limits.spend_from_here(CODES_FROM_HERE, district_id=district.pk)
    limits.spend(number[:20], CODES_OF_NUMBER, district_id=district.pk)
    rows = Claim.objects.filter(district=district, number=number[:12])
    found: Claim | None = rows.select_related(*WITH).first()
    if found is not None and hmac.compare_digest(str(found.code).encode(), code.encode()):
        limits.forgive(number[:20], CODES_OF_NUMBER, district_id=district.pk)
        return found
    raise NotThere(_("预约号和查询码对不上。请照纸条再看一遍；纸条丢了，带上手机到驿站查。"))


def offer_token(claim: Claim) -> str:
    """Return what makes a link by which one person takes or passes on one offer, until a month after it."""
    if claim.expires_at is None:
        raise ValueError("an offer is kept until a moment")
    last_day = claim.expires_at.astimezone(clock.ZONE).date().toordinal() + GRACE_DAYS
    return signing.Signer(salt=OFFER_SALT, sep=".").sign(f"{claim.pk}-{last_day}")


def claim_of_token(token: str, district: District) -> Claim:
    """Return the claim that a link is about; NotThere with a sentence where it is none, or too old."""
    try:
        said = signing.Signer(salt=OFFER_SALT, sep=".").unsign(token)
        claim_id, last_day = (int(word) for word in said.split("-"))
    except (signing.BadSignature, ValueError):
        raise NotThere(_("这个链接不全，请从短信里再点一次，或凭预约号和查询码来看。")) from None
    if clock.today().toordinal() > last_day:
        raise NotThere(_("这个链接过期了。要看这个预约，请凭预约号和查询码，或打驿站电话。"))
    rows = Claim.objects.filter(pk=claim_id, district=district)
    found: Claim | None = rows.select_related(*WITH).first()
    if found is None:
        raise NotThere(_("这个预约已经不在了。"))
    return found
