"""Which volunteer I am: a signed cookie in my own browser, my account, or the link sent to me alone."""

import hmac
import re
from typing import Final

from django.core import signing
from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor
from lingju.kernel.signed_cookies import Held, SignedCookie
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.models import District
from lingju.volunteering.models import Invitation, Volunteer
from lingju.volunteering.rules import Known

HELD: Final = Held(
    SignedCookie("lingju_volunteer", "lingju.volunteer"),
    SignedCookie("lingju_volunteer_lent", "lingju.volunteer.lent"),
    1,
)
SALT: Final = "lingju.invitation"
NUMBER: Final = re.compile(r"V[0-9]{2}-[0-9]{5,7}")
CODES_OF_NUMBER: Final = Limit("volunteer_code", 8, limits.CODES_AN_HOUR.within)
CODES_FROM_HERE: Final = Limit("volunteer_code_from", 60, limits.CODES_AN_HOUR.within)
WITH = ("area", "district", "compound")


def volunteer_of(request: Request) -> Volunteer | None:
    """Return the volunteer of this request: by the browser's cookie, else by the account."""
    ids = HELD.ids(request)
    mine = Q(pk__in=ids)
    account_id = request.actor.account_id
    # On a screen that is lent nobody's account speaks: whoever stands there next must not read it.
    if account_id is not None and HELD.lent_to(request) is None:
        mine |= Q(account_id=account_id)
    if not ids and account_id is None:
        return None
    rows = Volunteer.objects.active().filter(mine, district=request.district).select_related(*WITH)
    found = list(rows.prefetch_related("skills", "qualifications", "availabilities"))
    return min(found, key=lambda one: (one.account_id != account_id, one.pk), default=None)


def needed(request: Request) -> Volunteer:
    """Return the volunteer of this request; NotThere where this browser knows none."""
    found = volunteer_of(request)
    if found is None:
        raise NotThere(_("这台设备不认得您，请用志愿者编号和查询码进来。"))
    return found


def actor_of(request: Request, volunteer: Volunteer) -> Actor:
    """Return who acts for a volunteer: the account where it is theirs, else who showed number and code."""
    if request.actor.account_id is not None and request.actor.account_id == volunteer.account_id:
        return request.actor
    return Known(volunteer.pk, volunteer.district_id)


def keep(response: HttpResponse, request: Request, volunteer: Volunteer, *, is_shared: bool = False) -> None:
    """Let this browser stand for a volunteer; a shared screen does so for ten minutes."""
    if is_shared:
        HELD.lend(response, volunteer.pk)
    else:
        HELD.keep(response, request, volunteer.pk)


def forget(response: HttpResponse) -> None:
    """Let this browser forget which volunteer it stood for."""
    HELD.forget(response)


def by_code(district: District, number: str, code: str) -> Volunteer:
    """Return the volunteer that number and code open; tries are counted. Raises NotThere, TooOften."""
    number, code = "".join(number.split()).upper(), "".join(code.split())
    limits.spend_from_here(CODES_FROM_HERE, district_id=district.pk)
    limits.spend(number[:20], CODES_OF_NUMBER, district_id=district.pk)
    rows = Volunteer.objects.active().filter(district=district, number=number[:12])
    found = rows.select_related(*WITH).first()
    if found is not None and hmac.compare_digest(str(found.code).encode(), code.encode()):
        limits.forgive(number[:20], CODES_OF_NUMBER, district_id=district.pk)
        return found
    raise NotThere(_("志愿者编号和查询码对不上，请再看一遍；号丢了，到社区当面查。"))


def token_of(invitation: Invitation) -> str:
    """Return what makes the link by which one person answers one invitation."""
    return signing.Signer(salt=SALT, sep=".").sign(str(invitation.pk))


def invitation_of(token: str, district: District) -> Invitation:
    """Return the invitation a link is about; NotThere with a sentence where it is none."""
    try:
        invitation_id = int(signing.Signer(salt=SALT, sep=".").unsign(token))
    except (signing.BadSignature, ValueError):
        raise NotThere(_("这个链接不全，请从短信里再点一次，或用志愿者编号和查询码进来。")) from None
    rows = Invitation.objects.filter(pk=invitation_id, district=district)
    found = rows.select_related(
        *("call__area", "call__station", "call__space", "call__pool", "call__district"),
        *("volunteer__area", "claim"),
    ).first()
    if found is None:
        raise NotThere(_("这个邀请已经不在了。"))
    return found
