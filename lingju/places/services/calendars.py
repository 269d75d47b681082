"""Verbs about working calendars: the years a package knows, a year's notice from a sheet, working hours.

Every November the State Council says which days of the next year are free and which weekends are worked
for them. Until an officer takes that notice in, the year is unknown and no date in it is counted.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from chinese_calendar import constants as package
from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.kernel.ids import new_id
from lingju.kernel.rules import Actor
from lingju.places import calendars, hours_text
from lingju.places.events import CalendarChanged
from lingju.places.hours_text import UnreadableHoursError, WeeklyTime
from lingju.places.models import Area, CalendarDay, CalendarYear, District, WorkCalendar
from lingju.places.rules import its_district_officer
from lingju.places.services import marks
from lingju.places.workdays import ORDINARY, RESTING, DayKind, NoticedDay
from lingju.trail.services import leave_footprint

STANDARD_CODE = "standard"
FROM_PACKAGE = "chinesecalendar（按国务院办公厅通知整理）"
FROM_NOTICE = "国务院办公厅通知"
# These are free by law in every year: a notice without one of them has been copied in halves.
FIXED = ((1, 1), (5, 1), (10, 1))
FEWEST_FREE_DAYS = 11


@transaction.atomic
def fill(district: District, *, actor: Actor, years: Collection[int] | None = None) -> int:
    """Give a district its standard calendar and the years it lacks; return how many were new.

    The years are those whose notices the package holds (all of them, or some of `years`). What an officer
    took in is never overwritten.
    """
    its_district_officer.check(actor, _root(district))
    _standard(district, actor)
    by_year = _package_days()
    wanted = set(by_year) if years is None else set(by_year) & set(years)
    new = sorted(wanted - set(calendars.known_years(district)))
    if not new:
        return 0
    there = set(CalendarDay.objects.filter(district=district).values_list("date", flat=True))
    days = [day for year in new for day in by_year[year] if day.date not in there]
    CalendarDay.objects.bulk_create(_row(district, day, FROM_PACKAGE) for day in days)
    _note_years(district, new, FROM_PACKAGE)
    leave_footprint(actor=actor, action="fill_calendar", subject=district, after={"years": new})
    _changed(district, new)
    return len(new)


@transaction.atomic
def import_days(
    district: District, days: Iterable[NoticedDay], *, actor: Actor, source: str = FROM_NOTICE
) -> bool:
    """Take in days of a year's notice; say whether anything changed. A known date is replaced.

    A day given as an ordinary workday or weekend takes back what was said of its date. A year that was
    not known becomes known, so it must be there as a whole: half a notice would count free days as worked.
    """
    its_district_officer.check(actor, _root(district))
    days = sorted(days, key=lambda day: day.date)
    _refuse_senseless(days)
    years = sorted({day.date.year for day in days})
    _standard(district, actor)
    changed = _written(district, days, marks.tidy(source)[:120])
    new = sorted(set(years) - set(calendars.known_years(district)))
    for year in new:
        _refuse_half(district, year)
    if not changed and not new:
        return False
    _note_years(district, new, marks.tidy(source)[:120])
    after = {"years": years, "days": changed, "known": new}
    leave_footprint(actor=actor, action="import_calendar", subject=district, after=after)
    _changed(district, years)
    return True


@transaction.atomic
def keep(
    district: District,
    code: str,
    *,
    name: str,
    weekly: str,
    actor: Actor,
    keeps_holidays: bool = True,
    is_default: bool = False,
) -> WorkCalendar:
    """Add a calendar, or give the one with this code these hours; the same again changes nothing."""
    its_district_officer.check(actor, _root(district))
    code = marks.tidy_code(code)
    values = {
        "name": marks.tidy(name),
        "weekly": hours_text.write(_times(weekly)),
        "keeps_holidays": keeps_holidays,
    }
    known = WorkCalendar.objects.filter(district=district, code=code).first()
    if is_default:
        WorkCalendar.objects.filter(district=district, is_default=True).exclude(code=code).update(
            is_default=False
        )
    if known is None:
        row = WorkCalendar(district=district, code=code, is_default=is_default, **values)
        known = marks.insert(row, actor=actor)
    elif not marks.amend(known, values | ({"is_default": True} if is_default else {}), actor=actor):
        return known
    _changed(district, ())
    known.refresh_from_db()
    return known


def _standard(district: District, actor: Actor) -> None:
    """Give a district without a calendar the usual one."""
    if WorkCalendar.objects.filter(district=district).exists():
        return
    row = WorkCalendar(
        district=district,
        code=STANDARD_CODE,
        name="机关作息",
        weekly=calendars.STANDARD,
        is_default=True,
    )
    marks.insert(row, actor=actor)


def _package_days() -> dict[int, list[NoticedDay]]:
    """Return the days of the package by year."""
    names = {holiday.value: holiday.chinese for holiday in package.Holiday}
    by_year: dict[int, list[NoticedDay]] = {}
    for date, word in sorted({**package.holidays, **package.workdays}.items()):
        kind = DayKind.STATUTORY_HOLIDAY
        if date in package.workdays:
            kind = DayKind.MAKEUP_WORKDAY
        elif date in package.in_lieu_days:
            kind = DayKind.SWAPPED_REST_DAY
        by_year.setdefault(date.year, []).append(NoticedDay(date, kind, names[word]))
    return by_year


def _written(district: District, days: Sequence[NoticedDay], source: str) -> int:
    """Write what differs; return how many days did."""
    known = {row.date: row for row in CalendarDay.objects.filter(district=district)}
    gone = [known[day.date].pk for day in days if day.kind in ORDINARY and day.date in known]
    CalendarDay.objects.filter(pk__in=gone).delete()
    rows = [_row(district, day, source) for day in days if day.kind not in ORDINARY]
    new = [row for row in rows if row.date not in known]
    CalendarDay.objects.bulk_create(new)
    moved = 0
    for row in rows:
        before = known.get(row.date)
        if before is None or (before.kind, before.name) == (row.kind, row.name):
            continue
        CalendarDay.objects.filter(pk=before.pk).update(kind=row.kind, name=row.name, source=source)
        moved += 1
    return len(gone) + len(new) + moved


def _refuse_senseless(days: Sequence[NoticedDay]) -> None:
    twice = [date for date, count in Counter(day.date for day in days).items() if count > 1]
    if twice:
        raise BadInput(_("%(date)s 写了两次，请留一行。") % {"date": twice[0]})
    for day in days:
        sentence = _why_not(day)
        if sentence:
            raise BadInput(sentence % {"date": day.date})


def _why_not(day: NoticedDay) -> str:
    is_weekend = day.date.weekday() >= 5
    if day.kind is DayKind.MAKEUP_WORKDAY and not is_weekend:
        return _("%(date)s 不是周末，本来就上班，不用写“调休上班”。")
    if day.kind is DayKind.SWAPPED_REST_DAY and is_weekend:
        return _("%(date)s 是周末，本来就休息，不用写“调休放假”。")
    if day.kind in ORDINARY and is_weekend is not (day.kind is DayKind.WEEKEND):
        return _("%(date)s 的类别和星期对不上，请核对。")
    return ""


def _refuse_half(district: District, year: int) -> None:
    """Refuse to call a year known whose notice is plainly not all there."""
    rows = CalendarDay.objects.filter(district=district, date__year=year, kind__in=RESTING)
    free = set(rows.values_list("date", flat=True))
    missing = [date for month, day in FIXED if (date := dt.date(year, month, day)) not in free]
    if missing:
        words = {"year": year, "month": missing[0].month, "day": missing[0].day}
        raise BadInput(
            _("%(year)d 年的安排像是没填全：没有 %(month)d 月 %(day)d 日放假。请把全年的一起导入。") % words
        )
    if len(free) < FEWEST_FREE_DAYS:
        words = {"year": year, "n": len(free)}
        raise BadInput(_("%(year)d 年只写了 %(n)d 天放假，像是没填全。请把全年的一起导入。") % words)


def _row(district: District, day: NoticedDay, source: str) -> CalendarDay:
    name = marks.tidy(day.name)[:40]
    return CalendarDay(district=district, date=day.date, kind=day.kind.value, name=name, source=source)


def _note_years(district: District, years: Iterable[int], source: str) -> None:
    now = clock.now()
    CalendarYear.objects.bulk_create(
        CalendarYear(district=district, year=year, source=source, imported_at=now) for year in years
    )


def _changed(district: District, years: Iterable[int]) -> None:
    for pk in WorkCalendar.objects.filter(district=district).values_list("pk", flat=True):
        WorkCalendar.objects.filter(pk=pk).update(version=new_id())
    marks.tell(CalendarChanged(district.pk, tuple(years)), redraw=False)


def _times(weekly: str) -> tuple[WeeklyTime, ...]:
    try:
        times = hours_text.read(weekly)
        calendars.weekly_spans(times)
    except (UnreadableHoursError, ValueError) as error:
        sentence = _("上班时间请写成“%(example)s”，一天之内先后不重叠。") % {"example": calendars.STANDARD}
        raise BadInput(sentence, {"weekly": sentence}) from error
    return times


def _root(district: District) -> Area:
    """Return the node at which an officer of the whole district holds office."""
    return Area(district=district, code=district.code, stem=Area.stem_of(district.code))
