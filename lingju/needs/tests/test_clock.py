"""The clock of a need: targets, pauses, readings, the ladder; and deadlines a real city has published."""

import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel.clock import ZONE
from lingju.needs import clock
from lingju.needs.clock import ChaseAct, Pause, PauseReason, State, Target, Timing, Unit
from lingju.places.workdays import DayKind, Due, WorkdayCalendar, week

BOSTON = Path(__file__).resolve().parents[4] / "shared/data/needs/c311/boston311-100.csv"
OFFICE = ((510, 720), (870, 1080))
DAYS = {dt.date(2026, 10, day): DayKind.STATUTORY_HOLIDAY for day in range(1, 8)}
DAYS[dt.date(2026, 10, 10)] = DayKind.MAKEUP_WORKDAY
CALENDAR = WorkdayCalendar(week(OFFICE), DAYS, frozenset({2026}))
RESIDENT, DATE = PauseReason.WAITING_FOR_RESIDENT, PauseReason.WAITING_FOR_DATE
FIVE_DAYS = Target(5, Unit.WORKING_DAYS)

MONDAY = dt.datetime(2026, 1, 5, tzinfo=ZONE)
moments = st.timedeltas(dt.timedelta(), dt.timedelta(days=290)).map(MONDAY.__add__)
targets = st.builds(Target, st.integers(1, 20), st.sampled_from(list(Unit)))
lengths = st.timedeltas(dt.timedelta(), dt.timedelta(days=10))
pauses = st.lists(
    st.builds(
        lambda start, length: Pause(start, start + length, RESIDENT),
        moments.filter(lambda moment: moment.month < 9),
        lengths,
    ),
    max_size=4,
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def running(start: str, target: Target = FIVE_DAYS, *stops: Pause) -> Timing:
    return clock.timing_of(CALENDAR, at(start), target, stops)


# --- targets --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "due"),
    [
        (Target(1, "working_days"), "2026-10-08 10:00"),
        (Target(3, "working_days"), "2026-10-10 10:00"),
        (Target(4, "working_days"), "2026-10-12 10:00"),
        (Target(3, "calendar_days"), "2026-10-03 10:00"),
        (Target(8, "working_hours"), "2026-10-08 11:00"),
    ],
)
def test_a_promise_made_before_the_long_holiday(target: Target, due: str) -> None:
    assert clock.due_after(CALENDAR, at("2026-09-30 10:00"), target) == Due(at(due))


def test_a_promise_into_a_year_nobody_knows_has_no_date_and_chases_nobody() -> None:
    due = clock.due_after(CALENDAR, at("2026-12-30 10:00"), FIVE_DAYS)
    assert due == Due(None, 2027)
    reading = clock.read(CALENDAR, Timing(at("2026-12-30 10:00"), due), at("2027-02-01 10:00"))
    assert (reading.remaining_minutes, reading.share_used, reading.is_overdue) == (None, None, False)
    assert clock.steps_due(reading, ()) == ()


@pytest.mark.parametrize(("amount", "unit"), [(0, "working_days"), (-1, "working_hours"), (1, "weeks")])
def test_a_promise_that_takes_no_time_or_counts_in_something_else_is_none(amount: int, unit: str) -> None:
    with pytest.raises(ValueError, match=r"time|weeks"):
        Target(amount, unit)


# --- pauses ---------------------------------------------------------------------------------------------


def test_waiting_moves_the_date_on_by_the_working_time_waited() -> None:
    wait = Pause(at("2026-03-03 10:00"), at("2026-03-05 10:00"), RESIDENT)
    assert running("2026-03-02 10:00").due == Due(at("2026-03-09 10:00"))
    assert running("2026-03-02 10:00", FIVE_DAYS, wait).due == Due(at("2026-03-11 10:00"))


def test_waiting_over_a_weekend_costs_nothing() -> None:
    wait = Pause(at("2026-03-06 18:00"), at("2026-03-09 08:30"), DATE)
    assert running("2026-03-02 10:00", FIVE_DAYS, wait).due == Due(at("2026-03-09 10:00"))


def test_two_waits_at_once_count_once() -> None:
    wait = Pause(at("2026-03-03 10:00"), at("2026-03-05 10:00"), RESIDENT)
    other = Pause(at("2026-03-04 10:00"), at("2026-03-05 09:00"), DATE)
    assert running("2026-03-02 10:00", FIVE_DAYS, wait, other) == running("2026-03-02 10:00", FIVE_DAYS, wait)


