"""Invitations: asked by the desk, answered by the person; what is heard is written down with who heard it."""

import datetime as dt

import pytest

from lingju.bookings.services.counting import NoPlace
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotSignedIn
from lingju.kernel.rules import SystemActor
from lingju.people.tests import cast
from lingju.volunteering import jobs
from lingju.volunteering.models import Call, Invitation
from lingju.volunteering.queries import calls as queries
from lingju.volunteering.services import calling, enrolling, inviting
from lingju.volunteering.tests.builders import (
    a_call,
    a_draft,
    a_guardian,
    a_skill,
    a_town,
    a_volunteer,
    at,
    comes,
    oneself,
)

pytestmark = pytest.mark.django_db
A = Invitation.State


def test_an_invitation_is_a_question_and_changes_nothing_until_it_is_answered() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    first = inviting.invite(call, person, actor=town.writes)
    assert inviting.invite(call, person, actor=town.writes).pk == first.pk
    assert (first.state, first.claim) == (A.INVITED, None)
    assert queries.free_places([call]) == {call.pk: 10}


def test_a_yes_takes_a_place_once_and_taking_it_back_frees_it() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    asked = inviting.invite(call, person, actor=town.writes)
    with pytest.raises(BadInput, match="风险"):
        inviting.accept(asked, risk_told=False, actor=oneself(person))
    for _press in range(2):
        inviting.accept(asked, risk_told=True, actor=oneself(person))
    assert (asked.state, asked.said, queries.free_places([call])) == (A.ACCEPTED, "page", {call.pk: 9})
    for _press in range(2):
        inviting.withdraw(asked, actor=oneself(person))
    assert (asked.state, queries.free_places([call])) == (A.WITHDRAWN, {call.pk: 10})
    inviting.accept(asked, risk_told=True, actor=oneself(person))
    assert (asked.state, queries.free_places([call])) == (A.ACCEPTED, {call.pk: 9})


def test_nobody_but_the_person_says_yes() -> None:
    """Regulation on volunteering, article 25: no office, however high, opens this step."""
    town = a_town()
    call, person, other = a_call(town), a_volunteer(town), a_volunteer(town)
    asked = inviting.invite(call, person, actor=town.writes)
    district_officer = cast.an_actor_of(cast.a_district_officer(district=town.district))
    hands = (
        town.writes,
        town.looks,
        town.keeps,
        district_officer,
        SystemActor(town.district.pk),
        oneself(other),
    )
    for hand in hands:
        with pytest.raises(NotAllowed):
            inviting.accept(asked, risk_told=True, actor=hand)
        with pytest.raises(NotAllowed):
            inviting.say_yes(call, person, risk_told=True, actor=hand)
        with pytest.raises(NotAllowed):
            inviting.withdraw(asked, actor=hand)
        with pytest.raises(NotAllowed):
            inviting.decline(asked, actor=hand)
    with pytest.raises((NotAllowed, NotSignedIn)):
        inviting.accept(asked, risk_told=True, actor=cast.a_stranger(town.district))
    asked.refresh_from_db()
    assert asked.state == A.INVITED


def test_what_is_heard_on_the_telephone_is_noted_with_words_and_with_who_heard_it() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    asked = inviting.invite(call, person, actor=town.writes)
    with pytest.raises(BadInput) as refused:
        inviting.note_answer(asked, is_yes=True, said="", words="", risk_told=True, actor=town.writes)
    assert set(refused.value.fields) == {"said", "words"}
    with pytest.raises(BadInput, match="风险"):
        inviting.note_answer(asked, is_yes=True, said="phone", words="行，我去", actor=town.writes)
    with pytest.raises(NotAllowed):
        inviting.note_answer(
            asked,
            is_yes=True,
            said="phone",
            words="行，我去",
            risk_told=True,
            actor=SystemActor(town.district.pk),
        )
    inviting.note_answer(
        asked, is_yes=True, said="phone", words="行，我去", risk_told=True, actor=town.writes
    )
    assert (asked.state, asked.heard_by_id, asked.heard_words) == (A.ACCEPTED, town.clerk.pk, "行，我去")
    inviting.note_answer(asked, is_yes=False, said="phone", words="那天有事", actor=town.writes)
    assert (asked.state, queries.free_places([call])) == (A.DECLINED, {call.pk: 10})


