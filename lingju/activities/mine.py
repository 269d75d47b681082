"""Which sign-ups are mine: those whose bookings this browser keeps, and those of my account."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from lingju.activities.models import Session, SignUp
from lingju.bookings import mine as bookings_mine
from lingju.bookings.models import Claim
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor
from lingju.places.models import District

WITH = ("claim__area", "claim__station", "session")


def signup_of(request: Request, session: Session) -> SignUp | None:
    """Return with what the person of this request signed up: what stands, else the newest.

    A shared screen stands for whom it is lent to, and for nobody it was ever kept for.
    """
    is_nobodys = is_shared(request) and bookings_mine.lent_to(request) is None
    if is_nobodys or not bookings_mine.is_known(request):
        return None
    rows = SignUp.objects.filter(session=session, claim__in=bookings_mine.claims(request).order_by())
    found = rows.select_related(*WITH).order_by("-id")
    return min(found, key=lambda one: one.claim.state not in Claim.STANDING, default=None)


def is_shared(request: Request) -> bool:
    """Say whether many use this screen: it was said so, or it is lent to somebody just now."""
    is_said = "shared" in request.GET or "shared" in request.POST
    return is_said or bookings_mine.lent_to(request) is not None


def remember(response: HttpResponse, request: Request, signup: SignUp) -> None:
    """Let this browser hold a sign-up; a shared screen is lent it for ten minutes."""
    if is_shared(request):
        bookings_mine.lend(response, signup.claim)
    else:
        bookings_mine.keep(response, request, signup.claim)


def actor_of(request: Request, signup: SignUp) -> Actor:
    """Return who acts for a sign-up: the account where it is theirs, else the holder of the code."""
    return bookings_mine.actor_of(request, signup.claim)


def by_code(district: District, number: str, code: str) -> SignUp:
    """Return the sign-up that number and code open; tries are counted. Raises NotThere, TooOften."""
    claim = bookings_mine.by_code(district, number, code)
    signup = SignUp.objects.filter(claim=claim).select_related(*WITH).first()
    if signup is None:
        raise NotThere(_("这个号是约服务的，不是报活动的；请到“查我的预约”里看。"))
    return signup
