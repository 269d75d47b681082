"""Judging: only whoever asked closes it; not solved restarts work; silence is silence."""

import datetime as dt

import pytest
import time_machine

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotSignedIn
from lingju.needs import jobs
from lingju.needs.models import Asker, Asking, Need
from lingju.needs.rules import Bearer
from lingju.needs.services import answering, handling, judging, saying
from lingju.needs.services.answering import Answer
from lingju.needs.services.judging import Verdict
from lingju.needs.services.saying import Contact
from lingju.needs.tests import builders
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FINE = Verdict("satisfied", "yes")


def test_an_answer_does_not_close_anything() -> None:
    receipt = builders.an_answered(builders.a_quarter())
    assert receipt.need.stage == Need.Stage.ANSWERED
    assert not receipt.need.is_over
    assert receipt.asker.confirmation == Asker.Confirmation.ASKED


def test_the_asker_says_it_is_solved_and_that_closes_it() -> None:
    receipt = builders.an_answered(builders.a_quarter())
    need = builders.judged(receipt)
    assert need.stage == Need.Stage.CLOSED
    assert need.closed_at is not None
    assert receipt.asker.confirmation == Asker.Confirmation.SATISFIED


@pytest.mark.parametrize("outcome", [o for o in answering.ANSWERS if o not in ("solved", "planned")])
def test_everybody_is_asked_whatever_came_of_it(outcome: str) -> None:
    quarter = builders.a_quarter()
    receipt = builders.a_receipt(quarter)
    given = Answer(outcome, "已经告诉您原因和去处。", next_door="区城管局，5551234")
    answering.answer(receipt.need, given, actor=quarter.clerk_actor)
    assert Asking.objects.filter(asker=receipt.asker, round=1).count() == 1


@pytest.mark.parametrize(
    ("satisfied", "solved"), [("dissatisfied", "yes"), ("satisfied", "no"), ("mostly", "no")]
)
def test_not_solved_restarts_work_with_the_same_owner_and_the_total_time_runs_on(
    satisfied: str, solved: str
) -> None:
    quarter = builders.a_quarter()
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE), tick=False) as clockwork:
        receipt = builders.an_answered(quarter)
        first_said, owner = receipt.need.submitted_at, receipt.need.owner_area
        clockwork.shift(2 * DAY)
        need = builders.judged(receipt, satisfied, solved, "晚上又不亮了")
        assert (need.stage, need.round) == (Need.Stage.WORKING, 2)
        assert (need.owner_area, need.handler_id) == (owner, quarter.clerk.pk)
        assert need.submitted_at == first_said
        assert need.total_time(clock.now()) == 2 * DAY
        assert need.clock_state == Need.Clock.RUNNING
        receipt.asker.refresh_from_db()
        assert receipt.asker.confirmation == Asker.Confirmation.NOT_ASKED


def test_a_second_round_asks_again_and_keeps_the_first_verdict() -> None:
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    builders.judged(receipt, "dissatisfied", "no", "又不亮了")
    need = builders.fresh(receipt.need)
    answering.answer(need, Answer("explained", "换了整条线路。"), actor=quarter.clerk_actor)
    receipt.asker.refresh_from_db()
    need = builders.judged(receipt)
    assert need.stage == Need.Stage.CLOSED
    assert list(receipt.asker.askings.order_by("round").values_list("result", flat=True)) == [
        "dissatisfied",
        "satisfied",
    ]


def test_partly_solved_and_content_is_an_end_and_is_kept_as_partly() -> None:
    receipt = builders.an_answered(builders.a_quarter(), outcome="partly")
    need = builders.judged(receipt, "mostly", "partly")
    assert need.stage == Need.Stage.CLOSED
    assert receipt.asker.askings.get().solved == "partly"


def test_the_handler_cannot_record_the_confirmation() -> None:
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    with pytest.raises(NotAllowed):
        judging.judge(receipt.asker, FINE, by="call", actor=quarter.clerk_actor)


def test_the_database_is_the_last_guard_of_separated_duties() -> None:
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    asking = receipt.asker.askings.get()
    names = {constraint.name for constraint in Asking._meta.constraints}
    assert "who_handled_does_not_record_the_verdict" in names
    assert asking.handled_by_id == quarter.clerk.pk


def test_a_colleague_who_did_not_handle_it_may_call_back() -> None:
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    need = judging.judge(receipt.asker, FINE, by="call", actor=quarter.colleague_actor)
    assert need.stage == Need.Stage.CLOSED
    assert receipt.asker.askings.get().recorded_by_id == quarter.colleague.pk


def test_somebody_elses_code_and_a_stranger_cannot_judge() -> None:
    quarter = builders.a_quarter()
    receipt, other = builders.an_answered(quarter), builders.a_receipt(quarter, "门锁坏了")
    with pytest.raises(NotAllowed):
        judging.judge(receipt.asker, FINE, by="page", actor=Bearer(other.asker.pk, quarter.district.pk))
    with pytest.raises(NotSignedIn):
        judging.judge(receipt.asker, FINE, by="page", actor=cast.a_stranger(quarter.district))


def test_judging_twice_alike_is_once_and_otherwise_is_told() -> None:
    receipt = builders.an_answered(builders.a_quarter())
    builders.judged(receipt)
    assert builders.judged(receipt).stage == Need.Stage.CLOSED
    with pytest.raises(NotNow, match="已经评过"):
        builders.judged(receipt, "mostly", "yes")


