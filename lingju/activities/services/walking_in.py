"""Writing down by name somebody who came without signing up, so that they can be given a certificate.

They count once: as a walk-in with a name. Where they had been counted as a head before, one head is taken
off again by an entry that says so. Children are not named here: that takes a guardian's word.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.models import HeadCount, Scan, Session, SignUp
from lingju.activities.models.groups import Group
from lingju.activities.rules import works_at_it
from lingju.activities.services import attendance
from lingju.activities.services.attendance import Entry
from lingju.bookings.models import Claim
from lingju.bookings.parties import Party
from lingju.bookings.services import seats
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.people import phones
from lingju.places.services.marks import press_key, tidy
from lingju.trail.services import leave_footprint

LISTED = (Claim.State.CONFIRMED, Claim.State.CHECKED_IN, Claim.State.COMPLETED, Claim.State.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Named:
    """Who came: their name, by which telephone they are known again, and whether they were counted before."""

    called: str
    phone: str = ""
    group: str = Group.UNSAID.value
    was_counted: bool = False


@transaction.atomic
def name(session: Session, named: Named, *, key: str, actor: Actor) -> SignUp:
    """Write down by name somebody who is there without having signed up; the same `key` again is the same.

    Raises NotNow (not the day, called off), BadInput with a sentence for a field.
    """
    works_at_it.check(actor, session)
    key = press_key(key)
    known = SignUp.objects.filter(session=session, claim__key=key).select_related("claim").first()
    if known is not None:
        return known
    attendance.check_begun(session)
    if session.is_off:
        raise NotNow(_("这场%(state)s了，不能签到。") % {"state": session.get_state_display()})
    _check(session, named)
    # Two hands at once: the second waits for the first, and sees what it counted.
    Session.objects.select_for_update().get(pk=session.pk)
    if named.was_counted:
        _uncount(session, named, key, actor)
    party = Party(
        called=tidy(named.called),
        phone=named.phone,
        by=Claim.By.PAPER.value,
    )
    claim = seats.let_in(
        session.area,
        session.station,
        party,
        key=key,
        actor=actor,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )
    signup = SignUp.objects.create(
        district_id=session.district_id, session=session, claim=claim, walked_in_as=named.group
    )
    leave_footprint(actor=actor, action="name_walk_in", subject=signup, after={"group": named.group})
    attendance.check_in(
        session, Entry(nonce=key, method=Scan.Method.NAME.value, signup_id=signup.pk), actor=actor
    )
    return signup


def _check(session: Session, named: Named) -> None:
    wrong: dict[str, str] = {}
    if len(tidy(named.called)) < 2:
        wrong["called"] = _("请写姓名，发证明要用。")
    if named.group == Group.CHILD:
        wrong["group"] = _("孩子的姓名要监护人同意才能记，这里只记大人；孩子按人数加。")
    elif named.group not in Group.values:
        wrong["group"] = _("请选老人、成人，或者不分。")
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    if not named.phone.strip():
        return
    same = SignUp.objects.filter(session=session, claim__phone_index=phones.read(named.phone))
    if same.filter(claim__state__in=LISTED).exists():
        sentence = _("这个手机号在名单里，请在名单里点“到了”。")
        raise BadInput(sentence, {"phone": sentence})


def _uncount(session: Session, named: Named, key: str, actor: Actor) -> None:
    """Take one head of the group off again, because from now on they are counted by name."""
    if attendance.counted(session, named.group) < 1:
        sentence = _("这一类还没有按人数加过人，请去掉“已经按人数加过”，或者改选人群。")
        raise BadInput(sentence, {"was_counted": sentence})
    HeadCount.objects.create(
        district_id=session.district_id,
        session=session,
        key=key,
        group=named.group,
        change=-1,
        reason=_("写下了姓名，改按名字算"),
        counted_by_id=actor.account_id,
    )
