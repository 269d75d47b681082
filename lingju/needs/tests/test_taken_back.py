"""Taking back what is several: no part is cancelled with it, and with the last part the whole ends."""

import pytest

from lingju.kernel.errors import NotNow
from lingju.needs.models import Asker, Need
from lingju.needs.queries import matter, trace
from lingju.needs.services import answering, axes, judging, leaving, linking, saying
from lingju.needs.services.answering import Answer
from lingju.needs.services.linking import Part
from lingju.needs.services.saying import Contact, Receipt
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
GIVEN = Answer("explained", "井盖已经垫好，居民说不用再修。")


def a_split(quarter: Quarter) -> tuple[Receipt, list[Need]]:
    """Say a need that is two things, and let the clerk split it."""
    receipt = builders.a_receipt(quarter, "灯不亮，井盖也松了")
    kind = builders.a_kind(quarter.district, "broken_road")
    parts = [Part(kind, "井盖松了"), Part(kind, "路面塌了")]
    return receipt, linking.split(receipt.need, parts, actor=quarter.clerk_actor)


def taken_back(receipt: Receipt) -> Need:
    receipt.asker.need = builders.fresh(receipt.need)
    return judging.withdraw(receipt.asker, "自己修好了", actor=builders.a_bearer(receipt))


def test_parts_go_on_under_what_was_taken_back_and_the_whole_waits_for_them() -> None:
    quarter = builders.a_quarter()
    receipt, parts = a_split(quarter)
    need = taken_back(receipt)
    assert not need.is_over
    assert not any(builders.fresh(part).is_over for part in parts)
    assert receipt.asker.left_out == Asker.LeftOut.WITHDREW
    answering.answer(builders.fresh(parts[0]), GIVEN, actor=quarter.clerk_actor)
    assert not builders.fresh(need).is_over
    answering.answer(builders.fresh(parts[1]), GIVEN, actor=quarter.clerk_actor)
    need = builders.fresh(need)
    assert (need.stage, need.outcome) == (Need.Stage.CLOSED, Need.Outcome.WITHDRAWN)
    assert axes.rebuilt(need) == axes.reading(need)


def test_a_part_that_is_left_out_ends_the_whole_like_one_that_is_answered() -> None:
    quarter = builders.a_quarter()
    receipt, parts = a_split(quarter)
    need = taken_back(receipt)
    answering.answer(builders.fresh(parts[0]), GIVEN, actor=quarter.clerk_actor)
    last = builders.fresh(parts[1])
    proposal = leaving.propose(last, "repeated", "居民自己修好了", actor=quarter.clerk_actor)
    leaving.decide(proposal, agree=True, words="不用再办了", actor=quarter.colleague_actor)
    assert builders.fresh(need).outcome == Need.Outcome.WITHDRAWN


def test_the_record_of_a_part_says_it_and_whoever_took_it_back_reads_what_follows() -> None:
    quarter = builders.a_quarter()
    receipt, parts = a_split(quarter)
    need = taken_back(receipt)
    for part in parts:
        assert "整件的提出人撤回了" in trace.lines(part.entries.all())[-1].words
    shown = matter.matter(receipt.asker)
    assert shown.steps[0].title == "您撤回了"
    assert all(part.number in shown.steps[0].words for part in parts)
    assert builders.fresh(need).stage != Need.Stage.CLOSED


def test_somebody_who_joins_meanwhile_keeps_the_whole_alive() -> None:
    quarter = builders.a_quarter()
    receipt, parts = a_split(quarter)
    builders.listed(quarter, builders.fresh(receipt.need))
    need = taken_back(receipt)
    stranger = cast.a_stranger(quarter.district)
    saying.support(builders.fresh(need), Contact(), key="me-too-00001", actor=stranger)
    for part in parts:
        answering.answer(builders.fresh(part), GIVEN, actor=quarter.clerk_actor)
    assert not builders.fresh(need).is_over
    answering.answer(builders.fresh(need), GIVEN, actor=quarter.clerk_actor)
    assert builders.fresh(need).stage == Need.Stage.ANSWERED


def test_a_whole_that_was_taken_back_is_not_answered_over_its_parts() -> None:
    quarter = builders.a_quarter()
    receipt, _parts = a_split(quarter)
    need = taken_back(receipt)
    with pytest.raises(NotNow, match="分项"):
        answering.answer(builders.fresh(need), GIVEN, actor=quarter.clerk_actor)