def test_nothing_can_be_judged_before_there_is_an_answer() -> None:
    receipt = builders.a_receipt(builders.a_quarter())
    with pytest.raises(NotNow):
        builders.judged(receipt)


@pytest.mark.parametrize(
    ("satisfied", "solved"), [("silent", "yes"), ("satisfied", ""), ("great", "yes"), ("", "")]
)
def test_half_a_verdict_is_refused(satisfied: str, solved: str) -> None:
    receipt = builders.an_answered(builders.a_quarter())
    with pytest.raises(BadInput):
        builders.judged(receipt, satisfied, solved)


def test_silence_closes_after_the_window_and_is_counted_as_silence() -> None:
    quarter = builders.a_quarter()
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE), tick=False) as clockwork:
        receipt = builders.an_answered(quarter)
        assert jobs.settle_due() == 0
        clockwork.shift(8 * DAY)
        assert jobs.settle_due() == 1
        receipt.asker.refresh_from_db()
        assert receipt.asker.confirmation == Asker.Confirmation.SILENT
        assert builders.fresh(receipt.need).stage == Need.Stage.CLOSED


def test_a_late_verdict_is_still_heard_and_can_restart_work() -> None:
    quarter = builders.a_quarter()
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE), tick=False) as clockwork:
        receipt = builders.an_answered(quarter)
        clockwork.shift(8 * DAY)
        jobs.settle_due()
        asker = Asker.objects.select_related("need__owner_area", "need__category", "need__district").get(
            pk=receipt.asker.pk
        )
        need = judging.judge(
            asker, Verdict("dissatisfied", "no"), by="page", actor=builders.a_bearer(receipt)
        )
        assert (need.stage, need.round) == (Need.Stage.WORKING, 2)


def test_three_calls_that_reached_nobody_make_unreachable_and_never_satisfied() -> None:
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter, contact=Contact(phone="13800001234", by="call"))
    for _call in range(judging.CALLS):
        judging.unreachable(receipt.asker, actor=quarter.colleague_actor)
    receipt.asker.refresh_from_db()
    assert receipt.asker.confirmation == Asker.Confirmation.UNREACHABLE
    assert builders.fresh(receipt.need).stage == Need.Stage.CLOSED


def test_a_need_of_two_waits_for_both() -> None:
    quarter = builders.a_quarter()
    receipt = builders.a_receipt(quarter)
    builders.listed(quarter, receipt.need)
    more = saying.support(
        receipt.need, Contact(), key="me-too-00001", actor=cast.a_stranger(quarter.district)
    )
    handling.take(receipt.need, actor=quarter.clerk_actor)
    answering.answer(receipt.need, Answer("explained", "换了灯泡，请您看一眼。"), actor=quarter.clerk_actor)
    assert builders.judged(receipt).stage == Need.Stage.ANSWERED
    assert builders.judged(more).stage == Need.Stage.CLOSED


def test_what_is_planned_is_asked_on_its_day_and_not_before() -> None:
    quarter = builders.a_quarter()
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE), tick=False) as clockwork:
        receipt = builders.a_receipt(quarter)
        given = Answer("planned", "定在下周一换整条线路。", planned_on=clock.today() + 7 * DAY)
        answering.answer(receipt.need, given, actor=quarter.clerk_actor)
        assert not receipt.asker.askings.exists()
        clockwork.shift(6 * DAY)
        assert jobs.ask_planned() == 0
        assert jobs.settle_due() == 0
        clockwork.shift(DAY)
        assert jobs.ask_planned() == 1
        assert receipt.asker.askings.count() == 1


def test_an_asker_takes_up_what_was_closed_within_the_days_of_grace_and_not_later() -> None:
    quarter = builders.a_quarter()
    with time_machine.travel(dt.datetime(2026, 10, 12, 9, 0, tzinfo=clock.ZONE), tick=False) as clockwork:
        receipt = builders.an_answered(quarter)
        builders.judged(receipt)
        clockwork.shift(29 * DAY)
        need = judging.reopen(receipt.asker, "又坏了", actor=builders.a_bearer(receipt))
        assert need.round == 2
        answering.answer(need, Answer("explained", "又换了一次灯泡。"), actor=quarter.clerk_actor)
        builders.judged(receipt)
        clockwork.shift(31 * DAY)
        with pytest.raises(NotNow, match="另说一件"):
            judging.reopen(receipt.asker, "又坏了", actor=builders.a_bearer(receipt))


def test_whoever_asked_alone_may_take_it_back_and_counts_as_left_out() -> None:
    quarter = builders.a_quarter()
    receipt = builders.a_receipt(quarter)
    need = judging.withdraw(receipt.asker, "自己修好了", actor=builders.a_bearer(receipt))
    assert (need.stage, need.outcome) == (Need.Stage.CLOSED, Need.Outcome.WITHDRAWN)
    assert receipt.asker.left_out == Asker.LeftOut.WITHDREW


def test_where_others_stand_behind_it_a_withdrawal_ends_nothing() -> None:
    quarter = builders.a_quarter()
    receipt = builders.a_receipt(quarter)
    builders.listed(quarter, receipt.need)
    saying.support(receipt.need, Contact(), key="me-too-00001", actor=cast.a_stranger(quarter.district))
    receipt.asker.need = builders.fresh(receipt.need)
    need = judging.withdraw(receipt.asker, "自己修好了", actor=builders.a_bearer(receipt))
    assert not need.is_over
