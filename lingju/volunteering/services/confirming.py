"""Verbs of hours: put minutes down later, correct them, look a second time, countersign, object.

    add_later, correct     one person writes, with a reason; nothing counts yet
    look_again, refuse     another person looks at everything that is odd, and says whether it counts
    confirm                the organiser stands for the minutes as the evidence has them
    object                 the volunteer says that they are wrong

No verb sets a total, and nobody signs, adds or looks again for themselves.
"""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places.services.marks import press_key, said_why
from lingju.volunteering.events import HoursConfirmed
from lingju.volunteering.models import Call, Evidence, Invitation, Volunteer
from lingju.volunteering.rules import oneself, works_at_it
from lingju.volunteering.services import chain, records
from lingju.volunteering.services.records import Record

OPEN: Final = (Call.State.RUNNING, Call.State.CONFIRMING, Call.State.PUBLISHED)
# Where something is odd about what was seen at the door, not recognising it takes the stays away.
ABOUT_STAYS: Final = frozenset({"overlap", "long_day", "late", "lone_in", "lone_out", "wrong_place"})
STAYS: Final = "stays"


@transaction.atomic
def add_later(
    call: Call, volunteer: Volunteer, minutes: int, why: str, *, key: str, actor: Actor
) -> Evidence:
    """Put minutes down that nobody saw at the door, with a reason; they wait for a second person.

    Only for somebody who had said yes to the call. Raises BadInput with a sentence for a field.
    """
    _check_hand(call, volunteer, actor)
    _check_open(call)
    if not Invitation.objects.accepted().filter(call=call, volunteer=volunteer).exists():
        raise NotNow(_("这位没有答应过这次招募，不能补记时长。"))
    if not 1 <= minutes <= call.minutes:
        sentence = _("补记 1 到 %(most)d 分钟，不能比整个活动还长。") % {"most": call.minutes}
        raise BadInput(sentence, {"minutes": sentence})
    return _write(call, volunteer, Evidence.Kind.ADDED, minutes, why, key=key, actor=actor)


@transaction.atomic
def correct(call: Call, volunteer: Volunteer, minutes: int, why: str, *, key: str, actor: Actor) -> Evidence:
    """Make the minutes what they should have been, by one more row; it waits for a second person.

    `minutes` is the right total; the row holds the difference. What was there before stays.
    """
    _check_hand(call, volunteer, actor)
    _check_open(call)
    record = records.record_of(call, volunteer)
    if not record.marks:
        raise NotNow(_("还没有这位的记录，没有什么可更正；漏记的请用“补记”。"))
    if record.tally.open_rows:
        raise NotNow(_("上一笔补记或更正还没有复核，先请另一位同事看过。"))
    if not 0 <= minutes <= call.minutes:
        sentence = _("时长要在 0 到 %(most)d 分钟之间。") % {"most": call.minutes}
        raise BadInput(sentence, {"minutes": sentence})
    change = minutes - record.minutes
    if change == 0:
        sentence = _("本来就是 %(n)d 分钟，不用更正。") % {"n": minutes}
        raise BadInput(sentence, {"minutes": sentence})
    return _write(call, volunteer, Evidence.Kind.CORRECTION, change, why, key=key, actor=actor)


@transaction.atomic
def look_again(call: Call, volunteer: Volunteer, why: str, *, key: str, actor: Actor) -> Evidence:
    """Say as the second person that what is odd was looked at and counts, what was put down later too."""
    record = _record_for_second(call, volunteer, actor)
    keys = [odd.key for odd in record.odd]
    return _settle(record, Evidence.Kind.SECOND, keys, why, key=key, actor=actor)


@transaction.atomic
def refuse(call: Call, volunteer: Volunteer, why: str, *, key: str, actor: Actor) -> Evidence:
    """Say as the second person that what is odd does not count; the rest of the record stays as it is."""
    record = _record_for_second(call, volunteer, actor)
    keys = [odd.key for odd in record.odd]
    if any(odd.kind in ABOUT_STAYS for odd in record.odd):
        keys.append(STAYS)
    return _settle(record, Evidence.Kind.REFUSED, keys, why, key=key, actor=actor)


@transaction.atomic
def confirm(call: Call, volunteer: Volunteer, *, key: str, actor: Actor) -> Record:
    """Countersign the minutes of one person as the evidence has them; confirmed already, nothing changes.

    Raises NotNow where something odd was not looked at by a second person, or there is nothing to confirm.
    """
    _check_hand(call, volunteer, actor)
    record = records.record_of(call, volunteer)
    if record.is_confirmed:
        return record
    _check_open(call)
    if record.odd:
        raise NotNow(_("这位的记录有 %(n)d 处要另一位同事先复核。") % {"n": len(record.odd)})
    if clock.now() < call.ends_at and record.tally.lone_in is not None:
        raise NotNow(_("这位还在现场，没有签退。走了再确认。"))
    if not record.minutes and not record.tally.settled:
        raise NotNow(_("还没有这位的到场记录，没有时长可确认。"))
    _sign(record, press_key(key), actor)
    return records.record_of(call, volunteer)


