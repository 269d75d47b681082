"""A community's plan is handed in, sent back with a word, confirmed into a session, and recorded."""

import pytest

from lingju.activities.models import Session
from lingju.cobuilding.models import Cycle
from lingju.cobuilding.services import cycles, plans
from lingju.cobuilding.services.plans import PlanDraft
from lingju.cobuilding.tests.builders import Street, a_cycle, a_street
from lingju.kernel.errors import BadInput, NotAllowed, NotNow

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-10-20T10:00:00+08:00", tick=False)]
DRAFT = PlanDraft("下午在小区里查线路、教灭火器", place_words="幸福小区门口")


def an_announced_cycle(street: Street) -> Cycle:
    return cycles.announce_cycle(a_cycle(street), "用电安全", actor=street.leads)


def test_a_plan_goes_from_the_community_to_the_street_and_becomes_a_session() -> None:
    street = a_street()
    cycle = an_announced_cycle(street)
    plan = plans.draft_plan(cycle, street.community, DRAFT, actor=street.carries)
    assert plans.draft_plan(cycle, street.community, DRAFT, actor=street.carries).pk == plan.pk
    plans.submit_plan(plan, actor=street.carries)
    plans.confirm_plan(plan, actor=street.leads)
    cycle.refresh_from_db()
    assert cycle.state == Cycle.State.CONFIRMED
    session = Session.objects.get()
    assert (session.pk, session.place_words) == (plan.session_id, "幸福小区门口")
    assert session.starts_at.astimezone().isoformat().startswith("2026-11-06T")
    cycles.publish_cycle(cycle, actor=street.leads)
    assert plans.tell_everybody(cycle, actor=street.leads) == 1
    assert plans.tell_everybody(cycle, actor=street.leads) == 0


def test_a_plan_that_is_sent_back_says_what_is_missing_and_comes_again() -> None:
    street = a_street()
    plan = plans.draft_plan(an_announced_cycle(street), street.community, DRAFT, actor=street.carries)
    plans.submit_plan(plan, actor=street.carries)
    with pytest.raises(BadInput):
        plans.send_back(plan, "", actor=street.leads)
    plans.send_back(plan, "写上下雨怎么办", actor=street.leads)
    assert (plan.state, plan.state_reason) == ("draft", "写上下雨怎么办")
    with pytest.raises(NotAllowed):
        plans.confirm_plan(plan, actor=street.carries)


@pytest.mark.parametrize(
    ("draft", "field"),
    [(PlanDraft("", place_words="门口"), "summary"), (PlanDraft("下午查线路、教灭火器"), "place_words")],
)
def test_a_plan_says_what_and_where(draft: PlanDraft, field: str) -> None:
    street = a_street()
    with pytest.raises(BadInput) as refused:
        plans.draft_plan(an_announced_cycle(street), street.community, draft, actor=street.carries)
    assert field in refused.value.fields


def test_a_neighbour_plans_for_itself_alone() -> None:
    street = a_street()
    with pytest.raises(NotAllowed):
        plans.draft_plan(an_announced_cycle(street), street.neighbour, DRAFT, actor=street.carries)


def test_a_day_that_was_not_held_says_why() -> None:
    street = a_street()
    plan = plans.draft_plan(an_announced_cycle(street), street.community, DRAFT, actor=street.carries)
    with pytest.raises(BadInput):
        plans.miss_plan(plan, " ", actor=street.carries)
    plans.miss_plan(plan, "暴雪，改到下个月", actor=street.carries)
    assert plan.state == "not_held"
    with pytest.raises(NotNow):
        plans.record_plan(plan, "办了查线路的活动", actor=street.carries)
