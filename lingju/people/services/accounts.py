"""Verbs of accounts: open, put in order, end sessions, close."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.people import own_data, phones, rules
from lingju.people.actors import actor_of
from lingju.people.events import AccountClosed, AccountOpened
from lingju.people.models import Account, Consent, ConsentText, Holding, PastPassword, SignInCode
from lingju.people.passwords import REMEMBERED
from lingju.people.services import consents
from lingju.people.services.signing import name_key
from lingju.places.models import District
from lingju.places.rules import Office
from lingju.trail.services import leave_footprint

ACCOUNT_PURPOSE = "account"
# Django's validators speak their own words, and not all of them in Chinese.
COMPLAINTS = {
    "password_too_short": gettext_lazy("密码太短了，至少 10 个字符。"),
    "password_too_common": gettext_lazy("这个密码太常见，别人一猜就中，请换一个。"),
    "password_entirely_numeric": gettext_lazy("密码不能只有数字。"),
    "password_too_similar": gettext_lazy("密码和您的名字或手机号太像了，请换一个。"),
}


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account is opened with; a phone, or a sign-in name and a password, or both."""

    display_name: str
    phone: str = ""
    sign_in_name: str = ""
    password: str = ""
    must_change_password: bool = False


def open_own_account(display_name: str, code: SignInCode, text: ConsentText) -> Account:
    """Open an account for whoever has just used a code, with their consent to the text of its purpose."""
    if text.purpose != ACCOUNT_PURPOSE or text.district_id != code.district_id:
        raise BadInput(_("请先看过并同意建账号的说明。"), {"agrees": _("请先看过并同意建账号的说明。")})
    if code.used_at is None:
        raise NotNow(_("请先用短信验证码证明这是您的手机。"))
    with transaction.atomic():
        account = _write(NewAccount(display_name, phone=str(code.phone)), district=code.district)
        actor = actor_of(account, second_factor=False)
        consents.give(text, account=account, actor=actor)
        leave_footprint(actor=actor, action="people.open_account", subject=account)
    return account


@transaction.atomic
def open_account(new: NewAccount, *, district: District, actor: Actor) -> Account:
    """Open an account for a member of staff; they change the given password at their first sign-in."""
    rules.grants_roles.check(actor, None)
    account = _write(new, district=district)
    leave_footprint(actor=actor, action="people.open_account", subject=account)
    return account


def _write(new: NewAccount, *, district: District) -> Account:
    """Write the row; raise BadInput for what cannot be, SomeoneWasFaster for what is taken."""
    account = Account(
        district=district,
        display_name=_display_name(new.display_name),
        phone=phones.read(new.phone) if new.phone else None,
        sign_in_name=_sign_in_name(new.sign_in_name) if new.sign_in_name else None,
        must_change_password=new.must_change_password,
    )
    if not (account.phone or account.sign_in_name):
        raise BadInput(_("手机号和登录名，至少要有一个。"), {"phone": _("手机号和登录名，至少要有一个。")})
    account.set_unusable_password()
    if new.password:
        _check_password(new.password, account)
        account.set_password(new.password)
        account.password_set_at = clock.now()
    _refuse_taken(account)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise SomeoneWasFaster(_("刚刚有人用这个手机号或登录名建了账号。")) from None
    announce(AccountOpened(district.pk, account.pk))
    return account


def _refuse_taken(account: Account) -> None:
    others = Account.objects.filter(district=account.district).exclude(pk=account.pk)
    if account.sign_in_name and others.filter(sign_in_name=account.sign_in_name).exists():
        sentence = _("这个登录名已经有人用了，请换一个。")
        raise BadInput(sentence, {"sign_in_name": sentence})
    if account.phone and others.filter(phone_index=account.phone).exists():
        sentence = _("这个手机号已经有账号了。")
        raise BadInput(sentence, {"phone": sentence})


def _display_name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name or len(name) > 40 or not name.isprintable():
        sentence = _("请写一个称呼，40 个字以内。")
        raise BadInput(sentence, {"display_name": sentence})
    return name


def _sign_in_name(typed: str) -> str:
    name = name_key(typed)
    # A name that reads as a phone could be typed to mean somebody else.
    if (
        not 2 <= len(name) <= 40
        or phones.is_mobile(name)
        or any(c.isspace() or not c.isprintable() for c in name)
    ):
        sentence = _("登录名要 2 到 40 个字，中间不留空，也不能是手机号。")
        raise BadInput(sentence, {"sign_in_name": sentence})
    return name


