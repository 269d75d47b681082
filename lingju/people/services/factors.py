"""Verbs of the second factor: set it up, show it, make recovery codes again, take it away."""

from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.kernel import crypto
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.people import factors, rules
from lingju.people.events import SecondFactorChanged
from lingju.people.models import Account, Holding
from lingju.people.services import limits
from lingju.people.services.signing import note_refusal
from lingju.trail.services import leave_footprint

ADAPTER = factors.FactorAdapter()


def set_up(account: Account, secret: str, typed: str, *, actor: Actor) -> list[str]:
    """Turn the second factor on, once the app shows the right code; return the recovery codes."""
    rules.its_own_account.check(actor, account)
    limits.spend(str(account.pk), limits.SECOND_FACTORS, district_id=account.district_id)
    step = factors.matching_step(secret, typed)
    if step is None:
        raise _wrong()
    data = {"secret": ADAPTER.encrypt(secret), "last_step": step}
    try:
        with transaction.atomic():
            Authenticator.objects.create(user=account, type=factors.Type.TOTP, data=data)
            leave_footprint(actor=actor, action="people.second_factor_on", subject=account)
            announce(SecondFactorChanged(account.district_id, account.pk, is_on=True))
    except IntegrityError:
        raise SomeoneWasFaster(_("第二道验证已经设好了。")) from None
    limits.forgive(str(account.pk), limits.SECOND_FACTORS, district_id=account.district_id)
    return new_recovery_codes(account, actor=actor)


def check(account: Account, typed: str) -> None:
    """Accept the code an app shows now, or a recovery code, once each; raise BadInput otherwise.

    Five tries in a quarter of an hour, however often the first factor is shown again in between.
    """
    limits.spend(str(account.pk), limits.SECOND_FACTORS, district_id=account.district_id)
    if not (_use_step(account, typed) or _use_recovery_code(account, typed)):
        note_refusal("people.second_factor", account.district, account, note=_("第二道验证不对"))
        raise _wrong()
    limits.forgive(str(account.pk), limits.SECOND_FACTORS, district_id=account.district_id)


@transaction.atomic
def new_recovery_codes(account: Account, *, actor: Actor) -> list[str]:
    """Make ten recovery codes in place of those there were, and return them; they are shown this once."""
    rules.its_own_account.check(actor, account)
    if not factors.has_second_factor(account):
        raise NotNow(_("先设好第二道验证，才有备用码。"))
    Authenticator.objects.filter(user=account, type=factors.Type.RECOVERY_CODES).delete()
    codes = cast(list[str], RecoveryCodes.activate(account).generate_codes())
    leave_footprint(actor=actor, action="people.recovery_codes", subject=account)
    return codes


@transaction.atomic
def take_away(account: Account, *, actor: Actor) -> None:
    """Turn the second factor off: one's own where no office demands it, another's as security admin.

    The latter is for a lost phone. Every session of the account ends, because it may be in other hands.
    """
    is_own = actor.account_id == account.pk
    if is_own and demands_second_factor(account):
        raise NotAllowed(_("您的岗位必须有第二道验证，不能关掉。手机丢了，请找安全管理员重置。"))
    if not is_own:
        rules.resets_second_factors.check(actor, account)
    gone, _each = Authenticator.objects.filter(user=account).delete()
    if not gone:
        raise NotNow(_("这个账号没有设第二道验证。"))
    if not is_own:
        Account.objects.filter(pk=account.pk).update(session_round=account.session_round + 1)
    leave_footprint(actor=actor, action="people.second_factor_off", subject=account)
    announce(SecondFactorChanged(account.district_id, account.pk, is_on=False))


def demands_second_factor(account: Account) -> bool:
    """Say whether the account holds an office that counts only with a second factor."""
    offices = [str(office) for office in rules.second_factor_offices()]
    return Holding.objects.filter(account=account, office__in=offices).in_force().exists()


@transaction.atomic
def _use_step(account: Account, typed: str) -> bool:
    """Use the code of a step that is later than the last one used, so that none serves twice."""
    held = Authenticator.objects.select_for_update().filter(user=account, type=factors.Type.TOTP).first()
    if held is None:
        return False
    step = factors.matching_step(ADAPTER.decrypt(held.data["secret"]), typed)
    if step is None or step <= held.data.get("last_step", 0):
        return False
    held.data["last_step"] = step
    held.save(update_fields=["data"])
    held.record_usage()
    return True


def reencrypt_secrets() -> int:
    """Encrypt every secret again under the newest key; return how many were written. Safe to repeat."""
    written = 0
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            held = Authenticator.objects.select_for_update().filter(pk=pk).first()
            written += held is not None and _reencrypt(held)
    return written


def _reencrypt(held: Authenticator) -> bool:
    """Encrypt what allauth keeps in one row under the newest key; say whether it was not yet."""
    name = "secret" if held.type == factors.Type.TOTP else "seed"
    fresh = crypto.ring().reencrypt(held.data[name], factors.PLACE)
    if fresh == held.data[name]:
        return False
    held.data[name] = fresh
    held.save(update_fields=["data"])
    return True


def _use_recovery_code(account: Account, typed: str) -> bool:
    held = Authenticator.objects.filter(user=account, type=factors.Type.RECOVERY_CODES).first()
    if held is None or not RecoveryCodes(held).validate_code(typed):
        return False
    held.record_usage()
    return True


def _wrong() -> BadInput:
    sentence = _("动态码不对。看看手机上的时间准不准，等下一组数字再试。")
    return BadInput(sentence, {"code": sentence})
