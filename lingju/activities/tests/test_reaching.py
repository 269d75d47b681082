"""Whom no message reaches is rung: the number on a press that is kept, ticked off once, by whom."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from lingju.activities.models import Session, SignUp
from lingju.activities.queries.desk import people_of
from lingju.activities.queries.reaching import counts, ringing
from lingju.activities.services import calling_off, planning, reaching, signing_up
from lingju.activities.tests.builders import (
    Quarter,
    a_guardian,
    a_library,
    a_plan,
    a_quarter,
    a_session,
    a_signup,
    at,
)
from lingju.bookings.models import Claim
from lingju.kernel.errors import NotAllowed, NotThere
from lingju.people.tests import cast
from lingju.places.tests.builders import the_system
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
CALL, PAPER, SMS = Claim.By.CALL.value, Claim.By.PAPER.value, Claim.By.SMS.value


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


@pytest.fixture
def session(quarter: Quarter) -> Session:
    return a_session(quarter)


@pytest.fixture
def keeper(quarter: Quarter) -> Client:
    return cast.signed_in_client(quarter.keeper)


def by_phone(session: Session, quarter: Quarter, **changes: Any) -> SignUp:
    """Sign somebody up at the desk who wants to be rung."""
    told = {"by": CALL, "is_told": True, "called": "张大爷", "phone": "13811112222", **changes}
    return a_signup(session, actor=quarter.keeper_actor, **told).signup


def cancel(session: Session, quarter: Quarter) -> None:
    calling_off.cancel_session(session, "讲师生病了", actor=quarter.clerk_actor)


def people(session: Session) -> str:
    return f"/desk/activities/{session.pk}/people/"


def body(browser: Client, session: Session) -> str:
    return browser.get(people(session)).content.decode()


def test_after_a_training_is_called_off_everybody_who_signed_up_by_telephone_is_to_be_rung(
    quarter: Quarter, session: Session, keeper: Client
) -> None:
    by_phone(session, quarter)
    by_phone(session, quarter, called="李大妈", by=PAPER, phone="13811113333")
    by_phone(session, quarter, called="没电话的人", by=PAPER, phone="")
    a_signup(session, by=SMS, called="收短信的人")
    assert "要打电话的" not in body(keeper, session)
    cancel(session, quarter)
    page = body(keeper, session)
    assert "要打电话的 2 位" in page
    assert "讲师生病了" in page
    assert "还有 1 位没留电话" in page
    assert "13811112222" not in page
    assert "要打电话的 2 位" in keeper.get(f"/desk/activities/{session.pk}/").content.decode()
    assert "要打电话 2 位" in keeper.get("/desk/activities/?tray=off").content.decode()


def test_a_number_is_shown_on_a_press_to_whoever_works_there_and_that_is_kept(
    quarter: Quarter, session: Session, keeper: Client
) -> None:
    signup = by_phone(session, quarter)
    cancel(session, quarter)
    page = keeper.post(people(session), {"do": "phone", "signup": signup.pk}).content.decode()
    assert 'href="tel:13811112222"' in page
    kept = Footprint.objects.get(action="read_phone", subject_id=signup.pk)
    assert kept.actor_id == quarter.keeper.pk
    with pytest.raises(NotAllowed):
        reaching.see_phone(signup, actor=cast.an_actor_of(cast.a_clerk(at=quarter.neighbour)))


def test_the_guardians_number_is_shown_the_same_way(
    quarter: Quarter, session: Session, keeper: Client
) -> None:
    a_library(quarter.district)
    signup = by_phone(session, quarter, people=2, minors=1, phone="", by=PAPER, guardian=a_guardian())
    plain = by_phone(session, quarter, phone="13811113333")
    cancel(session, quarter)
    page = body(keeper, session)
    assert "要打电话的 2 位" in page
    assert "监护人 示例妈妈" in page
    page = keeper.post(people(session), {"do": "guardian", "signup": signup.pk}).content.decode()
    assert 'href="tel:13600001111"' in page
    assert Footprint.objects.filter(action="read_phone", subject_id=signup.guardian.pk).count() == 1
    with pytest.raises(NotThere):
        reaching.see_guardian_phone(plain, actor=quarter.keeper_actor)


def test_who_was_rung_is_ticked_off_once_and_by_whom(
    quarter: Quarter, session: Session, keeper: Client
) -> None:
    signup = by_phone(session, quarter)
    cancel(session, quarter)
    signup.refresh_from_db()
    pressed = {"do": "rung", "signup": signup.pk, "about": signup.ring_about}
    page = keeper.post(people(session), pressed, follow=True).content.decode()
    assert "电话都打过了" in page
    assert quarter.keeper.display_name in page
    clerk = cast.signed_in_client(quarter.clerk)
    assert "没有重复记" in clerk.post(people(session), pressed, follow=True).content.decode()
    signup.refresh_from_db()
    assert signup.rung_by == quarter.keeper
    assert Footprint.objects.filter(action="ring", subject_id=signup.pk).count() == 1


def test_a_second_change_is_told_again_and_an_old_page_ticks_off_the_first_alone(
    quarter: Quarter, session: Session
) -> None:
    signup = by_phone(session, quarter)
    calling_off.move(session, at(4), "讲师改了时间", actor=quarter.clerk_actor)
    signup.refresh_from_db()
    first = signup.ring_about
    calling_off.move(session, at(5), "又改了", actor=quarter.clerk_actor)
    signup.refresh_from_db()
    assert reaching.mark_rung(signup, first, actor=quarter.keeper_actor)
    assert counts([session]) == {session.pk: 1}
    signup.refresh_from_db()
    assert reaching.mark_rung(signup, signup.ring_about, actor=quarter.keeper_actor)
    assert counts([session]) == {}


def test_another_room_matters_and_other_words_do_not(quarter: Quarter, session: Session) -> None:
    by_phone(session, quarter)
    system = the_system(quarter.district)
    planning.edit_session(session, a_plan(quarter, summary="带水杯"), actor=system)
    assert counts([session]) == {}
    planning.edit_session(session, a_plan(quarter, summary="带水杯", space=quarter.room), actor=system)
    assert counts([session]) == {session.pk: 1}


def test_who_withdrew_and_who_came_later_need_not_be_rung(quarter: Quarter, session: Session) -> None:
    early = by_phone(session, quarter)
    calling_off.postpone(session, "停电", actor=quarter.clerk_actor)
    calling_off.move(session, at(6), "有电了", actor=quarter.clerk_actor)
    by_phone(session, quarter, called="后来的人", phone="13811114444")
    assert [one.pk for one in ringing(session, people_of(session)).waiting] == [early.pk]
    Claim.objects.filter(pk=early.claim_id).update(
        state=Claim.State.CANCELLED, ended_by=Claim.EndedBy.PARTY, ended_at=early.signed_up_at
    )
    assert ringing(session, people_of(session)).waiting == ()


def test_without_a_gateway_those_who_wait_for_a_text_message_are_to_be_rung_too(
    quarter: Quarter, session: Session, settings: Settings
) -> None:
    a_signup(session, by=SMS)
    mine = cast.a_resident(quarter.district)
    a_signup(session, by=SMS, actor=cast.an_actor_of(mine))
    cancel(session, quarter)
    assert counts([session]) == {}
    settings.LINGJU = dataclasses.replace(settings.LINGJU, sms_gateway="lingju.people.sms.NoGateway")
    assert counts([session]) == {session.pk: 1}


def test_what_is_over_rings_nobody(quarter: Quarter, session: Session) -> None:
    by_phone(session, quarter)
    calling_off.move(session, at(4), "讲师改了时间", actor=quarter.clerk_actor)
    Session.objects.filter(pk=session.pk).update(
        starts_at=at(-1), ends_at=at(-1) + dt.timedelta(hours=1), state=Session.State.HELD
    )
    session.refresh_from_db()
    assert ringing(session, people_of(session)).waiting == ()


def test_the_list_costs_the_same_for_many(
    quarter: Quarter, session: Session, keeper: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        by_phone(session, quarter, phone=f"138000000{number:02d}")
    cancel(session, quarter)
    with django_assert_max_num_queries(12):
        assert "要打电话的 12 位" in body(keeper, session)


def test_a_press_that_no_button_has_is_not_there(quarter: Quarter, session: Session, keeper: Client) -> None:
    signup = by_phone(session, quarter)
    assert keeper.post(people(session), {"do": "shout", "signup": signup.pk}).status_code == 404
    assert keeper.post(people(session), {"do": "rung", "signup": "x"}).status_code == 404
    elsewhere = a_session(quarter)
    assert keeper.post(people(elsewhere), {"do": "phone", "signup": signup.pk}).status_code == 404
    assert signing_up.withdraw(signup, actor=quarter.keeper_actor).claim.state == Claim.State.CANCELLED