def test_a_no_is_not_asked_again_but_may_turn_into_a_yes() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    asked = inviting.invite(call, person, actor=town.writes)
    inviting.decline(asked, actor=oneself(person))
    with pytest.raises(NotNow, match="不要再问"):
        inviting.invite(call, person, actor=town.writes)
    assert comes(call, person).state == A.ACCEPTED


def test_when_all_places_are_gone_the_next_is_told_so() -> None:
    town = a_town()
    call = a_call(town, wanted=1)
    comes(call, a_volunteer(town))
    with pytest.raises(NoPlace):
        comes(call, a_volunteer(town))
    assert Invitation.objects.accepted().count() == 1


def test_professional_work_is_done_by_whoever_has_shown_a_valid_paper() -> None:
    town = a_town()
    medical = a_skill(town, "medical")
    call = a_call(town, title="量血压", skills=(medical,))
    willing = a_volunteer(town, skills=(medical,))
    with pytest.raises(NotNow, match="执业证"):
        inviting.invite(call, willing, actor=town.writes)
    with pytest.raises(NotNow, match="执业证"):
        comes(call, willing)
    day_before = call.day - dt.timedelta(days=1)
    enrolling.see_paper(willing, medical, "护士执业证", "N-1", day_before, actor=town.writes)
    with pytest.raises(NotNow, match="没有过期"):
        comes(call, type(willing).objects.get(pk=willing.pk))
    enrolling.see_paper(willing, medical, "护士执业证", "N-1", call.day, actor=town.writes)
    assert comes(call, type(willing).objects.get(pk=willing.pk)).state == A.ACCEPTED


def test_work_that_anybody_willing_may_do_asks_for_the_skill_alone() -> None:
    town = a_town()
    haircut = a_skill(town, "haircut")
    call = a_call(town, skills=(haircut,))
    with pytest.raises(NotNow, match="理发"):
        comes(call, a_volunteer(town))
    assert comes(call, a_volunteer(town, skills=(haircut,))).state == A.ACCEPTED


def test_age_is_counted_on_the_day_and_a_minor_needs_a_guardian() -> None:
    town = a_town()
    call = a_call(town, min_age=16)
    day = call.day
    too_young = a_volunteer(
        town, born_on=day.replace(year=day.year - 16) + dt.timedelta(days=1), guardian=a_guardian()
    )
    with pytest.raises(NotNow, match="满 16 岁"):
        comes(call, too_young)
    sixteen = a_volunteer(town, born_on=day.replace(year=day.year - 16), guardian=a_guardian())
    assert comes(call, sixteen).state == A.ACCEPTED
    another = a_volunteer(town, born_on=day.replace(year=day.year - 17), guardian=a_guardian())
    enrolling.withdraw_guardian(another, actor=oneself(another))
    with pytest.raises(NotNow, match="监护人"):
        comes(call, type(another).objects.get(pk=another.pk))


def test_no_minor_does_dangerous_work() -> None:
    town = a_town()
    insured = {"is_risky": True, "insurance": "示例保险 P-1", "insured_until": dt.date(2026, 12, 31)}
    call = a_call(town, **insured)
    minor = a_volunteer(town, born_on=dt.date(2009, 1, 1), guardian=a_guardian())
    with pytest.raises(NotNow, match="未成年人"):
        comes(call, minor)


def test_before_it_is_opened_and_after_it_is_closed_nobody_is_taken() -> None:
    town = a_town()
    person = a_volunteer(town)
    draft = a_draft(town)
    with pytest.raises(NotNow, match="审核"):
        comes(draft, person)
    call = a_call(town)
    calling.close(call, actor=town.writes)
    with pytest.raises(NotNow, match="截止"):
        comes(call, person)
    late = a_call(town)
    with at(late, 1), pytest.raises(NotNow, match="截止"):
        comes(Call.objects.get(pk=late.pk), person)


def test_an_invitation_nobody_answered_lapses_when_the_call_begins() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    asked = inviting.invite(call, person, actor=town.writes)
    assert jobs.lapse() == 0
    with at(call, 5):
        assert jobs.lapse() == 1
    asked.refresh_from_db()
    assert asked.state == A.OVER
