"""Verbs of the day: take in what a device saw, let somebody check in by the code of the place, hear thanks.

Everything is only ever added. A device sends what it has, as often as it likes, hours later if it must:
each entry carries a nonce of its own and is kept once. What came hours later is kept and held for a second
person (`anomalies.late`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, NotThere, Refusal, TooLarge
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.services.marks import press_key, tidy
from lingju.volunteering import passes
from lingju.volunteering.flow import CALLS
from lingju.volunteering.models import Call, Evidence, Invitation, Volunteer
from lingju.volunteering.rules import oneself, works_at_it
from lingju.volunteering.services import chain

MOST_AT_ONCE: Final = 500
FAST_CLOCK: Final = dt.timedelta(minutes=2)
OLDEST: Final = dt.timedelta(days=30)
EARLY: Final = dt.timedelta(hours=3)
AFTER: Final = dt.timedelta(hours=3)
KINDS: Final = (Evidence.Kind.IN.value, Evidence.Kind.OUT.value, Evidence.Kind.UNDO.value)
METHODS: Final = ("qr", "code", "name", "paper")
TAKES_EVIDENCE: Final = (Call.State.RECRUITING, Call.State.CLOSED, Call.State.RUNNING, Call.State.CONFIRMING)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a device saw: a pass or a volunteer's number in `code`, or an invitation by its id."""

    nonce: str
    kind: str = Evidence.Kind.IN.value
    method: str = Evidence.Method.QR.value
    code: str = ""
    invitation_id: int | None = None
    device_at: dt.datetime | None = None
    was_offline: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entry: kept, known already, or refused; and what to say to whoever stands there."""

    nonce: str
    was_kept: bool
    is_new: bool = False
    words: str = ""
    invitation_id: int | None = None


@transaction.atomic
def take_in(call: Call, entries: Sequence[Entry], *, device: str = "", actor: Actor) -> tuple[Outcome, ...]:
    """Keep what a device saw at a call; sent again, nothing is kept twice.

    An entry that makes no sense is refused by itself, the others are kept. Raises TooLarge for too many.
    """
    works_at_it.check(actor, call)
    _check_call(call)
    if len(entries) > MOST_AT_ONCE:
        raise TooLarge(_("一次最多送 %(most)d 条，请分几次送。") % {"most": MOST_AT_ONCE})
    outcomes = tuple(_kept(call, entry, tidy(device)[:40], actor) for entry in entries)
    if any(outcome.is_new for outcome in outcomes):
        _begin(call)
    return outcomes


def check_in(call: Call, entry: Entry, *, actor: Actor) -> Outcome:
    """Keep one press at the door; raise BadInput where it makes no sense."""
    (outcome,) = take_in(call, (entry,), actor=actor)
    if not outcome.was_kept:
        raise BadInput(outcome.words)
    return outcome


@transaction.atomic
def check_in_here(place_code: str, volunteer: Volunteer, kind: str, *, nonce: str, actor: Actor) -> Evidence:
    """Let somebody say "I am here" or "I am going" by the code that is shown at the place just now.

    Raises NotThere for a code that was not made here, NotNow for one that has run out.
    """
    oneself.check(actor, volunteer)
    place, call = at_place(place_code, volunteer.district_id)
    if not place.is_fresh:
        raise NotNow(_("这个码过时了。请看现场的屏幕，重新扫一次。"))
    if kind not in (Evidence.Kind.IN, Evidence.Kind.OUT):
        raise BadInput(_("请按“到了”或“走了”。"))
    _check_call(call)
    _invitation(call, Invitation.objects.filter(volunteer=volunteer))
    if clock.now() > call.ends_at + AFTER:
        raise NotNow(_("已经结束很久了，请找现场负责人补记。"))
    row, _is_new = chain.add(
        call,
        volunteer,
        kind,
        nonce=press_key(nonce),
        actor=actor,
        method=Evidence.Method.SELF,
        station_id=place.station_id or None,
    )
    _begin(call)
    return row


@transaction.atomic
def thank(call: Call, words: str, *, method: str, key: str, actor: Actor) -> Evidence:
    """Write down that whoever was helped says the help came; who heard it, and how, is kept."""
    works_at_it.check(actor, call)
    words = tidy(words)[:200]
    if not call.asker:
        raise NotNow(_("这次招募没有写是谁请求帮助，不用受助方确认。"))
    if clock.now() < call.starts_at:
        raise NotNow(_("还没开始，等做完了再请受助方确认。"))
    if len(words) < 2:
        sentence = _("请写受助方怎么说的，不写姓名。")
        raise BadInput(sentence, {"words": sentence})
    if method not in (Evidence.Method.PHONE, Evidence.Method.DESK, Evidence.Method.PAPER):
        raise BadInput(_("请选是怎么确认的。"), {"method": _("请选是怎么确认的。")})
    row, _is_new = chain.add(
        call, None, Evidence.Kind.BENEFICIARY, nonce=press_key(key), actor=actor, method=method, reason=words
    )
    return row


def at_place(place_code: str, district_id: int) -> tuple[passes.AtPlace, Call]:
    """Return what a place's code says, and the call it is of."""
    place = passes.read_place(place_code)
    call = None
    if place is not None:
        rows = Call.objects.filter(pk=place.call_id, district_id=district_id)
        call = rows.select_related("area", "station", "space", "district").first()
    if place is None or call is None:
        raise NotThere(_("这个码认不出来。请看现场的屏幕，重新扫一次。"))
    return place, call


