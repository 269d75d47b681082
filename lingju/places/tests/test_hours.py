"""The pure resolver: layers, midnights, closings, words; checked against a minute-by-minute oracle."""

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel.clock import ZONE
from lingju.places import hours
from lingju.places.hours import DAY, OpenState, Span, Stretch, resolve, state_at, words

MONDAY = dt.date(2026, 11, 23)
DAILY = Span(opens=8 * 60, closes=18 * 60)
NIGHT = Span(opens=22 * 60, closes=32 * 60)


def moment(hour: int, minute: int = 0, *, days: int = 0) -> dt.datetime:
    return dt.datetime.combine(MONDAY, dt.time(hour, minute), tzinfo=ZONE) + dt.timedelta(days=days)


dates = st.integers(0, 6).map(lambda days: MONDAY + dt.timedelta(days=days))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    opens = draw(st.integers(0, DAY - 1))
    from_date, to_date = draw(st.none() | dates), draw(st.none() | dates)
    if from_date and to_date and from_date > to_date:
        from_date, to_date = to_date, from_date
    return Span(
        opens=opens,
        closes=draw(st.integers(opens + 1, 2 * DAY)),
        weekdays=draw(st.integers(0, 127)),
        layer=draw(st.sampled_from([10, 20, 40, 50])),
        is_closed=draw(st.booleans()),
        from_date=from_date,
        to_date=to_date,
    )


def oracle(given_spans: Sequence[Span], date: dt.date, minute: int) -> bool:
    """Say whether a minute is open, by the sentences of the module's docstring alone."""

    def speaking(day: dt.date) -> list[Span]:
        said = [
            s
            for s in given_spans
            if s.weekdays >> day.weekday() & 1
            and (s.from_date is None or s.from_date <= day)
            and (s.to_date is None or day <= s.to_date)
        ]
        top = max((s.layer for s in said), default=0)
        return [s for s in said if s.layer == top]

    def covers(said: Sequence[Span], at: int, *, shut: bool) -> bool:
        return any(s.opens <= at < s.closes and s.is_closed is shut for s in said)

    today, before = speaking(date), speaking(date - dt.timedelta(days=1))
    top, top_before = (max((s.layer for s in said), default=0) for said in (today, before))
    shut_today, shut_before = covers(today, minute, shut=True), covers(before, minute + DAY, shut=True)
    own = covers(today, minute, shut=False) and not shut_today
    own = own and not (top_before > top and shut_before)
    running_in = covers(before, minute + DAY, shut=False) and not shut_before
    return own or (running_in and not (top > top_before and shut_today))


@given(st.lists(spans(), max_size=6), dates, st.integers(0, DAY - 1))
def test_every_minute_is_as_the_layers_say(given_spans: list[Span], date: dt.date, minute: int) -> None:
    stretches = resolve(given_spans, date)
    assert any(start <= minute < end for start, end in stretches) is oracle(given_spans, date, minute)


@given(st.lists(spans(), max_size=6), dates)
def test_stretches_are_sorted_apart_and_within_the_day(given_spans: list[Span], date: dt.date) -> None:
    flat = [minute for stretch in resolve(given_spans, date) for minute in stretch]
    assert flat == sorted(set(flat))
    assert all(0 <= minute <= DAY for minute in flat)


