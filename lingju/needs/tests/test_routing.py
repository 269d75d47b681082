"""A suggestion is reasoned: the first rule that holds, what the past says, and never a silent failure."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from lingju.kernel import clock
from lingju.needs import conditions
from lingju.needs.models import Alarm, Category, Need, RoutingRule
from lingju.needs.services import answering, handling, offering, routing, routing_rules
from lingju.needs.services.answering import Answer
from lingju.needs.services.placing import Place
from lingju.needs.services.routing_rules import Written
from lingju.needs.tests.builders import Quarter, a_need, a_quarter, fresh
from lingju.people.models import Organisation
from lingju.people.tests import cast
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


@pytest.fixture
def property_company(quarter: Quarter) -> Organisation:
    return cast.an_organisation(quarter.area, "示例物业公司")


def a_rule(quarter: Quarter, to: Organisation | str, **condition: Any) -> RoutingRule:
    """Write a rule, try it out and put it to use."""
    asked = condition or {"categories": ["broken_light"]}
    actor = the_system(quarter.district)
    why = "小区公共照明归物业"
    rule = routing_rules.add(quarter.district, Written("照明", asked, to, why), actor=actor)
    routing_rules.try_out(rule, actor=actor)
    return routing_rules.activate(rule, actor=actor)


def broken(rule: RoutingRule, condition: Any) -> None:
    """Let a rule rot behind the verbs' back, as data does over the years."""
    RoutingRule.objects.filter(pk=rule.pk).update(condition=condition)


def done_by(quarter: Quarter, organisation: Organisation | None, days: float = 1.5, **changes: Any) -> Need:
    """Walk a need to its answer, done by an organisation or by the desk itself."""
    need = a_need(quarter, **changes)
    if organisation is not None:
        offer = offering.hand_over(need, organisation, "归他们管", actor=quarter.clerk_actor)
        offering.accept(offer, actor=quarter.clerk_actor, word_of="前台答应的")
        need = fresh(need)
    else:
        handling.take(need, actor=quarter.clerk_actor)
    with time_machine.travel(clock.now() + dt.timedelta(days=days), tick=True):
        answering.answer(
            need, Answer(Need.Outcome.EXPLAINED, "电工今天上午换了灯泡。"), actor=quarter.clerk_actor
        )
    return need


def alarms(quarter: Quarter) -> list[tuple[int, int]]:
    standing = Alarm.objects.filter(district=quarter.district).standing()
    return sorted(standing.values_list("subject_id", "times"))


def test_the_first_rule_that_holds_speaks(quarter: Quarter, property_company: Organisation) -> None:
    first = a_rule(quarter, property_company)
    a_rule(quarter, "street", categories=["broken"])
    lamp = routing.suggest(a_need(quarter))
    lift = routing.suggest(a_need(quarter, "电梯停了", kind="broken_lift"))
    assert lamp is not None
    assert (lamp.to, lamp.rule, lamp.why) == (property_company, first, "小区公共照明归物业")
    assert lamp.words == "小区公共照明归物业。"
    assert lift is not None
    assert lift.to == quarter.street


def test_the_order_of_rules_decides(quarter: Quarter, property_company: Organisation) -> None:
    a_rule(quarter, "street", categories=["broken"])
    later = a_rule(quarter, property_company)
    assert routing_rules.move(later, -1, actor=the_system(quarter.district))
    said = routing.suggest(a_need(quarter))
    assert said is not None
    assert said.to == property_company


def test_a_draft_and_a_rule_that_is_off_are_not_asked(quarter: Quarter) -> None:
    actor = the_system(quarter.district)
    written = Written("照明", {"categories": ["broken"]}, "street", "街道统一来修")
    routing_rules.add(quarter.district, written, actor=actor)
    routing_rules.switch_off(a_rule(quarter, "street"), actor=actor)
    assert routing.suggest(a_need(quarter)) is None


