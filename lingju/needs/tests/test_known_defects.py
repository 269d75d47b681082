"""Defects that systems of the same kind have today, each as a test that ours passes.

Read from the sources of Signalen, FixMyStreet, Decidim and from their users' complaints.
"""

import dataclasses
import datetime as dt
import json
import re

import pytest
import time_machine
from django.db import IntegrityError, transaction

from lingju.kernel import clock
from lingju.kernel.errors import NotNow
from lingju.needs import flow, jobs
from lingju.needs.models import Alarm, Asker, Asking, Entry, Need, RoutingRule
from lingju.needs.queries import rates
from lingju.needs.services import answering, asking, axes, handling, judging, linking, offering, routing
from lingju.needs.services.answering import Answer
from lingju.needs.services.linking import Part
from lingju.needs.services.saying import Contact
from lingju.needs.tests import builders
from lingju.places.tests.builders import the_system
from lingju.trail.flow import Flow

pytestmark = pytest.mark.django_db
WORDS = "换了灯泡，请您看一眼。"


def test_somebody_is_found_by_their_telephone_and_not_by_something_else() -> None:
    """Signalen: the filter by telephone compares the telephone with the e-mail."""
    quarter = builders.a_quarter()
    mine = builders.a_receipt(quarter, contact=Contact(phone="13800001111", by="sms"))
    builders.a_receipt(quarter, "门坏了", contact=Contact(phone="13800002222", by="sms"))
    assert list(Asker.objects.filter(phone_index="138 0000 1111")) == [mine.asker]
    assert not Asker.objects.filter(phone_index="王秀英").exists()


def test_before_a_date_is_before_it_and_after_is_after() -> None:
    """Signalen: `incident_date_before` asks for later dates, `_after` for earlier ones."""
    quarter = builders.a_quarter()
    early = builders.a_need(quarter)
    with time_machine.travel(clock.now() + dt.timedelta(days=3)):
        late = builders.a_need(quarter, "门坏了")
        middle = clock.now() - dt.timedelta(days=1)
    assert list(Need.objects.filter(submitted_at__lt=middle)) == [early]
    assert list(Need.objects.filter(submitted_at__gte=middle)) == [late]


def test_a_rule_that_fails_rings_an_alarm_and_is_not_skipped_in_silence() -> None:
    """Signalen: a rule that raises is skipped, one whose user left is switched off; nobody is told."""
    quarter = builders.a_quarter()
    broken = RoutingRule.objects.create(
        district=quarter.district,
        name="坏掉的规则",
        condition={"wordz": ["路灯"]},
        to_level="street",
        why="路灯归街道",
        state="active",
    )
    routing.suggest(builders.a_need(quarter))
    alarm = Alarm.objects.get(subject_id=broken.pk)
    routing.suggest(builders.a_need(quarter, "路灯又坏了"))
    alarm.refresh_from_db()
    broken.refresh_from_db()
    assert alarm.times == 2
    assert alarm.cleared_at is None
    assert broken.state == RoutingRule.State.ACTIVE


def test_answering_the_whole_never_cancels_its_parts() -> None:
    """Signalen: closing a parent sets open children to cancelled, and unfinished work leaves the figures."""
    quarter = builders.a_quarter()
    need = builders.a_need(quarter, "灯不亮，井盖也松了")
    part = Part(builders.a_kind(quarter.district, "policy"), "井盖松了")
    (child,) = linking.split(need, [part], actor=quarter.clerk_actor)
    with pytest.raises(NotNow):
        answering.answer(builders.fresh(need), Answer("explained", WORDS), actor=quarter.clerk_actor)
    assert builders.fresh(child).stage == Need.Stage.RECEIVED


@pytest.mark.parametrize("machine", [flow.STAGES, flow.OFFERS, flow.LEAVINGS])
def test_every_state_can_be_reached(machine: Flow) -> None:  # type: ignore[type-arg]
    """Signalen: ON_HOLD can be left, but no state leads to it."""
    reached = {machine.first_state()} | {str(step.target) for step in machine.steps.values()}
    assert reached == {str(value) for value, _label in machine._choices()}


def test_a_clock_that_stands_still_got_there_by_a_pause_or_an_answer() -> None:
    """The same for the clock, whose stop is a part of answering."""
    quarter = builders.a_quarter()
    paused = {str(step.target) for step in flow.CLOCKS.steps.values()}
    assert paused | {builders.an_answered(quarter).need.clock_state} == set(Need.Clock.values)


def test_a_state_is_a_word_and_never_says_two_things() -> None:
    """Signalen: one-letter Dutch codes; FixMyStreet: `fixed - council` and `fixed - user` in one string."""
    codes = [*Need.Stage.values, *Need.Outcome.values, *Asker.Confirmation.values, *Need.Clock.values]
    assert [code for code in codes if code and not re.fullmatch(r"[a-z]{3,}(_[a-z]+)*", code)] == []


def test_a_cluster_is_one_link_and_not_two_lists_to_keep_in_step() -> None:
    """FixMyStreet: duplicates live in two JSON lists that must agree."""
    quarter = builders.a_quarter()
    needs = [builders.a_need(quarter, f"{n}号楼的灯不亮") for n in (1, 2)]
    group = linking.cluster(needs, "灯", actor=quarter.clerk_actor)
    assert set(group.needs.all()) == set(Need.objects.filter(cluster=group))
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=needs[0].pk).update(link=Need.Link.ALONE)


