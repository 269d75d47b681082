"""Which addresses of calendars are mine: my account's, and the one that this browser made."""

from typing import Final

from django.db.models import Q, QuerySet
from django.http import HttpResponse

from lingju.bookings import mine
from lingju.bookings.models import Claim, FeedToken
from lingju.kernel.requests import Request
from lingju.kernel.signed_cookies import YEAR_S, SignedCookie
from lingju.places.models import District

COOKIE: Final = SignedCookie("lingju_calendar", "lingju.calendar")
MOST: Final = 300


def tokens(request: Request) -> list[FeedToken]:
    """Return the addresses in force that the person of this request may revoke, newest first."""
    if mine.lent_to(request) is not None:
        return []
    rows = FeedToken.objects.filter(district=request.district).in_force()
    if request.actor.account_id is not None:
        return list(rows.filter(account_id=request.actor.account_id))
    own = rows.filter(pk__in=COOKIE.numbers(request), account__isnull=True)
    # A browser that was told to forget its bookings has forgotten its calendar, too.
    return list(own.filter(claims__in=mine.kept(request)).distinct())


def token_of(request: Request, token_id: int) -> FeedToken | None:
    """Return one of my addresses."""
    return next((one for one in tokens(request) if one.pk == token_id), None)


def keep(response: HttpResponse, token: FeedToken) -> None:
    """Let this browser know the address it made without an account; its secret is not in the cookie."""
    if token.account_id is None:
        COOKIE.write(response, token.pk, YEAR_S)


def loose_claims(request: Request) -> QuerySet[Claim]:
    """Return the bookings of this browser that the person's account does not hold already."""
    held = Claim.objects.filter(pk__in=mine.kept(request), district=request.district)
    account_id = request.actor.account_id
    if account_id is None:
        return held
    return held.exclude(pk__in=Claim.objects.filter(Q(account_id=account_id) | Q(told_by_id=account_id)))


def claims_of(token: FeedToken, district: District) -> list[Claim]:
    """Return the bookings that an address shows, newest first; what was never more than held is not told."""
    shown = Q(pk__in=token.claims.values("pk"))
    if token.account_id is not None:
        shown |= Q(account_id=token.account_id) | Q(told_by_id=token.account_id)
    untold = Q(state=Claim.State.HELD) | Q(
        state=Claim.State.EXPIRED, waits_since__isnull=True, ready_at__isnull=True
    )
    rows = Claim.objects.filter(shown, district=district).exclude(untold)
    return list(rows.select_related(*mine.WITH).prefetch_related("parts__pool").order_by("-id")[:MOST])
