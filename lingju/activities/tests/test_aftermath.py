"""After a session: who came is done, who did not is noted and may be excused, late lists correct it."""

import datetime as dt

import pytest
import time_machine

from lingju.activities import jobs
from lingju.activities.models import HeadCount, Session, SignUp
from lingju.activities.queries import attendance as queries
from lingju.activities.queries import desk
from lingju.activities.services import aftermath, attendance, calling_off, certificates, walking_in
from lingju.activities.services.attendance import Entry
from lingju.activities.services.walking_in import Named
from lingju.activities.tests.gatherings import (
    a_guest,
    a_key,
    a_session,
    a_town,
    arrive,
    held,
    on_the_day,
    scan,
)
from lingju.bookings.models import Claim
from lingju.bookings.services import seats
from lingju.kernel import schedule
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.people.tests import cast
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db
S = Claim.State


def the_next_night(session: Session) -> time_machine.travel:
    """Be there in the night after it, when the clockwork comes."""
    return time_machine.travel(session.ends_at + dt.timedelta(hours=12), tick=False)


def stands(*signups: SignUp) -> list[str]:
    """Return where the bookings of sign-ups have got to."""
    return [Claim.objects.get(pk=one.claim_id).state for one in signups]


def test_the_night_closes_who_came_and_who_did_not() -> None:
    session = a_session(a_town())
    came, away, party = a_guest(session), a_guest(session), a_guest(session, people=3)
    with on_the_day(session):
        arrive(session, came)
        arrive(session, party, people=2)
        assert aftermath.close_sessions() == 0
    with the_next_night(session):
        assert aftermath.close_sessions() == 3
        assert aftermath.close_sessions() == 0
    assert stands(came, away, party) == [S.COMPLETED, S.NO_SHOW, S.COMPLETED]
    assert queries.figures([session]).visits == 3


def test_where_no_list_was_kept_nobody_is_said_to_have_stayed_away() -> None:
    session = a_session(a_town())
    guest = a_guest(session)
    with the_next_night(session):
        assert aftermath.close_sessions() == 0
    assert stands(guest) == [S.CONFIRMED]


def test_a_session_that_was_postponed_is_not_closed() -> None:
    town = a_town()
    session = a_session(town)
    guest = a_guest(session)
    calling_off.postpone(session, "停水了", actor=the_system(town.district))
    with the_next_night(session):
        assert aftermath.close_sessions() == 0
    assert stands(guest) == [S.CONFIRMED]


def test_a_press_taken_back_at_the_door_takes_the_booking_back_too() -> None:
    session = a_session(a_town())
    slip, other = a_guest(session), a_guest(session)
    with on_the_day(session):
        arrive(session, slip, other)
        scan(session, Entry(nonce=a_key(), kind="undo", method="name", signup_id=slip.pk))
    assert stands(slip, other) == [S.CONFIRMED, S.CHECKED_IN]
    assert Claim.objects.get(pk=slip.claim_id).arrived_at is None
    with the_next_night(session):
        aftermath.close_sessions()
    assert stands(slip, other) == [S.NO_SHOW, S.COMPLETED]


def test_a_device_that_sends_the_next_day_corrects_what_was_noted() -> None:
    session = a_session(a_town())
    early, late = a_guest(session), a_guest(session)
    with on_the_day(session):
        arrive(session, early)
    with the_next_night(session):
        aftermath.close_sessions()
        assert stands(late) == [S.NO_SHOW]
        arrive(session, late, was_offline=True, device_at=session.starts_at)
    assert stands(early, late) == [S.COMPLETED, S.COMPLETED]
    assert Claim.objects.get(pk=late.claim_id).ended_by == ""


def test_the_keeper_excuses_on_the_list_and_a_neighbour_may_not() -> None:
    town = a_town()
    session = a_session(town)
    came, away = a_guest(session), a_guest(session)
    with on_the_day(session):
        arrive(session, came)
    with the_next_night(session):
        aftermath.close_sessions()
        with pytest.raises(NotAllowed):
            aftermath.excuse(away, actor=cast.an_actor_of(cast.a_clerk(at=town.neighbour)))
        client = cast.signed_in_client(town.keeper)
        page = client.get(f"/desk/activities/{session.pk}/people/")
        assert page.content.decode().count("有事没来") == 1
        said = client.post(f"/desk/activities/{session.pk}/people/", {"do": "excuse", "signup": away.pk})
        assert said.status_code == 302
        for wrong, status in (("x", 404), (came.pk, 409)):
            said = client.post(f"/desk/activities/{session.pk}/people/", {"do": "excuse", "signup": wrong})
            assert said.status_code == status
    assert stands(away) == [S.CANCELLED]
    assert aftermath.excuse(SignUp.objects.get(pk=away.pk), actor=town.keeper_actor).pk == away.pk


