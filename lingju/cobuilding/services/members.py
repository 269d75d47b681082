"""Members who report in where they live: who that is stays closed; every reading of a name is a footprint.

Kept is only what help needs: what to call them, a number, what they can do, when. Nothing about any
organisation's inner life belongs here.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.flow import MEMBERS
from lingju.cobuilding.models import Capability, Enrolment, Member, Pairing
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services.enrolling import why
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import Area
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy
from lingju.trail.services import leave_footprint, prepared

M = Member.State
KEPT: Final = dt.timedelta(days=183)
GONE: Final = "gone-"


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """Somebody as they report in; `agreed` says that they themselves agreed to be written down."""

    called: str
    phone: str = ""
    enrolment: Enrolment | None = None
    capabilities: tuple[Capability, ...] = ()
    times: str = ""
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """What a member is called and their number, as whoever asked may read them now."""

    called: str
    phone: str


@transaction.atomic
def register(area: Area, draft: MemberDraft, *, key: str, actor: Actor) -> Member:
    """Write down that somebody reports in at a community; the same press again returns the same."""
    carries_it_out.check(actor, area)
    key = marks.press_key(key)
    known: Member | None = Member.objects.filter(district_id=area.district_id, key=key, area=area).first()
    if known is not None:
        return known
    same_district(area.district_id, draft.enrolment, *draft.capabilities)
    called = _checked(draft)
    row = Member(
        district_id=area.district_id,
        area=area,
        enrolment=draft.enrolment,
        called=called,
        phone=marks.tidy_phone(draft.phone),
        times=tidy(draft.times),
        key=key,
    )
    marks.insert(row, actor=actor)
    row.capabilities.set(draft.capabilities)
    return row


def _checked(draft: MemberDraft) -> str:
    called = tidy(draft.called)
    faults = {}
    if not 1 <= len(called) <= 40:
        faults["called"] = _("请写怎么称呼，40 个字以内。")
    if not draft.agreed:
        faults["agreed"] = _("要本人同意登记，才能记下来。")
    if faults:
        raise BadInput("".join(faults.values()), faults)
    return called


@transaction.atomic
def receive(member: Member, *, actor: Actor) -> Member:
    """Take a member in. A second press changes nothing."""
    if member.state == M.ACTIVE:
        return member
    return MEMBERS.take("receive", member, actor=actor)


@transaction.atomic
def end(member: Member, reason: str, *, actor: Actor) -> Member:
    """End a member's enrolment and their pairings; half a year later who they are is forgotten."""
    if member.state == M.ENDED:
        return member
    MEMBERS.take("end", member, actor=actor, note=why(reason), changes={"ended_on": clock.today()})
    Pairing.objects.filter(member=member, ended_on__isnull=True).update(ended_on=clock.today())
    return member


@transaction.atomic
def read(member: Member, *, actor: Actor) -> Contact:
    """Return what a member is called and their number; that it was read is kept, each time."""
    carries_it_out.check(actor, member)
    if member.key.startswith(GONE):
        raise NotNow(_("注销报到满半年，姓名和电话已经删除了。"))
    leave_footprint(actor=actor, action="read", subject=member)
    return Contact(str(member.called or ""), str(member.phone or ""))


def forget_ended(*, most: int = 200) -> int:
    """Forget who the members are that ended half a year ago, some at a time; return how many."""
    ended = Member.objects.filter(state=M.ENDED, ended_on__lt=clock.today() - KEPT)
    return sum(_forget(one) for one in ended.exclude(key__startswith=GONE).order_by("id")[:most])


@transaction.atomic
def _forget(member: Member) -> int:
    blank = prepared(member, {"called": "", "phone": ""})
    Member.objects.filter(pk=member.pk).update(**blank, times="", key=f"{GONE}{member.pk}")
    leave_footprint(actor=SystemActor(member.district_id), action="forget", subject=member)
    return 1
