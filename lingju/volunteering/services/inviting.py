"""Verbs of invitations: ask somebody, and write down what they answer.

    invite                 the desk asks one person; a no is not asked again
    accept, decline        the person answers, by a link, with number and code, or with their account
    say_yes                the same to an open call, without having been asked
    withdraw               the person takes a yes back; it is held against nobody
    note_answer            somebody who heard it on the telephone or across the counter writes it down

There is no verb that lets a person come who has not said so.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.bookings.models import Claim
from lingju.bookings.parties import Party
from lingju.bookings.rules import Holder
from lingju.bookings.services import claiming, seats
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.services.marks import same_district, tidy
from lingju.trail.services import leave_footprint
from lingju.volunteering.events import InvitationAnswered, Invited
from lingju.volunteering.flow import INVITATIONS
from lingju.volunteering.models import Call, Invitation, Volunteer
from lingju.volunteering.rules import calls_people, hears_answers, oneself
from lingju.volunteering.services import fitness

A = Invitation.State
HEARD = (Invitation.Said.PHONE, Invitation.Said.IN_PERSON)


@transaction.atomic
def invite(call: Call, volunteer: Volunteer, *, actor: Actor) -> Invitation:
    """Ask one person whether they would help; asked already, nothing changes.

    Raises NotNow where the call takes nobody, the person may not do it, or has said no before.
    """
    calls_people.check(actor, call)
    calls_people.check(actor, volunteer)
    same_district(call.district_id, volunteer)
    _check_takes(call, is_there=True)
    known = Invitation.objects.filter(call=call, volunteer=volunteer).first()
    if known is not None and known.state in (A.DECLINED, A.WITHDRAWN):
        raise NotNow(_("这位说过来不了，不要再问。改了主意，本人自己会点。"))
    if known is not None:
        return known
    _check_fit(call, volunteer)
    invitation, is_new = _asked(call, volunteer, actor)
    if is_new:
        announce(Invited(call.district_id, invitation.pk))
    return invitation


@transaction.atomic
def accept(invitation: Invitation, *, risk_told: bool, actor: Actor) -> Invitation:
    """Say yes to an invitation, having read the risks; said already, nothing changes.

    Raises NotNow where nobody is taken any more, all places are gone, or the person may not do it.
    """
    if invitation.state == A.ACCEPTED and oneself.allows(actor, invitation.volunteer):
        return invitation
    return _answer_yes(invitation, "accept", risk_told, {"said": Invitation.Said.PAGE}, actor)


@transaction.atomic
def say_yes(call: Call, volunteer: Volunteer, *, risk_told: bool, actor: Actor) -> Invitation:
    """Say yes to an open call without having been asked."""
    oneself.check(actor, volunteer)
    same_district(call.district_id, volunteer)
    _check_takes(call)
    invitation, _is_new = _asked(call, volunteer, SystemActor(district_id=call.district_id))
    return accept(invitation, risk_told=risk_told, actor=actor)


@transaction.atomic
def decline(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Say no, without a reason; said already, nothing changes."""
    oneself.check(actor, invitation.volunteer)
    if invitation.state == A.DECLINED:
        return invitation
    changes = {"said": Invitation.Said.PAGE, "answered_at": clock.now()}
    INVITATIONS.take("decline", invitation, actor=actor, changes=changes)
    return _told(invitation)


