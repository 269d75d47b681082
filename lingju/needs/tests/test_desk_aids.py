"""Alarms, templates of replies, kept filters, kinds and the policy: the verbs beside the loop."""

from typing import Any

import pytest

from lingju.kernel import facts
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotThere
from lingju.kernel.rules import Actor
from lingju.needs.events import AlarmRaised
from lingju.needs.models import Alarm, Category, Need, Policy, ReplyTemplate, SavedFilter
from lingju.needs.services import alarms, catalogue, filters, templates
from lingju.needs.tests.builders import Quarter, a_kind, a_need, a_quarter
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


@pytest.fixture
def officer(quarter: Quarter) -> Actor:
    return cast.an_actor_of(cast.a_district_officer(district=quarter.district))


def test_one_trouble_rings_one_alarm_and_is_counted_up(
    quarter: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[AlarmRaised] = []
    monkeypatch.setattr(facts, "_hearings", {})
    facts.when(AlarmRaised, at_once=heard.append)
    first = alarms.raise_alarm(quarter.district.pk, "rule_fails", 7, "坏了")
    again = alarms.raise_alarm(quarter.district.pk, "rule_fails", 7, "还坏着")
    other = alarms.raise_alarm(quarter.district.pk, "rule_fails", 8, "另一条坏了")
    assert (again.pk, again.times, again.words) == (first.pk, 2, "还坏着")
    assert [fact.alarm_id for fact in heard] == [first.pk, other.pk]


def test_a_cleared_alarm_rings_anew_when_the_trouble_comes_back(quarter: Quarter, officer: Actor) -> None:
    first = alarms.raise_alarm(quarter.district.pk, "rule_fails", 7, "坏了")
    alarms.clear(first, actor=officer)
    with pytest.raises(NotNow):
        alarms.clear(first, actor=officer)
    second = alarms.raise_alarm(quarter.district.pk, "rule_fails", 7, "又坏了")
    assert second.pk != first.pk
    assert list(Alarm.objects.standing()) == [second]


def test_a_street_officer_reads_alarms_and_does_not_clear_them(quarter: Quarter) -> None:
    alarm = alarms.raise_alarm(quarter.district.pk, "rule_fails", 7, "坏了")
    with pytest.raises(NotAllowed):
        alarms.clear(alarm, actor=quarter.officer_actor)


def test_gaps_are_told_apart_from_words() -> None:
    said = "您好，【谁】【什么时候】来修。"
    assert templates.gaps(said) == ["【谁】", "【什么时候】"]
    assert "".join(piece.text for piece in templates.pieces(said)) == said
    assert [piece.is_gap for piece in templates.pieces(said)] == [False, True, True, False]
    assert templates.gaps("李师傅今天来修。") == []


def test_the_most_fitting_template_comes_first(quarter: Quarter, officer: Actor) -> None:
    need = a_need(quarter)
    own = {
        "name": "灯修好了",
        "category": a_kind(quarter.district),
        "outcome": "solved",
        "text": "灯修好了。",
    }
    above = own | {"name": "东西修好了", "category": a_kind(quarter.district, "broken")}
    other = own | {"name": "电梯修好了", "category": a_kind(quarter.district, "broken_lift")}
    for values in (other, above, own):
        templates.add(quarter.district, values, actor=officer)
    names = [one.name for one in templates.for_need(need, Need.Outcome.SOLVED)]
    assert names[:4] == ["灯修好了", "东西修好了", "修好了", "派人去看"]
    assert "电梯修好了" not in names
    assert [one.name for one in templates.for_need(need)] == ["派人去看"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "修好了"}, "name"),
        ({"text": "好"}, "text"),
        ({"text": "【谁来修，明天来"}, "text"),
        ({"text": "好" * 501}, "text"),
        ({"outcome": "lost"}, "outcome"),
    ],
)
def test_a_template_written_badly_is_refused_at_its_field(
    quarter: Quarter, officer: Actor, changes: dict[str, Any], field: str
) -> None:
    values = {"name": "新模板", "text": "【谁】明天来修。", **changes}
    with pytest.raises(BadInput) as refusal:
        templates.add(quarter.district, values, actor=officer)
    assert field in refusal.value.fields


