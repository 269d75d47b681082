"""Random layers over five years: OpenStreetMap, schema.org and iCalendar mean the minutes that we mean."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import icalendar
import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from lingju.kernel.clock import ZONE
from lingju.places import hours
from lingju.places.hours import DAY, ONE_DAY, Span, Stretch, Stretches, Timetable
from lingju.places.hours_ical import calendar_of
from lingju.places.hours_osm import osm
from lingju.places.hours_schema import DAYS, Specified, specified
from lingju.places.stretches import merged

SINCE = dt.date(2024, 1, 1)
LAST = dt.date(2028, 12, 31)
NEXT_YEAR = dt.date(2025, 3, 31)
Minutes = dict[dt.date, Stretches]


def notices(date: dt.date) -> str | None:
    """Return classes of days with holidays of several kinds in four known years; 2028 is not published."""
    if date.year >= 2028:
        return None
    if (date.month, date.day) in ((1, 1), (10, 1), (10, 2), (10, 3), (5, 1)):
        return "holiday"
    if (date.month, date.day) in ((10, 4), (5, 2)):
        return "swapped_rest" if date.weekday() < 5 else "holiday"
    if (date.month, date.day) in ((9, 28), (10, 11)) and date.weekday() >= 5:
        return "swapped_workday"
    return "workday" if date.weekday() < 5 else "weekend"


def days_from(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def ours(table: Timetable, dates: Iterable[dt.date]) -> Minutes:
    return {date: table.on(date).stretches for date in dates}


def by_date(moments: Iterable[tuple[dt.datetime, dt.datetime]]) -> Minutes:
    """Cut openings between wall times at midnights, and put together what touches."""
    found: dict[dt.date, list[Stretch]] = defaultdict(list)
    for start, end in moments:
        date = start.date()
        while dt.datetime.combine(date, dt.time()) < end:
            midnight = dt.datetime.combine(date, dt.time())
            low = max(0, int((start - midnight).total_seconds()) // 60)
            found[date].append(Stretch(low, min(DAY, int((end - midnight).total_seconds()) // 60)))
            date += ONE_DAY
    return {date: merged(stretches) for date, stretches in found.items()}


def read_osm(text: str, first: dt.date, last: dt.date) -> tuple[Minutes, Minutes]:
    """Return when opening-hours-py says open, and when it says unknown."""
    start, end = dt.datetime.combine(first, dt.time()), dt.datetime.combine(last + ONE_DAY, dt.time())
    said: dict[str, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    for begins, ends, state, _comment in OpeningHours(text).intervals(start, end):
        said[str(state)].append((begins, min(ends, end)))
    return by_date(said["open"]), by_date(said["unknown"])


def read_ical(data: bytes, last: dt.date) -> Minutes:
    """Return when dateutil says that an event takes place."""
    end = dt.datetime.combine(last + 2 * ONE_DAY, dt.time(), tzinfo=ZONE)
    found: list[tuple[dt.datetime, dt.datetime]] = []
    for event in icalendar.Calendar.from_ical(data).walk("VEVENT"):
        start = event.decoded("dtstart").astimezone(ZONE)
        length = event.decoded("dtend") - event.decoded("dtstart")
        starts = [start]
        if "rrule" in event:
            rule = rrulestr(_text(event["rrule"].to_ical()), dtstart=start)
            starts = list(rule.between(start, end, inc=True))
        taken_out = _exdates(event)
        found += [
            (one.replace(tzinfo=None), (one + length).replace(tzinfo=None))
            for one in starts
            if one not in taken_out
        ]
    return by_date(found)


def _text(line: bytes | str) -> str:
    return line if isinstance(line, str) else line.decode()


def _exdates(event: icalendar.Component) -> set[dt.datetime]:
    said = event.get("exdate", [])
    return {one.dt for many in (said if isinstance(said, list) else [said]) for one in many.dts}


def read_schema(said: Specified, first: dt.date, last: dt.date) -> Minutes:
    """Read the specifications by their own sentences: a special day outweighs the week of its season."""
    openings: list[tuple[dt.datetime, dt.datetime]] = []
    special = defaultdict(list)
    for one in said.special:
        special[dt.date.fromisoformat(str(one["validFrom"]))].append(one)
    for date in days_from(first, last):
        usual = [
            one
            for one in said.usual
            if f"https://schema.org/{DAYS[date.weekday()]}" in one["dayOfWeek"]
            and str(one["validFrom"]) <= date.isoformat() <= str(one.get("validThrough", "9999"))
        ]
        openings += [pair for one in special.get(date, usual) for pair in _opening(date, one)]
    return by_date(openings)


def _opening(date: dt.date, one: dict[str, str | list[str]]) -> list[tuple[dt.datetime, dt.datetime]]:
    opens, closes = (dt.time.fromisoformat(str(one[name])) for name in ("opens", "closes"))
    if opens == closes == dt.time():
        return []
    end = dt.datetime.combine(date if closes > opens else date + ONE_DAY, closes)
    if (opens, closes) == (dt.time(), dt.time(23, 59)):
        end = dt.datetime.combine(date + ONE_DAY, dt.time())
    return [(dt.datetime.combine(date, opens), end)]


def notices_of_one_year(date: dt.date) -> str | None:
    return notices(date) if date.year <= SINCE.year else None


def check(table: Timetable, last: dt.date, known: int = 2027) -> None:
    """Hold that the three exports mean our minutes, as far as anybody knows, and no minute after that."""
    asks = any(span.day_class and (span.to_date is None or span.to_date.year > known) for span in table.own)
    until = min(last, dt.date(known, 12, 31)) if asks else last
    dates = days_from(SINCE, until)
    mine = {date: stretches for date, stretches in ours(table, dates).items() if stretches}
    opened, unknown = read_osm(osm(table, SINCE), SINCE, last)
    assert opened == mine
    assert bool(unknown) is (until < last)
    assert not unknown or min(unknown) == until + ONE_DAY
    stamp = dt.datetime(2024, 1, 1, tzinfo=ZONE)
    from_ical = read_ical(calendar_of(table, SINCE, uid="x", name="驿站", stamp=stamp).to_ical(), until)
    from_schema = read_schema(specified(table, SINCE), SINCE, until)
    # A night that began before the first day is no opening of these days; what runs beyond the last is.
    inner = dates[1:-1]
    assert {d: from_ical[d] for d in inner if from_ical.get(d)} == {d: mine[d] for d in inner if d in mine}
    assert {d: from_schema[d] for d in inner if from_schema.get(d)} == {
        d: as_schema_says(mine[d]) for d in inner if d in mine
    }


def as_schema_says(stretches: Stretches) -> Stretches:
    """Return what schema.org can say: there a day from 00:00 to 23:59 is a whole one."""
    return (Stretch(0, DAY),) if stretches == ((0, DAY - 1),) else stretches


def a_date(last: dt.date) -> st.SearchStrategy[dt.date]:
    return st.integers(-40, (last - SINCE).days - 10).map(lambda days: SINCE + days * ONE_DAY)


@st.composite
def spans(draw: st.DrawFn, last: dt.date) -> Span:
    opens = draw(st.sampled_from([0, 480, 510, 840, 1320]) | st.integers(0, DAY - 1))
    closes = draw(st.sampled_from([720, 1080, DAY, DAY + 480]) | st.integers(1, 2 * DAY))
    layer = draw(st.sampled_from([10, 10, 20, 30, 40, 50]))
    first, end = (draw(a_date(last)), draw(a_date(last))) if layer > 10 else (None, None)
    if first and end and first > end:
        first, end = end, first
    return Span(
        opens=opens,
        closes=closes if closes > opens else opens + 1,
        weekdays=draw(st.sampled_from([127, 31, 96]) | st.integers(1, 127)),
        layer=layer,
        is_closed=draw(st.booleans()) if layer > 10 else False,
        day_class=draw(st.sampled_from(["", "", "", "holiday", "workday", "swapped_workday"])),
        from_date=first,
        to_date=end,
        reason=draw(st.sampled_from(["", '说"停电"的', "国庆"])),
    )


WEEK = Span(480, 1080, weekdays=31)
NATIONAL = Span(layer=hours.HOLIDAY, day_class="holiday", is_closed=True, reason="法定节假日")
NIGHT = Span(1320, DAY + 480)


@pytest.mark.parametrize(
    ("given_spans", "text"),
    [
        ((WEEK,), "Mo-Fr 08:00-18:00"),
        ((NIGHT,), "22:00-08:00"),
        ((Span(),), "24/7"),
        ((), "off"),
        (
            (Span(480, 720, 31), Span(840, 1080, 31), Span(540, 720, 32)),
            "Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00",
        ),
        (
            (
                Span(480, 1080),
                Span(
                    layer=40,
                    is_closed=True,
                    reason="国庆",
                    from_date=dt.date(2026, 10, 1),
                    to_date=dt.date(2026, 10, 7),
                ),
            ),
            '08:00-18:00; 2026 Oct 01-07 off "国庆"',
        ),
        (
            (
                Span(480, 1080),
                Span(
                    540,
                    1020,
                    31,
                    layer=20,
                    from_date=dt.date(2024, 6, 1),
                    to_date=dt.date(2024, 8, 31),
                    reason="夏",
                ),
            ),
            "08:00-18:00; 2024 Jan 01-2024 May 31 08:00-18:00; 2024 Jun 01-2024 Aug 31 Mo-Fr 09:00-17:00",
        ),
    ],
)
def test_openstreetmap_reads_like_this(given_spans: tuple[Span, ...], text: str) -> None:
    assert osm(Timetable(given_spans), SINCE).startswith(text)


def test_a_season_stands_with_its_dates_after_the_week() -> None:
    summer = Span(540, 1020, 31, layer=20, from_date=dt.date(2024, 6, 1), to_date=dt.date(2024, 8, 31))
    table = Timetable((Span(480, 1080), summer))
    assert "2024 Jun 01-2024 Aug 31 Mo-Fr 09:00-17:00" in osm(table, SINCE)
    check(table, NEXT_YEAR)


def test_holidays_are_dates_as_far_as_notices_go_and_unknown_after_that() -> None:
    table = Timetable((WEEK, NATIONAL), day_class=notices)
    text = osm(table, SINCE)
    assert '2026 Oct 01-02 off "法定节假日"' in text
    assert text.endswith('2028 Jan 01+ unknown "放假安排还没公布"')
    check(table, LAST)


def test_where_this_year_is_not_published_nothing_is_said() -> None:
    table = Timetable((WEEK, NATIONAL), day_class=notices)
    text = osm(table, dt.date(2028, 3, 1))
    assert text == '2028 Mar 01+ unknown "放假安排还没公布"'
    assert specified(table, dt.date(2028, 3, 1)) == Specified((), ())


def test_the_same_opening_keeps_its_uid_and_the_zone_is_told() -> None:
    stamp = dt.datetime(2024, 1, 1, tzinfo=ZONE)
    first, second = (
        calendar_of(Timetable((WEEK, extra)), SINCE, uid="s1", name="驿站", stamp=stamp + n * ONE_DAY)
        for n, extra in enumerate(
            (
                Span(540, 600, 64),
                Span(
                    layer=40,
                    is_closed=True,
                    reason="停电",
                    from_date=dt.date(2024, 3, 4),
                    to_date=dt.date(2024, 3, 4),
                ),
            )
        )
    )
    uids = [{str(event["uid"]) for event in calendar.walk("VEVENT")} for calendar in (first, second)]
    assert uids[1] < uids[0]
    assert [str(zone["tzid"]) for zone in first.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert b"DTSTART;TZID=Asia/Shanghai:20240101T080000" in first.to_ical()
    assert b"EXDATE;TZID=Asia/Shanghai:20240304T080000" in second.to_ical()


@settings(max_examples=12, deadline=None)
@given(st.lists(spans(NEXT_YEAR), max_size=5))
def test_three_formats_mean_the_same_minutes(given_spans: list[Span]) -> None:
    check(Timetable(tuple(given_spans), day_class=notices_of_one_year), NEXT_YEAR, known=SINCE.year)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(spans(LAST), max_size=7), st.lists(spans(LAST), max_size=2))
def test_three_formats_mean_the_same_minutes_for_five_years(
    given_spans: list[Span], house: list[Span]
) -> None:
    check(Timetable(tuple(given_spans), day_class=notices), LAST)
    plain = tuple(span for span in house if not span.day_class)
    check(Timetable(tuple(given_spans), plain, inherits=bool(plain), day_class=notices), LAST)
