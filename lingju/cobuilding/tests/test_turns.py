"""One duty: set by hand with its cost, accepted by its unit, given back, mended with the fewest changes."""

import datetime as dt

import pytest

from lingju.cobuilding.models import Blackout, Duty, Enrolment
from lingju.cobuilding.rules import UnitBearer
from lingju.cobuilding.services import drawing_up, mending, turns
from lingju.cobuilding.tests.builders import Street, a_capability, a_unit
from lingju.cobuilding.tests.test_drawing_up import APRIL, MAY, a_ready_street, drawn
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]


def a_published_street(units: int = 5) -> Street:
    street = a_ready_street(units)
    drawing_up.publish(drawn(street, APRIL, MAY), actor=street.leads)
    return street


def a_duty(month: dt.date = APRIL, role: str = "lead") -> Duty:
    duty: Duty | None = (
        Duty.objects.filter(cycle__month=month, role__code=role).order_by("area__stem").first()
    )
    assert duty is not None
    return duty


def a_free_unit(duty: Duty) -> Enrolment:
    busy = Duty.objects.filter(cycle=duty.cycle, enrolment__isnull=False).values("enrolment")
    unit = Enrolment.objects.exclude(pk__in=busy).first()
    assert isinstance(unit, Enrolment)
    return unit


def bearer(duty: Duty) -> UnitBearer:
    assert duty.enrolment_id is not None
    return UnitBearer(duty.enrolment_id, duty.district_id)


def test_a_duty_by_hand_keeps_reason_and_cost_and_is_entered() -> None:
    street = a_published_street()
    duty = a_duty()
    unit = a_free_unit(duty)
    turns.set_by_hand(duty, unit, "这家单位就在门口", actor=street.leads)
    turns.set_by_hand(duty, unit, "这家单位就在门口", actor=street.leads)
    duty.refresh_from_db()
    assert (duty.enrolment_id, duty.is_locked, duty.lock_reason) == (unit.pk, True, "这家单位就在门口")
    assert {cost["level"] for cost in duty.lock_cost} >= {"unfilled", "fairness", "travel"}
    assert [entry.kind for entry in duty.entries.all()] == ["given", "by_hand"]


def test_a_unit_with_a_duty_that_day_is_refused_and_the_other_is_named() -> None:
    street = a_published_street()
    duty = a_duty()
    other = Duty.objects.filter(cycle=duty.cycle, enrolment__isnull=False).exclude(pk=duty.pk).first()
    assert other is not None
    with pytest.raises(NotNow, match=other.area.short_name):
        turns.set_by_hand(duty, other.enrolment, "想换过来", actor=street.leads)


def test_a_unit_that_cannot_do_it_may_be_set_and_the_doubt_is_told() -> None:
    street = a_published_street()
    duty = a_duty(role="law")
    unit = a_unit(street, "示例没有资质的单位")
    assert "法律服务" in "".join(turns.doubts(duty, unit))
    turns.set_by_hand(duty, unit, "律师当天借调过来", actor=street.leads)
    # The next rota takes the word of a person for given.
    drawing_up.publish(drawn(street, APRIL, MAY, key="press-0101"), actor=street.leads)
    duty.refresh_from_db()
    assert duty.enrolment_id == unit.pk


def test_by_hand_needs_a_reason_and_of_two_hands_one_is_told() -> None:
    street = a_published_street()
    duty = a_duty()
    with pytest.raises(BadInput):
        turns.set_by_hand(duty, None, " ", actor=street.leads)
    seen = duty.version
    turns.set_by_hand(duty, None, "空出来", actor=street.leads, version=seen)
    stale = Duty.objects.get(pk=duty.pk)
    with pytest.raises(SomeoneWasFaster):
        turns.set_by_hand(stale, a_free_unit(stale), "补上", actor=street.leads, version=seen)


def test_a_unit_accepts_its_own_duty_and_no_other() -> None:
    a_published_street()
    one, two = a_duty(APRIL), a_duty(APRIL, "law")
    turns.accept(one, actor=bearer(one))
    turns.accept(one, actor=bearer(one))
    assert one.state == "accepted"
    with pytest.raises(NotAllowed):
        turns.accept(two, actor=bearer(one))


def test_who_drops_out_leaves_an_empty_duty_a_day_away_and_a_proposal_that_changes_one_cell() -> None:
    street = a_published_street()
    duty = a_duty()
    before = dict(Duty.objects.values_list("pk", "enrolment_id"))
    unit = duty.enrolment
    turns.drop_out(duty, "临时有防汛任务", actor=bearer(duty))
    assert (duty.state, duty.enrolment_id) == ("open", None)
    assert duty.cycle.date is not None
    assert Blackout.objects.filter(enrolment=unit, starts_on=duty.cycle.date).count() == 1
    shown = mending.proposed(duty)
    assert (len(shown.changes), shown.fewest, shown.stays_empty) == (1, 1, False)
    mending.mend(duty, shown.digest, actor=street.leads)
    after = dict(Duty.objects.values_list("pk", "enrolment_id"))
    assert {pk for pk in before if before[pk] != after[pk]} == {duty.pk}
    assert after[duty.pk] not in (None, unit.pk if unit else None)


def test_a_proposal_that_is_stale_is_not_carried_out() -> None:
    street = a_published_street()
    duty = a_duty()
    turns.drop_out(duty, "临时有任务", actor=bearer(duty))
    shown = mending.proposed(duty)
    a_unit(street, "示例刚报到的单位", a_capability(street.district))
    with pytest.raises(SomeoneWasFaster):
        mending.mend(duty, shown.digest, actor=street.leads)


def test_where_nobody_is_left_the_sentence_says_so() -> None:
    street = a_published_street(units=4)
    duty = a_duty()
    turns.drop_out(duty, "临时有任务", actor=bearer(duty))
    shown = mending.proposed(duty)
    assert shown.stays_empty
    with pytest.raises(NotNow, match="没有一家"):
        mending.mend(duty, shown.digest, actor=street.leads)


def test_a_duty_is_done_or_missed_with_a_word() -> None:
    street = a_published_street()
    done, missed = a_duty(), a_duty(role="law")
    turns.finish(done, actor=street.leads)
    with pytest.raises(BadInput):
        turns.miss(missed, "", actor=street.leads)
    turns.miss(missed, "车在路上坏了", actor=street.leads)
    assert (done.state, missed.state) == ("done", "not_done")