def test_silence_is_counted_and_is_never_satisfaction() -> None:
    """Signalen: after fourteen days an unanswered question is forgotten; nothing counts it."""
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    with time_machine.travel(clock.now() + dt.timedelta(days=8)):
        jobs.settle_due()
        found = rates.rates(quarter.district, rates.Quarter.of(clock.today()))
    receipt.asker.refresh_from_db()
    assert receipt.asker.confirmation == Asker.Confirmation.SILENT
    assert (found.closed, found.asked, found.silent, found.satisfied) == (1, 1, 1, 0)


@pytest.mark.parametrize("outcome", ["explained", "partly"])
def test_those_who_were_turned_down_are_asked_like_everybody(outcome: str) -> None:
    """FixMyStreet: reports that were closed and not fixed never get a questionnaire."""
    quarter = builders.a_quarter()
    receipt = builders.a_receipt(quarter)
    answering.answer(receipt.need, Answer(outcome, WORDS), actor=quarter.clerk_actor)
    assert receipt.asker.askings.count() == 1


def test_somebody_without_telephone_or_account_is_asked_too() -> None:
    """Signalen: asked only who left an e-mail."""
    receipt = builders.an_answered(builders.a_quarter(), contact=Contact())
    assert receipt.asker.askings.get().by == Asker.By.PAGE


def test_not_solved_restarts_work_without_asking_a_clerk() -> None:
    """FixMyStreet #897, open since 2014: the reporter's update goes nowhere; Signalen: a human must agree."""
    receipt = builders.an_answered(builders.a_quarter())
    need = builders.judged(receipt, "dissatisfied", "no", "还是黑的")
    assert (need.stage, need.round) == (Need.Stage.WORKING, 2)


def test_no_change_of_state_is_silent() -> None:
    """FixMyStreet #2357: a survey reopened a report, and nobody could see why."""
    receipt = builders.an_answered(builders.a_quarter())
    need = builders.judged(receipt, "dissatisfied", "no", "还是黑的")
    entry = Entry.objects.get(need=need, axis="stage", step="reopen")
    assert str(entry.noted) == "还是黑的"
    judged = Entry.objects.get(need=need, axis="confirmation", step="judge")
    assert judged.data["by"] == "page"


def test_half_solved_can_be_said() -> None:
    """FixMyStreet #588: only fixed, not fixed, do not know."""
    receipt = builders.an_answered(builders.a_quarter(), outcome="partly")
    builders.judged(receipt, "mostly", "partly")
    assert Asking.objects.get().solved == Asking.Solved.PARTLY


def test_a_need_closed_without_an_account_of_it_is_refused_by_the_database() -> None:
    """The status of a record and its closing must not come apart."""
    need = builders.a_need(builders.a_quarter())
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(stage="closed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(stage="answered")


def test_a_rate_carries_its_denominators() -> None:
    """12345: a share that does not say of how many."""
    needed = {"closed", "people", "asked", "silent", "unreachable", "satisfied", "mostly", "dissatisfied"}
    must = {field.name for field in dataclasses.fields(rates.Rates) if field.default is dataclasses.MISSING}
    assert must >= needed
    with pytest.raises(TypeError):
        rates.Rates(satisfied=3)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="no share"):
        rates.Share(4, 3)


def test_the_record_tells_the_whole_way_even_of_what_came_back() -> None:
    """12345: repeat calls that begin from nothing; ours keeps the first word and every round."""
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    builders.judged(receipt, "dissatisfied", "no")
    need = builders.fresh(receipt.need)
    offer = offering.hand_over(need, quarter.street, "线路归街道", actor=quarter.clerk_actor)
    offering.refuse(offer, "小区里的归物业", "物业，三号楼一层", actor=quarter.officer_actor)
    assert axes.rebuilt(need) == axes.reading(builders.fresh(need))
    assert list(need.entries.filter(axis="stage").values_list("step", flat=True)) == [
        *("submit", "triage", "accept", "begin", "answer", "reopen")
    ]


def test_names_of_places_are_data() -> None:
    """Signalen frontend #45, #56, #72: one city's names in the code. A second district runs the same loop."""
    quarter = builders.a_quarter(code="140403", name="潞州区")
    receipt = builders.an_answered(quarter)
    assert builders.judged(receipt).is_over


def test_nobody_is_asked_twice_in_a_round() -> None:
    """A flood of questionnaires is no better than none."""
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    assert asking.ask_all(builders.fresh(receipt.need), handled_by=None) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Asking.objects.create(
            district=quarter.district,
            asker=receipt.asker,
            need=receipt.need,
            round=1,
            by="page",
            until=clock.now(),
        )


def test_what_is_kept_of_an_entry_is_plain_json() -> None:
    """FixMyStreet keeps state in an extra blob that only code can read."""
    quarter = builders.a_quarter()
    handling.triage(
        builders.a_need(quarter), actor=quarter.clerk_actor, mending=handling.Mending(is_urgent=True)
    )
    assert all(json.loads(json.dumps(entry.data)) == entry.data for entry in Entry.objects.all())


def test_the_house_does_not_close_what_waits_for_a_verdict() -> None:
    """Only a verdict, a withdrawal, two persons or a passed window close; a job alone does not."""
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter)
    assert judging.settle(builders.fresh(receipt.need)).stage == Need.Stage.ANSWERED
    assert the_system(quarter.district).account_id is None
