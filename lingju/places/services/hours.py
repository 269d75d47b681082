"""Verbs about opening hours: the weekly base, and what is different on certain dates.

The subject is a station, a service at one, a facility, or a gate of a compound. Base hours are replaced
as a whole; an exception lies over them and says everything about its dates (`lingju.places.hours`).
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.places import hours, hours_text
from lingju.places.events import HoursChanged, PlacesChanged, StationChanged
from lingju.places.hours_text import UnreadableHoursError, WeeklyTime
from lingju.places.models import Facility, Gate, OpeningSpan, ServiceAtStation, Station
from lingju.places.rules import its_clerk, its_keeper
from lingju.places.services import hours_past, marks
from lingju.trail.services import leave_footprint

Subject = Station | ServiceAtStation | Facility | Gate
LONGEST_CLOSING_DAYS = 366
ALL_DAY = (WeeklyTime(hours_text.EVERY_DAY, 0, hours.DAY),)


@transaction.atomic
def set_weekly(
    subject: Subject, times: Iterable[WeeklyTime] | str, *, actor: Actor, source: str = ""
) -> bool:
    """Replace the base hours of a subject; say whether they changed. Text is read as in a sheet.

    Nothing given means: no hours are published. A gate without hours can be passed at any time.
    """
    its_clerk.check(actor, place_of(subject))
    wanted = times_of(times)
    key = key_of(subject)
    base = OpeningSpan.objects.filter(
        **key, layer=OpeningSpan.Layer.BASE, day_class="", from_date=None, to_date=None, audience=None
    )
    before = {WeeklyTime(span.weekdays, span.opens, span.closes) for span in base if not span.is_closed}
    if before == set(wanted):
        return False
    was = hours_past.snapshot(key)
    base.delete()
    OpeningSpan.objects.bulk_create(
        OpeningSpan(
            district_id=subject.district_id,
            layer=OpeningSpan.Layer.BASE,
            weekdays=time.weekdays,
            opens=time.opens,
            closes=time.closes,
            source=marks.tidy(source)[:120],
            **key,
        )
        for time in wanted
    )
    said = hours_text.write(before), hours_text.write(wanted)
    leave_said(subject, "set_hours", *said, actor=actor, was=was, days=(clock.today(), None))
    return True


@transaction.atomic
def close_on(
    subject: Subject, first: dt.date, last: dt.date | None = None, *, reason: str, actor: Actor
) -> OpeningSpan:
    """Shut a subject for whole days, with the reason people will read; the same again changes nothing."""
    its_keeper.check(actor, place_of(subject))
    span = _exception(subject, first, last or first, reason)
    span.is_closed = True
    known = _same_exception(span)
    if known is not None:
        return known
    was = hours_past.snapshot(key_of(subject))
    span.save(force_insert=True)
    said = f"{first}~{last or first} {span.reason}"
    leave_said(subject, "close_on", "", said, actor=actor, was=was, days=(first, last or first))
    return span


@transaction.atomic
def open_on(
    subject: Subject,
    first: dt.date,
    last: dt.date | None = None,
    *,
    times: Iterable[WeeklyTime] | str,
    reason: str,
    actor: Actor,
) -> tuple[OpeningSpan, ...]:
    """Give a subject other hours on certain dates; on these dates they replace the weekly ones."""
    its_keeper.check(actor, place_of(subject))
    wanted = times_of(times)
    if not wanted:
        raise BadInput(_("请填这几天的开放时间；如果不开放，请用“关门”。"))
    was, spans = hours_past.snapshot(key_of(subject)), []
    for time in wanted:
        span = _exception(subject, first, last or first, reason)
        span.weekdays, span.opens, span.closes = time.weekdays, time.opens, time.closes
        known = _same_exception(span)
        if known is None:
            span.save(force_insert=True)
        spans.append(known or span)
    said = f"{first}~{last or first} {hours_text.write(wanted)}"
    leave_said(subject, "open_on", "", said, actor=actor, was=was, days=(first, last or first))
    return tuple(spans)


@transaction.atomic
def drop_exception(span: OpeningSpan, *, actor: Actor) -> None:
    """Take an exception back; the weekly hours speak again."""
    subject = subject_of(span)
    its_keeper.check(actor, place_of(subject))
    if span.layer != OpeningSpan.Layer.EXCEPTION:
        raise BadInput(_("平日的开放时间请在“每周时间”里改。"))
    said = f"{span.from_date}~{span.to_date} {span.reason}"
    days = (span.from_date or clock.today(), span.to_date)
    was = hours_past.snapshot(key_of(subject))
    span.delete()
    leave_said(subject, "drop_exception", said, "", actor=actor, was=was, days=days)


def subject_of(span: OpeningSpan) -> Subject:
    """Return the one thing a span speaks about."""
    subject = span.station or span.offer or span.facility or span.gate
    if subject is None:  # pragma: no cover - the database forbids it
        raise LookupError("a span without a subject")
    return subject


def times_of(times: Iterable[WeeklyTime] | str, field: str = "hours") -> tuple[WeeklyTime, ...]:
    """Read hours as somebody wrote them; refuse what cannot be read, naming the piece."""
    try:
        wanted = hours_text.read(times) if isinstance(times, str) else tuple(sorted(set(times)))
        for time in wanted:
            time.span()
    except UnreadableHoursError as unreadable:
        sentence = _(
            "看不懂开放时间“%(part)s”，请写成“周一至周五 8:00-12:00 14:00-18:00；周六 9:00-12:00”。"
        ) % {"part": unreadable.part[:40]}
        raise BadInput(sentence, {field: sentence}) from unreadable
    except ValueError as error:
        sentence = _("开放时间要在 0:00 到次日 24:00 之间，结束要晚于开始。")
        raise BadInput(sentence, {field: sentence}) from error
    return wanted


def _exception(subject: Subject, first: dt.date, last: dt.date, reason: str) -> OpeningSpan:
    """Return an unsaved span of the exception layer for whole days; refuse one without dates or a reason."""
    reason = marks.tidy(reason)[:120]
    if not reason:
        sentence = _("请写明原因，来的人要看。")
        raise BadInput(sentence, {"reason": sentence})
    if last < first:
        sentence = _("结束日期不能早于开始日期。")
        raise BadInput(sentence, {"to_date": sentence})
    if (last - first).days > LONGEST_CLOSING_DAYS:
        sentence = _("一次最多安排一年，更久请改每周时间或暂停驿站。")
        raise BadInput(sentence, {"to_date": sentence})
    return OpeningSpan(
        district_id=subject.district_id,
        layer=OpeningSpan.Layer.EXCEPTION,
        from_date=first,
        to_date=last,
        reason=reason,
        **key_of(subject),
    )


def _same_exception(span: OpeningSpan) -> OpeningSpan | None:
    fields = ("layer", "from_date", "to_date", "reason", "is_closed", "weekdays", "opens", "closes")
    keys = ("station_id", "offer_id", "facility_id", "gate_id")
    return OpeningSpan.objects.filter(**{name: getattr(span, name) for name in fields + keys}).first()


def key_of(subject: Subject) -> dict[str, Any]:
    """Return the field of a span that points at a subject, with the subject."""
    names: dict[type, str] = {
        Station: "station",
        ServiceAtStation: "offer",
        Facility: "facility",
        Gate: "gate",
    }
    return {names[type(subject)]: subject}


def place_of(subject: Subject) -> Any:
    """Return the station or compound by whose rule the subject's hours are set."""
    if isinstance(subject, Station):
        return subject
    return subject.compound if isinstance(subject, Gate) else subject.station


def leave_said(
    subject: Subject,
    action: str,
    before: str,
    after: str,
    *,
    actor: Actor,
    was: hours_past.Snapshot,
    days: tuple[dt.date, dt.date | None],
) -> None:
    """Keep what was in force before, leave a footprint, and tell upward which days it concerns."""
    hours_past.keep(key_of(subject), was, action, before, after, actor=actor)
    leave_footprint(
        actor=actor, action=action, subject=subject, before={"hours": before}, after={"hours": after}
    )
    if isinstance(subject, Gate):
        marks.tell(PlacesChanged(subject.district_id, "gate", subject.pk, action), redraw=True)
        return
    station_id = subject.pk if isinstance(subject, Station) else subject.station_id
    (kind,) = key_of(subject)
    marks.tell(HoursChanged(subject.district_id, kind, subject.pk, station_id, *days), redraw=False)
    marks.tell(StationChanged(subject.district_id, station_id, action), redraw=False)