def test_a_level_is_that_of_the_needs_own_place(quarter: Quarter) -> None:
    a_rule(quarter, "community")
    across = builders.a_compound(quarter.neighbour)
    here = routing.suggest(a_need(quarter))
    there = routing.suggest(a_need(quarter, place=Place(compound=across)))
    assert here is not None
    assert there is not None
    assert (here.to, there.to) == (quarter.area, quarter.neighbour)
    assert here.is_here


def test_where_the_level_is_missing_the_next_above_has_it(quarter: Quarter) -> None:
    a_rule(quarter, "community")
    need = a_need(quarter)
    Need.objects.filter(pk=need.pk).update(place_stem="140404001777", place_community="140404001777")
    said = routing.suggest(fresh(need))
    assert said is not None
    assert said.to == quarter.street


def test_the_past_is_told_beside_the_rule(quarter: Quarter, property_company: Organisation) -> None:
    for _n in range(3):
        done_by(quarter, property_company)
    a_rule(quarter, property_company)
    said = routing.suggest(a_need(quarter))
    assert said is not None
    assert (said.precedents, said.solved) == (3, 0)
    assert said.median_days == pytest.approx(1.5, abs=0.01)
    assert said.words == "小区公共照明归物业。今年同类 3 件都由他们办，一般 1 天半。"


def test_two_cases_are_counted_but_no_usual_time_is_told(
    quarter: Quarter, property_company: Organisation
) -> None:
    for _n in range(2):
        done_by(quarter, property_company)
    done_by(quarter, None)
    a_rule(quarter, property_company)
    said = routing.suggest(a_need(quarter))
    assert said is not None
    assert said.median_days is None
    assert said.words == "小区公共照明归物业。今年同类 3 件里有 2 件由他们办。"


def test_without_a_rule_whoever_did_most_is_suggested(
    quarter: Quarter, property_company: Organisation
) -> None:
    for _n in range(3):
        done_by(quarter, property_company)
    done_by(quarter, None)
    said = routing.suggest(a_need(quarter))
    assert said is not None
    assert (said.to, said.rule, said.precedents) == (property_company, None, 3)
    assert said.words == "这里同类的事多由示例物业公司办。今年同类 4 件里有 3 件由他们办，一般 1 天半。"


def test_too_few_or_too_mixed_cases_suggest_nobody(quarter: Quarter, property_company: Organisation) -> None:
    for _n in range(2):
        done_by(quarter, property_company)
    assert routing.suggest(a_need(quarter)) is None
    done_by(quarter, property_company)
    for _n in range(3):
        done_by(quarter, None)
    assert routing.suggest(a_need(quarter)) is None


def test_cases_of_another_kind_or_community_are_no_precedents(
    quarter: Quarter, property_company: Organisation
) -> None:
    for _n in range(3):
        done_by(quarter, property_company)
    across = builders.a_compound(quarter.neighbour)
    assert routing.suggest(a_need(quarter, "电梯停了", kind="broken_lift")) is None
    assert routing.suggest(a_need(quarter, place=Place(compound=across))) is None


def test_whoever_has_left_is_not_suggested_by_the_past(
    quarter: Quarter, property_company: Organisation
) -> None:
    for _n in range(3):
        done_by(quarter, property_company)
    Organisation.objects.filter(pk=property_company.pk).update(ended_on=clock.today())
    assert routing.suggest(a_need(quarter)) is None


