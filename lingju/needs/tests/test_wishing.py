"""Micro-wishes: collected for somebody, verified by two, shown without a name, claimed, confirmed."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotSignedIn
from lingju.needs import jobs_extras
from lingju.needs.models import Claim, Wish
from lingju.needs.services import wishing
from lingju.needs.tests import builders, wishes
from lingju.people.services import organisations
from lingju.people.tests import cast
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
STATE = Wish.State


def test_a_keeper_collects_at_the_station_and_the_same_press_makes_one_wish() -> None:
    quarter = builders.a_quarter()
    keeper = cast.an_actor_of(cast.a_keeper(at=quarter.station))
    first, second = (
        wishing.collect(quarter.station, wishes.told(), key="press-wish-1", actor=keeper) for _ in range(2)
    )
    assert first == second
    assert (first.state, first.area, first.number) == (STATE.COLLECTED, quarter.area, "W26-0001")
    assert first.agreed_at is not None


def test_numbers_count_up_within_a_year() -> None:
    quarter = builders.a_quarter()
    assert [wishes.a_wish(quarter).number for _ in range(3)] == ["W26-0001", "W26-0002", "W26-0003"]


def test_what_names_somebody_is_taken_out_of_the_public_words() -> None:
    wish = wishes.a_wish(builders.a_quarter(), public_text="我叫苗素珍，想要老花镜，电话13700001111")
    assert "苗素珍" not in wish.public_text
    assert "13700001111" not in wish.public_text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"has_agreed": False}, "has_agreed"),
        ({"value_yuan": 201}, "value_yuan"),
        ({"public_text": "要"}, "public_text"),
        ({"group": ""}, "group"),
        ({"wisher": ""}, "wisher"),
        ({"kind": "money"}, "kind"),
        ({"contact": "12"}, "contact"),
    ],
)
def test_a_wish_is_small_agreed_to_and_says_enough(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        wishes.a_wish(builders.a_quarter(), **changes)
    assert field in refused.value.fields


def test_a_resident_or_another_desk_collects_nothing() -> None:
    quarter = builders.a_quarter()
    for account in (cast.a_resident(quarter.district), cast.a_clerk(at=quarter.neighbour)):
        with pytest.raises(NotAllowed):
            wishing.collect(quarter.area, wishes.told(), key="press-wish-2", actor=cast.an_actor_of(account))


def test_who_collected_does_not_verify() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_wish(quarter)
    with pytest.raises(NotAllowed, match="另一个人"):
        wishing.verify(wish, actor=quarter.clerk_actor)
    assert wishing.verify(wish, actor=quarter.colleague_actor).state == STATE.VERIFIED


def test_nothing_is_published_that_was_not_verified() -> None:
    quarter = builders.a_quarter()
    with pytest.raises(NotNow):
        wishing.publish(wishes.a_wish(quarter), actor=quarter.colleague_actor)


def test_a_wish_is_claimed_by_one_at_a_time_and_the_same_hand_twice_is_one() -> None:
    quarter = builders.a_quarter()
    wish, again = wishes.a_published(quarter), cast.an_actor_of(cast.a_resident(quarter.district))
    first = wishing.claim(wish, actor=again)
    assert wishing.claim(wish, actor=again) == first
    assert first.contact_by - first.claimed_at == dt.timedelta(days=7)
    with pytest.raises(NotNow):
        wishing.claim(wish, actor=cast.an_actor_of(cast.a_resident(quarter.district)))
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(district=quarter.district, wish=wish, contact_by=clock.now())


def test_of_two_who_saw_it_free_the_second_is_told() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_published(quarter)
    stale = Wish.objects.get(pk=wish.pk)
    wishing.claim(wish, actor=cast.an_actor_of(cast.a_resident(quarter.district)))
    with pytest.raises(NotNow, match="刚才有人"):
        wishing.claim(stale, actor=cast.an_actor_of(cast.a_resident(quarter.district)))
    assert wish.claims.count() == 1


def test_a_stranger_signs_in_first() -> None:
    quarter = builders.a_quarter()
    with pytest.raises(NotSignedIn):
        wishing.claim(wishes.a_published(quarter), actor=cast.a_stranger(quarter.district))


def test_nobody_holds_more_than_three_at_once() -> None:
    quarter = builders.a_quarter()
    actor = cast.an_actor_of(cast.a_resident(quarter.district))
    for _ in range(3):
        wishing.claim(wishes.a_published(quarter), actor=actor)
    with pytest.raises(NotNow, match="3 个"):
        wishing.claim(wishes.a_published(quarter), actor=actor)


def test_one_claims_for_an_organisation_as_its_member_or_the_desk_writes_its_word_down() -> None:
    quarter = builders.a_quarter()
    member, stranger = cast.a_resident(quarter.district), cast.a_resident(quarter.district)
    written = organisations.Written("示例商店", "company", quarter.area)
    shop = organisations.add(written, actor=cast.the_system(quarter.district))
    organisations.let_belong(member, shop, actor=cast.the_system(quarter.district))
    by_member = wishing.claim(wishes.a_published(quarter), actor=cast.an_actor_of(member), organisation=shop)
    by_desk = wishing.claim(wishes.a_published(quarter), actor=quarter.clerk_actor, organisation=shop)
    assert (by_member.account, by_desk.account) == (member, None)
    with pytest.raises(NotAllowed):
        wishing.claim(wishes.a_published(quarter), actor=cast.an_actor_of(stranger), organisation=shop)


def test_after_a_week_without_contact_the_wish_is_free_for_the_next_round() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_claimed(quarter, cast.a_resident(quarter.district))
    assert jobs_extras.release_overdue() == 0
    with time_machine.travel(clock.now() + dt.timedelta(days=7, minutes=1)):
        assert jobs_extras.release_overdue() == 1
    wish.refresh_from_db()
    assert (wish.state, wish.round) == (STATE.PUBLISHED, 2)
    assert wish.claims.get().released_why == "七天没有联系上"
    assert wishing.claim(wish, actor=cast.an_actor_of(cast.a_resident(quarter.district))).state == "standing"


def test_whoever_got_in_touch_keeps_the_claim() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_claimed(quarter, cast.a_resident(quarter.district))
    wishing.contact(wish, promised_on=clock.today(), actor=quarter.clerk_actor)
    with time_machine.travel(clock.now() + dt.timedelta(days=30)):
        assert jobs_extras.release_overdue() == 0


def test_a_contact_names_the_day_that_was_promised() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_claimed(quarter, cast.a_resident(quarter.district))
    for day in (None, clock.today() - dt.timedelta(days=1), clock.today() + dt.timedelta(days=91)):
        with pytest.raises(BadInput):
            wishing.contact(wish, promised_on=day, actor=quarter.clerk_actor)
    wish.refresh_from_db()
    assert wish.state == STATE.CLAIMED


def test_the_wisher_confirms_through_somebody_other_than_who_claimed() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_fulfilled(quarter, quarter.clerk)
    with pytest.raises(NotAllowed):
        wishing.confirm(wish, actor=quarter.clerk_actor)
    wishing.confirm(wish, actor=quarter.colleague_actor)
    assert (wish.state, wish.claims.get().state) == (STATE.CONFIRMED, Claim.State.KEPT)
    assert wishing.archive(wish, actor=quarter.clerk_actor).state == STATE.ARCHIVED


def test_who_has_not_got_it_says_so_and_the_work_goes_on() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_fulfilled(quarter, cast.a_resident(quarter.district))
    assert wishing.deny(wish, actor=quarter.clerk_actor).state == STATE.CONTACTED
    assert wish.claims.get().state == Claim.State.STANDING


def test_a_claim_is_let_go_by_its_claimer_or_the_desk_and_by_nobody_else() -> None:
    quarter = builders.a_quarter()
    claimer = cast.a_resident(quarter.district)
    wish = wishes.a_claimed(quarter, claimer)
    with pytest.raises(NotAllowed):
        wishing.release(wish, "我也想要", actor=cast.an_actor_of(cast.a_resident(quarter.district)))
    with pytest.raises(BadInput):
        wishing.release(wish, "", actor=cast.an_actor_of(claimer))
    wishing.release(wish, "出差了", actor=cast.an_actor_of(claimer))
    assert (wish.state, wish.round) == (STATE.PUBLISHED, 2)


def test_a_wish_is_declined_with_a_reason() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_wish(quarter)
    with pytest.raises(BadInput):
        wishing.decline(wish, " ", actor=quarter.clerk_actor)
    assert wishing.decline(wish, "本人不要了", actor=quarter.clerk_actor).state == STATE.DECLINED


def test_whoever_reads_whose_wish_it_is_leaves_a_trace_and_another_desk_reads_nothing() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_wish(quarter)
    assert wishing.see_wisher(wish, actor=quarter.colleague_actor) == ("苗大爷", "13700002222")
    seen = Footprint.objects.filter(action="read_wisher", subject_id=wish.pk)
    assert [footprint.actor_id for footprint in seen] == [quarter.colleague.pk]
    with pytest.raises(NotAllowed):
        wishing.see_wisher(wish, actor=cast.an_actor_of(cast.a_clerk(at=quarter.neighbour)))


def test_a_year_after_it_ended_nobody_knows_whose_wish_it_was() -> None:
    quarter = builders.a_quarter()
    wish = wishes.a_fulfilled(quarter, cast.a_resident(quarter.district))
    wishing.confirm(wish, actor=quarter.clerk_actor)
    kept = wishes.a_wish(quarter)
    assert wishing.forget_names() == 0
    with time_machine.travel(clock.now() + dt.timedelta(days=366)):
        assert wishing.forget_names() == 1
        assert wishing.forget_names() == 0
    wish.refresh_from_db()
    kept.refresh_from_db()
    assert (wish.wisher, wish.contact, kept.wisher) == ("", "", "苗大爷")
    assert wish.public_text == "想要一副老花镜"
