"""Handing over: the first receiver stays accountable until a yes; a refusal names the next door."""

import pytest

from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotThere, SomeoneWasFaster
from lingju.needs.models import Handover, Need
from lingju.needs.services import axes, handling, offering
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter
from lingju.people.models import Membership, Organisation
from lingju.people.services import organisations
from lingju.people.tests import cast
from lingju.places.tests.builders import a_district, a_tree, the_system

pytestmark = pytest.mark.django_db


def a_property_company(quarter: Quarter) -> Organisation:
    written = organisations.Written("示例物业", Organisation.Kind.PROPERTY, quarter.area, "")
    return organisations.add(written, actor=the_system(quarter.district))


def test_the_giver_stays_accountable_until_the_next_accepts() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    offer = offering.hand_over(need, quarter.street, "这条路归街道", actor=quarter.clerk_actor)
    assert builders.fresh(need).owner_area == quarter.area
    offering.accept(offer, actor=quarter.officer_actor)
    need = builders.fresh(need)
    assert (need.owner_area, need.stage) == (quarter.street, Need.Stage.ACCEPTED)
    assert axes.rebuilt(need) == axes.reading(need)


def test_an_organisation_does_the_work_and_the_desk_stays_accountable() -> None:
    quarter = builders.a_quarter()
    need, company = builders.a_need(quarter), a_property_company(quarter)
    offer = offering.hand_over(need, company, "小区照明归物业", actor=quarter.clerk_actor)
    offering.accept(offer, actor=quarter.clerk_actor, word_of="物业前台，电话里说的")
    need = builders.fresh(need)
    assert (need.owner_area, need.owner_org) == (quarter.area, company)
    assert need.owner_name == "示例物业"


def test_a_word_that_is_written_down_for_others_says_whose_it_is() -> None:
    quarter = builders.a_quarter()
    offer = offering.hand_over(
        builders.a_need(quarter), a_property_company(quarter), "小区照明归物业", actor=quarter.clerk_actor
    )
    with pytest.raises(BadInput, match="谁答应"):
        offering.accept(offer, actor=quarter.clerk_actor)


def test_people_of_the_organisation_answer_for_it_themselves() -> None:
    quarter = builders.a_quarter()
    company = a_property_company(quarter)
    account = cast.an_account(quarter.district, "物业的人")
    Membership.objects.create(district=quarter.district, account=account, organisation=company)
    offer = offering.hand_over(builders.a_need(quarter), company, "归物业", actor=quarter.clerk_actor)
    actor = cast.an_actor_of(account)
    assert list(Handover.objects.offered_to(actor)) == [offer]
    assert offering.accept(offer, actor=actor).owner_org == company


def test_a_refusal_names_who_why_and_the_next_door_and_changes_no_owner() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    offer = offering.hand_over(need, quarter.street, "这条路归街道", actor=quarter.clerk_actor)
    with pytest.raises(BadInput, match="该找哪里"):
        offering.refuse(offer, "不是我们修的", "", actor=quarter.officer_actor)
    offering.refuse(offer, "小区里的灯归物业", "示例物业，3号楼一层", actor=quarter.officer_actor)
    entry = need.entries.filter(step="refuse").get()
    assert entry.data["next_door"] == "示例物业，3号楼一层"
    assert builders.fresh(need).owner_area == quarter.area
    assert need.handovers.get().state == Handover.State.REFUSED


def test_only_the_other_door_decides() -> None:
    quarter = builders.a_quarter()
    offer = offering.hand_over(builders.a_need(quarter), quarter.street, "归街道", actor=quarter.clerk_actor)
    with pytest.raises(NotAllowed):
        offering.accept(offer, actor=quarter.clerk_actor)


def test_one_offer_waits_at_a_time() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    offering.hand_over(need, quarter.street, "这条路归街道", actor=quarter.clerk_actor)
    with pytest.raises(SomeoneWasFaster):
        offering.hand_over(
            builders.fresh(need), a_property_company(quarter), "归物业", actor=quarter.clerk_actor
        )


def test_an_offer_is_decided_once() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    offer = offering.hand_over(need, quarter.street, "这条路归街道", actor=quarter.clerk_actor)
    theirs = Handover.objects.select_related("need__owner_area", "to_area").get(pk=offer.pk)
    offering.accept(offer, actor=quarter.officer_actor)
    with pytest.raises(SomeoneWasFaster):
        offering.refuse(theirs, "不归我们", "区里", actor=quarter.officer_actor)


@pytest.mark.parametrize("why", ["", " ", "?"])
def test_nobody_is_handed_anything_without_a_reason(why: str) -> None:
    quarter = builders.a_quarter()
    with pytest.raises(BadInput):
        offering.hand_over(builders.a_need(quarter), quarter.street, why, actor=quarter.clerk_actor)


def test_nothing_is_handed_to_whoever_has_it_or_to_another_district() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    with pytest.raises(NotNow):
        offering.hand_over(need, quarter.area, "给自己", actor=quarter.clerk_actor)
    elsewhere = a_tree(a_district("140403", name="潞州区"))[2]
    with pytest.raises(NotThere):
        offering.hand_over(need, elsewhere, "给别的区", actor=quarter.clerk_actor)


def test_the_quarter_where_it_lies_still_sees_what_the_street_has() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    offer = offering.hand_over(need, quarter.street, "这条路归街道", actor=quarter.clerk_actor)
    offering.accept(offer, actor=quarter.officer_actor)
    assert need in Need.objects.visible_to(quarter.clerk_actor)
    assert need not in Need.objects.on_desk_of(quarter.clerk_actor)
    assert need in Need.objects.on_desk_of(quarter.officer_actor)


def test_what_was_accepted_is_taken_up_by_somebody_of_that_desk() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    offer = offering.hand_over(need, quarter.street, "这条路归街道", actor=quarter.clerk_actor)
    offering.accept(offer, actor=quarter.officer_actor)
    need = handling.take(builders.fresh(need), actor=quarter.officer_actor)
    assert (need.stage, need.handler) == (Need.Stage.WORKING, quarter.officer)