@transaction.atomic
def set_password(account: Account, password: str, *, actor: Actor) -> Account:
    """Set a password that keeps the policy; other sessions of the account end by it."""
    rules.its_own_account.check(actor, account)
    account = Account.objects.select_for_update().get(pk=account.pk)
    _check_password(password, account)
    if account.has_usable_password():
        PastPassword.objects.create(district=account.district, account=account, digest=account.password)
    too_old = account.past_passwords.values_list("pk", flat=True)[REMEMBERED:]
    PastPassword.objects.filter(pk__in=list(too_old)).delete()
    account.set_password(password)
    account.password_set_at, account.must_change_password = clock.now(), False
    account.save(update_fields=["password", "password_set_at", "must_change_password"])
    leave_footprint(actor=actor, action="people.set_password", subject=account)
    return account


def _check_password(password: str, account: Account) -> None:
    try:
        password_validation.validate_password(password, account)
    except ValidationError as error:
        why = [COMPLAINTS.get(str(e.code), str(e.messages[0])) for e in error.error_list]
        sentence = "".join(str(w) for w in why)
        raise BadInput(sentence, {"password": sentence}) from None


@transaction.atomic
def rename(account: Account, display_name: str, *, actor: Actor) -> None:
    """Change what the account is called."""
    rules.its_own_account.check(actor, account)
    Account.objects.filter(pk=account.pk).update(display_name=_display_name(display_name))
    leave_footprint(actor=actor, action="people.rename", subject=account)


@transaction.atomic
def move_phone(account: Account, code: SignInCode, *, actor: Actor) -> None:
    """Give the account the phone that was just proved by a code asked for by the account itself."""
    rules.its_own_account.check(actor, account)
    if code.account_id != account.pk or code.used_at is None:
        raise NotNow(_("请先用短信验证码证明这是您的手机。"))
    account.phone = str(code.phone)
    _refuse_taken(account)
    account.save(update_fields=["phone", "phone_index"])
    leave_footprint(actor=actor, action="people.move_phone", subject=account)


@transaction.atomic
def end_sessions(account: Account, *, actor: Actor) -> Account:
    """End every session of the account, on every device."""
    rules.its_own_account.check(actor, account)
    account.session_round += 1
    account.save(update_fields=["session_round"])
    leave_footprint(actor=actor, action="people.end_sessions", subject=account)
    return account


@transaction.atomic
def close(account: Account, *, actor: Actor) -> None:
    """Close the account: it names nobody from now on, holds nothing, and its consents are withdrawn.

    What other modules keep of it goes first, while it can still be found (`own_data`). The row stays without
    a name, because what was done in the past refers to it (PIPL 47, C07).
    """
    rules.its_own_account.check(actor, account)
    account = Account.objects.select_for_update().get(pk=account.pk)
    refuse_to_lose_the_last_security_admin(account)
    own_data.let_go(account, actor)
    now = clock.now()
    for consent in Consent.objects.filter(account=account).in_force():
        consents.withdraw(consent, actor=actor)
    Holding.objects.filter(account=account).standing().update(revoked_at=now, revoked_by_id=actor.account_id)
    Authenticator.objects.filter(user=account).delete()
    SignInCode.objects.filter(phone_index=account.phone, district=account.district).delete()
    account.memberships.all().delete()
    account.past_passwords.all().delete()
    account.display_name, account.sign_in_name, account.phone = _("已注销"), None, None
    account.set_unusable_password()
    account.is_active, account.closed_at, account.session_round = False, now, account.session_round + 1
    account.save()
    leave_footprint(actor=actor, action="people.close_account", subject=account)
    announce(AccountClosed(account.district_id, account.pk))


def refuse_to_lose_the_last_security_admin(account: Account) -> None:
    """Raise NotNow where nobody else could grant rights any more."""
    admins = Holding.objects.filter(district=account.district, office=Office.SECURITY_ADMIN).in_force()
    holders = set(admins.values_list("account_id", flat=True))
    if holders == {account.pk}:
        raise NotNow(_("您是唯一的安全管理员，请先让另一位接手。"))
