"""An officer's pages: a rule without a line of code, its order, its trial, alarms, replies, kinds, policy."""

from typing import Any

import pytest
from django.http import HttpResponse

from lingju.kernel.errors import NotAllowed, NotThere
from lingju.kernel.rules import Actor
from lingju.needs.models import Alarm, Category, Policy, ReplyTemplate, RoutingRule
from lingju.needs.services import alarms, routing_rules
from lingju.needs.services.routing_rules import Written
from lingju.needs.tests.builders import Quarter, a_kind, a_quarter, an_answered
from lingju.people.tests import cast
from lingju.places.tests.browsing import ask, words
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


@pytest.fixture
def officer(quarter: Quarter) -> Actor:
    return cast.an_actor_of(cast.a_district_officer(district=quarter.district))


def a_rule(quarter: Quarter, name: str = "公共照明") -> RoutingRule:
    written = Written(name, {"categories": ["broken_light"], "words": ["路灯"]}, "community", "社区联系物业")
    return routing_rules.add(quarter.district, written, actor=the_system(quarter.district))


def said(answer: HttpResponse) -> list[str]:
    """Return the messages that a page left."""
    left: list[str] = answer.said  # type: ignore[attr-defined]
    return left


def typed(quarter: Quarter, **changes: Any) -> dict[str, Any]:
    return {
        "name": "小区照明",
        "categories": ["broken_light"],
        "words": "路灯、楼道灯，灯",
        "areas": [quarter.street.stem],
        "channels": ["page", "qr"],
        "urgent": "no",
        "to": "level-community",
        "why": "小区公共照明由社区联系物业",
        **changes,
    }


def test_an_officer_writes_a_rule_without_a_line_of_code(quarter: Quarter, officer: Actor) -> None:
    answer = ask(officer, quarter.district, "desk_rule_new", data=typed(quarter))
    rule = RoutingRule.objects.get()
    assert answer.status_code == 302
    assert rule.condition == {
        "categories": ["broken_light"],
        "words": ["路灯", "楼道灯", "灯"],
        "areas": ["140404001"],
        "channels": ["page", "qr"],
        "is_urgent": False,
    }
    shown = words(ask(officer, quarter.district, "desk_rule", rule.pk))
    assert "类别是照明，说到“路灯”或“楼道灯”或“灯”，在韩店街道，从网页或扫码来，不用先办的" in shown
    assert "路灯、楼道灯、灯" in shown


def test_a_rule_may_lead_to_an_organisation(quarter: Quarter, officer: Actor) -> None:
    company = cast.an_organisation(quarter.area, "示例物业公司")
    data = typed(quarter, to=f"org-{company.pk}", areas=[], channels=[], urgent="", words="")
    ask(officer, quarter.district, "desk_rule_new", data=data)
    assert RoutingRule.objects.get().to_org == company


@pytest.mark.parametrize(
    "changes",
    [
        {"why": ""},
        {"to": "org-1"},
        {"to": "level-moon"},
        {"categories": [], "words": "", "areas": [], "channels": [], "urgent": ""},
        {"words": "灯" * 30},
    ],
)
def test_what_is_typed_badly_is_said_and_kept(
    quarter: Quarter, officer: Actor, changes: dict[str, Any]
) -> None:
    answer = ask(officer, quarter.district, "desk_rule_new", data=typed(quarter, **changes))
    assert answer.status_code == 422
    assert "小区照明" in words(answer)
    assert not RoutingRule.objects.exists()


def test_a_rule_goes_from_draft_through_its_trial_to_use(quarter: Quarter, officer: Actor) -> None:
    number = an_answered(quarter).need.number
    rule = a_rule(quarter)
    refused = ask(officer, quarter.district, "desk_rule_do", rule.pk, data={"do": "activate"})
    assert "还没有在过去的事上试过" in said(refused)[0]
    tried = ask(officer, quarter.district, "desk_rule_do", rule.pk, data={"do": "try"})
    assert said(tried) == ["在过去 1 件事上试过了。"]
    shown = words(ask(officer, quarter.district, "desk_rule", rule.pk))
    assert "过去 1 件里合上 1 件，办过的 1 件中有 1 件正是由他们办的。" in shown
    assert number in shown
    ask(officer, quarter.district, "desk_rule_do", rule.pk, data={"do": "activate"})
    rule.refresh_from_db()
    assert rule.state == RoutingRule.State.ACTIVE
    assert "正在用的规则不能改" in words(ask(officer, quarter.district, "desk_rule", rule.pk))


def test_a_rule_is_moved_and_removed_from_the_list(quarter: Quarter, officer: Actor) -> None:
    first, second = a_rule(quarter, "先写的"), a_rule(quarter, "后写的")
    ask(officer, quarter.district, "desk_rule_do", second.pk, data={"do": "up"})
    shown = words(ask(officer, quarter.district, "desk_rules"))
    assert shown.index("后写的") < shown.index("先写的")
    ask(officer, quarter.district, "desk_rule_do", first.pk, data={"do": "remove"})
    assert list(RoutingRule.objects.all()) == [second]
    with pytest.raises(NotThere):
        ask(officer, quarter.district, "desk_rule_do", second.pk, data={"do": "dance"})


