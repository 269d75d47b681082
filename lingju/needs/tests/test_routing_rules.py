"""Rules are data that an officer of the district edits, orders and tries out before they are used."""

from collections.abc import Callable
from typing import Any

import pytest

from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotSignedIn, NotThere, SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.needs.models import RoutingRule
from lingju.needs.services import routing_rules
from lingju.needs.services.routing_rules import Written
from lingju.needs.services.trials import Trial
from lingju.needs.tests.builders import Quarter, a_need, a_quarter, an_answered
from lingju.people.models import Organisation
from lingju.people.tests import cast
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db

LAMPS = {"categories": ["broken_light"]}


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


@pytest.fixture
def officer(quarter: Quarter) -> Actor:
    return cast.an_actor_of(cast.a_district_officer(district=quarter.district))


def written(to: Organisation | str = "community", **changes: Any) -> Written:
    values: dict[str, Any] = {
        "name": "公共照明",
        "condition": LAMPS,
        "to": to,
        "why": "公共照明由社区联系物业",
        **changes,
    }
    return Written(**values)


def a_draft(quarter: Quarter, officer: Actor, **changes: Any) -> RoutingRule:
    return routing_rules.add(quarter.district, written(**changes), actor=officer)


def test_a_new_rule_is_a_draft_below_the_others(quarter: Quarter, officer: Actor) -> None:
    first, second = a_draft(quarter, officer), a_draft(quarter, officer, name="电梯")
    assert second.state == RoutingRule.State.DRAFT
    assert second.order > first.order


def test_an_untried_rule_is_not_put_to_use(quarter: Quarter, officer: Actor) -> None:
    rule = a_draft(quarter, officer)
    with pytest.raises(NotNow, match="还没有在过去的事上试过"):
        routing_rules.activate(rule, actor=officer)
    routing_rules.try_out(rule, actor=officer)
    assert routing_rules.activate(rule, actor=officer).state == RoutingRule.State.ACTIVE


def test_what_was_tried_is_one_version(quarter: Quarter, officer: Actor) -> None:
    rule = a_draft(quarter, officer)
    routing_rules.try_out(rule, actor=officer)
    routing_rules.edit(rule, written(condition={"categories": ["broken"]}), actor=officer)
    with pytest.raises(NotNow, match="还没有在过去的事上试过"):
        routing_rules.activate(rule, actor=officer)


def test_a_rule_in_use_stands_still_until_it_is_switched_off(quarter: Quarter, officer: Actor) -> None:
    rule = a_draft(quarter, officer)
    routing_rules.try_out(rule, actor=officer)
    routing_rules.activate(rule, actor=officer)
    for change in (
        lambda: routing_rules.edit(rule, written(name="改名"), actor=officer),
        lambda: routing_rules.remove(rule, actor=officer),
    ):
        with pytest.raises(NotNow, match="正在用"):
            change()
    routing_rules.switch_off(rule, actor=officer)
    assert routing_rules.activate(rule, actor=officer).state == RoutingRule.State.ACTIVE
    routing_rules.switch_off(rule, actor=officer)
    assert routing_rules.edit(rule, written(name="改名"), actor=officer)
    routing_rules.remove(rule, actor=officer)
    assert not RoutingRule.objects.exists()


def test_a_trial_counts_what_would_have_matched_and_who_did_it(quarter: Quarter, officer: Actor) -> None:
    answered = an_answered(quarter).need
    waiting = a_need(quarter)
    a_need(quarter, "电梯停了", kind="broken_lift")
    trial = routing_rules.try_out(a_draft(quarter, officer), actor=officer)
    assert (trial.looked, trial.matched, trial.answered, trial.agree) == (3, 2, 1, 1)
    assert trial.done_by == (("府后街社区", 1),)
    assert trial.examples == (waiting.number, answered.number)
    assert trial.differing == ()


def test_a_trial_names_what_others_did(quarter: Quarter, officer: Actor) -> None:
    answered = an_answered(quarter).need
    trial = routing_rules.try_out(a_draft(quarter, officer, to="street"), actor=officer)
    assert (trial.answered, trial.agree, trial.differing) == (1, 0, (answered.number,))


def test_a_trial_says_where_an_earlier_rule_speaks_first(quarter: Quarter, officer: Actor) -> None:
    first = a_draft(quarter, officer)
    routing_rules.try_out(first, actor=officer)
    routing_rules.activate(first, actor=officer)
    a_need(quarter)
    later = a_draft(quarter, officer, condition={"categories": ["broken"]})
    assert routing_rules.try_out(later, actor=officer).earlier == 1
    assert routing_rules.try_out(first, actor=officer).earlier == 0