@given(st.lists(spans(), max_size=6), dates, st.integers(0, DAY - 1))
def test_the_state_agrees_with_the_day(given_spans: list[Span], date: dt.date, minute: int) -> None:
    at = dt.datetime.combine(date, dt.time(minute // 60, minute % 60), tzinfo=ZONE)
    state = state_at(given_spans, at)
    assert state.is_open is oracle(given_spans, date, minute)
    if state.is_open and state.until is not None:
        assert state.until > at
        last = state.until - dt.timedelta(minutes=1)
        assert state_at(given_spans, last).is_open
        assert not state_at(given_spans, state.until).is_open
    if state.opens_at is not None:
        assert state.opens_at > at
        assert state_at(given_spans, state.opens_at).is_open
        assert not state_at(given_spans, state.opens_at - dt.timedelta(minutes=1)).is_open


@given(st.lists(spans(), max_size=5), dates)
def test_an_emergency_closing_leaves_no_minute_open_on_its_day(
    given_spans: list[Span], date: dt.date
) -> None:
    below = [span for span in given_spans if span.layer < hours.EMERGENCY]
    shut = Span(layer=hours.EMERGENCY, is_closed=True, from_date=date, to_date=date)
    assert resolve([*below, shut], date) == ()


@given(st.lists(spans(), max_size=5), dates)
def test_a_span_in_a_lower_layer_changes_nothing_where_a_higher_one_speaks(
    given_spans: list[Span], date: dt.date
) -> None:
    high = Span(opens=600, closes=720, layer=hours.EMERGENCY)
    assert resolve([*given_spans, high], date) == resolve(
        [span for span in given_spans if span.layer == hours.EMERGENCY] + [high], date
    )


def test_open_until_the_evening() -> None:
    state = state_at([DAILY], moment(9))
    assert state == OpenState(is_open=True, until=moment(18))
    assert words(state, moment(9)) == "开着，到 18:00"


def test_before_the_door_opens_it_says_when() -> None:
    assert words(state_at([DAILY], moment(7)), moment(7)) == "8:00 开门"


def test_after_closing_it_names_tomorrow() -> None:
    assert words(state_at([DAILY], moment(20)), moment(20)) == "明天 8:00 开门"


def test_over_the_weekend_it_names_the_weekday() -> None:
    workdays = Span(opens=510, closes=1080, weekdays=0b0011111)
    friday_night = moment(20, days=4)
    assert words(state_at([workdays], friday_night), friday_night) == "周一 8:30 开门"


def test_far_away_it_names_the_date() -> None:
    shut = Span(
        layer=hours.EXCEPTION,
        is_closed=True,
        from_date=MONDAY,
        to_date=MONDAY + dt.timedelta(days=9),
        reason="",
    )
    assert words(state_at([DAILY, shut], moment(9)), moment(9)) == "12月3日 8:00 开门"


def test_round_the_clock_is_said_plainly() -> None:
    state = state_at([Span()], moment(3))
    assert state.all_day
    assert state.until is None
    assert words(state, moment(3)) == "全天开"


def test_a_day_that_ends_at_midnight_ends_at_24() -> None:
    state = state_at([Span(opens=8 * 60, closes=DAY)], moment(21))
    assert words(state, moment(21)) == "开着，到 24:00"


def test_a_night_station_is_open_over_midnight() -> None:
    assert state_at([NIGHT], moment(3)).until == moment(8)
    assert state_at([NIGHT], moment(23)).until == moment(8, days=1)
    assert words(state_at([NIGHT], moment(23)), moment(23)) == "开着，到明天 8:00"
    assert not state_at([NIGHT], moment(9)).is_open


def test_a_closing_says_its_reason_and_the_next_opening() -> None:
    shut = Span(layer=hours.EXCEPTION, is_closed=True, from_date=MONDAY, to_date=MONDAY, reason="修水管")
    state = state_at([DAILY, shut], moment(9))
    assert (state.is_open, state.reason, state.opens_at) == (False, "修水管", moment(8, days=1))
    assert words(state, moment(9)) == "暂停：修水管"


def test_a_closing_on_the_next_day_cuts_the_night_off() -> None:
    tuesday = MONDAY + dt.timedelta(days=1)
    shut = Span(layer=hours.EXCEPTION, is_closed=True, from_date=tuesday, to_date=tuesday)
    assert state_at([NIGHT, shut], moment(23)).until == moment(0, days=1)


def test_other_hours_on_a_date_replace_the_weekly_ones() -> None:
    short = Span(
        opens=600, closes=720, layer=hours.EXCEPTION, from_date=MONDAY, to_date=MONDAY, reason="冬训"
    )
    assert resolve([DAILY, short], MONDAY) == (Stretch(600, 720),)
    assert words(state_at([DAILY, short], moment(14)), moment(14)) == "明天 8:00 开门"


def a_calendar(**words: str) -> hours.DayClasses:
    """Return classes of days in a year whose notice is known, some days being what `d23="holiday"` says."""

    def day_class(date: dt.date) -> str:
        return words.get(f"d{date.day}") or ("workday" if date.weekday() < 5 else "weekend")

    return day_class


def test_a_day_class_speaks_only_on_its_days() -> None:
    holiday = Span(opens=600, closes=660, layer=hours.HOLIDAY, day_class="holiday")
    calendar = a_calendar(d23="holiday")
    assert resolve([DAILY, holiday], MONDAY, day_class=calendar) == (Stretch(600, 660),)
    assert resolve([DAILY, holiday], MONDAY + dt.timedelta(days=1), day_class=calendar) == (
        Stretch(480, 1080),
    )


def test_a_weekday_line_is_silent_on_a_saturday_that_is_worked() -> None:
    saturday = MONDAY + dt.timedelta(days=5)
    weekdays, saturdays = Span(opens=480, closes=1080, weekdays=0b11111), Span(540, 720, weekdays=0b100000)
    worked = a_calendar(d28="swapped_workday")
    assert resolve([weekdays], saturday, day_class=worked) == ()
    assert resolve([weekdays, saturdays], saturday, day_class=worked) == (Stretch(540, 720),)
    own_line = Span(opens=480, closes=1020, day_class="swapped_workday", layer=hours.HOLIDAY)
    assert resolve([weekdays, saturdays, own_line], saturday, day_class=worked) == (Stretch(480, 1020),)


def test_a_day_that_nobody_has_published_is_open_only_as_far_as_every_notice_would_say() -> None:
    holiday = Span(opens=600, closes=660, layer=hours.HOLIDAY, day_class="holiday")
    day = hours.resolve_with_reasons([DAILY, holiday], MONDAY)
    assert day.stretches == (Stretch(600, 660),)
    assert day.perhaps == (Stretch(480, 600), Stretch(660, 1080))
    assert not day.is_known
    state = state_at([DAILY, holiday], moment(9))
    assert (state.is_open, state.is_known, words(state, moment(9))) == (False, False, "放假安排还没公布")
    inside = state_at([DAILY, holiday], moment(10, 30))
    assert (inside.is_open, inside.until, words(inside, moment(10, 30))) == (True, None, "开着")
    night = state_at([DAILY, holiday], moment(20))
    assert (night.opens_at, night.is_known) == (None, False)


def test_a_class_that_the_weekday_forbids_leaves_nothing_unknown() -> None:
    weekend = Span(opens=600, closes=660, layer=hours.SEASONAL, day_class="weekend")
    assert hours.resolve_with_reasons([DAILY, weekend], MONDAY).is_known
    assert not hours.resolve_with_reasons([DAILY, weekend], MONDAY + dt.timedelta(days=5)).is_known


def test_a_closing_above_leaves_nothing_unknown() -> None:
    holiday = Span(opens=600, closes=660, layer=hours.HOLIDAY, day_class="holiday")
    shut = Span(layer=hours.EMERGENCY, is_closed=True, reason="暴雨")
    day = hours.resolve_with_reasons([DAILY, holiday, shut], MONDAY)
    assert (day.stretches, day.is_known) == ((), True)
    assert words(state_at([DAILY, holiday, shut], moment(9)), moment(9)) == "暂停：暴雨"


def test_the_chain_says_who_spoke_and_who_was_outweighed() -> None:
    short = Span(
        600, 720, layer=hours.EXCEPTION, from_date=MONDAY, to_date=MONDAY, reason="冬训", source="通知"
    )
    couriers = Span(0, DAY, audience="courier")
    day = hours.resolve_with_reasons([NIGHT, short, couriers], MONDAY)
    assert day.stretches == (Stretch(0, 480), Stretch(600, 720))
    said = [(one.date == MONDAY, one.layer, one.audience, one.spoke) for one in day.chain]
    assert said == [
        (True, hours.EXCEPTION, "", True),
        (True, hours.BASE, "", False),
        (False, hours.BASE, "", True),
        (True, hours.BASE, "courier", False),
    ]
    assert (day.chain[0].reason, day.chain[0].source) == ("冬训", "通知")


def test_what_is_for_couriers_opens_for_couriers_alone() -> None:
    couriers = Span(0, DAY, audience="courier")
    assert hours.resolve_with_reasons([DAILY, couriers], MONDAY).stretches == (Stretch(480, 1080),)
    assert hours.resolve_with_reasons([DAILY, couriers], MONDAY, audience="courier").stretches == (
        Stretch(0, DAY),
    )


@given(st.lists(spans(), max_size=6), dates)
def test_with_reasons_the_hours_are_the_same(given_spans: list[Span], date: dt.date) -> None:
    day = hours.resolve_with_reasons(given_spans, date)
    assert (day.stretches, day.is_known) == (resolve(given_spans, date), True)
    assert {one.layer for one in day.chain if one.spoke and one.date == date} == (
        {hours.plan(given_spans, date).layer} - {0}
    )


def test_what_lies_outside() -> None:
    assert not hours.outside([Stretch(480, 720)], 480, 720)
    assert hours.outside([Stretch(480, 720)], 479, 720)
    assert hours.outside([Stretch(480, 720), Stretch(840, 900)], 700, 850)
    assert not hours.outside([Stretch(480, 720)], 100, 100)


def test_without_hours_nothing_is_promised() -> None:
    assert words(state_at([], moment(9)), moment(9)) == "没有开放时间"


def test_minutes_open_are_counted_once() -> None:
    assert hours.minutes_open([DAILY, Span(opens=600, closes=1200)], MONDAY) == 720


@pytest.mark.parametrize(
    ("opens", "closes"), [(-1, 10), (DAY, DAY + 1), (60, 60), (60, 30), (0, 2 * DAY + 1)]
)
def test_a_span_that_no_day_has_is_refused(opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match="a span opens"):
        Span(opens=opens, closes=closes)
