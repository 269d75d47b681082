"""Which matters are mine: a signed list in the person's own browser, and the account where there is one.

Whoever says a need, or shows number and code, gets the asker's id into one signed cookie; no account is
needed to follow it, and nothing is kept on the server. A shared screen keeps none (`is_shared`).
"""

import datetime as dt
import hmac
from typing import Final

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor
from lingju.kernel.signed_cookies import Held, SignedCookie
from lingju.needs.models import Asker, Asking
from lingju.needs.rules import Bearer, its_asker
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.models import District

COOKIE: Final = "lingju_matters"
LENT: Final = "lingju_matter_lent"
HELD: Final = Held(SignedCookie(COOKIE, "lingju.matters"), SignedCookie(LENT, "lingju.matter.lent"), 20)
LINK_SALT: Final = "lingju.judge"
GRACE: Final = dt.timedelta(days=30)
# What the pages of a matter read of its need.
NEEDS: Final = (
    *("need__owner_area", "need__owner_org", "need__category", "need__district"),
    *("need__compound", "need__area"),
)

CODES_OF_NUMBER: Final = Limit("matter_code", 8, limits.CODES_AN_HOUR.within)
CODES_FROM_HERE: Final = Limit("matter_code_from", 60, limits.CODES_AN_HOUR.within)


def kept(request: Request) -> list[int]:
    """Return the ids of the askers that this browser stands for, newest first."""
    return HELD.ids(request)


def keep(response: HttpResponse, request: Request, asker: Asker, *, is_shared: bool = False) -> None:
    """Let this browser stand for one more asker; on a shared screen it does not."""
    if not is_shared:
        HELD.keep(response, request, asker.pk)


def lend(response: HttpResponse, asker: Asker) -> None:
    """Let a shared screen stand for one asker for ten minutes, and for nobody once it is closed."""
    HELD.lend(response, asker.pk)


def lent_to(request: Request) -> int | None:
    """Return the asker whom a shared screen stands for just now, or None."""
    return HELD.lent_to(request)


def forget(response: HttpResponse) -> None:
    """Forget all matters of this browser."""
    HELD.forget(response)


def judge_token(asking: Asking) -> str:
    """Return what makes a link by which one person judges one round, until a month after the window."""
    last_day = (asking.until + GRACE).astimezone(clock.ZONE).date().toordinal()
    return signing.Signer(salt=LINK_SALT, sep=".").sign(f"{asking.pk}-{last_day}")


def asking_of(token: str, district: District) -> Asking:
    """Return the asking that a link is about; NotThere with a sentence where it is none, or too old."""
    try:
        said = signing.Signer(salt=LINK_SALT, sep=".").unsign(token)
        asking_id, last_day = (int(word) for word in said.split("-"))
    except (signing.BadSignature, ValueError):
        raise NotThere(_("这个链接不全，请从短信里再点一次，或凭编号和查询码来看。")) from None
    if clock.today().toordinal() > last_day:
        raise NotThere(_("这个链接过期了。想说两句，请凭编号和查询码来看，或打服务电话。"))
    found = Asking.objects.filter(pk=asking_id, district=district)
    asking = found.select_related(*(f"asker__{name}" for name in NEEDS)).first()
    if asking is None:
        raise NotThere(_("这件事已经不在了。"))
    return asking


def askers(request: Request) -> QuerySet[Asker]:
    """Return every asker that the person of this request is: by cookie, and by account."""
    mine = Asker.objects.filter(pk__in=kept(request), district=request.district)
    if request.actor.account_id is not None:
        mine = mine | Asker.objects.filter(account_id=request.actor.account_id, district=request.district)
    return mine.select_related(*NEEDS).order_by("-id")


def asker_of(request: Request, number: str) -> Asker | None:
    """Return whom the person of this request is to one matter, or None."""
    return askers(request).filter(need__number=number).first()


def actor_of(request: Request, asker: Asker) -> Actor:
    """Return who acts for an asker: the account where it is theirs, else the bearer of the code.

    With a code in hand the desk is still the desk, and not the asker: whoever works here is bound by that.
    """
    actor = request.actor
    if its_asker.allows(actor, asker) or getattr(actor, "works_here", False):
        return actor
    return Bearer(asker.pk, asker.district_id)


def by_code(district: District, number: str, code: str) -> Asker:
    """Return the asker whom number and code open; tries are counted. Raises NotThere, TooOften."""
    number, code = number.strip(), "".join(code.split())
    limits.spend_from_here(CODES_FROM_HERE, district_id=district.pk)
    limits.spend(number[:20], CODES_OF_NUMBER, district_id=district.pk)
    found = Asker.objects.filter(district=district, need__number=number).select_related(*NEEDS)
    for asker in found:
        if hmac.compare_digest(str(asker.code).encode(), code.encode()):
            limits.forgive(number[:20], CODES_OF_NUMBER, district_id=district.pk)
            return asker
    raise NotThere(_("编号和查询码对不上。请照纸条再看一遍；纸条丢了，带上手机到驿站查。"))
