"""Hours: what the door saw, what was put down later, who looked, who signed; and what is odd about it."""

import datetime as dt

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.people.tests import cast
from lingju.trail.models import AppendOnly
from lingju.volunteering import passes
from lingju.volunteering.hours import Mark, Span, Standing, tally
from lingju.volunteering.models import Evidence
from lingju.volunteering.services import attending, confirming, records
from lingju.volunteering.services.attending import Entry
from lingju.volunteering.tests.builders import (
    Town,
    a_call,
    a_key,
    a_town,
    a_volunteer,
    at,
    comes,
    oneself,
    press,
    served,
)
from lingju.volunteering.tests.conftest import MONDAY

pytestmark = pytest.mark.django_db


def kinds(town: Town, call: object, person: object) -> list[str]:
    return sorted(odd.kind for odd in records.record_of(call, person).odd)  # type: ignore[arg-type]


def test_minutes_are_those_between_coming_and_going_inside_the_calls_own_time() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    served(town, call, person, -30, 240)
    with at(call, 300):
        found = records.record_of(call, person)
        assert (found.minutes, found.standing) == (180, Standing.PENDING)
        assert confirming.confirm(call, person, key=a_key(), actor=town.writes).standing == Standing.CONFIRMED


def test_the_first_coming_begins_the_call_and_the_same_press_counts_once() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    one = comes(call, person)
    entry = Entry("nonce-of-one-press", "in", "name", invitation_id=one.pk)
    with at(call, 1):
        for _press in range(3):
            attending.check_in(call, entry, actor=town.keeps)
    assert (call.state, Evidence.objects.count()) == ("running", 1)


def test_a_press_taken_back_and_a_break_at_noon_come_out_right() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    one = comes(call, person)
    for minute, kind in ((0, "in"), (10, "out"), (11, "undo"), (60, "out"), (90, "in"), (150, "out")):
        with at(call, minute):
            press(call, one, kind, town.keeps)
    with at(call, 200):
        assert records.record_of(call, person).minutes == 120


def test_a_pass_opens_its_own_call_alone_and_one_altered_digit_opens_none() -> None:
    town = a_town()
    call, other, person = a_call(town), a_call(town, days=4), a_volunteer(town)
    one, two = comes(call, person), comes(other, person)
    text = passes.pass_of(one.pk)
    assert passes.read(text.lower()) == one.pk
    altered = text[:-1] + ("0" if text[-1] != "0" else "1")
    with at(call, 0):
        outcomes = attending.take_in(
            call,
            [
                Entry(a_key(), code=text),
                Entry(a_key(), code=altered),
                Entry(a_key(), code=passes.pass_of(two.pk)),
                Entry(a_key(), method="code", code=person.number.lower()),
                Entry(a_key(), kind="nonsense", code=text),
                Entry("short", code=text),
            ],
            actor=town.keeps,
        )
    assert [one.was_kept for one in outcomes] == [True, False, False, True, False, False]
    assert "另一次" in outcomes[2].words


def test_who_has_not_said_yes_is_not_checked_in() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    entry = Entry(a_key(), method="code", code=person.number)
    with at(call, 0), pytest.raises(BadInput, match="本人答应"):
        attending.check_in(call, entry, actor=town.keeps)


def test_the_code_of_the_place_lets_people_in_themselves_for_some_minutes() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    comes(call, person)
    with at(call, 0):
        code = passes.place_code(call.pk, town.station.pk)
        attending.check_in_here(code, person, "in", nonce=a_key(), actor=oneself(person))
        with pytest.raises(NotAllowed):
            attending.check_in_here(code, person, "in", nonce=a_key(), actor=town.writes)
    with at(call, 11), pytest.raises(NotNow, match="过时"):
        attending.check_in_here(code, person, "out", nonce=a_key(), actor=oneself(person))
    with at(call, 60):
        fresh = passes.place_code(call.pk, town.station.pk)
        attending.check_in_here(fresh, person, "out", nonce=a_key(), actor=oneself(person))
        row = Evidence.objects.get(kind="out")
        assert (row.method, row.station_id) == ("self", town.station.pk)
        assert records.record_of(call, person).minutes == 60


def test_the_code_of_another_station_is_odd() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    comes(call, person)
    other = cast.a_station(town.neighbour)
    with at(call, 0):
        code = passes.place_code(call.pk, other.pk)
        attending.check_in_here(code, person, "in", nonce=a_key(), actor=oneself(person))
        assert kinds(town, call, person) == ["wrong_place"]


