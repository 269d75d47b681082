"""Minutes kept of minutes published, against an oracle that asks every minute."""

import datetime as dt
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel.clock import ZONE
from lingju.places.delivered import count
from lingju.places.stretches import Stretch, Stretches, merged

MONDAY = dt.date(2026, 11, 23)
TUESDAY, WEDNESDAY = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=2)
DAYTIME = (Stretch(480, 1080),)


@dataclass(frozen=True)
class Record:
    opened_at: dt.datetime
    closed_at: dt.datetime | None = None


def at(hour: float, day: dt.date = MONDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=ZONE) + dt.timedelta(hours=hour)


def test_kept_is_what_records_cover_of_what_was_published() -> None:
    kept = count({MONDAY: DAYTIME}, [Record(at(7), at(12)), Record(at(14), at(17))], at(24))
    assert (kept.delivered_minutes, kept.published_minutes) == (240 + 180, 600)
    assert kept.share == 0.7


def test_two_records_at_once_count_once() -> None:
    kept = count({MONDAY: DAYTIME}, [Record(at(8), at(12)), Record(at(10), at(13))], at(24))
    assert kept.delivered_minutes == 300


def test_a_day_without_a_word_is_not_recorded_and_never_kept() -> None:
    kept = count({MONDAY: DAYTIME, TUESDAY: DAYTIME}, [Record(at(8), at(18))], at(24, TUESDAY))
    assert (kept.delivered_minutes, kept.published_minutes, kept.unrecorded) == (600, 1200, (TUESDAY,))


def test_a_day_on_which_nothing_was_promised_misses_no_record() -> None:
    assert count({MONDAY: ()}, [], at(24)).unrecorded == ()
    assert count({MONDAY: ()}, [], at(24)).share is None


def test_what_is_still_to_come_is_not_yet_promised() -> None:
    kept = count({MONDAY: DAYTIME}, [Record(at(8))], at(10))
    assert (kept.delivered_minutes, kept.published_minutes) == (120, 120)


def test_a_closing_that_was_forgotten_counts_for_nothing_the_next_day() -> None:
    kept = count({MONDAY: DAYTIME, TUESDAY: DAYTIME}, [Record(at(8))], at(12, TUESDAY))
    assert (kept.delivered_minutes, kept.unclosed) == (0, (MONDAY,))
    again = count(
        {MONDAY: DAYTIME, TUESDAY: DAYTIME}, [Record(at(8)), Record(at(8, TUESDAY))], at(12, TUESDAY)
    )
    assert (again.delivered_minutes, again.unclosed) == (240, (MONDAY,))


def test_a_door_that_never_closes_is_kept_from_tap_to_tap() -> None:
    whole = (Stretch(0, 1440),)
    taps = [Record(at(9)), Record(at(9, TUESDAY)), Record(at(9, WEDNESDAY))]
    kept = count(dict.fromkeys((MONDAY, TUESDAY, WEDNESDAY), whole), taps, at(10, WEDNESDAY))
    assert kept.delivered_minutes == 49 * 60
    assert kept.published_minutes == 58 * 60
    assert kept.unclosed == ()


def test_a_night_counts_over_midnight() -> None:
    published: dict[dt.date, Stretches] = {MONDAY: (Stretch(1320, 1440),), TUESDAY: (Stretch(0, 480),)}
    kept = count(published, [Record(at(22), at(32))], at(40))
    assert (kept.delivered_minutes, kept.published_minutes) == (600, 600)


pieces = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(
    lambda p: Stretch(p[0], max(p[1], p[0] + 1))
)


@given(
    st.lists(pieces, max_size=3),
    st.lists(st.tuples(st.integers(-600, 2000), st.integers(1, 900)), max_size=4),
    st.integers(0, 2000),
)
def test_every_minute_is_counted_as_the_sentences_say(
    hours: list[Stretch], said: list[tuple[int, int]], now: int
) -> None:
    records = [Record(at(start / 60), at((start + long) / 60)) for start, long in said]
    kept = count({MONDAY: merged(hours)}, records, at(now / 60))
    promised = {m for s in hours for m in range(s.start, s.end) if m < now}
    open_minutes = {m for start, long in said for m in range(start, start + long)}
    assert kept.published_minutes == len(promised)
    assert kept.delivered_minutes == len(promised & open_minutes)