@transaction.atomic
def confirm_all(call: Call, *, key: str, actor: Actor) -> int:
    """Countersign everybody about whom nothing is odd; return how many. The others stay to be looked at."""
    works_at_it.check(actor, call)
    ready = [
        record
        for record in records.records_of(call)
        if record.minutes and not record.odd and not record.is_confirmed and not record.tally.lone_in
        if not record.tally.is_disputed and not _is_own(record.volunteer, actor)
    ]
    if ready:
        _check_open(call)
    for record in ready:
        _sign(record, f"{press_key(key, most=60)}-{record.volunteer.pk:x}", actor)
    return len(ready)


def _sign(record: Record, nonce: str, actor: Actor) -> None:
    """Add the organiser's signature under the minutes of a record."""
    call, volunteer, kind = record.call, record.volunteer, Evidence.Kind.SIGNED
    chain.add(call, volunteer, kind, nonce=nonce, actor=actor, minutes=record.minutes)
    announce(HoursConfirmed(call.district_id, call.pk, volunteer.pk))


@transaction.atomic
def object_to(call: Call, volunteer: Volunteer, why: str, *, key: str, actor: Actor) -> Evidence:
    """Say as the volunteer that the minutes are wrong; they are nobody's until somebody has looked."""
    oneself.check(actor, volunteer)
    if call.state == Call.State.ARCHIVED:
        raise NotNow(_("已经归档了。请打社区电话，另开一笔更正。"))
    if not Evidence.objects.filter(call=call, volunteer=volunteer).exists():
        raise NotNow(_("这里还没有您的记录。到过的，请让现场负责人补记。"))
    row, _is_new = chain.add(
        call,
        volunteer,
        Evidence.Kind.DISPUTED,
        nonce=press_key(key),
        actor=actor,
        method=Evidence.Method.SELF,
        reason=_reason(why),
    )
    return row


def open_things(call: Call) -> int:
    """Return how many records of a call are not confirmed yet: nothing is published before they are."""
    return sum(not record.is_confirmed for record in records.records_of(call) if not _is_empty(record))


def _is_empty(record: Record) -> bool:
    """Say whether a record came to nothing, and nobody waits for anything about it."""
    return not record.minutes and not record.odd and not record.tally.is_disputed


# --- what every hand must be ----------------------------------------------------------------------------


def _check_hand(call: Call, volunteer: Volunteer, actor: Actor) -> None:
    works_at_it.check(actor, call)
    if volunteer.district_id != call.district_id or _is_own(volunteer, actor):
        raise NotAllowed(_("自己的时长，要由别人来记、来签。"))


def _is_own(volunteer: Volunteer, actor: Actor) -> bool:
    return actor.account_id is not None and actor.account_id == volunteer.account_id


def _record_for_second(call: Call, volunteer: Volunteer, actor: Actor) -> Record:
    """Return the record, for somebody who may be the second person: none of the hands that wrote it."""
    _check_hand(call, volunteer, actor)
    _check_open(call)
    record = records.record_of(call, volunteer)
    if not record.odd:
        raise NotNow(_("这位的记录没有要复核的。"))
    if actor.account_id is None or actor.account_id in record.hands:
        raise NotAllowed(_("这些是您自己记的，要请另一位同事来复核。"))
    return record


def _settle(record: Record, kind: str, keys: list[str], why: str, *, key: str, actor: Actor) -> Evidence:
    row, _is_new = chain.add(
        record.call,
        record.volunteer,
        kind,
        nonce=press_key(key),
        actor=actor,
        reason=_reason(why),
        settles="\n".join(keys),
    )
    return row


def _write(
    call: Call, volunteer: Volunteer, kind: str, minutes: int, why: str, *, key: str, actor: Actor
) -> Evidence:
    row, _is_new = chain.add(
        call, volunteer, kind, nonce=press_key(key), actor=actor, minutes=minutes, reason=_reason(why)
    )
    return row


def _reason(why: str) -> str:
    return said_why(why, _("请写原因，不写姓名和电话。"), field="why")[:200]


def _check_open(call: Call) -> None:
    if call.state not in OPEN:
        raise NotNow(_("现在是“%(state)s”，不能动时长。") % {"state": call.get_state_display()})