@transaction.atomic
def withdraw(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Take a yes back: the place is free again; taken back already, nothing changes."""
    oneself.check(actor, invitation.volunteer)
    if invitation.state == A.WITHDRAWN:
        return invitation
    if invitation.call.state == Call.State.RUNNING and clock.now() >= invitation.call.starts_at:
        raise NotNow(_("已经开始了。来不了请打现场电话说一声。"))
    INVITATIONS.take("withdraw", invitation, actor=actor, changes={"answered_at": clock.now()})
    _free(invitation)
    return _told(invitation)


@transaction.atomic
def note_answer(
    invitation: Invitation, *, is_yes: bool, said: str, words: str, risk_told: bool = False, actor: Actor
) -> Invitation:
    """Write down what the person said by telephone or across the counter; who heard it stands for it.

    Raises BadInput where it is not said how it was said, or in which words.
    """
    hears_answers.check(actor, invitation)
    if actor.account_id is None:
        raise NotAllowed(_("记下别人的话，要写得出是谁听到的。"))
    words = tidy(words)[:120]
    wrong = {}
    if said not in HEARD:
        wrong["said"] = _("请选是电话里说的，还是当面说的。")
    if len(words) < 2:
        wrong["words"] = _("请写本人怎么说的，比如“行，周六我去”。")
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    heard = {"said": said, "heard_words": words, "heard_by_id": actor.account_id}
    if is_yes:
        return _answer_yes(invitation, "note_yes", risk_told, heard, actor)
    INVITATIONS.take("note_no", invitation, actor=actor, changes={**heard, "answered_at": clock.now()})
    _free(invitation)
    return _told(invitation)


def _answer_yes(
    invitation: Invitation, step: str, risk_told: bool, heard: dict[str, object], actor: Actor
) -> Invitation:
    """Take a yes: everything it needs is looked at, a place is taken, the person's own step is written."""
    INVITATIONS.steps[step].rule.check(actor, invitation)
    call = invitation.call
    _check_takes(call, is_there=heard["said"] == Invitation.Said.IN_PERSON)
    _check_fit(call, invitation.volunteer)
    if not risk_told:
        sentence = _("请先看风险告知，知道了再答应。")
        raise BadInput(sentence, {"risk_told": sentence})
    claim = _place(invitation)
    changes = {**heard, "risk_told": True, "answered_at": clock.now(), "claim_id": claim.pk}
    INVITATIONS.take(step, invitation, actor=actor, changes=changes)
    return _told(invitation)


def _place(invitation: Invitation) -> Claim:
    """Take one place of a call; whose it is, the invitation says: the claim names nobody."""
    call = invitation.call
    if call.pool is None:
        raise NotNow(_("这次招募还没有开始。"))
    receipt = seats.claim_seats(
        call.pool,
        Party(),
        quantity=1,
        key=f"call-{call.pk:x}-{invitation.pk:x}-{invitation.version}",
        actor=SystemActor(district_id=call.district_id),
        may_wait=False,
        starts_at=call.starts_at,
        ends_at=call.ends_at,
    )
    return receipt.claim


def _free(invitation: Invitation) -> None:
    """Give the place back."""
    claim = invitation.claim
    if claim is not None and claim.state in Claim.STANDING:
        claiming.cancel(claim, actor=Holder(claim.pk, claim.district_id))


def _asked(call: Call, volunteer: Volunteer, actor: Actor) -> tuple[Invitation, bool]:
    """Return the invitation of one person to one call, made where there is none."""
    known = _fresh(call, volunteer)
    if known is not None:
        return known, False
    try:
        with transaction.atomic():
            made = Invitation.objects.create(
                district_id=call.district_id, call=call, volunteer=volunteer, invited_by_id=actor.account_id
            )
    except IntegrityError:
        return Invitation.objects.get(call=call, volunteer=volunteer), False
    leave_footprint(actor=actor, action="invite", subject=made)
    return made, True


def _fresh(call: Call, volunteer: Volunteer) -> Invitation | None:
    found = Invitation.objects.filter(call=call, volunteer=volunteer).select_related("claim").first()
    if found is not None:
        found.call, found.volunteer = call, volunteer
    return found


def _told(invitation: Invitation) -> Invitation:
    announce(InvitationAnswered(invitation.district_id, invitation.pk, invitation.state))
    return invitation


def _check_takes(call: Call, *, is_there: bool = False) -> None:
    """Refuse where nobody is taken; whoever stands there on the day may be, as long as it lasts."""
    if call.takes_people or (is_there and call.takes_whoever_is_there):
        return
    if call.is_off:
        raise NotNow(_("这次招募取消了：%(why)s。") % {"why": call.state_reason})
    if call.state in (Call.State.DRAFT, Call.State.REVIEW):
        raise NotNow(_("这次招募还没有审核通过，不能招人。"))
    raise NotNow(_("招募已经截止，谢谢您；看看别的吧。"))


def _check_fit(call: Call, volunteer: Volunteer) -> None:
    why = fitness.why_not(call, volunteer)
    if why:
        raise NotNow(why)
