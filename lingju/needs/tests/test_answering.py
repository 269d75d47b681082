"""Answering: words, a date, a door, evidence where the kind wants it; parts first, and no offer pending."""

import datetime as dt
from typing import Any

import pytest

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.needs.models import Asker, Need
from lingju.needs.services import answering, handling, linking, offering
from lingju.needs.services.answering import Answer
from lingju.needs.services.linking import Part
from lingju.needs.tests import builders
from lingju.needs.tests.photos import a_photo
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
WORDS = "换了灯泡，请您看一眼。"


@pytest.mark.parametrize(
    "given",
    [
        {"outcome": "", "text": WORDS},
        {"outcome": "out_of_scope", "text": WORDS},
        {"outcome": "withdrawn", "text": WORDS},
        {"outcome": "explained", "text": "好"},
        {"outcome": "planned", "text": WORDS},
        {"outcome": "planned", "text": WORDS, "planned_on": dt.date(2020, 1, 1)},
        {"outcome": "explained", "text": WORDS, "planned_on": dt.date(2030, 1, 1)},
        {"outcome": "referred", "text": WORDS},
        {"outcome": "solved", "text": WORDS},
    ],
    ids=lambda given: f"{given['outcome']}-{len(given)}",
)
def test_an_answer_that_lacks_something_is_refused_and_says_what(given: dict[str, Any]) -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    with pytest.raises(BadInput) as refused:
        answering.answer(need, Answer(**given), actor=quarter.clerk_actor)
    assert refused.value.fields
    assert builders.fresh(need).stage == Need.Stage.RECEIVED


def test_a_photo_of_the_work_is_the_evidence_that_the_kind_wants() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    answering.answer(need, Answer("solved", WORDS, photos=(a_photo(),)), actor=quarter.clerk_actor)
    assert need.evidence.get().shows == "done"


def test_answering_at_once_counts_as_looked_at_and_as_replied() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter, "社保怎么接着交", kind="policy_social")
    answering.answer(need, Answer("explained", "带身份证到二楼窗口接续。"), actor=quarter.clerk_actor)
    assert need.responded_at is not None
    steps = list(need.entries.filter(axis="stage").values_list("step", flat=True))
    assert steps == ["submit", "triage", "answer"]


def test_the_whole_is_answered_after_its_parts_which_are_never_cancelled() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter, "灯不亮，井盖也松了")
    light = builders.a_kind(quarter.district, "policy")
    parts = linking.split(need, [Part(light, "灯不亮"), Part(light, "井盖松了")], actor=quarter.clerk_actor)
    with pytest.raises(NotNow, match=parts[0].number):
        answering.answer(need, Answer("explained", WORDS), actor=quarter.clerk_actor)
    for part in parts:
        answering.answer(part, Answer("explained", WORDS), actor=quarter.clerk_actor)
        assert part.is_over
        assert not part.askers.exists()
    answering.answer(builders.fresh(need), Answer("explained", WORDS), actor=quarter.clerk_actor)
    assert {part.outcome for part in Need.objects.filter(parent=need)} == {"explained"}


def test_what_is_offered_to_another_door_is_not_answered_behind_its_back() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    offer = offering.hand_over(need, quarter.street, "路灯归街道", actor=quarter.clerk_actor)
    with pytest.raises(NotNow, match="等对方接"):
        answering.answer(need, Answer("explained", WORDS), actor=quarter.clerk_actor)
    offering.take_back(offer, actor=quarter.clerk_actor)
    answering.answer(builders.fresh(need), Answer("explained", WORDS), actor=quarter.clerk_actor)


def test_only_its_own_desk_answers() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour))
    with pytest.raises(NotAllowed):
        answering.answer(need, Answer("explained", WORDS), actor=elsewhere)


def test_an_answer_to_a_cluster_asks_each_member_and_each_judges_alone() -> None:
    quarter = builders.a_quarter()
    receipts = [builders.a_receipt(quarter, f"{n}号楼的灯不亮") for n in (1, 2, 3)]
    group = linking.cluster([r.need for r in receipts], "一路电上的灯", actor=quarter.clerk_actor)
    need = builders.fresh(receipts[0].need)
    assert need.cluster == group
    assert answering.answer_cluster(need, Answer("explained", WORDS), actor=quarter.clerk_actor) == []
    for receipt in receipts:
        receipt.asker.refresh_from_db()
    assert {receipt.asker.confirmation for receipt in receipts} == {Asker.Confirmation.ASKED}
    first = builders.judged(receipts[0])
    second = builders.judged(receipts[1], "dissatisfied", "no", "我这儿还是黑的")
    assert (first.stage, second.stage) == (Need.Stage.CLOSED, Need.Stage.WORKING)
    assert builders.fresh(receipts[2].need).stage == Need.Stage.ANSWERED


def test_members_that_cannot_be_answered_now_stay_open_and_stop_nobody() -> None:
    quarter = builders.a_quarter()
    here, elsewhere, offered, split = (builders.a_need(quarter, f"{n}号楼的灯不亮") for n in range(1, 5))
    linking.cluster([here, elsewhere, offered, split], "一路电上的灯", actor=quarter.clerk_actor)
    offer = offering.hand_over(elsewhere, quarter.neighbour, "那边的楼", actor=quarter.clerk_actor)
    offering.accept(offer, actor=cast.an_actor_of(cast.a_clerk(at=quarter.neighbour)))
    offering.hand_over(offered, quarter.street, "要街道协调", actor=quarter.clerk_actor)
    kind = builders.a_kind(quarter.district, "broken_road")
    (part,) = linking.split(split, [Part(kind, "井盖松了")], actor=quarter.clerk_actor)
    left = answering.answer_cluster(
        builders.fresh(here), Answer("explained", WORDS), actor=quarter.clerk_actor
    )
    why = {one.need.pk: one.why for one in left}
    assert builders.fresh(here).stage == Need.Stage.ANSWERED
    assert set(why) == {elsewhere.pk, offered.pk, split.pk}
    assert quarter.neighbour.short_name in why[elsewhere.pk]
    assert "收回移交" in why[offered.pk]
    assert part.number in why[split.pk]
    assert not any(builders.fresh(one).outcome for one in (elsewhere, offered, split))


def test_where_the_need_itself_is_refused_nobody_of_its_cluster_is_answered() -> None:
    quarter = builders.a_quarter()
    one, other = (builders.a_need(quarter, f"{n}号楼的灯不亮") for n in (1, 2))
    linking.cluster([one, other], "灯", actor=quarter.clerk_actor)
    offering.hand_over(one, quarter.street, "要街道协调", actor=quarter.clerk_actor)
    with pytest.raises(NotNow):
        answering.answer_cluster(builders.fresh(one), Answer("explained", WORDS), actor=quarter.clerk_actor)
    assert builders.fresh(other).stage == Need.Stage.RECEIVED


def test_an_answer_stops_the_clock_even_from_a_pause() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    handling.take(need, actor=quarter.clerk_actor)
    until = clock.today() + dt.timedelta(days=3)
    handling.pause(need, "waiting_for_date", until=until, told="等约好的日子", actor=quarter.clerk_actor)
    answering.answer(need, Answer("explained", WORDS), actor=quarter.clerk_actor)
    assert need.clock_state == Need.Clock.STOPPED
    assert need.paused_for == ""
