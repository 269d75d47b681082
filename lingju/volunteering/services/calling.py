"""Verbs of calls: write, send for review, open, move, close, finish, publish, archive, call off.

A call is opened by another person than whoever wrote it, and only with its risks said; risky work only with
an insurance that lasts until its end. `cause` is what it was opened for, by kind and id: the floor above that
opened it finds it again by it (`queries.calls.hours_for`).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.bookings.services import seats
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import Area, Space, Station
from lingju.places.services import marks
from lingju.places.services.marks import press_key, said_why, same_district, tidy
from lingju.volunteering.events import CallCancelled, CallMoved, CallOpened
from lingju.volunteering.flow import CALLS, INVITATIONS
from lingju.volunteering.models import Call, Invitation, Skill, Team
from lingju.volunteering.rules import calls_people
from lingju.volunteering.services import confirming

LONGEST: Final = dt.timedelta(days=1)
FARTHEST: Final = dt.timedelta(days=366)
MOST_WANTED: Final = 500
PUBLIC_FOR: Final = dt.timedelta(days=7)  # 民发〔2015〕149号: seven days at least
OLDEST: Final = 70


@dataclass(frozen=True, slots=True)
class Cause:
    """What a call is opened for: the kind of thing, in one word of the floor that opens it, and its id."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A call as somebody writes it: what, where, when, how many, what it takes, what may go wrong."""

    title: str
    summary: str
    area: Area
    starts_at: dt.datetime
    ends_at: dt.datetime
    wanted: int
    kind: str = Call.Kind.OTHER.value
    station: Station | None = None
    space: Space | None = None
    place_words: str = ""
    team: Team | None = None
    skills: tuple[Skill, ...] = ()
    min_age: int = 0
    risk_text: str = ""
    is_risky: bool = False
    insurance: str = ""
    insured_until: dt.date | None = None
    asker: str = ""
    asker_was_checked: bool = False

    @property
    def columns(self) -> dict[str, Any]:
        """Return what stands in the call's own row."""
        apart = ("skills", "asker_was_checked")
        told = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in apart}
        words = ("title", "summary", "place_words", "risk_text", "insurance", "asker")
        return told | {name: tidy(told[name]) for name in words}


@transaction.atomic
def write(plan: CallPlan, *, key: str, actor: Actor, cause: Cause | None = None) -> Call:
    """Write a call down as a draft that only the desk sees; the same `key` again returns the same one.

    Raises BadInput with what is to be put right, by field.
    """
    calls_people.check(actor, plan.area)
    key = press_key(key)
    known = Call.objects.filter(district_id=plan.area.district_id, key=key).first()
    if known is not None:
        return known
    check(plan)
    call = Call(
        district_id=plan.area.district_id,
        key=key,
        written_by_id=actor.account_id,
        cause_kind=cause.kind if cause is not None else "",
        cause_id=cause.id if cause is not None else None,
        **plan.columns,
        **_checked(plan, actor),
    )
    marks.insert(call, actor=actor)
    call.skills.set(plan.skills)
    return call


def open_call(plan: CallPlan, *, key: str, actor: Actor, cause: Cause | None = None) -> Call:
    """Write a call and send it for review at once: what a floor above does for a project of its own.

    Another person approves it (`approve`); nobody can say yes before that.
    """
    with transaction.atomic():
        call = write(plan, key=key, actor=actor, cause=cause)
        return submit(call, actor=actor) if call.state == Call.State.DRAFT else call


@transaction.atomic
def edit(call: Call, plan: CallPlan, *, actor: Actor, version: int | None = None) -> Call:
    """Make a call what the plan says, before anybody was asked; later it is called off and written anew."""
    calls_people.check(actor, call)
    calls_people.check(actor, plan.area)
    if call.state not in (Call.State.DRAFT, Call.State.REVIEW):
        raise NotNow(_("已经开始招募，答应来的人是照着原来的话答应的，不能再改。要改请取消重发。"))
    check(plan)
    checked = _checked(plan, actor) if plan.asker_was_checked != (call.asker_checked_at is not None) else {}
    # Whoever changes it has written it: another person looks at what they changed.
    values = {**plan.columns, **checked, "written_by_id": actor.account_id}
    marks.amend(call, values, actor=actor, version=version)
    call.skills.set(plan.skills)
    return call


@transaction.atomic
def submit(call: Call, *, actor: Actor) -> Call:
    """Send a draft for review; what a call must say, it must say by now."""
    _check_complete(call)
    return CALLS.take("submit", call, actor=actor)