def test_five_hours_credited_two_minutes_later_are_caught_and_held_for_a_second_person() -> None:
    """The pattern of the case of July 2025: a call of five hours, put down two minutes after it began."""
    town = a_town()
    call = a_call(town, starts_at=MONDAY + dt.timedelta(hours=1), ends_at=MONDAY + dt.timedelta(hours=6))
    people = [a_volunteer(town) for _n in range(5)]
    for one in people:
        comes(call, one)
    press_first = comes(call, people[0])
    with at(call, 2):
        press(call, press_first, "in", town.keeps)
        for one in people:
            confirming.add_later(call, one, 300, "服务五小时", key=a_key(), actor=town.writes)
        for one in people:
            assert set(kinds(town, call, one)) >= {"added", "bulk", "same_hours", "too_fast"}
            assert records.record_of(call, one).minutes == 0
            with pytest.raises(NotNow, match="先复核"):
                confirming.confirm(call, one, key=a_key(), actor=town.looks)
        assert confirming.confirm_all(call, key=a_key(), actor=town.writes) == 0
        with pytest.raises(NotAllowed, match="另一位"):
            confirming.look_again(call, people[1], "没问题", key=a_key(), actor=town.writes)
        confirming.refuse(call, people[1], "才开始两分钟", key=a_key(), actor=town.looks)
        refused = records.record_of(call, people[1])
        assert (refused.minutes, refused.odd) == (0, ())


def test_what_was_forgotten_at_the_door_is_put_down_later_and_counts_after_a_second_look() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    comes(call, person)
    other = a_volunteer(town)
    served(town, call, other)
    call.refresh_from_db()
    with at(call, 240):
        with pytest.raises(BadInput):
            confirming.add_later(call, person, 120, " ", key=a_key(), actor=town.writes)
        with pytest.raises(BadInput):
            confirming.add_later(call, person, 181, "漏签", key=a_key(), actor=town.writes)
        confirming.add_later(call, person, 120, "漏签，队长作证", key=a_key(), actor=town.writes)
        assert (records.record_of(call, person).minutes, kinds(town, call, person)) == (0, ["added"])
        confirming.look_again(call, person, "和队长核过", key=a_key(), actor=town.looks)
        confirming.confirm(call, person, key=a_key(), actor=town.writes)
        assert records.record_of(call, person).is_confirmed
        assert records.record_of(call, person).minutes == 120


def test_minutes_are_put_down_only_for_who_had_said_yes() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    served(town, call, a_volunteer(town))
    call.refresh_from_db()
    with at(call, 200), pytest.raises(NotNow, match="没有答应"):
        confirming.add_later(call, person, 60, "也来了", key=a_key(), actor=town.writes)


def test_a_correction_is_a_new_row_by_one_person_and_counts_by_another() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    served(town, call, person)
    call.refresh_from_db()
    with at(call, 200):
        confirming.confirm(call, person, key=a_key(), actor=town.writes)
        confirming.correct(call, person, 90, "走得早，签退晚了", key=a_key(), actor=town.writes)
        with pytest.raises(NotNow, match="还没有复核"):
            confirming.correct(call, person, 80, "再改", key=a_key(), actor=town.writes)
        assert records.record_of(call, person).standing == Standing.HELD
        with pytest.raises(NotAllowed):
            confirming.look_again(call, person, "没问题", key=a_key(), actor=town.writes)
        confirming.look_again(call, person, "问过本人", key=a_key(), actor=town.looks)
        assert records.record_of(call, person).standing == Standing.PENDING
        confirming.confirm(call, person, key=a_key(), actor=town.looks)
        assert (records.record_of(call, person).minutes, Evidence.objects.count()) == (90, 6)


def test_nobody_signs_puts_down_or_looks_again_for_themselves() -> None:
    town = a_town()
    call = a_call(town)
    person = a_volunteer(town, account=town.officer)
    served(town, call, person)
    call.refresh_from_db()
    with at(call, 200):
        for verb in (confirming.add_later, confirming.correct):
            with pytest.raises(NotAllowed, match="自己的时长"):
                verb(call, person, 60, "我自己", key=a_key(), actor=town.looks)
        with pytest.raises(NotAllowed, match="自己的时长"):
            confirming.confirm(call, person, key=a_key(), actor=town.looks)
        assert confirming.confirm_all(call, key=a_key(), actor=town.looks) == 0


