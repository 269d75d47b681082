"""Certificates: for having been there, checked by number and mark, not valid when one digit is another."""

import datetime as dt

import pytest
import time_machine

from lingju.activities import jobs
from lingju.activities.models import Certificate, OutsideCertificate, Programme, SignUp
from lingju.activities.queries import certificates as queries
from lingju.activities.queries.certificates import Stand
from lingju.activities.services import certificates
from lingju.activities.services.certificates import Outside
from lingju.activities.tests.builders import Quarter
from lingju.activities.tests.gatherings import a_guest, a_session, a_town, arrive, held, on_the_day
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.places.tests import builders as places
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db


def one_who_came(town: Quarter) -> SignUp:
    session = a_session(town)
    guest = a_guest(session, "王秀英")
    with on_the_day(session):
        arrive(session, guest)
        held(session)
    return guest


def a_certificate(town: Quarter) -> Certificate:
    guest = one_who_came(town)
    return certificates.issue(guest.session, guest, "王秀英", actor=town.clerk_actor)


def a_course(town: Quarter, lessons: int, came: int) -> tuple[SignUp, list[SignUp]]:
    """Hold a programme of several lessons; one person comes to the first so many."""
    programme = Programme.objects.create(district=town.district, area=town.area, name="救护员班")
    signups = []
    for number in range(lessons):
        session = a_session(town, f"第{number + 1}课", days=number + 1, programme=programme)
        signups.append(a_guest(session, "王秀英", phone="13800001234"))
    for number, signup in enumerate(signups):
        with on_the_day(signup.session):
            if number < came:
                arrive(signup.session, signup)
            held(signup.session)
    return signups[0], signups


def test_whoever_came_gets_a_number_and_the_same_person_gets_it_once() -> None:
    town = a_town()
    guest = one_who_came(town)
    first = certificates.issue(guest.session, guest, "王秀英", actor=town.clerk_actor)
    again = certificates.issue(guest.session, guest, "王秀英", actor=town.clerk_actor)
    assert first.pk == again.pk
    assert first.number == f"140404-{first.issued_on:%Y}-00001"
    assert (first.attended, first.held, first.minutes) == (1, 1, 90)
    assert Footprint.objects.filter(action="issue").count() == 1


def test_numbers_go_on_without_a_gap_or_a_double() -> None:
    town = a_town()
    session = a_session(town)
    guests = [a_guest(session) for _number in range(3)]
    with on_the_day(session):
        arrive(session, *guests)
        held(session)
    issued = [certificates.issue(session, one, "示例人", actor=town.clerk_actor) for one in guests]
    assert [one.number[-5:] for one in issued] == ["00001", "00002", "00003"]


def test_who_did_not_come_and_who_came_to_what_was_not_held_gets_none() -> None:
    town = a_town()
    session = a_session(town)
    absent, early = a_guest(session), a_guest(session)
    with on_the_day(session):
        arrive(session, early)
        with pytest.raises(NotNow, match="还没有记为举行"):
            certificates.issue(session, early, "示例人", actor=town.clerk_actor)
        held(session)
    with pytest.raises(NotNow, match="签到记录里没有"):
        certificates.issue(session, absent, "示例人", actor=town.clerk_actor)
    with pytest.raises(BadInput, match="姓名"):
        certificates.issue(session, early, " ", actor=town.clerk_actor)
    with pytest.raises(NotAllowed):
        certificates.issue(session, early, "示例人", actor=town.keeper_actor)


@pytest.mark.parametrize(
    ("lessons", "came", "gets"), [(5, 4, True), (5, 3, False), (3, 3, True), (3, 2, False)]
)
def test_a_course_asks_for_four_lessons_of_five(lessons: int, came: int, gets: bool) -> None:
    town = a_town()
    guest, _signups = a_course(town, lessons, came)
    if not gets:
        with pytest.raises(NotNow, match="不到八成"):
            certificates.issue(guest.session, guest, "王秀英", actor=town.clerk_actor)
        return
    issued = certificates.issue(guest.session, guest, "王秀英", actor=town.clerk_actor)
    assert (issued.title, issued.attended, issued.held) == ("救护员班", came, lessons)


def test_a_course_gives_one_certificate_whichever_lesson_it_is_asked_at() -> None:
    town = a_town()
    _first, signups = a_course(town, 3, 3)
    issued = {certificates.issue(one.session, one, "王秀英", actor=town.clerk_actor).pk for one in signups}
    assert len(issued) == 1


def test_a_course_that_goes_on_gives_none_yet() -> None:
    town = a_town()
    guest, _signups = a_course(town, 2, 2)
    a_session(town, "第3课", days=9, programme=guest.session.programme)
    with pytest.raises(NotNow, match="还没上完"):
        certificates.issue(guest.session, guest, "王秀英", actor=town.clerk_actor)