def send_back(call: Call, why: str, *, actor: Actor) -> Call:
    """Send a call back to whoever wrote it, with what is to be changed."""
    return CALLS.take("send_back", call, actor=actor, note=why, changes={"state_reason": _reason(why)})


@transaction.atomic
def approve(call: Call, *, actor: Actor) -> Call:
    """Open a call to everybody: as many places as it wants, given by bookings from now on.

    Raises NotAllowed for whoever wrote it, NotNow where risks, insurance or the asker are not settled.
    """
    if actor.account_id is not None and actor.account_id == call.written_by_id:
        raise NotAllowed(_("自己写的招募，要请另一位同事来审。"))
    _check_complete(call)
    if call.starts_at <= clock.now():
        raise NotNow(_("开始时间已经过了，不能再招募。"))
    changes = {"opened_at": clock.now(), "reviewed_by_id": actor.account_id, "state_reason": ""}
    CALLS.take("approve", call, actor=actor, changes=changes)
    pool = seats.open_seats(
        call.district,
        name=call.title,
        capacity=call.wanted,
        station=call.station,
        area=call.area,
        actor=SystemActor(district_id=call.district_id),
    )
    Call.objects.filter(pk=call.pk).update(pool=pool)
    call.pool = pool
    announce(CallOpened(call.district_id, call.pk))
    return call


def close(call: Call, *, actor: Actor) -> Call:
    """Take no more answers."""
    return CALLS.take("close", call, actor=actor)


def start(call: Call, *, actor: Actor) -> Call:
    """Say that it is being done; the first coming at the door says so, too."""
    if clock.now() < call.starts_at - dt.timedelta(hours=3):
        raise NotNow(_("还没到时候，开始前三小时起才能记。"))
    return CALLS.take("start", call, actor=actor)


def finish(call: Call, *, actor: Actor) -> Call:
    """Say that it is done, so that hours are confirmed."""
    if clock.now() < call.starts_at:
        raise NotNow(_("还没开始，不能结束。"))
    return CALLS.take("finish", call, actor=actor)


def publish(call: Call, *, actor: Actor) -> Call:
    """Publish how many came and how long, of nobody by name; every record must be settled before."""
    left = confirming.open_things(call)
    if left:
        raise NotNow(_("还有 %(n)d 个人的时长没有确认，确认完再公示。") % {"n": left})
    return CALLS.take("publish", call, actor=actor, changes={"published_at": clock.now()})


def archive(call: Call, *, actor: Actor) -> Call:
    """Put a call away once it was public for seven days."""
    if call.published_at is not None and clock.now() < call.published_at + PUBLIC_FOR:
        raise NotNow(_("公示要满 7 天，才能归档。"))
    return CALLS.take("archive", call, actor=actor)


@transaction.atomic
def cancel(call: Call, why: str, *, actor: Actor) -> Call:
    """Call it off, with the reason everybody will read; whoever said yes is told."""
    why = _reason(why)
    CALLS.take("cancel", call, actor=actor, note=why, changes={"state_reason": why})
    clockwork = SystemActor(district_id=call.district_id)
    asked = (Invitation.State.INVITED, Invitation.State.ACCEPTED)
    standing = list(
        Invitation.objects.filter(call=call, state__in=asked).select_related("call__area", "volunteer")
    )
    for invitation in standing:
        INVITATIONS.take("lapse", invitation, actor=clockwork)
    if call.pool is not None:
        seats.close_seats(call.pool, actor=clockwork, why=why)
    announce(CallCancelled(call.district_id, call.pk, tuple(one.pk for one in standing)))
    return call


@transaction.atomic
def move(call: Call, place_and_hours: Mapping[str, Any], *, actor: Actor) -> bool:
    """Give a call other hours or another place; whoever was asked is told. Say whether anything changed.

    May name starts_at, ends_at, station, place_words. Raises NotNow where somebody has said yes to it as it
    was, or where its insurance does not last (`may_move`).
    """
    calls_people.check(actor, call)
    if not may_move(call, place_and_hours.get("ends_at", call.ends_at)):
        raise NotNow(_("有人照着原来的时间答应了，或者保险保不到那天，不能改期。要改请取消重发。"))
    was_at = call.starts_at
    if not marks.amend(call, place_and_hours, actor=actor, action="move"):
        return False
    asked = Invitation.objects.filter(call=call, state=Invitation.State.INVITED).order_by("id")
    announce(CallMoved(call.district_id, call.pk, tuple(asked.values_list("pk", flat=True)), was_at))
    return True