def test_a_template_is_edited_and_removed_by_an_officer_of_the_district(
    quarter: Quarter, officer: Actor
) -> None:
    template = ReplyTemplate.objects.get(district=quarter.district, name="修好了")
    with pytest.raises(NotAllowed):
        templates.edit(template, {"text": "修好了，您看看。"}, actor=quarter.clerk_actor)
    assert templates.edit(template, {"name": "修好了", "text": "修好了，您看看。"}, actor=officer)
    templates.remove(template, actor=officer)
    assert not ReplyTemplate.objects.filter(district=quarter.district, name="修好了").exists()


def test_a_kept_filter_is_ones_own(quarter: Quarter) -> None:
    mine = filters.keep("逾期的灯", "?tray=reply&q=灯", actor=quarter.clerk_actor)
    assert mine.query == "tray=reply&q=灯"
    assert list(SavedFilter.objects.visible_to(quarter.colleague_actor)) == []
    with pytest.raises(NotThere):
        filters.forget(mine, actor=quarter.colleague_actor)
    filters.forget(mine, actor=quarter.clerk_actor)
    with pytest.raises(NotThere):
        filters.forget(mine, actor=quarter.clerk_actor)


def test_the_same_name_again_keeps_the_newer_filter(quarter: Quarter) -> None:
    filters.keep("灯", "q=灯", actor=quarter.clerk_actor)
    filters.keep("灯", "q=路灯", actor=quarter.clerk_actor)
    assert [one.query for one in SavedFilter.objects.visible_to(quarter.clerk_actor)] == ["q=路灯"]


def test_nobody_keeps_filters_without_end(quarter: Quarter) -> None:
    for number in range(filters.MOST):
        filters.keep(f"筛选{number}", "q=灯", actor=quarter.clerk_actor)
    with pytest.raises(NotNow):
        filters.keep("再一个", "q=灯", actor=quarter.clerk_actor)


@pytest.mark.parametrize(("name", "query"), [("", "q=1"), ("名" * 31, "q=1"), ("灯", ""), ("灯", "x" * 301)])
def test_a_filter_without_name_or_condition_is_refused(quarter: Quarter, name: str, query: str) -> None:
    with pytest.raises(BadInput):
        filters.keep(name, query, actor=quarter.clerk_actor)


def test_a_promise_takes_some_time(quarter: Quarter, officer: Actor) -> None:
    kind = a_kind(quarter.district)
    for name in ("respond_hours", "due_amount"):
        with pytest.raises(BadInput) as refusal:
            catalogue.edit(kind, {name: 0}, actor=officer)
        assert name in refusal.value.fields
    assert catalogue.edit(kind, {"due_amount": 5}, actor=officer)


def test_another_promise_leaves_what_was_promised(quarter: Quarter, officer: Actor) -> None:
    need = a_need(quarter)
    catalogue.edit(a_kind(quarter.district), {"due_amount": 15}, actor=officer)
    assert Need.objects.get(pk=need.pk).due_at == need.due_at


def test_a_code_names_one_kind(quarter: Quarter, officer: Actor) -> None:
    values = {"name": "新类别"}
    catalogue.add(quarter.district, "broken_flag", values, parent=None, actor=officer)
    with pytest.raises(BadInput) as refusal:
        catalogue.add(quarter.district, "broken_flag", values, parent=None, actor=officer)
    assert "code" in refusal.value.fields
    assert Category.objects.filter(district=quarter.district, code="broken_flag").count() == 1


@pytest.mark.parametrize(
    "values",
    [{"ask_days": 0}, {"reopen_days": 0}, {"smallest_cell": 2}, {"calendar": "moon"}, {"gas_phone": "abc"}],
)
def test_a_policy_leaves_people_time_and_cover(
    quarter: Quarter, officer: Actor, values: dict[str, Any]
) -> None:
    with pytest.raises(BadInput):
        catalogue.set_policy(quarter.district, values, actor=officer)
    assert catalogue.set_policy(quarter.district, {"ask_days": 10}, actor=officer)
    assert Policy.objects.get(district=quarter.district).ask_days == 10