def test_a_wait_needs_one_of_two_reasons_and_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="busy"):
        Pause(at("2026-03-03 10:00"), None, "busy")
    with pytest.raises(ValueError, match="after"):
        Pause(at("2026-03-03 10:00"), at("2026-03-02 10:00"), RESIDENT)


def test_a_wait_through_a_year_nobody_knows_leaves_the_date_unknown() -> None:
    due = clock.moved_on(CALENDAR, at("2026-12-30 10:00"), at("2026-12-29 10:00"), at("2027-01-06 10:00"))
    assert due == Due(None, 2027)


@given(moments, targets, pauses)
def test_no_pause_brings_a_date_forward(start: dt.datetime, target: Target, stops: list[Pause]) -> None:
    plain = clock.timing_of(CALENDAR, start, target).due
    for count in range(1, len(stops) + 1):
        paused = clock.timing_of(CALENDAR, start, target, stops[:count]).due
        if paused.at is not None:
            assert plain.moment() <= paused.at
            plain = paused


@given(moments, lengths, lengths)
def test_the_total_time_never_decreases_and_nothing_pauses_it(
    said: dt.datetime, first: dt.timedelta, more: dt.timedelta
) -> None:
    before, after = said + first, said + first + more
    assert 0 <= clock.total_minutes(said, before) <= clock.total_minutes(said, after)
    assert clock.total_minutes(said, after) == (first + more) // dt.timedelta(minutes=1)
    assert clock.total_minutes(said, said - first) == 0


@given(moments, lengths, targets)
def test_who_asks_later_is_promised_no_earlier(
    start: dt.datetime, later: dt.timedelta, target: Target
) -> None:
    first, second = (clock.due_after(CALENDAR, moment, target) for moment in (start, start + later))
    if second.at is not None:
        assert first.moment() <= second.at


# --- readings -------------------------------------------------------------------------------------------


def test_a_clock_says_what_is_left_and_how_much_is_used() -> None:
    reading = clock.read(CALENDAR, running("2026-03-02 10:00"), at("2026-03-04 15:30"))
    assert (reading.state, reading.is_overdue) == (State.RUNNING, False)
    assert reading.remaining_minutes == 3 * 420 - 180
    assert reading.share_used == pytest.approx(1 - (3 * 420 - 180) / (5 * 420))


def test_a_clock_past_its_date_counts_the_days_over() -> None:
    reading = clock.read(CALENDAR, running("2026-03-02 10:00"), at("2026-03-11 10:00"))
    assert (reading.is_overdue, reading.remaining_minutes, reading.days_over) == (True, -840, 2)
    assert reading.share_used == pytest.approx(1.4)


def test_a_paused_clock_stands_still() -> None:
    wait = Pause(at("2026-03-03 10:00"), None, RESIDENT)
    timing = running("2026-03-02 10:00", FIVE_DAYS, wait)
    first, later = (clock.read(CALENDAR, timing, at(now)) for now in ("2026-03-03 11:00", "2026-06-03 11:00"))
    assert first == later
    assert first.state is State.PAUSED
    assert first.share_used == pytest.approx(0.2)
    assert clock.steps_due(later, ()) == ()


def test_the_share_does_not_grow_by_waiting() -> None:
    wait = Pause(at("2026-03-03 10:00"), at("2026-03-10 10:00"), RESIDENT)
    timing = running("2026-03-02 10:00", FIVE_DAYS, wait)
    assert clock.read(CALENDAR, timing, at("2026-03-10 10:00")).share_used == pytest.approx(0.2)


def test_a_stopped_clock_says_whether_it_was_in_time() -> None:
    timing = clock.timing_of(CALENDAR, at("2026-03-02 10:00"), FIVE_DAYS, stopped_at=at("2026-03-09 09:59"))
    reading = clock.read(CALENDAR, timing, at("2026-05-01 10:00"))
    assert (reading.state, reading.is_overdue) == (State.STOPPED, False)
    assert clock.steps_due(reading, ()) == ()


def test_a_promise_that_lies_in_a_rest_is_unused_until_it_is_over() -> None:
    timing = running("2026-03-07 10:00", Target(1, Unit.CALENDAR_DAYS))
    before, after = (
        clock.read(CALENDAR, timing, at(now)) for now in ("2026-03-07 12:00", "2026-03-08 12:00")
    )
    assert (before.is_overdue, after.is_overdue, after.days_over) == (False, True, 0)
    assert [step.code for step in clock.steps_due(after, ())] == ["half", "most", "due"]