def test_a_rule_whose_organisation_has_left_rings_and_the_next_one_is_asked(
    quarter: Quarter, property_company: Organisation
) -> None:
    gone = a_rule(quarter, property_company)
    a_rule(quarter, "street", categories=["broken"])
    Organisation.objects.filter(pk=property_company.pk).update(ended_on=clock.today())
    need = a_need(quarter)
    said = routing.suggest(need)
    routing.suggest(need)
    assert said is not None
    assert said.to == quarter.street
    assert said.failed == ("照明",)
    assert said.words.endswith("有 1 条规则出错，已告警。")
    assert alarms(quarter) == [(gone.pk, 2)]
    assert "“示例物业公司”已经退出了" in Alarm.objects.get().words
    assert fresh_rule(gone).state == RoutingRule.State.ACTIVE, "a rule is never switched off in silence"


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ({"wrods": ["灯"]}, "不认识的一项：wrods"),
        ({"words": 7}, "应当是几个词"),
        ({}, "至少写一个条件"),
        (["路灯"], "读不懂"),
        ({"areas": ["140404009"]}, "区域已经没有了：140404009"),
        ({"categories": ["broken_flag"]}, "类别已经没有了：broken_flag"),
    ],
)
def test_a_rule_that_cannot_be_asked_rings_and_is_not_skipped_in_silence(
    quarter: Quarter, condition: Any, why: str
) -> None:
    rotten = a_rule(quarter, "street")
    a_rule(quarter, "district", categories=["broken"])
    broken(rotten, condition)
    said = routing.suggest(a_need(quarter))
    assert said is not None
    assert said.to.stem == "140404"
    assert said.failed == ("照明",)
    assert alarms(quarter) == [(rotten.pk, 1)]
    assert why in Alarm.objects.get().words


def test_whatever_a_rule_raises_rings(quarter: Quarter, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = a_rule(quarter, "street")

    def falls_over(*_given: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(conditions, "holds", falls_over)
    assert routing.suggest(a_need(quarter)) is None
    assert alarms(quarter) == [(rule.pk, 1)]
    assert "运行出错（ZeroDivisionError）" in Alarm.objects.get().words


def test_a_rule_without_any_desk_above_the_place_rings(quarter: Quarter) -> None:
    rule = a_rule(quarter, "street")
    need = a_need(quarter)
    Need.objects.filter(pk=need.pk).update(place_stem="999999001002")
    assert routing.suggest(fresh(need)) is None
    assert alarms(quarter) == [(rule.pk, 1)]


def test_rules_of_another_district_are_not_asked(quarter: Quarter) -> None:
    other = a_quarter(code="350203", name="思明区")
    a_rule(other, "street")
    assert routing.suggest(a_need(quarter)) is None


def test_a_suggestion_costs_the_same_with_many_rules_and_precedents(
    quarter: Quarter,
    property_company: Organisation,
    django_assert_num_queries: Any,
) -> None:
    need = a_need(quarter)
    for _n in range(3):
        done_by(quarter, property_company)
    for code in ("broken_lift", "broken_water", "broken_road"):
        a_rule(quarter, property_company, categories=[code])
    a_rule(quarter, property_company)
    need = Need.objects.select_related("category__parent").get(pk=need.pk)
    with django_assert_num_queries(4):
        assert routing.suggest(need) is not None


def test_the_houses_rules_wait_as_drafts_until_their_door_is_there(quarter: Quarter) -> None:
    actor = the_system(quarter.district)
    made = routing_rules.fill(quarter.district, actor=actor)
    rules = RoutingRule.objects.filter(district=quarter.district)
    assert made == rules.count()
    assert routing_rules.fill(quarter.district, actor=actor) == 0
    assert rules.get(name="小区公共照明").state == RoutingRule.State.DRAFT
    assert rules.get(name="社保医保").state == RoutingRule.State.ACTIVE
    known = set(Category.objects.filter(district=quarter.district).values_list("code", flat=True))
    assert {code for rule in rules for code in rule.condition.get("categories", [])} <= known


def test_the_houses_rules_lead_to_the_company_of_the_area(quarter: Quarter) -> None:
    actor = the_system(quarter.district)
    company = cast.an_organisation(quarter.area, "府后物业")
    Organisation.objects.filter(pk=company.pk).update(kind=Organisation.Kind.PROPERTY)
    routing_rules.fill(quarter.district, actor=actor)
    said = routing.suggest(a_need(quarter))
    assert said is not None
    assert said.to == company
    across = builders.a_compound(quarter.neighbour)
    assert routing.suggest(a_need(quarter, place=Place(compound=across))) is None


def fresh_rule(rule: RoutingRule) -> RoutingRule:
    return RoutingRule.objects.get(pk=rule.pk)
