"""Signing up: seats whole or not at all, a guardian's word for minors, waiting in turn, withdrawing."""

from typing import Any

import pytest

from lingju.activities.events import SessionFull, SignedUp, SignUpMoved
from lingju.activities.models import GuardianConsent, Session, SignUp
from lingju.activities.services import calling_off, signing_up
from lingju.activities.tests.builders import (
    Quarter,
    a_guardian,
    a_library,
    a_quarter,
    a_session,
    a_signup,
    coming,
)
from lingju.bookings.models import Claim
from lingju.bookings.rules import Holder
from lingju.bookings.services import seats
from lingju.kernel import facts
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.people.tests import cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def heard_of(*kinds: type) -> list[object]:
    heard: list[object] = []
    for kind in kinds:
        facts.when(kind, at_once=heard.append)
    return heard


def test_a_stranger_signs_up_and_takes_number_and_code_away(quarter: Quarter) -> None:
    session = a_session(quarter)
    heard = heard_of(SignedUp, SessionFull)
    receipt = a_signup(session, 2)
    claim = receipt.signup.claim
    assert (claim.state, claim.quantity, receipt.waits) == ("confirmed", 2, False)
    assert len(receipt.code) == 6
    assert claim.starts_at == session.starts_at
    assert heard == [SignedUp(quarter.district.pk, receipt.signup.pk)]
    assert session.pool is not None
    assert seats.free_seats(session.pool) == 28


def test_the_same_press_signs_up_once(quarter: Quarter) -> None:
    session, who = a_session(quarter), coming()
    stranger = cast.a_stranger(quarter.district)
    first = signing_up.sign_up(session, who, key="press-0001", actor=stranger)
    second = signing_up.sign_up(session, who, key="press-0001", actor=stranger)
    assert (first.is_new, second.is_new, first.code) == (True, False, second.code)
    assert SignUp.objects.count() == 1


def test_an_account_signs_up_once_and_again_after_it_withdrew(quarter: Quarter) -> None:
    session = a_session(quarter)
    me = cast.an_actor_of(cast.a_resident(quarter.district))
    first = a_signup(session, actor=me, phone="")
    assert a_signup(session, actor=me, phone="").signup == first.signup
    signing_up.withdraw(first.signup, actor=me)
    assert a_signup(session, actor=me, phone="").signup != first.signup


def test_nobody_learns_by_signing_up_that_a_telephone_has(quarter: Quarter) -> None:
    session = a_session(quarter)
    first = a_signup(session, phone="13700009999")
    second = a_signup(session, phone="137 0000 9999")
    assert (second.is_new, second.waits) == (True, False)
    assert second.signup.claim.number != first.signup.claim.number
    assert signing_up.under_one_phone(second.signup) == [first.signup, second.signup]
    alone = a_signup(session, phone="").signup
    assert signing_up.under_one_phone(alone) == [alone]


def test_a_group_is_seated_whole_or_waits_whole(quarter: Quarter) -> None:
    session = a_session(quarter, capacity=5)
    a_signup(session, 2)
    heard = heard_of(SessionFull)
    group = a_signup(session, 4)
    assert (group.signup.claim.state, group.waits) == ("waitlisted", True)
    assert group.signup.claim.quantity == 4
    assert heard == [SessionFull(quarter.district.pk, session.pk)]


def test_who_withdraws_makes_room_for_who_waits(quarter: Quarter) -> None:
    session = a_session(quarter, capacity=2)
    first, waiting = a_signup(session, 2), a_signup(session, 2)
    claim = first.signup.claim
    signing_up.withdraw(first.signup, actor=Holder(claim.pk, claim.district_id))
    moved = Claim.objects.get(pk=waiting.signup.claim_id)
    assert moved.state in ("offered", "confirmed")
    if moved.state == "offered":
        waiting.signup.claim.refresh_from_db()
        signing_up.accept(waiting.signup, actor=Holder(moved.pk, moved.district_id))
        assert waiting.signup.claim.state == "confirmed"


def test_withdrawing_twice_changes_nothing(quarter: Quarter) -> None:
    session = a_session(quarter)
    signup = a_signup(session).signup
    holder = Holder(signup.claim_id, signup.district_id)
    signing_up.withdraw(signup, actor=holder)
    signing_up.withdraw(signup, actor=holder)
    assert Footprint.objects.filter(action="cancel").count() == 1


def test_nobody_withdraws_somebody_else(quarter: Quarter) -> None:
    session = a_session(quarter)
    mine, theirs = a_signup(session).signup, a_signup(session).signup
    with pytest.raises(NotAllowed):
        signing_up.withdraw(theirs, actor=Holder(mine.claim_id, mine.district_id))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"called": ""}, "called"),
        ({"people": 11}, "people"),
        ({"people": 0}, "people"),
        ({"people": 2, "minors": 3}, "minors"),
        ({"minors": -1}, "minors"),
        ({"phone": "12345"}, "phone"),
    ],
)
def test_a_party_that_makes_no_sense_is_refused_at_its_field(
    quarter: Quarter, changes: dict[str, Any], field: str
) -> None:
    session = a_session(quarter)
    with pytest.raises(BadInput) as refused:
        signing_up.sign_up(
            session, coming(**changes), key="press-0001", actor=cast.a_stranger(quarter.district)
        )
    assert field in refused.value.fields
    assert not Claim.objects.exists()