# --- one entry ------------------------------------------------------------------------------------------


def _kept(call: Call, entry: Entry, device: str, actor: Actor) -> Outcome:
    try:
        nonce = press_key(entry.nonce, _("这次提交没有带上防重的编号，请刷新页面再试。"))
        if entry.kind not in KINDS or entry.method not in METHODS:
            raise BadInput(_("这条记录看不懂，没有收。"))
        invitation = _whose(call, entry)
    except Refusal as refusal:
        return Outcome(entry.nonce, was_kept=False, words=str(refusal))
    row, is_new = chain.add(
        call,
        invitation.volunteer,
        entry.kind,
        nonce=nonce,
        actor=actor,
        method=entry.method,
        at=_believed(entry.device_at, clock.now()),
        device=device,
        was_offline=entry.was_offline,
        station_id=call.station_id,
    )
    return Outcome(row.nonce, True, is_new, "", invitation.pk)


def _believed(told: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """Return when it happened: what the device says, unless its clock cannot be right."""
    if told is None or told > now + FAST_CLOCK or told < now - OLDEST:
        return now
    return min(told, now)


def _whose(call: Call, entry: Entry) -> Invitation:
    """Find whose it is; only somebody who said yes to this very call has a record here."""
    rows = Invitation.objects.filter(district_id=call.district_id)
    wanted = entry.invitation_id if entry.invitation_id is not None else passes.read(entry.code)
    if wanted is not None:
        return _invitation(call, rows.filter(pk=wanted))
    typed = "".join(entry.code.split()).upper()
    if not typed:
        raise BadInput(_("请扫通行码，或报志愿者编号。"))
    return _invitation(call, rows.filter(volunteer__number=typed[:24]))


def _invitation(call: Call, rows: "object") -> Invitation:
    found = list(rows.select_related("volunteer")[:200])  # type: ignore[attr-defined]
    mine = next((one for one in found if one.call_id == call.pk), None)
    if mine is None:
        words = _("这是另一次招募的码。") if found else _("这个码认不出来。")
        raise BadInput(words + _("请按名单找；不在名单上的，先请本人答应，再签到。"))
    if mine.state != Invitation.State.ACCEPTED:
        raise BadInput(
            _("这位还没有答应来（%(state)s）。本人说来，先记下，再签到。")
            % {"state": mine.get_state_display()}
        )
    return mine  # type: ignore[no-any-return]


def _check_call(call: Call) -> None:
    if call.state not in TAKES_EVIDENCE:
        raise NotNow(_("现在是“%(state)s”，不能签到。") % {"state": call.get_state_display()})
    if clock.now() < call.starts_at - EARLY:
        raise NotNow(_("还没到时候，开始前三小时起才能签到。"))


def _begin(call: Call) -> None:
    """Let the first coming begin the call, so that nobody has to press twice on the day."""
    if call.state in (Call.State.RECRUITING, Call.State.CLOSED):
        CALLS.take("start", call, actor=SystemActor(district_id=call.district_id))