def test_a_rule_that_has_rotted_is_shown_with_its_trouble(quarter: Quarter, officer: Actor) -> None:
    rule = a_rule(quarter)
    RoutingRule.objects.filter(pk=rule.pk).update(condition=["坏了"])
    assert "条件读不懂" in words(ask(officer, quarter.district, "desk_rules"))
    assert "条件读不懂" in words(ask(officer, quarter.district, "desk_rule", rule.pk))


def test_alarms_stand_on_top_until_they_are_cleared(quarter: Quarter, officer: Actor) -> None:
    alarm = alarms.raise_alarm(quarter.district.pk, "rule_fails", 7, "规则用不了，请改好。")
    assert "规则用不了，请改好。" in words(ask(officer, quarter.district, "desk_rules"))
    ask(officer, quarter.district, "desk_alarm_clear", alarm.pk, data={})
    again = ask(officer, quarter.district, "desk_alarm_clear", alarm.pk, data={})
    assert said(again) == ["这个告警已经解除了。"]
    assert not Alarm.objects.standing().exists()
    assert "规则用不了" not in words(ask(officer, quarter.district, "desk_rules"))


def test_a_street_officer_reads_rules_and_changes_none(quarter: Quarter) -> None:
    rule = a_rule(quarter)
    street = quarter.officer_actor
    listed = words(ask(street, quarter.district, "desk_rules"))
    assert "公共照明" in listed
    assert "试一试" not in listed
    assert "<form" not in words(ask(street, quarter.district, "desk_rule", rule.pk))
    with pytest.raises(NotAllowed):
        ask(street, quarter.district, "desk_rule", rule.pk, data=typed(quarter))
    with pytest.raises(NotAllowed):
        ask(street, quarter.district, "desk_rule_do", rule.pk, data={"do": "try"})


def test_rules_of_another_district_are_not_there(quarter: Quarter, officer: Actor) -> None:
    other = a_quarter(code="350203", name="思明区")
    theirs = a_rule(other, "别区的规则")
    assert "别区的规则" not in words(ask(officer, quarter.district, "desk_rules"))
    with pytest.raises(NotThere):
        ask(officer, quarter.district, "desk_rule", theirs.pk)


def test_everybody_at_a_desk_reads_replies_with_their_gaps_marked(quarter: Quarter) -> None:
    shown = words(ask(quarter.clerk_actor, quarter.district, "desk_replies"))
    assert '<mark class="gap">【什么时候】</mark>' in shown
    assert "加一个" not in shown
    with pytest.raises(NotAllowed):
        ask(quarter.clerk_actor, quarter.district, "desk_reply_new")


def test_a_reply_is_added_edited_and_removed(quarter: Quarter, officer: Actor) -> None:
    kind = a_kind(quarter.district)
    data = {
        "name": "换灯泡",
        "category": kind.pk,
        "outcome": "solved",
        "text": "【谁】换了灯泡。",
        "order": 5,
    }
    ask(officer, quarter.district, "desk_reply_new", data=data)
    template = ReplyTemplate.objects.get(name="换灯泡")
    assert (template.category, template.outcome) == (kind, "solved")
    edited = data | {"text": "灯泡换好了，请看。", "version": template.version, "category": ""}
    assert ask(officer, quarter.district, "desk_reply", template.pk, data=edited).status_code == 302
    stale = ask(officer, quarter.district, "desk_reply", template.pk, data=data | {"version": 1})
    assert stale.status_code == 422
    template.refresh_from_db()
    assert (template.text, template.category) == ("灯泡换好了，请看。", None)
    ask(officer, quarter.district, "desk_reply", template.pk, data={"do": "remove"})
    assert not ReplyTemplate.objects.filter(name="换灯泡").exists()


def test_a_kind_is_edited_and_added(quarter: Quarter, officer: Actor) -> None:
    kind = a_kind(quarter.district)
    assert "照明" in words(ask(quarter.clerk_actor, quarter.district, "desk_kinds"))
    data = {
        "name": "公共照明",
        "respond_hours": 4,
        "due_amount": 2,
        "due_unit": "calendar_days",
        "is_active": "on",
        "order": 3,
        "version": kind.version,
    }
    assert ask(officer, quarter.district, "desk_kind", kind.pk, data=data).status_code == 302
    kind.refresh_from_db()
    assert (kind.name, kind.due_unit, kind.needs_evidence) == ("公共照明", "calendar_days", False)
    parent = a_kind(quarter.district, "broken")
    ask(officer, quarter.district, "desk_kind_new", data=data | {"code": "broken_flag", "parent": parent.pk})
    assert Category.objects.get(code="broken_flag").parent == parent
    again = ask(officer, quarter.district, "desk_kind_new", data=data | {"code": "broken_flag"})
    assert again.status_code == 422
    short = ask(officer, quarter.district, "desk_kind", kind.pk, data=data | {"due_amount": 0})
    assert short.status_code == 422


def test_the_policy_is_edited(quarter: Quarter, officer: Actor) -> None:
    data = {"ask_days": 10, "reopen_days": 60, "smallest_cell": 5, "gas_phone": "0355-8080000"}
    assert ask(officer, quarter.district, "desk_policy", data=data).status_code == 302
    assert Policy.objects.get(district=quarter.district).ask_days == 10
    shown = words(ask(officer, quarter.district, "desk_policy", data=data | {"smallest_cell": 1}))
    assert "errors" in shown
