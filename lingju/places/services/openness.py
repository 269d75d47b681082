"""Verbs about a station's door: it was opened, it was closed, and what was said wrongly is said anew."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.places import opening
from lingju.places.models import DoorRecord, Station
from lingju.places.rules import its_keeper
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

Source = DoorRecord.Source
AHEAD = dt.timedelta(minutes=5)  # what a device's clock may be fast
LATE = dt.timedelta(hours=1)  # how long after the published end somebody may still be sweeping
LONGEST = dt.timedelta(days=2)


@transaction.atomic
def open_door(
    station: Station,
    key: str,
    *,
    actor: Actor,
    at: dt.datetime | None = None,
    source: str = Source.KEEPER.value,
) -> DoorRecord:
    """Record that the door is open; the same key again is the same record.

    Where the door is recorded as open today already, that record stands: one tap too many says nothing new.
    """
    its_keeper.check(actor, station)
    Station.objects.select_for_update().get(pk=station.pk)
    known = station.door_records.filter(key=key).first() or _opened_today(station)
    if known is not None:
        return known
    record = DoorRecord(
        district_id=station.district_id, station=station, opened_at=_past(at), source=source, key=_key(key)
    )
    record.save(force_insert=True)
    _leave(record, "open_door", actor)
    return record


@transaction.atomic
def close_door(
    station: Station,
    key: str,
    *,
    actor: Actor,
    at: dt.datetime | None = None,
    source: str = Source.KEEPER.value,
) -> DoorRecord:
    """Record that the door is closed; of two hands one closes it, and the other changes nothing.

    Refused where nobody recorded that it was opened today: who forgot writes the day down afterwards.
    """
    its_keeper.check(actor, station)
    Station.objects.select_for_update().get(pk=station.pk)
    closed_at = _past(at)
    record = _to_close(station, closed_at)
    if record is None:
        last = station.door_records.filter(is_replaced=False).last()
        if last is not None and last.closed_at and clock.now() - last.closed_at < LONGEST:
            return last
        raise NotNow(_("今天还没有记开门。忘了记的话，在下面补一条。"))
    if closed_at <= record.opened_at:
        raise BadInput(_("关门时间要晚于开门时间。"), {"closed_at": _("关门时间要晚于开门时间。")})
    DoorRecord.objects.filter(pk=record.pk, closed_at=None).update(closed_at=closed_at)
    record.closed_at = closed_at
    _leave(record, "close_door", actor, note=f"{source} {key[:40]}")
    return record


@transaction.atomic
def write_down(
    station: Station,
    opened_at: dt.datetime,
    closed_at: dt.datetime,
    *,
    key: str,
    actor: Actor,
    note: str,
    replaces: DoorRecord | None = None,
) -> DoorRecord:
    """Record afterwards when the door was open, or put right what was recorded; the old row stays to be seen.

    Say why: a record made afterwards is worth what its reason is worth.
    """
    its_keeper.check(actor, station)
    Station.objects.select_for_update().get(pk=station.pk)
    known: DoorRecord | None = station.door_records.filter(key=key).first()
    if known is not None:
        return known
    _refuse_odd_times(opened_at, closed_at)
    note = marks.tidy(note)[:120]
    if not note:
        sentence = _("请写明为什么现在才记，或者为什么要改。")
        raise BadInput(sentence, {"note": sentence})
    if replaces is not None:
        _replace(station, replaces)
    record = DoorRecord(
        district_id=station.district_id,
        station=station,
        opened_at=opened_at,
        closed_at=closed_at,
        key=_key(key),
        replaces=replaces,
        note=note,
    )
    record.save(force_insert=True)
    _leave(record, "write_down_door", actor, note=note)
    return record


def _replace(station: Station, old: DoorRecord) -> None:
    mine = DoorRecord.objects.filter(pk=old.pk, station=station, is_replaced=False)
    if mine.update(is_replaced=True) != 1:
        raise SomeoneWasFaster(_("这条记录刚才已经被更正过了，请刷新后看一看。"))


def _unclosed(station: Station) -> DoorRecord | None:
    record: DoorRecord | None = station.door_records.filter(closed_at=None, is_replaced=False).last()
    return record


def _opened_today(station: Station) -> DoorRecord | None:
    record = _unclosed(station)
    is_of_today = record is not None and _date(record.opened_at) == clock.today()
    return record if is_of_today else None


def _to_close(station: Station, closed_at: dt.datetime) -> DoorRecord | None:
    """Return the record that a closing ends: opened on the same day, or in the night shift that runs on."""
    record = _unclosed(station)
    if record is None or _date(record.opened_at) == _date(closed_at):
        return record
    end = max(record.opened_at, closed_at - LATE)
    return record if opening.is_open_throughout(station, record.opened_at, end) else None


def _date(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.ZONE).date()


def _past(at: dt.datetime | None) -> dt.datetime:
    moment = at or clock.now()
    if moment > clock.now() + AHEAD:
        raise BadInput(_("时间还没到，不能记以后的开门关门。"))
    return moment


def _refuse_odd_times(opened_at: dt.datetime, closed_at: dt.datetime) -> None:
    if closed_at <= opened_at:
        sentence = _("关门时间要晚于开门时间。")
        raise BadInput(sentence, {"closed_at": sentence})
    if closed_at - opened_at > LONGEST:
        sentence = _("一条记录最多两天，更久请分开记。")
        raise BadInput(sentence, {"closed_at": sentence})
    if closed_at > clock.now() + AHEAD:
        sentence = _("时间还没到，不能记以后的开门关门。")
        raise BadInput(sentence, {"closed_at": sentence})


def _key(key: str) -> str:
    if not key.strip():
        raise BadInput(_("这一下没有带编号，请刷新页面再按。"))
    return key[:64]


def _leave(record: DoorRecord, action: str, actor: Actor, note: str = "") -> None:
    times = {"opened_at": record.opened_at.isoformat(), "source": record.source}
    if record.closed_at:
        times["closed_at"] = record.closed_at.isoformat()
    leave_footprint(actor=actor, action=action, subject=record.station, after=times, note=note)
