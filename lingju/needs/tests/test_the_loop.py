"""Whatever anybody does, in whatever order: nothing closes unheard, no time runs back, nobody gets lost."""

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingju.kernel import clock
from lingju.kernel.errors import Refusal
from lingju.needs import jobs
from lingju.needs.models import Asker, Need
from lingju.needs.services import answering, axes, handling, judging, leaving, linking, offering, saying
from lingju.needs.services.answering import Answer
from lingju.needs.services.judging import Verdict
from lingju.needs.services.linking import Part
from lingju.needs.services.saying import Contact, Receipt
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORDS = "换了灯泡，请您看一眼。"


@dataclass
class Walk:
    """One need on its way, its people, and the hours that have gone by."""

    quarter: Quarter
    receipts: list[Receipt]
    traveller: time_machine.Traveller
    totals: list[dt.timedelta] = field(default_factory=list)

    @property
    def need(self) -> Need:
        return builders.fresh(self.receipts[0].need)

    def asker(self, index: int) -> Asker:
        chosen = self.receipts[index % len(self.receipts)].asker
        return Asker.objects.select_related("need__owner_area", "need__category", "need__district").get(
            pk=chosen.pk
        )

    def bearer(self, index: int) -> object:
        return builders.a_bearer(self.receipts[index % len(self.receipts)])


def judge(walk: Walk, index: int, satisfied: str, solved: str) -> None:
    judging.judge(walk.asker(index), Verdict(satisfied, solved), by="page", actor=walk.bearer(index))  # type: ignore[arg-type]


def offer(walk: Walk) -> None:
    offering.hand_over(walk.need, walk.quarter.street, "归街道", actor=walk.quarter.clerk_actor)


def decide(walk: Walk, *, agree: bool) -> None:
    waiting = walk.need.handovers.filter(state="offered").first()
    if waiting is not None and agree:
        offering.accept(waiting, actor=walk.quarter.officer_actor)
    elif waiting is not None:
        offering.refuse(waiting, "不归我们", "区里", actor=walk.quarter.officer_actor)


def leave_out(walk: Walk) -> None:
    proposal = leaving.propose(walk.need, "trial", "试填的", actor=walk.quarter.clerk_actor)
    leaving.decide(proposal, agree=True, words="看过了，是试填", actor=walk.quarter.officer_actor)


def join(walk: Walk) -> None:
    key = f"join-{len(walk.receipts):06d}"
    stranger = cast.a_stranger(walk.quarter.district)
    walk.receipts.append(saying.support(walk.need, Contact(), key=key, actor=stranger))


def pause(walk: Walk) -> None:
    until = clock.today() + dt.timedelta(days=2)
    handling.pause(
        walk.need, "waiting_for_date", until=until, told="等约好的日子", actor=walk.quarter.clerk_actor
    )


def split(walk: Walk) -> None:
    kind = builders.a_kind(walk.quarter.district, "policy")
    parts = linking.split(walk.need, [Part(kind, "其中一项")], actor=walk.quarter.clerk_actor)
    answering.answer(parts[0], Answer("explained", WORDS), actor=walk.quarter.clerk_actor)


def pass_time(walk: Walk, hours: int) -> None:
    walk.traveller.shift(dt.timedelta(hours=hours))
    jobs.resume_due()
    jobs.ask_planned()
    jobs.chase_due()
    jobs.settle_due()


STEPS: dict[str, Callable[[Walk], object]] = {
    "list": lambda w: builders.listed(w.quarter, w.need),
    "take": lambda w: handling.take(w.need, actor=w.quarter.clerk_actor),
    "street takes": lambda w: handling.take(w.need, actor=w.quarter.officer_actor),
    "reply": lambda w: handling.reply(w.need, "师傅明天来", actor=w.quarter.clerk_actor),
    "pause": pause,
    "resume": lambda w: handling.resume(w.need, actor=w.quarter.clerk_actor),
    "answer": lambda w: answering.answer(w.need, Answer("explained", WORDS), actor=w.quarter.officer_actor),
    "plan": lambda w: answering.answer(
        w.need,
        Answer("planned", WORDS, planned_on=clock.today() + dt.timedelta(days=3)),
        actor=w.quarter.officer_actor,
    ),
    "offer": offer,
    "accept": lambda w: decide(w, agree=True),
    "refuse": lambda w: decide(w, agree=False),
    "join": join,
    "split": split,
    "content": lambda w: judge(w, 0, "satisfied", "yes"),
    "the other content": lambda w: judge(w, 1, "mostly", "partly"),
    "not solved": lambda w: judge(w, 0, "dissatisfied", "no"),
    "call back": lambda w: judging.unreachable(w.asker(0), actor=w.quarter.colleague_actor),
    "reopen": lambda w: judging.reopen(w.asker(0), "又坏了", actor=w.bearer(0)),  # type: ignore[arg-type]
    "withdraw": lambda w: judging.withdraw(w.asker(1), "自己好了", actor=w.bearer(1)),  # type: ignore[arg-type]
    "leave out": leave_out,
    "an hour": lambda w: pass_time(w, 1),
    "three days": lambda w: pass_time(w, 72),
    "nine days": lambda w: pass_time(w, 216),
}


def check(walk: Walk) -> None:
    """Hold the four laws of the loop after every step."""
    need = walk.need
    total = need.total_time(clock.now())
    if not need.is_over and walk.totals:
        assert total >= walk.totals[-1], "total time ran backward"
    walk.totals.append(total)
    assert axes.rebuilt(need) == axes.reading(need), "the record does not make the row"
    people = list(need.askers.all())
    assert len(people) == len(walk.receipts), "somebody got lost"
    if need.stage in (Need.Stage.ANSWERED, Need.Stage.CLOSED) and need.planned_on is None:
        asked = {row.asker_id for row in need.askings.filter(round=need.round)}
        left_out = {person.pk for person in people if person.left_out}
        unasked = {person.pk for person in people} - asked - left_out
        late = {person.pk for person in people if person.joined_at > (need.answered_at or clock.now())}
        assert unasked <= late, "somebody was neither asked nor left out with a reason"
    if need.is_over:
        waiting = [p for p in people if not p.left_out and p.confirmation not in Asker.TERMINAL]
        assert waiting == [], "closed while somebody was not heard and the window was open"


@pytest.fixture
def quarter(db: None) -> Quarter:
    return builders.a_quarter()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=4, max_size=16))
def test_no_path_breaks_a_law_of_the_loop(quarter: Quarter, steps: list[str]) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.ZONE), tick=False) as traveller:
        walk = Walk(quarter, [builders.a_receipt(quarter)], traveller)
        for step in steps:
            with contextlib.suppress(Refusal):
                STEPS[step](walk)
            check(walk)
