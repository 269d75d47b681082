"""The number by which an answer reaches whoever asked: they take it back, or put another in its place."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.needs.events import AskerAsked
from lingju.needs.models import Asker, Asking
from lingju.needs.rules import its_asker
from lingju.notify import services as notify
from lingju.people.models import SignInCode
from lingju.trail.services import leave_footprint

# The ways by which an answer needs a number.
BY_NUMBER: Final = (Asker.By.SMS, Asker.By.CALL)


@transaction.atomic
def erase_number(asker: Asker, *, actor: Actor) -> None:
    """Take one's number back: from now on one comes and looks. Erased already, nothing changes."""
    its_asker.check(actor, asker)
    if asker.phone:
        forget_number(asker)
        leave_footprint(actor=actor, action="erase_number", subject=asker)


@transaction.atomic
def move_number(asker: Asker, code: SignInCode, *, actor: Actor) -> None:
    """Let answers go to the number that was just proved by a code; what waits for the old one is not sent.

    A question that was asked meanwhile goes to the new one. Raises NotNow for a code that nobody has used,
    and where the number counts as somebody behind this need already.
    """
    its_asker.check(actor, asker)
    if code.used_at is None or code.district_id != asker.district_id:
        raise NotNow(_("请先用短信验证码证明这是您的手机。"))
    others = asker.need.askers.exclude(pk=asker.pk).exclude(left_out=Asker.LeftOut.WITHDREW)
    if others.filter(phone_index=str(code.phone)).exists():
        raise NotNow(_("这个手机号在这件事上已经算过一位了，换一个，或者不换。"))
    _hold_back(asker)
    asker.phone = str(code.phone)
    asker.by = asker.by if asker.by == Asker.By.CALL else Asker.By.SMS
    asker.save(update_fields=["phone", "phone_index", "by"])
    leave_footprint(actor=actor, action="move_number", subject=asker)
    for asking in Asking.objects.filter(asker=asker, result=Asker.Confirmation.ASKED):
        announce(AskerAsked(asker.district_id, asker.need_id, asking.pk))


def forget_number(asker: Asker) -> None:
    """Erase the number of a matter, and the ways that need one; called by the verbs that let go."""
    _hold_back(asker)
    asker.by = Asker.By.PAGE if asker.by in BY_NUMBER else asker.by
    asker.phone = None
    asker.save(update_fields=["phone", "phone_index", "by"])
    open_rounds = Asking.objects.filter(asker=asker, result=Asker.Confirmation.ASKED)
    open_rounds.filter(by__in=BY_NUMBER).update(by=Asker.By.PAGE)


def _hold_back(asker: Asker) -> None:
    """Do not send what still waits to be said of this matter to the number it goes to no longer."""
    if asker.phone:
        notify.hold_back(asker.district_id, str(asker.phone), asker.need.number)
