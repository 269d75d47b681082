"""The door: scans are only added, the same one once, what does not fit is told; 人次 and 人数 never mix."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from lingju.activities import counting, passes
from lingju.activities.counting import Figures, Seen
from lingju.activities.models import HeadCount, Scan
from lingju.activities.queries import attendance as queries
from lingju.activities.services import attendance, calling_off, signing_up
from lingju.activities.services.attendance import Entry
from lingju.activities.tests.gatherings import a_guest, a_key, a_session, a_town, arrive, on_the_day
from lingju.activities.tests.gatherings import scan as scanned
from lingju.bookings.models import Claim
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, TooLarge
from lingju.people.tests import cast
from lingju.places.tests import builders as places
from lingju.places.tests.builders import the_system
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db


def test_a_training_of_38_people_three_of_whom_came_without_signing_up() -> None:
    town = a_town()
    session = a_session(town)
    guests = [a_guest(session) for _number in range(35)]
    with on_the_day(session):
        entries = [Entry(nonce=a_key(), method="qr", code=passes.pass_of(guest.pk)) for guest in guests[:20]]
        entries += [Entry(nonce=a_key(), method="name", signup_id=guest.pk) for guest in guests[20:]]
        entries += [
            Entry(nonce=a_key(), kind="walk_in", group=group) for group in ("elder", "elder", "child")
        ]
        outcomes = scanned(session, *entries, actor=town.keeper_actor)
    assert [o.trouble for o in outcomes] == [""] * 38
    figures = queries.figures([session])
    assert (figures.visits, figures.signup_visits, figures.walk_in_visits) == (38, 35, 3)
    assert figures.by_group == {"elder": 2, "child": 1}
    assert figures.people == 35
    states = Claim.objects.filter(signup__session=session).values_list("state", flat=True)
    assert set(states) == {Claim.State.CHECKED_IN}


def test_the_same_scan_sent_twice_is_one() -> None:
    session = a_session(a_town())
    guest = a_guest(session)
    entry = Entry(nonce=a_key(), code=passes.pass_of(guest.pk))
    walk_in = Entry(nonce=a_key(), kind="walk_in", people=2)
    with on_the_day(session):
        first = scanned(session, entry, walk_in)
        again = scanned(session, entry, walk_in)
    assert [o.is_new for o in first] == [True, True]
    assert [o.is_new for o in again] == [False, False]
    assert all(o.was_kept for o in again)
    assert Scan.objects.count() == 1
    assert queries.figures([session]).visits == 3


def test_two_devices_that_saw_one_person_make_one_attendance_of_two_scans() -> None:
    session = a_session(a_town())
    guest = a_guest(session)
    code = passes.pass_of(guest.pk)
    with on_the_day(session):
        scanned(session, Entry(nonce=a_key(), code=code, was_offline=True), device="tablet")
        scanned(session, Entry(nonce=a_key(), code=code), device="phone")
    assert sorted(Scan.objects.values_list("device", flat=True)) == ["phone", "tablet"]
    figures = queries.figures([session])
    assert (figures.visits, figures.people) == (1, 1)


def test_a_scan_on_the_wrong_list_is_kept_and_told_and_does_not_count_until_let_in() -> None:
    town = a_town()
    session, other = a_session(town), a_session(town, "消防演练", days=3, topics=("fire_safety",))
    guest = a_guest(other)
    code = passes.pass_of(guest.pk)
    with on_the_day(session):
        (outcome,) = scanned(session, Entry(nonce=a_key(), code=code))
        assert outcome.trouble == Scan.Trouble.WRONG_LIST
        assert "消防演练" in outcome.words
        assert Scan.objects.get().is_on_wrong_list
        assert queries.figures([session]).visits == 0
        assert [scan.signup_id for scan in queries.door(session).strays] == [guest.pk]
        scanned(session, Entry(nonce=a_key(), method="forced", signup_id=guest.pk))
    door = queries.door(session)
    assert door.figures.visits == 1
    assert [one.signup_id for one in door.guests] == [guest.pk]
    assert door.strays == ()
    guest.claim.refresh_from_db()
    assert guest.claim.state == Claim.State.CONFIRMED  # the seat at the other session is still theirs


def test_a_cancelled_sign_up_is_told_and_may_be_let_in() -> None:
    session = a_session(a_town())
    guest = a_guest(session)
    signing_up.withdraw(guest, actor=the_system(session.district))
    with on_the_day(session):
        (outcome,) = arrive(session, guest)
        assert outcome.trouble == Scan.Trouble.CANCELLED
        assert queries.figures([session]).visits == 0
        scanned(session, Entry(nonce=a_key(), method="forced", signup_id=guest.pk))
        assert queries.figures([session]).visits == 1
        scanned(session, Entry(nonce=a_key(), kind="undo", method="name", signup_id=guest.pk))
        assert queries.figures([session]).visits == 0
    assert Scan.objects.count() == 3


def test_somebody_who_waits_for_a_seat_does_not_count_by_themselves() -> None:
    session = a_session(a_town(), capacity=1)
    a_guest(session)
    waiting = a_guest(session)
    with on_the_day(session):
        (outcome,) = arrive(session, waiting)
    assert outcome.trouble == Scan.Trouble.WAITING


def test_a_session_called_off_keeps_its_scans_and_counts_nobody() -> None:
    town = a_town()
    session = a_session(town)
    guest = a_guest(session)
    calling_off.postpone(session, "讲师有事", actor=town.clerk_actor)
    with on_the_day(session):
        (outcome,) = arrive(session, guest)
    assert outcome.trouble == Scan.Trouble.SESSION_OFF
    assert queries.figures([session]).visits == 0


@pytest.mark.parametrize("code", ["", "LJ1-1F-0000000000000000", "hello", "999999", "1120-000000", "=1+1"])
def test_a_code_nobody_can_read_is_kept_as_such(code: str) -> None:
    session = a_session(a_town())
    a_guest(session)
    with on_the_day(session):
        (outcome,) = scanned(session, Entry(nonce=a_key(), code=code))
    assert (outcome.was_kept, outcome.trouble) == (True, Scan.Trouble.UNKNOWN)
    assert Scan.objects.get().signup is None
    assert queries.figures([session]).visits == 0


def test_a_pass_altered_by_one_digit_is_nobodys() -> None:
    session = a_session(a_town())
    code = passes.pass_of(a_guest(session).pk)
    assert passes.read(f" {code.lower()} ") is not None
    altered = {
        code[:at] + other + code[at + 1 :]
        for at in range(len(code))
        for other in "0123456789ABCDEFX-"
        if other != code[at]
    }
    assert {passes.read(one) for one in altered} == {None}


def test_six_digits_and_the_number_of_the_booking_find_the_same_person() -> None:
    session = a_session(a_town())
    guest = a_guest(session)
    with on_the_day(session):
        codes = (passes.digits_of(guest.claim.number), guest.claim.number)
        outcomes = scanned(session, *(Entry(nonce=a_key(), method="code", code=code) for code in codes))
    assert [o.signup_id for o in outcomes] == [guest.pk, guest.pk]
    assert queries.figures([session]).visits == 1


def test_another_districts_pass_is_nobodys_here() -> None:
    session = a_session(a_town())
    guest = a_guest(session)
    elsewhere = places.a_district("140411", name="郊区")
    guest.__class__.objects.filter(pk=guest.pk).update(district=elsewhere)
    with on_the_day(session):
        (outcome,) = scanned(session, Entry(nonce=a_key(), code=passes.pass_of(guest.pk)))
    assert outcome.trouble == Scan.Trouble.UNKNOWN


def test_a_party_comes_with_as_many_as_are_there() -> None:
    session = a_session(a_town())
    three, two = a_guest(session, people=3), a_guest(session, people=2)
    with on_the_day(session):
        arrive(session, three)
        arrive(session, two, people=1)
    figures = queries.figures([session])
    assert (figures.visits, figures.people) == (4, 2)


def test_the_time_is_the_devices_unless_its_clock_cannot_be_right() -> None:
    session = a_session(a_town())
    guest = a_guest(session)
    with on_the_day(session, minutes=120):
        right = session.starts_at + dt.timedelta(minutes=3)
        for told in (right, session.starts_at + dt.timedelta(days=400), session.starts_at.replace(year=2001)):
            arrive(session, guest, device_at=told, was_offline=True)
    at = list(Scan.objects.order_by("id").values_list("at", "device_at", "received_at"))
    assert at[0][0] == right
    assert [row[0] for row in at[1:]] == [row[2] for row in at[1:]]  # kept beside, not believed
    assert all(row[1] is not None for row in at)


def test_a_press_taken_back_offline_counts_by_when_it_happened_not_by_when_it_came() -> None:
    session = a_session(a_town())
    guest = a_guest(session)
    with on_the_day(session, minutes=60):
        times = [session.starts_at + dt.timedelta(minutes=m) for m in (1, 2, 3)]
        for at, kind in ((2, "in"), (0, "in"), (1, "undo")):
            entry = Entry(nonce=a_key(), kind=kind, method="name", signup_id=guest.pk, device_at=times[at])
            scanned(session, entry)
    assert queries.figures([session]).visits == 1


def test_leaving_does_not_undo_having_come() -> None:
    session = a_session(a_town())
    guest = a_guest(session)
    with on_the_day(session):
        arrive(session, guest)
        scanned(session, Entry(nonce=a_key(), kind="out", method="name", signup_id=guest.pk))
    assert queries.figures([session]).visits == 1


@pytest.mark.parametrize(
    "entry",
    [
        Entry(nonce="short"),
        Entry(nonce="press-000001", kind="dance"),
        Entry(nonce="press-000001", method="telepathy"),
        Entry(nonce="press-000001", people=0),
        Entry(nonce="press-000001", people=51),
        Entry(nonce="press-000001", kind="undo"),
        Entry(nonce="press-000001", kind="walk_in", people=0),
        Entry(nonce="press-000001", kind="walk_in", group="robots"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused_alone(entry: Entry) -> None:
    session = a_session(a_town())
    guest = a_guest(session)
    with on_the_day(session):
        outcomes = scanned(session, entry, Entry(nonce=a_key(), method="name", signup_id=guest.pk))
        assert [o.was_kept for o in outcomes] == [False, True]
        assert outcomes[0].words
        with pytest.raises(BadInput):
            attendance.check_in(session, entry, actor=the_system(session.district))
    assert queries.figures([session]).visits == 1


def test_a_batch_has_an_end_and_the_door_opens_on_the_day() -> None:
    session = a_session(a_town())
    with pytest.raises(NotNow, match="还没到日子"):
        scanned(session, Entry(nonce=a_key()))
    with on_the_day(session), pytest.raises(TooLarge):
        scanned(session, *[Entry(nonce=a_key())] * 501)


def test_only_who_works_at_the_session_is_at_its_door() -> None:
    town = a_town()
    session = a_session(town)
    stranger, resident = cast.a_stranger(town.district), cast.an_actor_of(cast.a_resident(town.district))
    elsewhere = cast.an_actor_of(cast.a_clerk(at=town.neighbour, name="钱社工"))
    with on_the_day(session):
        for actor in (resident, elsewhere):
            with pytest.raises(NotAllowed):
                scanned(session, actor=actor)
            with pytest.raises(NotAllowed):
                attendance.count(session, "elder", 1, key=a_key(), actor=actor)
        with pytest.raises(Exception, match="请先登录"):
            scanned(session, actor=stranger)
        for worker in (town.keeper_actor, town.clerk_actor):
            scanned(session, Entry(nonce=a_key(), kind="walk_in"), actor=worker)
    assert queries.figures([session]).visits == 2


def test_a_count_is_corrected_by_one_more_entry_that_says_why() -> None:
    town = a_town()
    session = a_session(town)
    with on_the_day(session):
        attendance.count(session, "elder", 13, key=a_key(), actor=town.keeper_actor)
        key = a_key()
        assert attendance.correct(session, "elder", 10, "数重了三位", key=key, actor=town.keeper_actor) == -3
        assert attendance.correct(session, "elder", 10, "数重了三位", key=key, actor=town.keeper_actor) == 0
        assert attendance.correct(session, "elder", 10, "再按一次", key=a_key(), actor=town.keeper_actor) == 0
        with pytest.raises(BadInput, match="为什么"):
            attendance.correct(session, "elder", 9, " ", key=a_key(), actor=town.keeper_actor)
        with pytest.raises(BadInput):
            attendance.correct(session, "elder", -1, "少了", key=a_key(), actor=town.keeper_actor)
    rows = list(HeadCount.objects.order_by("id").values_list("change", "reason"))
    assert rows == [(13, ""), (-3, "数重了三位")]
    assert queries.figures([session]).by_group == {"elder": 10}
    notes = Footprint.objects.filter(action="head_count").values_list("note", flat=True)
    assert list(notes.order_by("id")) == ["", "数重了三位"]


def test_the_database_takes_no_count_away_without_a_reason() -> None:
    session = a_session(a_town())
    for values in ({"change": -1}, {"change": 0, "reason": "没变"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HeadCount.objects.create(
                district=session.district, session=session, key=a_key(), group="elder", **values
            )


def test_the_list_at_the_door_holds_no_telephone() -> None:
    session = a_session(a_town())
    for _number in range(3):
        a_guest(session)
    door = queries.door(session)
    assert len(door.guests) == 3
    assert not any("139" in str(value) for guest in door.guests for value in (guest.called, guest.care))


def test_the_door_asks_the_database_as_often_for_many_as_for_few() -> None:
    session = a_session(a_town())
    asked = []
    for _turn in range(2):
        arriving = [a_guest(session) for _number in range(4)]
        with on_the_day(session):
            arrive(session, *arriving)
            attendance.count(session, "elder", 1, key=a_key(), actor=the_system(session.district))
        with CaptureQueriesContext(connection) as told:
            queries.door(session)
        asked.append(len(told))
    assert asked[0] == asked[1] <= 9


# --- 人次 and 人数 --------------------------------------------------------------------------------------


def test_one_who_came_to_three_sessions_is_three_visits_by_one_person() -> None:
    town = a_town()
    sessions = [a_session(town, f"第{n}课", days=n + 1) for n in range(3)]
    guests = [a_guest(session, "王秀英", phone="13800001234") for session in sessions]
    for session, guest in zip(sessions, guests, strict=True):
        with on_the_day(session):
            arrive(session, guest)
            attendance.count(session, "adult", 4, key=a_key(), actor=town.clerk_actor)
    figures = queries.figures(sessions)
    assert (figures.sessions, figures.visits, figures.people) == (3, 15, 1)


def test_who_left_neither_telephone_nor_account_stands_in_visits_alone() -> None:
    town = a_town()
    session = a_session(town)
    coming = signing_up.Coming(called="不留电话的人", is_told=True)
    guest = signing_up.sign_up(session, coming, key=a_key(), actor=the_system(town.district)).signup
    with on_the_day(session):
        arrive(session, guest)
    figures = queries.figures([session])
    assert (figures.visits, figures.people) == (1, 0)


people = st.frozensets(st.integers(1, 20).map(lambda n: f"p{n}"), max_size=10)
one_session = st.builds(Figures, st.just(1), st.integers(0, 60), st.integers(0, 60), st.just({}), people)


@given(st.lists(one_session, max_size=8))
def test_visits_of_sessions_add_up_and_persons_never_do(sessions: list[Figures]) -> None:
    told = counting.together(sessions)
    assert told.visits == sum(one.visits for one in sessions)
    assert max((one.people for one in sessions), default=0) <= told.people
    assert told.people <= sum(one.people for one in sessions)
    assert told.people == len({person for one in sessions for person in one.persons})
    assert not hasattr(Figures, "__add__")


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["in", "out", "undo"]), st.integers(1, 5))))
def test_who_is_there_is_whoever_was_seen_since_the_last_press_was_taken_back(
    told: list[tuple[int, str, int]],
) -> None:
    found = counting.present(Seen(*one) for one in told)
    for signup_id in range(1, 5):
        mine = [(kind, n) for one, kind, n in told if one == signup_id]
        since = max((at for at, (kind, _n) in enumerate(mine) if kind == "undo"), default=-1)
        came = [n for kind, n in mine[since + 1 :] if kind == "in"]
        assert found.get(signup_id, 0) == max(came, default=0)
