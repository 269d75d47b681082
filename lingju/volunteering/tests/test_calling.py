"""Calls: risks, insurance and the asker first; another person opens; a floor above reads hours back."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.people.tests import cast
from lingju.volunteering.models import Call, Invitation
from lingju.volunteering.queries import calls as queries
from lingju.volunteering.services import calling, confirming
from lingju.volunteering.services.calling import Cause
from lingju.volunteering.tests.builders import (
    a_call,
    a_draft,
    a_key,
    a_plan,
    a_skill,
    a_town,
    a_volunteer,
    at,
    comes,
    served,
)

pytestmark = pytest.mark.django_db


def test_the_same_press_writes_one_call() -> None:
    town = a_town()
    first = calling.write(a_plan(town), key="press-once-only", actor=town.writes)
    assert calling.write(a_plan(town), key="press-once-only", actor=town.writes).pk == first.pk
    assert Call.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"risk_text": " "}, "风险告知"),
        ({"is_risky": True}, "保险"),
        ({"is_risky": True, "insurance": "示例保险 P-1"}, "保到"),
        ({"is_risky": True, "insurance": "示例保险 P-1", "insured_until": dt.date(2026, 3, 4)}, "保到"),
        ({"asker": "独居老人"}, "核实"),
    ],
)
def test_nobody_is_called_before_risks_insurance_and_asker_are_settled(
    changes: dict[str, Any], says: str
) -> None:
    town = a_town()
    call = a_draft(town, **changes)
    with pytest.raises(NotNow, match=says):
        calling.submit(call, actor=town.writes)
    Call.objects.filter(pk=call.pk).update(state=Call.State.REVIEW)
    call.refresh_from_db()
    with pytest.raises(NotNow, match=says):
        calling.approve(call, actor=town.looks)


def test_the_database_itself_refuses_an_open_call_without_risks_or_insurance() -> None:
    town = a_town()
    call = a_draft(town, risk_text="", is_risky=True)
    for values in ({"opened_at": call.written_at}, {"opened_at": call.written_at, "risk_text": "小心脚下。"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Call.objects.filter(pk=call.pk).update(**values)


def test_whoever_wrote_it_does_not_open_it() -> None:
    town = a_town()
    call = calling.open_call(a_plan(town), key=a_key(), actor=town.writes)
    assert call.state == Call.State.REVIEW
    with pytest.raises(NotAllowed, match="另一位"):
        calling.approve(call, actor=town.writes)
    assert calling.approve(call, actor=town.looks).state == Call.State.RECRUITING
    assert (call.pool.capacity if call.pool else 0) == 10


def test_what_was_sent_back_says_why_and_may_be_changed() -> None:
    town = a_town()
    call = calling.open_call(a_plan(town), key=a_key(), actor=town.writes)
    with pytest.raises(BadInput):
        calling.send_back(call, " ", actor=town.looks)
    calling.send_back(call, "人数再写清楚", actor=town.looks)
    calling.edit(call, a_plan(town, wanted=4), actor=town.writes, version=call.version)
    assert (call.state, call.wanted, call.state_reason) == (Call.State.DRAFT, 4, "人数再写清楚")
    with pytest.raises(SomeoneWasFaster):
        calling.edit(call, a_plan(town, wanted=5), actor=town.writes, version=1)


def test_an_open_call_is_not_changed_behind_peoples_backs() -> None:
    town = a_town()
    call = a_call(town)
    with pytest.raises(NotNow, match="取消重发"):
        calling.edit(call, a_plan(town, wanted=2), actor=town.writes)


def test_a_call_moves_until_somebody_has_said_yes_to_it_as_it_is() -> None:
    town = a_town()
    call = a_call(town)
    later = {name: getattr(call, name) + dt.timedelta(days=1) for name in ("starts_at", "ends_at")}
    assert calling.move(call, later, actor=town.writes)
    assert not calling.move(call, later, actor=town.writes)
    call.refresh_from_db()
    assert call.starts_at == later["starts_at"]
    comes(call, a_volunteer(town))
    with pytest.raises(NotNow, match="取消重发"):
        calling.move(call, {"place_words": "小区门口"}, actor=town.writes)
    elsewhere = cast.an_actor_of(cast.a_clerk(at=town.neighbour))
    with pytest.raises(NotAllowed):
        calling.move(a_call(town), later, actor=elsewhere)


def test_risky_work_that_is_open_does_not_move_beyond_its_insurance() -> None:
    town = a_town()
    until = clock.today() + dt.timedelta(days=3)
    risky = {"is_risky": True, "insurance": "示例保险 P-1", "insured_until": until}
    draft, opened = a_draft(town, **risky), a_call(town, **risky)
    later = {name: getattr(draft, name) + dt.timedelta(days=1) for name in ("starts_at", "ends_at")}
    assert calling.move(draft, later, actor=town.writes)
    with pytest.raises(NotNow, match="保险"):
        calling.move(opened, later, actor=town.writes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "x"}, "title"),
        ({"summary": ""}, "summary"),
        ({"wanted": 0}, "wanted"),
        ({"station": None}, "place_words"),
        ({"min_age": 99}, "min_age"),
        ({"kind": "nonsense"}, "kind"),
        ({"ends_at": dt.datetime(2026, 3, 1, tzinfo=dt.UTC)}, "ends_at"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(changes: dict[str, Any], field: str) -> None:
    town = a_town()
    with pytest.raises(BadInput) as refused:
        a_draft(town, **changes)
    assert set(refused.value.fields) == {field}


def test_work_with_a_paper_and_work_without_are_called_apart() -> None:
    town = a_town()
    with pytest.raises(BadInput, match="分开招募"):
        a_draft(town, skills=(a_skill(town, "medical"), a_skill(town, "order")))


def test_calling_off_tells_everybody_and_gives_the_places_back() -> None:
    town = a_town()
    call = a_call(town)
    one = comes(call, a_volunteer(town))
    with pytest.raises(BadInput):
        calling.cancel(call, "", actor=town.writes)
    calling.cancel(call, "下大雪", actor=town.writes)
    one.refresh_from_db()
    assert (call.state, one.state) == (Call.State.CANCELLED, Invitation.State.OVER)
    assert queries.free_places([call]) == {call.pk: 10}


def test_it_is_published_when_every_record_is_settled_and_put_away_after_seven_days() -> None:
    town = a_town()
    call = a_call(town)
    person = a_volunteer(town)
    served(town, call, person)
    call.refresh_from_db()
    with at(call, 200):
        calling.finish(call, actor=town.keeps)
        with pytest.raises(NotNow, match="没有确认"):
            calling.publish(call, actor=town.writes)
        confirming.confirm(call, person, key=a_key(), actor=town.writes)
        calling.publish(call, actor=town.writes)
        with pytest.raises(NotNow, match="7 天"):
            calling.archive(call, actor=town.writes)
    with time_machine.travel(call.starts_at + dt.timedelta(days=8)):
        assert calling.archive(call, actor=town.writes).state == Call.State.ARCHIVED


def test_a_floor_above_opens_a_call_for_its_cause_and_reads_minutes_and_heads_back() -> None:
    town = a_town()
    plan, cause = a_plan(town), Cause("project", 42)
    call = calling.open_call(plan, key="project-42-call", cause=cause, actor=town.writes)
    assert calling.open_call(plan, key="project-42-call", cause=cause, actor=town.writes).pk == call.pk
    calling.approve(call, actor=town.looks)
    first, second = a_volunteer(town), a_volunteer(town)
    for person in (first, second):
        comes(call, person)
    served(town, call, first, 0, 60)
    served(town, call, second, 0, 90)
    call.refresh_from_db()
    with at(call, 200):
        confirming.confirm(call, first, key=a_key(), actor=town.writes)
        found = queries.hours_for("project", 42, town.district.pk)
        assert (found.calls, found.people, found.minutes, found.is_settled) == (1, 1, 60, False)
        confirming.confirm_all(call, key=a_key(), actor=town.writes)
        found = queries.hours_for("project", 42, town.district.pk)
    assert (found.people, found.minutes, found.is_settled) == (2, 150, True)
    assert [one.pk for one in queries.calls_for("project", 42, town.district.pk)] == [call.pk]
    assert queries.hours_for("project", 43, town.district.pk).calls == 0