def test_the_volunteer_may_object_and_somebody_has_to_look() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    served(town, call, person)
    call.refresh_from_db()
    with at(call, 200):
        confirming.confirm(call, person, key=a_key(), actor=town.writes)
        with pytest.raises(NotAllowed):
            confirming.object_to(call, person, "少了", key=a_key(), actor=town.writes)
        confirming.object_to(call, person, "我做了两个半小时", key=a_key(), actor=oneself(person))
        assert records.record_of(call, person).standing == Standing.DISPUTED
        assert confirming.open_things(call) == 1


def test_two_places_at_once_and_more_than_twelve_hours_a_day_are_odd() -> None:
    town = a_town()
    morning = MONDAY.replace(hour=10)
    first = a_call(town, starts_at=morning, ends_at=morning + dt.timedelta(hours=7))
    second = a_call(town, starts_at=morning + dt.timedelta(hours=6), ends_at=morning + dt.timedelta(hours=13))
    person = a_volunteer(town)
    comes(second, person)
    served(town, first, person, 0, 420)
    served(town, second, person, 0, 420)
    with time_machine.travel(MONDAY + dt.timedelta(hours=16)):
        assert kinds(town, first, person) == ["long_day", "overlap"]
        assert kinds(town, second, person) == ["long_day", "overlap"]


def test_what_a_device_sends_hours_later_is_kept_and_held() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    one = comes(call, person)
    with at(call, 400):
        for minute, kind in ((0, "in"), (120, "out")):
            moment = call.starts_at + dt.timedelta(minutes=minute)
            press(call, one, kind, town.keeps, device_at=moment, was_offline=True)
        assert (records.record_of(call, person).minutes, kinds(town, call, person)) == (120, ["late"])
        with pytest.raises(NotAllowed):
            confirming.look_again(call, person, "断网了", key=a_key(), actor=town.keeps)
        confirming.look_again(call, person, "断网，和现场照片对过", key=a_key(), actor=town.writes)
        assert records.record_of(call, person).odd == ()


def test_going_without_coming_and_coming_without_going_are_odd() -> None:
    town = a_town()
    call, left, stayed = a_call(town), a_volunteer(town), a_volunteer(town)
    out, inn = comes(call, left), comes(call, stayed)
    with at(call, 60):
        press(call, inn, "in", town.keeps)
        press(call, out, "out", town.keeps)
        assert (kinds(town, call, left), kinds(town, call, stayed)) == (["lone_out"], [])
    with at(call, 200):
        assert kinds(town, call, stayed) == ["lone_in"]
        assert records.record_of(call, stayed).minutes == 0


def test_evidence_cannot_be_altered_or_removed_by_the_house_itself() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    served(town, call, person)
    row = Evidence.objects.first()
    assert row is not None
    for attempt in (
        lambda: Evidence.objects.update(minutes=1),
        lambda: Evidence.objects.all().delete(),
        row.save,
        row.delete,
    ):
        with pytest.raises(AppendOnly):
            attempt()


def test_thanks_are_heard_and_kept_of_the_whole_call() -> None:
    town = a_town()
    call = a_call(town, asker="三号楼的老人们", asker_was_checked=True)
    with pytest.raises(NotNow):
        attending.thank(call, "都来了", method="phone", key=a_key(), actor=town.keeps)
    with at(call, 100):
        row = attending.thank(call, "都来了，打扫得干净", method="phone", key=a_key(), actor=town.keeps)
    assert (row.kind, row.volunteer_id, row.recorded_by_id) == ("beneficiary", None, town.keeper.pk)


START = dt.datetime(2026, 3, 2, 14, tzinfo=clock.ZONE)
LASTS = Span(START, START + dt.timedelta(hours=3))
presses = st.lists(
    st.tuples(
        st.sampled_from(["in", "out", "undo", "added", "correction", "second", "refused", "signed"]),
        st.integers(-400, 900),
        st.integers(-500, 500),
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(presses)
def test_whatever_was_pressed_nobody_gets_more_than_the_call_lasts_or_less_than_nothing(
    said: list[tuple[str, int, int]],
) -> None:
    marks = [
        Mark(
            n,
            kind,
            START + dt.timedelta(minutes=minute),
            START,
            "qr",
            minutes,
            frozenset({f"row:{minutes % 25}"}),
        )
        for n, (kind, minute, minutes) in enumerate(said)
    ]
    found = tally(marks, LASTS)
    assert 0 <= found.minutes <= LASTS.minutes
    assert all(LASTS.starts_at <= stay.starts_at < stay.ends_at <= LASTS.ends_at for stay in found.stays)
    assert all(a.ends_at <= b.starts_at for a, b in zip(found.stays, found.stays[1:], strict=False))
