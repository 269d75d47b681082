"""Several hands at once, on real connections: one wins, the others are told, nothing is written twice."""

import pytest
from django.db import connection

from lingju.kernel.errors import Refusal, SomeoneWasFaster
from lingju.kernel.tests.hands import HANDS, at_once
from lingju.needs.models import Asker, Asking, Entry, Handover, Need, NumberSeries
from lingju.needs.services import handling, judging, offering, saying
from lingju.needs.services.judging import Verdict
from lingju.needs.services.saying import Contact
from lingju.needs.tests import builders
from lingju.people.tests import cast

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # SQLite lets one writer in at a time and keeps the tests' database in memory, for one connection.
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two writers at once"),
]


def test_six_clerks_take_a_need_and_one_has_it() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    actors = [quarter.clerk_actor, quarter.colleague_actor] * 3
    results = at_once(lambda n: handling.take(builders.fresh(need), actor=actors[n]))
    assert len([r for r in results if isinstance(r, Need)]) == 1
    assert len([r for r in results if isinstance(r, Refusal)]) == HANDS - 1
    assert Entry.objects.filter(need=need, step="begin", axis="stage").count() == 1


def test_the_same_press_from_six_networks_makes_one_need() -> None:
    quarter = builders.a_quarter()
    results = at_once(lambda n: builders.a_receipt(quarter, key="the-same-press"))
    assert len({receipt.need.pk for receipt in results if isinstance(receipt, saying.Receipt)}) == 1
    assert Need.objects.count() == 1


def test_six_needs_at_once_get_six_numbers() -> None:
    quarter = builders.a_quarter()
    at_once(lambda n: builders.a_need(quarter, f"{n}号楼的灯不亮"))
    assert Need.objects.values("number").distinct().count() == HANDS
    assert NumberSeries.objects.get().last == HANDS


def test_six_presses_with_one_telephone_are_one_voice() -> None:
    quarter = builders.a_quarter()
    need = builders.listed(quarter, builders.a_need(quarter))
    contact = Contact(phone="13900001111", by=Asker.By.SMS)
    stranger = cast.a_stranger(quarter.district)
    results = at_once(
        lambda n: saying.support(builders.fresh(need), contact, key=f"me-too-{n:05d}", actor=stranger)
    )
    assert len([r for r in results if isinstance(r, saying.Receipt)]) == 1
    assert len([r for r in results if isinstance(r, saying.StandsThere)]) == HANDS - 1
    assert need.askers.filter(role=Asker.Role.SUPPORTER).count() == 1


def test_of_a_verdict_by_page_and_one_by_telephone_one_counts() -> None:
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    said = [Verdict("satisfied", "yes"), Verdict("dissatisfied", "no")]
    who = [builders.a_bearer(receipt), quarter.colleague_actor]
    results = at_once(
        lambda n: judging.judge(
            builders.an_asker(receipt), said[n % 2], by=("page", "call")[n % 2], actor=who[n % 2]
        )
    )
    assert any(isinstance(result, Refusal) for result in results)
    assert Asking.objects.filter(answered_at__isnull=False).count() == 1
    assert builders.fresh(receipt.need).round in (1, 2)


def test_an_offer_is_answered_once() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    offer = offering.hand_over(need, quarter.street, "归街道", actor=quarter.clerk_actor)

    def decide(n: int) -> object:
        theirs = Handover.objects.select_related("need__owner_area", "to_area").get(pk=offer.pk)
        if n % 2:
            return offering.accept(theirs, actor=quarter.officer_actor)
        return offering.refuse(theirs, "不归我们", "区里", actor=quarter.officer_actor)

    results = at_once(decide)
    assert len([r for r in results if isinstance(r, Need)]) == 1
    assert all(isinstance(r, Refusal | Need) for r in results)
    assert any(isinstance(r, SomeoneWasFaster) for r in results)