def may_move(call: Call, ends_at: dt.datetime) -> bool:
    """Say whether a call may end at another moment: nobody has said yes, and what was insured stays so."""
    if call.state not in Call.BEFORE or Invitation.objects.accepted().filter(call=call).exists():
        return False
    return not call.is_public or _is_insured(call, ends_at)


# --- what a call must say -------------------------------------------------------------------------------


def check(plan: CallPlan) -> None:
    """Refuse a plan that cannot be carried out, naming each field and why."""
    same_district(plan.area.district_id, plan.station, plan.space, plan.team, *plan.skills)
    wrong = _wrong_words(plan) | _wrong_time(plan) | _wrong_place(plan) | _wrong_people(plan)
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)


def _wrong_words(plan: CallPlan) -> dict[str, str]:
    wrong = {}
    if len(tidy(plan.title)) < 2:
        wrong["title"] = _("请写招募叫什么，至少两个字。")
    if len(tidy(plan.summary)) < 4:
        wrong["summary"] = _("请写要做什么，让人知道自己做不做得来。")
    if plan.kind not in Call.Kind.values:
        wrong["kind"] = _("请选服务类别。")
    return wrong


def _wrong_time(plan: CallPlan) -> dict[str, str]:
    lasts = plan.ends_at - plan.starts_at
    if lasts <= dt.timedelta(0):
        return {"ends_at": _("结束要在开始之后。")}
    if lasts > LONGEST:
        return {"ends_at": _("一次招募最长一天；再长的请分成几次。")}
    if abs(plan.starts_at - clock.now()) > FARTHEST:
        return {"starts_at": _("日期离今天太远，请再看一遍。")}
    return {}


def _wrong_place(plan: CallPlan) -> dict[str, str]:
    if plan.station is None and len(tidy(plan.place_words)) < 2:
        return {"place_words": _("请选驿站，或写清楚在哪里集合。")}
    if plan.space is not None and (plan.station is None or plan.space.station_id != plan.station.pk):
        return {"space": _("这间屋子不在这个驿站里。")}
    return {}


def _wrong_people(plan: CallPlan) -> dict[str, str]:
    wrong = {}
    if not 1 <= plan.wanted <= MOST_WANTED:
        wrong["wanted"] = _("要 1 到 %(most)d 个人。") % {"most": MOST_WANTED}
    if not 0 <= plan.min_age <= OLDEST:
        wrong["min_age"] = _("最小年龄在 0 到 %(most)d 之间。") % {"most": OLDEST}
    if len({skill.is_professional for skill in plan.skills}) > 1:
        wrong["skills"] = _("要资质的活和不要资质的活，请分开招募：各找各的人。")
    return wrong


def _check_complete(call: Call) -> None:
    """Refuse to go on with a call whose risks, insurance or asker are not settled (articles 12, 13, 17)."""
    rules: tuple[tuple[Callable[[], bool], str], ...] = (
        (lambda: len(call.risk_text) >= 4, _("请先写风险告知：可能遇到什么、怎么防。没有风险也要写明。")),
        (
            lambda: not call.is_risky or bool(call.insurance),
            _("有人身危险的活，要先买好保险，写上保险公司和保单号。"),
        ),
        (
            lambda: _is_insured(call, call.ends_at),
            _("保险要保到活动结束那天，请写保到哪天。"),
        ),
        (
            lambda: not call.asker or call.asker_checked_at is not None,
            _("求助方的需要还没有核实，请先核实再送审。"),
        ),
    )
    for is_right, sentence in rules:
        if not is_right():
            raise NotNow(sentence)


def _is_insured(call: Call, ends_at: dt.datetime) -> bool:
    """Say whether risky work is insured through the day on which it ends."""
    day = ends_at.astimezone(clock.ZONE).date()
    return not call.is_risky or (call.insured_until is not None and call.insured_until >= day)


def _checked(plan: CallPlan, actor: Actor) -> dict[str, Any]:
    if not plan.asker_was_checked:
        return {"asker_checked_at": None, "asker_checked_by_id": None}
    return {"asker_checked_at": clock.now(), "asker_checked_by_id": actor.account_id}


def _reason(why: str) -> str:
    return said_why(why, _("请写原因。"), field="why")[:120]
