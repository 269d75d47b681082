"""Planning a session and changing it: what is refused and why, what a subscribed calendar takes over."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from lingju.activities.events import SessionChanged
from lingju.activities.models import Session
from lingju.activities.services import planning
from lingju.activities.tests.builders import Quarter, a_plan, a_quarter, a_session, a_signup, at
from lingju.bookings import phrases
from lingju.bookings.models import Claim
from lingju.kernel import facts
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotThere, SomeoneWasFaster
from lingju.people.tests import cast
from lingju.places.tests import builders
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def test_a_clerk_plans_a_session_that_only_the_desk_sees(quarter: Quarter) -> None:
    session = planning.plan_session(a_plan(quarter), key="press-0001", actor=quarter.clerk_actor)
    assert (session.state, session.sequence, session.is_public) == ("planned", 0, False)
    assert session.uid == f"session-{session.pk}@140404.lingju"
    assert Footprint.objects.filter(action="add", subject_id=session.pk).count() == 1


def test_the_same_press_plans_once(quarter: Quarter) -> None:
    first = planning.plan_session(a_plan(quarter), key="press-0001", actor=quarter.clerk_actor)
    second = planning.plan_session(a_plan(quarter), key="press-0001", actor=quarter.clerk_actor)
    assert first == second
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "救"}, "title"),
        ({"ends_at": at(3, 14)}, "ends_at"),
        ({"ends_at": at(30)}, "ends_at"),
        ({"starts_at": at(900), "ends_at": at(900, 16)}, "starts_at"),
        ({"station": None}, "place_words"),
        ({"capacity": None}, "capacity"),
        ({"capacity": 0}, "capacity"),
        ({"signup": "lottery"}, "signup"),
        ({"photos": "all"}, "photos"),
        ({"min_age": 12, "max_age": 6}, "max_age"),
        ({"max_age": 0, "min_age": 3}, "max_age"),
        ({"children_per_adult": 0}, "children_per_adult"),
    ],
)
def test_a_plan_that_cannot_be_held_is_refused_at_its_field(
    quarter: Quarter, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        planning.plan_session(a_plan(quarter, **changes), key="press-0001", actor=quarter.clerk_actor)
    assert field in refused.value.fields


def test_more_seats_than_the_room_has_are_refused(quarter: Quarter) -> None:
    plan = a_plan(quarter, space=quarter.room, capacity=41)
    with pytest.raises(BadInput, match="坐得下 40 人"):
        planning.plan_session(plan, key="press-0001", actor=quarter.clerk_actor)


def test_a_room_of_another_station_is_refused(quarter: Quarter) -> None:
    other = builders.a_station(quarter.area)
    with pytest.raises(BadInput, match="不在这个驿站"):
        planning.plan_session(
            a_plan(quarter, station=other, space=quarter.room), key="press-0001", actor=quarter.clerk_actor
        )


def test_what_lies_in_another_district_is_not_there(quarter: Quarter) -> None:
    abroad = builders.a_district("140405")
    station = builders.a_station(builders.a_tree(abroad)[2])
    with pytest.raises(NotThere):
        planning.plan_session(a_plan(quarter, station=station), key="press-0001", actor=quarter.clerk_actor)


def test_two_sessions_never_meet_in_a_room(quarter: Quarter) -> None:
    a_session(quarter, space=quarter.room, title="书法班")
    meets = a_plan(quarter, space=quarter.room, starts_at=at(3, 16))
    with pytest.raises(BadInput, match="书法班"):
        planning.plan_session(meets, key="press-0002", actor=quarter.clerk_actor)
    after = a_plan(quarter, space=quarter.room, starts_at=at(3, 17))
    assert planning.plan_session(after, key="press-0003", actor=quarter.clerk_actor).space == quarter.room


def test_a_clerk_elsewhere_and_a_resident_do_not_plan_here(quarter: Quarter) -> None:
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour, name="钱社工"))
    resident = cast.an_actor_of(cast.a_resident(quarter.district))
    for actor in (elsewhere, resident, quarter.keeper_actor):
        with pytest.raises(NotAllowed):
            planning.plan_session(a_plan(quarter), key="press-0001", actor=actor)


def test_a_change_counts_the_sequence_and_keeps_the_uid(quarter: Quarter) -> None:
    session = a_session(quarter, state="announced")
    heard: list[SessionChanged] = []
    facts.when(SessionChanged, at_once=heard.append)
    uid = session.uid
    later = replace(planning.plan_of(session), starts_at=at(3, 16), ends_at=at(3, 18))
    what = planning.edit_session(session, later, actor=quarter.clerk_actor)
    session.refresh_from_db()
    assert (what, session.sequence, session.uid) == (("time",), 1, uid)
    assert [fact.what for fact in heard] == [("time",)]


def test_a_second_identical_press_changes_nothing(quarter: Quarter) -> None:
    session = a_session(quarter, state="announced")
    assert planning.edit_session(session, planning.plan_of(session), actor=quarter.clerk_actor) == ()
    session.refresh_from_db()
    assert session.sequence == 0


def test_of_two_clerks_who_edit_one_is_told(quarter: Quarter) -> None:
    session = a_session(quarter, state="planned")
    seen = session.version
    plan = planning.plan_of(session)
    planning.edit_session(session, replace(plan, title="救护课"), actor=quarter.clerk_actor, version=seen)
    mine = Session.objects.get(pk=session.pk)
    with pytest.raises(SomeoneWasFaster):
        planning.edit_session(mine, replace(plan, title="别的课"), actor=quarter.officer_actor, version=seen)


def test_seats_are_not_lowered_below_who_has_one(quarter: Quarter) -> None:
    session = a_session(quarter, capacity=3)
    a_signup(session, 3)
    with pytest.raises(BadInput, match="3"):
        planning.edit_session(
            session, replace(planning.plan_of(session), capacity=2), actor=quarter.clerk_actor
        )
    session.refresh_from_db()
    assert session.capacity == 3


def test_more_seats_let_in_who_waited(quarter: Quarter) -> None:
    session = a_session(quarter, capacity=2)
    a_signup(session, 2)
    waiting = a_signup(session, 2)
    assert waiting.waits
    planning.edit_session(session, replace(planning.plan_of(session), capacity=4), actor=quarter.clerk_actor)
    claim = waiting.signup.claim
    claim.refresh_from_db()
    assert claim.state in ("offered", "confirmed")


def test_what_people_signed_up_for_is_not_turned_into_walk_in(quarter: Quarter) -> None:
    session = a_session(quarter)
    plan = replace(planning.plan_of(session), signup="none")
    with pytest.raises(BadInput, match="已经开始报名"):
        planning.edit_session(session, plan, actor=quarter.clerk_actor)


def test_an_umbrella_holds_parts_but_no_parts_of_parts(quarter: Quarter) -> None:
    umbrella = a_session(quarter, state="planned", title="共建日", signup="none", capacity=None)
    part = a_session(quarter, state="planned", title="义诊", parent=umbrella)
    with pytest.raises(BadInput, match="只分一层"):
        a_session(quarter, state="planned", title="量血压", parent=part)
    far = a_plan(quarter, parent=umbrella, starts_at=at(20))
    with pytest.raises(BadInput, match="在一起"):
        planning.plan_session(far, key="press-0009", actor=quarter.clerk_actor)


def test_what_was_cancelled_is_not_edited(quarter: Quarter) -> None:
    session = a_session(quarter, state="planned")
    Session.objects.filter(pk=session.pk).update(state="cancelled")
    session.refresh_from_db()
    plan = replace(planning.plan_of(session), title="又要办了")
    with pytest.raises(NotNow):
        planning.edit_session(session, plan, actor=quarter.clerk_actor)


def test_the_database_refuses_a_session_that_ends_before_it_begins(quarter: Quarter) -> None:
    session = a_session(quarter, state="planned")
    with pytest.raises(Exception, match="session_ends_after_it_begins"):
        Session.objects.filter(pk=session.pk).update(ends_at=session.starts_at - dt.timedelta(hours=1))


def test_whoever_signed_up_reads_the_title_as_it_is_now(quarter: Quarter) -> None:
    session = a_session(quarter, title="紧急救护培训")
    claim = a_signup(session).signup.claim
    planning.edit_session(session, a_plan(quarter, title="心肺复苏培训"), actor=quarter.clerk_actor)
    claim = Claim.objects.prefetch_related("parts__pool").get(pk=claim.pk)
    assert phrases.title_of(claim) == "心肺复苏培训"