def test_number_and_mark_prove_it_and_tell_no_more_than_the_surname() -> None:
    town = a_town()
    issued = a_certificate(town)
    mark = certificates.mark_of(issued)
    for typed in (mark, mark.lower(), f" {mark[:4]}-{mark[4:8]} {mark[8:]}"):
        found = queries.checked(town.district, issued.number, typed)
        assert (found.stand, found.surname) == (Stand.VALID, "王**")


def test_one_character_altered_anywhere_is_not_valid() -> None:
    town = a_town()
    issued = a_certificate(town)
    number, mark = issued.number, certificates.mark_of(issued)
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-中"
    altered_numbers = {
        number[:at] + other + number[at + 1 :]
        for at in range(len(number))
        for other in letters
        if other != number[at]
    }
    altered_marks = {
        mark[:at] + other + mark[at + 1 :]
        for at in range(len(mark))
        for other in letters
        if other != mark[at]
    }
    found = {queries.checked(town.district, one, mark).stand for one in altered_numbers}
    found |= {queries.checked(town.district, number, one).stand for one in altered_marks}
    found |= {queries.checked(town.district, number, one).stand for one in ("", mark[:-1], mark + "0")}
    assert found == {Stand.INVALID}
    assert queries.checked(town.district, number, "").certificate is None


def test_the_mark_of_another_certificate_proves_nothing() -> None:
    town = a_town()
    first, second = a_certificate(town), a_certificate(town)
    assert queries.checked(town.district, second.number, certificates.mark_of(first)).stand == Stand.INVALID
    elsewhere = places.a_district("140411", name="郊区")
    found = queries.checked(elsewhere, first.number, certificates.mark_of(first))
    assert found.stand == Stand.INVALID


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "救护师资培训"},
        {"minutes": 900},
        {"attended": 1, "held": 2},
        {"issued_on": dt.date(2020, 1, 1)},
        {"number": "140404-2026-99999"},
    ],
)
def test_a_certificate_altered_in_the_database_is_not_valid_any_more(changes: dict[str, object]) -> None:
    town = a_town()
    issued = a_certificate(town)
    mark = certificates.mark_of(issued)
    Certificate.objects.filter(pk=issued.pk).update(**changes)
    number = str(changes.get("number", issued.number))
    assert queries.checked(town.district, number, mark).stand == Stand.INVALID


def test_one_taken_back_says_so_and_a_new_one_may_be_issued() -> None:
    town = a_town()
    issued = a_certificate(town)
    with pytest.raises(BadInput, match="为什么"):
        certificates.revoke(issued, " ", actor=town.clerk_actor)
    certificates.revoke(issued, "姓名印错了", actor=town.clerk_actor)
    certificates.revoke(issued, "再按一次", actor=town.clerk_actor)
    found = queries.checked(town.district, issued.number, certificates.mark_of(issued))
    assert found.stand == Stand.REVOKED
    assert found.certificate is not None
    assert found.certificate.revoked_why == "姓名印错了"
    again = certificates.issue(issued.session, issued.signup, "王秀莹", actor=town.clerk_actor)
    assert again.number != issued.number


def test_the_name_stands_closed_in_the_database() -> None:
    town = a_town()
    issued = a_certificate(town)
    assert "王秀英" not in str(Certificate.objects.filter(pk=issued.pk).values_list("called", flat=True)[0])


def test_a_red_cross_number_is_written_down_and_never_issued() -> None:
    town = a_town()
    guest = one_who_came(town)
    paper = Outside("区红十字会", "RC-2026-0042", "王秀英", clock.today(), signup=guest)
    first = certificates.write_down(guest.session, paper, actor=town.clerk_actor)
    assert certificates.write_down(guest.session, paper, actor=town.clerk_actor).pk == first.pk
    assert OutsideCertificate.objects.count() == 1
    assert not Certificate.objects.exists()
    wrong = Outside(" ", "1", "", clock.today() + dt.timedelta(days=2), dt.date(2020, 1, 1))
    with pytest.raises(BadInput) as refused:
        certificates.write_down(guest.session, wrong, actor=town.clerk_actor)
    assert set(refused.value.fields) == {"issuer", "number", "called", "issued_on", "valid_until"}


def test_the_desk_sees_who_may_have_one() -> None:
    town = a_town()
    guest = one_who_came(town)
    (before,) = queries.candidates(guest.session)
    assert (before.called, before.certificate, before.presence.is_enough) == ("王秀英", None, True)
    issued = certificates.issue(guest.session, guest, "王秀英", actor=town.clerk_actor)
    (after,) = queries.candidates(guest.session)
    assert after.certificate == issued


def test_the_name_is_forgotten_after_five_years_and_checking_ends_with_it() -> None:
    town = a_town()
    issued = a_certificate(town)
    mark = certificates.mark_of(issued)
    for years, stand in ((4, Stand.VALID), (6, Stand.INVALID)):
        with time_machine.travel(clock.now() + dt.timedelta(days=365 * years)):
            jobs.forget_names()
        assert queries.checked(town.district, issued.number, mark).stand == stand
    assert Certificate.objects.get().called == ""