def test_more_than_all_seats_can_never_come_together(quarter: Quarter) -> None:
    session = a_session(quarter, capacity=3)
    with pytest.raises(BadInput, match="3 个名额"):
        a_signup(session, 4)


@pytest.mark.parametrize("state", ["planned", "announced"])
def test_before_sign_up_opens_nobody_signs_up(quarter: Quarter, state: str) -> None:
    with pytest.raises(NotNow, match="还没开始报名"):
        a_signup(a_session(quarter, state=state))


def test_what_is_off_says_why(quarter: Quarter) -> None:
    session = a_session(quarter)
    calling_off.cancel_session(session, "停电检修", actor=quarter.clerk_actor)
    with pytest.raises(NotNow, match="停电检修"):
        a_signup(session)


def test_a_keeper_signs_up_who_has_no_telephone_at_hand(quarter: Quarter) -> None:
    session = a_session(quarter)
    told = a_signup(session, actor=quarter.keeper_actor, is_told=True, phone="", by="paper")
    assert told.signup.claim.told_by == quarter.keeper
    assert told.signup.claim.account is None
    resident = cast.an_actor_of(cast.a_resident(quarter.district))
    with pytest.raises(NotAllowed):
        a_signup(session, actor=resident, is_told=True)


# --- minors ---------------------------------------------------------------------------------------------


def test_a_minor_comes_with_a_guardians_word_for_a_text(quarter: Quarter) -> None:
    a_library(quarter.district)
    session = a_session(quarter)
    receipt = a_signup(session, 2, minors=1, guardian=a_guardian(relation="grandparent"))
    consent = GuardianConsent.objects.get(signup=receipt.signup)
    assert (consent.called, consent.phone) == ("示例妈妈", "13600001111")
    assert (consent.relation, consent.text.purpose) == ("grandparent", signing_up.GUARDIANS)
    assert receipt.signup.is_minor
    assert "13600001111" not in str(GuardianConsent.objects.values_list("phone", flat=True)[0])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"called": ""}, "guardian_called"),
        ({"phone": ""}, "guardian_phone"),
        ({"phone": "0355-1234567"}, "guardian_phone"),
        ({"relation": "neighbour"}, "guardian_relation"),
        ({"has_agreed": False}, "guardian_agrees"),
    ],
)
def test_without_the_whole_word_no_minor_is_signed_up(
    quarter: Quarter, changes: dict[str, Any], field: str
) -> None:
    a_library(quarter.district)
    session = a_session(quarter)
    with pytest.raises(BadInput) as refused:
        a_signup(session, minors=1, guardian=a_guardian(**changes))
    assert field in refused.value.fields
    assert not SignUp.objects.exists()


def test_where_no_text_is_published_minors_are_sent_to_the_station(quarter: Quarter) -> None:
    with pytest.raises(NotNow, match="同意书"):
        a_signup(a_session(quarter), minors=1, guardian=a_guardian())


def test_one_adult_brings_no_more_children_than_was_said(quarter: Quarter) -> None:
    a_library(quarter.district)
    session = a_session(quarter, children_per_adult=2)
    with pytest.raises(BadInput, match="最多带 2 个孩子"):
        a_signup(session, 4, minors=3, guardian=a_guardian())
    assert a_signup(session, 3, minors=2, guardian=a_guardian()).is_new


def test_a_session_for_adults_takes_no_minors(quarter: Quarter) -> None:
    with pytest.raises(BadInput, match="只请成年人"):
        a_signup(a_session(quarter, min_age=18), minors=1, guardian=a_guardian())


def test_where_no_guardian_is_asked_none_is_kept(quarter: Quarter) -> None:
    session = a_session(quarter, needs_guardian=False)
    receipt = a_signup(session, 1, minors=1, guardian=a_guardian())
    assert not GuardianConsent.objects.filter(signup=receipt.signup).exists()


def test_afterwards_guardians_are_forgotten_and_the_count_stays(quarter: Quarter) -> None:
    a_library(quarter.district)
    receipt = a_signup(a_session(quarter), 1, minors=1, guardian=a_guardian())
    assert signing_up.forget(SignUp.objects.all()) == 1
    consent = GuardianConsent.objects.get()
    assert (consent.called, consent.phone, consent.consented_at is not None) == ("", "", True)
    assert SignUp.objects.get(pk=receipt.signup.pk).minors == 1


# --- what bookings tells ----------------------------------------------------------------------------------


def test_a_claim_that_moved_is_told_as_the_sign_up_it_is(quarter: Quarter) -> None:
    signup = a_signup(a_session(quarter)).signup
    heard = heard_of(SignUpMoved)
    signing_up.withdraw(signup, actor=Holder(signup.claim_id, signup.district_id))
    assert heard == [SignUpMoved(quarter.district.pk, signup.pk, "cancel")]


def test_seats_are_never_given_twice(quarter: Quarter) -> None:
    session = a_session(quarter, capacity=4)
    for _party in range(5):
        a_signup(session, 1)
    taking = Claim.objects.filter(signup__session=session, state__in=Claim.TAKING)
    assert sum(claim.quantity for claim in taking) == 4
    assert Session.objects.get(pk=session.pk).signups.count() == 5