def test_a_trial_is_kept_with_the_rule_and_moves_nothing(quarter: Quarter, officer: Actor) -> None:
    need = a_need(quarter)
    rule = a_draft(quarter, officer)
    trial = routing_rules.try_out(rule, actor=officer)
    rule = RoutingRule.objects.get(pk=rule.pk)
    assert Trial.from_data(rule.test_report) == trial
    assert (rule.tested_version, rule.version) == (1, 1)
    assert not need.handovers.exists()


def test_a_trial_of_what_has_rotted_is_a_sentence(quarter: Quarter, officer: Actor) -> None:
    rule = a_draft(quarter, officer)
    RoutingRule.objects.filter(pk=rule.pk).update(condition={"categories": ["gone"]})
    rule.refresh_from_db()
    with pytest.raises(BadInput, match="类别已经没有了"):
        routing_rules.try_out(rule, actor=officer)


def test_rules_are_moved_past_each_other(quarter: Quarter, officer: Actor) -> None:
    rules = [a_draft(quarter, officer, name=f"规则{n}") for n in range(3)]

    def names() -> list[str]:
        return list(RoutingRule.objects.values_list("name", flat=True))

    assert routing_rules.move(rules[2], -1, actor=officer)
    assert names() == ["规则0", "规则2", "规则1"]
    assert routing_rules.move(rules[0], 1, actor=officer)
    assert names() == ["规则2", "规则0", "规则1"]
    assert not routing_rules.move(rules[2], -1, actor=officer)


def test_moving_a_rule_does_not_make_it_untried(quarter: Quarter, officer: Actor) -> None:
    a_draft(quarter, officer)
    rule = a_draft(quarter, officer, name="电梯")
    routing_rules.try_out(rule, actor=officer)
    routing_rules.move(rule, -1, actor=officer)
    rule.refresh_from_db()
    assert routing_rules.activate(rule, actor=officer).state == RoutingRule.State.ACTIVE


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"why": "是"}, "why"),
        ({"to": ""}, "to"),
        ({"to": "province"}, "to"),
        ({"condition": {"words": ["！"]}}, "words"),
    ],
)
def test_what_is_written_badly_is_refused_at_its_field(
    quarter: Quarter, officer: Actor, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        a_draft(quarter, officer, **changes)
    assert field in refusal.value.fields


def test_a_rule_leads_to_nobody_of_another_district(quarter: Quarter, officer: Actor) -> None:
    other = a_quarter(code="350203", name="思明区")
    with pytest.raises(NotThere):
        a_draft(quarter, officer, to=cast.an_organisation(other.area))
    with pytest.raises(NotThere):
        routing_rules.add(other.district, written(), actor=officer)


def test_of_two_officers_who_edit_at_once_one_wins(quarter: Quarter, officer: Actor) -> None:
    rule = a_draft(quarter, officer)
    routing_rules.edit(rule, written(name="先改的"), actor=officer, version=1)
    with pytest.raises(SomeoneWasFaster):
        routing_rules.edit(rule, written(name="后改的"), actor=officer, version=1)
    with pytest.raises(SomeoneWasFaster):
        routing_rules.activate(rule, actor=officer, version=1)


@pytest.mark.parametrize("who", ["a resident", "a clerk of her station", "a street officer", "a stranger"])
def test_only_an_officer_of_the_district_writes_rules(quarter: Quarter, officer: Actor, who: str) -> None:
    rule = a_draft(quarter, officer)
    account = cast.CAST[who](quarter.district)
    actor = cast.an_actor_of(account) if account is not None else cast.a_stranger(quarter.district)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: a_draft(quarter, actor),
        lambda: routing_rules.edit(rule, written(name="改名"), actor=actor),
        lambda: routing_rules.move(rule, 1, actor=actor),
        lambda: routing_rules.try_out(rule, actor=actor),
        lambda: routing_rules.activate(rule, actor=actor),
        lambda: routing_rules.switch_off(rule, actor=actor),
        lambda: routing_rules.remove(rule, actor=actor),
    )
    for verb in verbs:
        with pytest.raises((NotAllowed, NotSignedIn)):
            verb()


def test_an_officer_of_another_district_does_not_touch_ours(quarter: Quarter, officer: Actor) -> None:
    other = a_quarter(code="350203", name="思明区")
    rule = routing_rules.add(other.district, written(), actor=the_system(other.district))
    with pytest.raises(NotAllowed):
        routing_rules.try_out(rule, actor=officer)
    with pytest.raises(NotAllowed):
        routing_rules.remove(rule, actor=officer)