# --- the ladder -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "act"),
    [
        ("2026-03-04 15:59", None),
        ("2026-03-04 16:00", ChaseAct.REMIND_OWNER),
        ("2026-03-06 10:00", ChaseAct.REMIND_OWNER),
        ("2026-03-09 10:01", ChaseAct.TO_COMMUNITY),
        ("2026-03-11 09:59", ChaseAct.TO_COMMUNITY),
        ("2026-03-11 10:00", ChaseAct.TO_STREET),
        ("2026-03-16 10:00", ChaseAct.TO_DISTRICT),
    ],
)
def test_what_is_slow_climbs_rung_by_rung(now: str, act: ChaseAct | None) -> None:
    steps = clock.steps_due(clock.read(CALENDAR, running("2026-03-02 10:00"), at(now)), ())
    assert (steps[-1].act if steps else None) == act
    assert [step.code for step in steps] == [step.code for step in clock.LADDER[: len(steps)]]


def test_a_rung_is_taken_once() -> None:
    reading = clock.read(CALENDAR, running("2026-03-02 10:00"), at("2026-03-09 10:01"))
    assert [step.code for step in clock.steps_due(reading, {"half", "most"})] == ["due"]
    assert clock.steps_due(reading, {"half", "most", "due"}) == ()


# --- a real city ----------------------------------------------------------------------------------------

NEW_YORK = ZoneInfo("America/New_York")
BOSTON_HOURS = WorkdayCalendar(week(((510, 1020),)), zone=NEW_YORK)
CLOSE_ENOUGH = dt.timedelta(seconds=90)
Case = dict[str, str]


def boston(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def is_met(case: Case, target: Target) -> bool:
    due = clock.due_after(BOSTON_HOURS, boston(case["open_dt"]), target).moment()
    return abs(due - boston(case["target_dt"])) <= CLOSE_ENOUGH


def one_target(cases: list[Case]) -> Target | None:
    """Return the one whole number of days, working or calendar, that meets every case of a type."""
    candidates = (Target(n, unit) for n in range(1, 130) for unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS))
    return next((target for target in candidates if all(is_met(case, target) for case in cases)), None)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    if not BOSTON.exists():
        pytest.skip("the shared data are not here")
    with BOSTON.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def promised(cases: list[Case]) -> dict[str, Target]:
    by_type: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case["target_dt"]:
            by_type[case["type"]].append(case)
    return {kind: target for kind, ours in by_type.items() if (target := one_target(ours)) is not None}


def test_one_number_for_each_type_gives_every_deadline_a_city_published(
    cases: list[Case], promised: dict[str, Target]
) -> None:
    published = [case for case in cases if case["target_dt"]]
    met = [case for case in published if case["type"] in promised and is_met(case, promised[case["type"]])]
    assert (len(published), len(met)) == (89, 89)


def test_the_verdict_is_the_citys_on_all_rows_but_one(cases: list[Case], promised: dict[str, Target]) -> None:
    newest = max(boston(case["closed_dt"]) for case in cases if case["closed_dt"])
    agreed = 0
    for case in cases:
        verdict = "ONTIME"
        if case["target_dt"]:
            opened, closed = boston(case["open_dt"]), case["closed_dt"]
            stopped = boston(closed) if closed else None
            timing = clock.timing_of(BOSTON_HOURS, opened, promised[case["type"]], stopped_at=stopped)
            verdict = "OVERDUE" if clock.read(BOSTON_HOURS, timing, newest).is_overdue else "ONTIME"
        agreed += verdict == case["ontime"]
    assert (agreed, len(cases)) == (99, 100)


@pytest.mark.parametrize(
    ("opened", "target", "due"),
    [
        ("2022-01-01 13:14:52", Target(1, "working_days"), "2022-01-04 08:30:00"),
        ("2022-01-03 16:48:09", Target(1, "working_days"), "2022-01-04 16:48:09"),
        ("2022-01-03 17:02:00", Target(1, "working_days"), "2022-01-05 08:30:00"),
        ("2022-01-03 16:16:00", Target(12, "working_days"), "2022-01-19 16:16:00"),
        ("2022-01-03 10:02:57", Target(120, "calendar_days"), "2022-05-03 10:02:57"),
    ],
)
def test_the_citys_rule_holds_without_its_file(opened: str, target: Target, due: str) -> None:
    assert clock.due_after(BOSTON_HOURS, boston(opened), target).moment() == boston(due)
