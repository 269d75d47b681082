"""Every week: sessions with lives of their own, and dates without one that say why."""

import datetime as dt
from dataclasses import replace

import pytest

from lingju.activities.models import Session, SkippedDate
from lingju.activities.services import calling_off, planning, repeating, running
from lingju.activities.services.repeating import Weekly
from lingju.activities.tests.builders import Quarter, a_plan, a_quarter, a_session, a_signup, at
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed
from lingju.people.tests import cast
from lingju.places.services import hours
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db
THURSDAYS = Weekly((3,), dt.date(2026, 3, 5), dt.date(2026, 3, 26))


@pytest.fixture
def quarter() -> Quarter:
    quarter = a_quarter()
    builders.a_calendar(quarter.district)
    return quarter


def days_of(sessions: tuple[Session, ...]) -> list[dt.date]:
    return [one.starts_at.astimezone(clock.ZONE).date() for one in sessions]


def why_not(skipped: tuple[SkippedDate, ...]) -> dict[str, str]:
    return {f"{one.date:%m-%d}": one.why for one in skipped}


def test_every_thursday_is_a_session_of_its_own(quarter: Quarter) -> None:
    made = repeating.repeat_weekly(a_plan(quarter), THURSDAYS, key="rule-0001", actor=quarter.clerk_actor)
    assert days_of(made.sessions) == [dt.date(2026, 3, day) for day in (5, 12, 19, 26)]
    assert made.skipped == ()
    assert len({one.uid for one in made.sessions}) == 4


def test_the_same_press_makes_one_series(quarter: Quarter) -> None:
    first = repeating.repeat_weekly(a_plan(quarter), THURSDAYS, key="rule-0001", actor=quarter.clerk_actor)
    second = repeating.repeat_weekly(a_plan(quarter), THURSDAYS, key="rule-0001", actor=quarter.clerk_actor)
    assert first.series == second.series
    assert Session.objects.count() == 4


def test_holidays_are_left_out_and_say_so(quarter: Quarter) -> None:
    april = Weekly((0,), dt.date(2026, 3, 30), dt.date(2026, 4, 13))
    made = repeating.repeat_weekly(a_plan(quarter), april, key="rule-0001", actor=quarter.clerk_actor)
    assert why_not(made.skipped) == {"04-06": "holiday"}
    kept = replace(april, skips_holidays=False)
    made = repeating.repeat_weekly(a_plan(quarter), kept, key="rule-0002", actor=quarter.clerk_actor)
    assert len(made.sessions) == 3


def test_a_year_whose_holidays_nobody_has_published_is_unknown_not_guessed(quarter: Quarter) -> None:
    over = Weekly((0,), dt.date(2026, 12, 28), dt.date(2027, 1, 4))
    made = repeating.repeat_weekly(a_plan(quarter), over, key="rule-0001", actor=quarter.clerk_actor)
    assert days_of(made.sessions) == [dt.date(2026, 12, 28)]
    assert why_not(made.skipped) == {"01-04": "unknown"}
    assert "2027" in made.skipped[0].words


def test_a_taken_room_skips_one_date_and_names_what_is_on(quarter: Quarter) -> None:
    a_session(quarter, space=quarter.room, title="书法班", starts_at=at(10))
    plan = a_plan(quarter, space=quarter.room)
    made = repeating.repeat_weekly(plan, THURSDAYS, key="rule-0001", actor=quarter.clerk_actor)
    assert why_not(made.skipped) == {"03-12": "room_taken"}
    assert "书法班" in made.skipped[0].words
    assert len(made.sessions) == 3


def test_a_day_on_which_the_station_is_shut_is_left_out(quarter: Quarter) -> None:
    hours.set_weekly(quarter.station, "周一至周五 8:30-18:00", actor=the_system(quarter.district))
    week = Weekly((3, 5), dt.date(2026, 3, 5), dt.date(2026, 3, 8))
    made = repeating.repeat_weekly(a_plan(quarter), week, key="rule-0001", actor=quarter.clerk_actor)
    assert why_not(made.skipped) == {"03-07": "station_shut"}


def test_dates_that_have_passed_are_written_down_as_such(quarter: Quarter) -> None:
    begun = replace(THURSDAYS, since=dt.date(2026, 2, 26))
    made = repeating.repeat_weekly(a_plan(quarter), begun, key="rule-0001", actor=quarter.clerk_actor)
    assert why_not(made.skipped) == {"02-26": "past"}