def test_the_clockwork_is_planned_after_midnight() -> None:
    jobs.plan()
    assert "activities.aftermath" in {job.name for job in schedule.jobs()}


# --- who simply came, and left a name ---------------------------------------------------------------------


def test_who_walked_in_by_name_counts_once_and_gets_a_certificate() -> None:
    town = a_town()
    session = a_session(town)
    guest = a_guest(session)
    actor = the_system(town.district)
    with on_the_day(session):
        arrive(session, guest)
        attendance.count(session, "elder", 2, key=a_key(), actor=actor)
        named = walking_in.name(
            session, Named("示例阿姨", group="elder", was_counted=True), key="walk-in-1", actor=actor
        )
        again = walking_in.name(session, Named("示例阿姨", group="elder"), key="walk-in-1", actor=actor)
        held(session)
    assert again.pk == named.pk
    figures = queries.figures([session])
    assert (figures.visits, figures.signup_visits, figures.walk_in_visits) == (3, 1, 2)
    assert figures.by_group == {"elder": 2}
    assert HeadCount.objects.get(change=-1).reason == "写下了姓名，改按名字算"
    proof = certificates.issue(session, named, "示例阿姨", actor=actor)
    assert (proof.attended, proof.held, certificates.is_genuine(proof, certificates.mark_of(proof))) == (
        1,
        1,
        True,
    )
    assert desk.counts_of([session])[session.pk].seated == 1
    assert queries.door(session).expected == 1


def test_a_walk_in_takes_no_seat_and_is_closed_with_the_others() -> None:
    town = a_town()
    session = a_session(town, capacity=2)
    guests = [a_guest(session), a_guest(session)]
    with on_the_day(session):
        arrive(session, *guests)
        named = walking_in.name(
            session, Named("示例大叔", phone="13900009999"), key=a_key(), actor=town.keeper_actor
        )
    assert session.pool is not None
    assert seats.free_seats(session.pool) == 0
    assert stands(named) == [S.CHECKED_IN]
    with the_next_night(session):
        assert aftermath.close_sessions() == 3
    assert stands(named, *guests) == [S.COMPLETED] * 3
    assert queries.figures([session]).people == 3


@pytest.mark.parametrize(
    ("named", "field"),
    [
        (Named("李"), "called"),
        (Named("示例孩子", group="child"), "group"),
        (Named("示例阿姨", group="nobody"), "group"),
        (Named("示例阿姨", was_counted=True), "was_counted"),
        (Named("示例阿姨", phone="13900008888"), "phone"),
        (Named("示例阿姨", phone="138"), "phone"),
    ],
)
def test_a_name_that_cannot_be_taken_is_refused_at_its_field(named: Named, field: str) -> None:
    town = a_town()
    session = a_session(town)
    a_guest(session, phone="13900008888")
    with on_the_day(session), pytest.raises(BadInput) as refusal:
        walking_in.name(session, named, key=a_key(), actor=town.keeper_actor)
    assert field in refusal.value.fields
    assert SignUp.objects.count() == 1


def test_nobody_walks_in_before_the_day_or_into_what_is_off() -> None:
    town = a_town()
    session, off = a_session(town), a_session(town, "编织", days=3)
    with pytest.raises(NotNow, match="还没到日子"):
        walking_in.name(session, Named("示例阿姨"), key=a_key(), actor=town.keeper_actor)
    calling_off.postpone(off, "停水了", actor=the_system(town.district))
    with on_the_day(off), pytest.raises(NotNow, match="延期"):
        walking_in.name(off, Named("示例阿姨"), key=a_key(), actor=town.keeper_actor)


def test_the_door_takes_a_name_and_shows_it_on_the_list() -> None:
    town = a_town()
    session = a_session(town)
    said = {"what": "name", "nonce": a_key(), "called": "示例阿姨", "group": "unsaid"}
    with on_the_day(session):
        client = cast.signed_in_client(town.keeper)
        address = f"/desk/activities/{session.pk}/checkin/"
        refused = client.post(address, {**said, "phone": "12"})
        assert refused.status_code == 422
        assert 'value="示例阿姨"' in refused.content.decode()
        assert client.post(address, said).status_code == 302
        page = client.get(address).content.decode()
    assert "示例阿姨" in page
    assert "现场来的" in page
