"""Leaving out: it takes two persons, a reason and the next door, and the count stays visible."""

import pytest

from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.needs.models import Asker, Exclusion, Need
from lingju.needs.services import leaving, linking
from lingju.needs.services.linking import Part
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter

pytestmark = pytest.mark.django_db
WORDS = "商品买卖纠纷，归市场监管"


def a_proposal(quarter: Quarter) -> Exclusion:
    need = builders.a_need(quarter, "网上买的东西不给退", kind="other")
    return leaving.propose(
        need, "not_ours", WORDS, next_door="区市场监管局，12315", actor=quarter.clerk_actor
    )


def test_nobody_leaves_anything_out_alone() -> None:
    quarter = builders.a_quarter()
    proposal = a_proposal(quarter)
    with pytest.raises(NotAllowed, match="另一个人"):
        leaving.decide(proposal, agree=True, words="同意，请打12315", actor=quarter.clerk_actor)
    assert not builders.fresh(proposal.need).is_over


def test_a_second_person_agrees_and_the_people_are_told_and_counted_apart() -> None:
    quarter = builders.a_quarter()
    proposal = a_proposal(quarter)
    leaving.decide(proposal, agree=True, words="这件归市场监管，请打12315。", actor=quarter.colleague_actor)
    need = builders.fresh(proposal.need)
    assert (need.outcome, need.is_excluded, need.stage) == ("out_of_scope", True, Need.Stage.CLOSED)
    assert {asker.left_out for asker in need.askers.all()} == {Asker.LeftOut.EXCLUDED}
    assert (
        need.entries.filter(step="leave_out", axis="stage").get().data["next_door"] == "区市场监管局，12315"
    )


def test_a_whole_is_not_left_out_over_a_part_that_is_worked_on() -> None:
    quarter = builders.a_quarter()
    proposal = a_proposal(quarter)
    need = builders.fresh(proposal.need)
    kind = builders.a_kind(quarter.district, "broken_road")
    (part,) = linking.split(need, [Part(kind, "门口的井盖松了")], actor=quarter.clerk_actor)
    told = "这件归市场监管，请打12315。"
    with pytest.raises(NotNow, match=part.number):
        leaving.decide(proposal, agree=True, words=told, actor=quarter.colleague_actor)
    proposal.refresh_from_db()
    assert proposal.state == Exclusion.State.PROPOSED
    leaving.decide(proposal, agree=False, words="先办分项", actor=quarter.colleague_actor)
    with pytest.raises(NotNow, match=part.number):
        leaving.propose(builders.fresh(need), "abuse", "骂人", actor=quarter.clerk_actor)
    assert not builders.fresh(part).is_over


def test_a_second_person_declines_and_the_work_goes_on() -> None:
    quarter = builders.a_quarter()
    proposal = a_proposal(quarter)
    leaving.decide(proposal, agree=False, words="我们能帮着问一声", actor=quarter.colleague_actor)
    need = builders.fresh(proposal.need)
    assert not need.is_over
    assert not need.is_excluded


@pytest.mark.parametrize(
    ("reason", "words", "door"),
    [("", WORDS, "12315"), ("bored", WORDS, "12315"), ("not_ours", WORDS, ""), ("abuse", "", "")],
)
def test_a_proposal_says_why_and_where_to_go(reason: str, words: str, door: str) -> None:
    quarter = builders.a_quarter()
    with pytest.raises(BadInput):
        leaving.propose(builders.a_need(quarter), reason, words, next_door=door, actor=quarter.clerk_actor)


def test_what_is_closed_is_not_left_out_afterwards() -> None:
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    builders.judged(receipt)
    with pytest.raises(NotNow):
        leaving.propose(builders.fresh(receipt.need), "abuse", "骂人", actor=quarter.clerk_actor)