@pytest.mark.parametrize(
    ("weekly", "field"),
    [
        (replace(THURSDAYS, weekdays=()), "weekdays"),
        (replace(THURSDAYS, weekdays=(7,)), "weekdays"),
        (replace(THURSDAYS, until=dt.date(2026, 3, 1)), "until"),
        (replace(THURSDAYS, until=dt.date(2027, 5, 1)), "until"),
        (replace(THURSDAYS, since=dt.date(2026, 3, 6), until=dt.date(2026, 3, 7)), "until"),
        (Weekly(tuple(range(7)), dt.date(2026, 3, 2), dt.date(2026, 9, 1)), "until"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(quarter: Quarter, weekly: Weekly, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        repeating.repeat_weekly(a_plan(quarter), weekly, key="rule-0001", actor=quarter.clerk_actor)
    assert field in refused.value.fields


def test_this_and_the_following_change_and_those_before_stay(quarter: Quarter) -> None:
    made = repeating.repeat_weekly(a_plan(quarter), THURSDAYS, key="rule-0001", actor=quarter.clerk_actor)
    second = repeating.following(made.sessions[1])[0]
    plan = planning.plan_of(second)
    later = replace(
        plan,
        title="救护提高班",
        starts_at=plan.starts_at + dt.timedelta(hours=1),
        ends_at=plan.ends_at + dt.timedelta(hours=1),
    )
    changed, refused = repeating.change_following(second, later, actor=quarter.clerk_actor)
    assert (len(changed), refused) == (3, [])
    rows = Session.objects.order_by("series_date").values_list("title", flat=True)
    assert list(rows) == ["紧急救护培训", "救护提高班", "救护提高班", "救护提高班"]
    hours_ = {one.starts_at.astimezone(clock.ZONE).hour for one in Session.objects.filter(title="救护提高班")}
    assert hours_ == {16}


def test_a_date_that_was_moved_by_hand_keeps_its_day(quarter: Quarter) -> None:
    made = repeating.repeat_weekly(a_plan(quarter), THURSDAYS, key="rule-0001", actor=quarter.clerk_actor)
    third = made.sessions[2]
    calling_off.move(third, at(18), "讲师有事", actor=quarter.clerk_actor)
    first = repeating.following(made.sessions[0])[0]
    plan = replace(planning.plan_of(first), capacity=20)
    repeating.change_following(first, plan, actor=quarter.clerk_actor)
    third.refresh_from_db()
    assert (third.starts_at, third.capacity, third.series_date) == (at(18), 20, dt.date(2026, 3, 19))


def test_one_that_cannot_follow_is_named_and_the_others_follow(quarter: Quarter) -> None:
    made = repeating.repeat_weekly(a_plan(quarter), THURSDAYS, key="rule-0001", actor=quarter.clerk_actor)
    a_session(quarter, space=quarter.room, title="书法班", starts_at=at(10))
    first = repeating.following(made.sessions[0])[0]
    plan = replace(planning.plan_of(first), space=quarter.room)
    changed, refused = repeating.change_following(first, plan, actor=quarter.clerk_actor)
    assert len(changed) == 3
    assert len(refused) == 1
    assert "书法班" in refused[0]


def test_another_day_of_the_week_is_another_series(quarter: Quarter) -> None:
    made = repeating.repeat_weekly(a_plan(quarter), THURSDAYS, key="rule-0001", actor=quarter.clerk_actor)
    first = repeating.following(made.sessions[0])[0]
    plan = planning.plan_of(first)
    day = dt.timedelta(days=1)
    moved = replace(plan, starts_at=plan.starts_at + day, ends_at=plan.ends_at + day)
    with pytest.raises(BadInput, match="另排一个循环"):
        repeating.change_following(first, moved, actor=quarter.clerk_actor)


def test_cancelling_the_rest_removes_nothing_that_people_signed_up_for(quarter: Quarter) -> None:
    made = repeating.repeat_weekly(a_plan(quarter), THURSDAYS, key="rule-0001", actor=quarter.clerk_actor)
    from_second = repeating.following(made.sessions[1])[0]
    opened(quarter, made.sessions[1:])
    signup = a_signup(Session.objects.get(pk=made.sessions[3].pk)).signup
    gone = repeating.cancel_following(from_second, "讲师出差", actor=quarter.clerk_actor)
    assert len(gone) == 3
    assert Session.objects.count() == 4
    signup.session.refresh_from_db()
    assert (signup.session.state, signup.session.state_reason) == ("cancelled", "讲师出差")


def opened(quarter: Quarter, sessions: tuple[Session, ...]) -> None:
    for one in sessions:
        running.open_signup(Session.objects.get(pk=one.pk), actor=quarter.clerk_actor)


def test_only_the_community_makes_a_series(quarter: Quarter) -> None:
    stranger = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour, name="钱社工"))
    with pytest.raises(NotAllowed):
        repeating.repeat_weekly(a_plan(quarter), THURSDAYS, key="rule-0001", actor=stranger)
