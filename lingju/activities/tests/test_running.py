"""The life of a session: announced, opened, held, looked back on; moved, postponed, called off."""

import datetime as dt

import pytest
import time_machine

from lingju.activities.events import SessionAnnounced, SessionCancelled, SessionChanged
from lingju.activities.flow import SESSIONS
from lingju.activities.models import Session
from lingju.activities.services import calling_off, running
from lingju.activities.tests.builders import Quarter, a_quarter, a_session, a_signup, at
from lingju.bookings.models import Claim
from lingju.kernel import facts
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def heard_of(*kinds: type) -> list[object]:
    heard: list[object] = []
    for kind in kinds:
        facts.when(kind, at_once=heard.append)
    return heard


def test_announcing_tells_it_to_everybody_once(quarter: Quarter) -> None:
    heard = heard_of(SessionAnnounced)
    session = a_session(quarter, state="planned")
    running.announce_session(session, actor=quarter.clerk_actor)
    assert session.is_public
    assert heard == [SessionAnnounced(quarter.district.pk, session.pk)]
    with pytest.raises(NotNow):
        running.announce_session(session, actor=quarter.clerk_actor)


def test_what_is_over_is_not_announced(quarter: Quarter) -> None:
    session = a_session(quarter, state="planned", starts_at=at(-2))
    with pytest.raises(NotNow, match="已经过了"):
        running.announce_session(session, actor=quarter.clerk_actor)


def test_opening_sign_up_opens_the_seats(quarter: Quarter) -> None:
    session = a_session(quarter, state="announced")
    running.open_signup(session, actor=quarter.clerk_actor)
    session.refresh_from_db()
    assert session.pool is not None
    assert (session.state, session.pool.capacity, session.takes_signups) == ("signup", 30, True)


def test_a_session_one_just_comes_to_has_no_sign_up(quarter: Quarter) -> None:
    session = a_session(quarter, state="announced", signup="none", capacity=None)
    with pytest.raises(NotNow, match="不用报名"):
        running.open_signup(session, actor=quarter.clerk_actor)


def test_sign_up_ends_when_it_begins(quarter: Quarter) -> None:
    session = a_session(quarter)
    with time_machine.travel(session.starts_at, tick=False):
        assert not session.takes_signups
        assert session.is_running


def test_a_keeper_holds_it_and_looks_back_and_a_clerk_puts_it_away(quarter: Quarter) -> None:
    session = a_session(quarter)
    with pytest.raises(NotNow, match="还没到时候"):
        running.hold(session, actor=quarter.keeper_actor)
    with time_machine.travel(session.starts_at + dt.timedelta(minutes=5), tick=False):
        running.hold(session, actor=quarter.keeper_actor)
        with pytest.raises(BadInput):
            running.review(session, "好", actor=quarter.keeper_actor)
        running.review(session, "三十位居民学会了包扎。", actor=quarter.keeper_actor)
        with pytest.raises(NotAllowed):
            running.archive(session, actor=quarter.keeper_actor)
        running.archive(session, actor=quarter.clerk_actor)
    assert (session.state, session.review) == ("archived", "三十位居民学会了包扎。")


def test_what_nobody_had_time_to_announce_can_still_be_held(quarter: Quarter) -> None:
    session = a_session(quarter, state="planned", starts_at=at(-1), signup="none", capacity=None)
    running.hold(session, actor=quarter.clerk_actor)
    assert (session.state, session.is_public) == ("held", True)


def test_cancelling_needs_a_reason_and_lets_everybody_go(quarter: Quarter) -> None:
    session = a_session(quarter, capacity=2)
    first, waiting = a_signup(session, 2), a_signup(session, 1)
    heard = heard_of(SessionCancelled)
    with pytest.raises(BadInput, match="写明原因"):
        calling_off.cancel_session(session, " ", actor=quarter.clerk_actor)
    calling_off.cancel_session(session, "讲师临时出警", actor=quarter.clerk_actor)
    states = set(Claim.objects.values_list("state", "why"))
    assert states == {("cancelled", "讲师临时出警")}
    both = (first.signup.pk, waiting.signup.pk)
    assert heard == [SessionCancelled(quarter.district.pk, session.pk, both)]
    session.refresh_from_db()
    assert (session.state, session.is_public, session.sequence) == ("cancelled", True, 1)


def test_cancelling_an_umbrella_cancels_its_parts(quarter: Quarter) -> None:
    umbrella = a_session(quarter, state="announced", title="共建日", signup="none", capacity=None)
    part = a_session(quarter, title="义诊", parent=umbrella)
    calling_off.cancel_session(umbrella, "大风天气", actor=quarter.clerk_actor)
    part.refresh_from_db()
    assert (part.state, part.state_reason) == ("cancelled", "大风天气")


def test_a_plan_nobody_was_told_of_is_cancelled_in_silence(quarter: Quarter) -> None:
    heard = heard_of(SessionCancelled)
    session = a_session(quarter, state="planned")
    calling_off.cancel_session(session, "不办了", actor=quarter.clerk_actor)
    assert heard == []


def test_postponing_keeps_the_seats_and_a_new_date_goes_on_with_them(quarter: Quarter) -> None:
    session = a_session(quarter)
    receipt = a_signup(session, 2)
    heard = heard_of(SessionChanged)
    first = session.starts_at
    calling_off.postpone(session, "停电检修", actor=quarter.clerk_actor)
    assert (session.state, session.takes_signups) == ("postponed", False)
    calling_off.move(session, at(10), "停电检修", actor=quarter.clerk_actor)
    session.refresh_from_db()
    assert (session.state, session.starts_at, session.moved_from) == ("signup", at(10), first)
    assert session.ends_at - session.starts_at == dt.timedelta(hours=2)
    assert [getattr(fact, "what", None) for fact in heard] == [("postponed",), ("time",)]
    receipt.signup.claim.refresh_from_db()
    assert receipt.signup.claim.state == "confirmed"


def test_a_session_is_not_moved_into_the_past(quarter: Quarter) -> None:
    session = a_session(quarter)
    with pytest.raises(BadInput, match="以后"):
        calling_off.move(session, at(-1), "记错了", actor=quarter.clerk_actor)


def test_moving_twice_remembers_the_day_first_told(quarter: Quarter) -> None:
    session = a_session(quarter)
    first = session.starts_at
    calling_off.move(session, at(5), "讲师有事", actor=quarter.clerk_actor)
    calling_off.move(session, at(6), "讲师有事", actor=quarter.clerk_actor)
    assert (session.moved_from, session.sequence) == (first, 2)


def test_of_two_clerks_who_cancel_one_is_told(quarter: Quarter) -> None:
    session = a_session(quarter)
    other = Session.objects.get(pk=session.pk)
    calling_off.cancel_session(session, "下雪", actor=quarter.clerk_actor)
    with pytest.raises(NotNow):
        calling_off.cancel_session(other, "下雪", actor=quarter.officer_actor)


def test_the_buttons_follow_the_office(quarter: Quarter) -> None:
    session = a_session(quarter, state="announced")
    names = {move.name for move in SESSIONS.allowed(session, quarter.clerk_actor)}
    assert names == {"open_signup", "hold", "postpone", "cancel"}
    assert {move.name for move in SESSIONS.allowed(session, quarter.keeper_actor)} == {"hold"}
    resident = cast.an_actor_of(cast.a_resident(quarter.district))
    assert SESSIONS.allowed(session, resident) == ()
