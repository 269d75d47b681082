"""Verbs of coming in: ask for a code, use it, show a password; what went wrong leaves a footprint too.

Nothing here tells whether a phone or a name is known: a code goes to every mobile number, a wrong name
and a wrong password read alike and cost the same work.
"""

import re
import secrets
import unicodedata

from axes.handlers.proxy import AxesProxyHandler
from django.contrib import auth
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lingju.kernel import clock, crypto
from lingju.kernel.errors import BadInput, TooOften
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.people import phones, sms
from lingju.people.actors import Person, Stranger, actor_of
from lingju.people.events import SignedIn
from lingju.people.models import Account, SignInCode
from lingju.people.models.accounts import CODE_LIFE, CODE_TRIES
from lingju.people.services import limits
from lingju.places.models import District
from lingju.trail.models import Footprint
from lingju.trail.services import leave_footprint

REFUSED = Footprint.Result.REFUSED


def request_code(typed_phone: str, *, district: District, account: Account | None = None) -> SignInCode:
    """Send six digits to a mobile number; with `account`, only that account can use them.

    Raises BadInput for what is no number, or while no gateway is connected; TooOften past the limits of a
    phone or an address.
    """
    phone = phones.read(typed_phone)
    if not sms.is_connected():
        sentence = _("这里还没有接短信，发不出验证码。有密码的用密码登录；没有的，请到社区当面办。")
        raise BadInput(sentence, {"phone": sentence})
    limits.spend_from_here(limits.CODES_FROM_ADDRESS, district_id=district.pk)
    limits.spend(phone, limits.CODE_PAUSE, limits.CODES_AN_HOUR, limits.CODES_A_DAY, district_id=district.pk)
    digits = f"{secrets.randbelow(10**6):06d}"
    code = SignInCode.objects.create(district=district, phone=phone, code=digits, account=account)
    words = _("【零距离】验证码 %(code)s，5 分钟内有效。不要告诉任何人，工作人员也不会问您要。")
    # Outside any transaction: a slow provider must not hold the database.
    sms.gateway().send(phone, words % {"code": digits})
    return code


def use_code(code_id: int, typed: str, *, district: District, account: Account | None = None) -> SignInCode:
    """Use a code once and return it; raise BadInput where it is wrong, too old or used up.

    Spaces, hyphens and full-width digits that come with pasting are forgiven. Each try is counted
    before it is compared, so that many hands at once get five tries together.
    """
    codes = SignInCode.objects.filter(pk=code_id, district=district, account=account, used_at__isnull=True)
    fresh = codes.filter(tries__lt=CODE_TRIES, requested_at__gt=clock.now() - CODE_LIFE)
    if not fresh.update(tries=F("tries") + 1):
        raise _wrong(_("这个验证码过期了，请点“再发一个”。"))
    code = SignInCode.objects.select_related("district").get(pk=code_id)
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", typed))
    if not secrets.compare_digest(digits.encode(), str(code.code).encode()):
        note_refusal("people.sign_in", district, known_account(code), note=_("验证码不对"))
        left = CODE_TRIES - code.tries
        if left == 0:
            raise _wrong(_("验证码不对，试的次数也用完了，请点“再发一个”。"))
        raise _wrong(_("验证码不对，请再看一遍短信，还可以试 %(count)d 次。") % {"count": left})
    code.used_at = clock.now()
    if not codes.update(used_at=code.used_at):
        raise _wrong(_("这个验证码已经用过了，请点“再发一个”。"))
    return code


def known_account(code: SignInCode) -> Account | None:
    """Return the active account with the phone that a code was sent to."""
    return by_phone(str(code.phone), district=code.district)


def by_phone(phone: str, *, district: District) -> Account | None:
    """Return the active account with a phone, in whatever notation it was typed."""
    return Account.objects.active().filter(district=district, phone_index=phones.normal(phone)).first()


def by_name_or_phone(typed: str, *, district: District) -> Account | None:
    """Return the active account that a typed sign-in name or phone means."""
    if phones.is_mobile(typed):
        return by_phone(typed, district=district)
    return Account.objects.active().filter(district=district, sign_in_name=name_key(typed)).first()


def name_key(typed: str) -> str:
    """Return a sign-in name as it is kept and compared: half width, small letters, no outer space."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def check_password(request: HttpRequest, typed: str, password: str, *, district: District) -> Account:
    """Return the account whose name and password were typed.

    Raises TooOften while django-axes holds the lock, BadInput otherwise. `request` is what axes reads.
    """
    limits.spend_from_here(limits.PASSWORDS_FROM_ADDRESS, district_id=district.pk)
    account = by_name_or_phone(typed, district=district)
    unknown = f"?{crypto.ring().blind(f'{district.pk} {name_key(typed)}', 'people.account.typed')[:32]}"
    credentials = {"id": str(account.pk) if account else unknown}
    found = auth.authenticate(request, **credentials, password=password)
    if isinstance(found, Account):
        return found
    is_locked = AxesProxyHandler.is_locked(request, credentials)
    note_refusal("people.sign_in", district, account, note=_("密码锁住了") if is_locked else _("密码不对"))
    if is_locked:
        raise TooOften(
            _("密码错了太多次，先锁 15 分钟。急的话，可以用手机验证码登录。"), wait_seconds=15 * 60
        )
    raise BadInput(_("名字或密码不对，请再试一次。"), {"password": _("名字或密码不对，请再试一次。")})


@transaction.atomic
def note_sign_in(account: Account, *, second_factor: bool, how: str) -> Person:
    """Write down that `account` came in, and return who acts from now on."""
    actor = actor_of(account, second_factor=second_factor)
    leave_footprint(actor=actor, action="people.sign_in", subject=account, note=how)
    announce(SignedIn(account.district_id, account.pk))
    return actor


@transaction.atomic
def note_sign_out(account: Account, *, actor: Actor) -> None:
    """Write down that `account` went out."""
    leave_footprint(actor=actor, action="people.sign_out", subject=account)


@transaction.atomic
def note_refusal(action: str, district: District, account: Account | None, *, note: str) -> None:
    """Write down that somebody was not let in; the account is the subject, nobody is the actor."""
    leave_footprint(actor=Stranger(district.pk), action=action, subject=account, note=note, result=REFUSED)


def _wrong(sentence: str) -> BadInput:
    return BadInput(sentence, {"code": sentence})
