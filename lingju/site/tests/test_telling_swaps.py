"""A request to change turns that comes to nothing is told once, to whoever did not bring that about."""

import datetime as dt

import pytest
import time_machine

from lingju.cobuilding.models import Cycle, Duty, Enrolment, Swap
from lingju.cobuilding.services import settling, swapping, turns
from lingju.cobuilding.tests.builders import Street
from lingju.cobuilding.tests.test_settling import asked_for, on
from lingju.cobuilding.tests.test_turns import bearer
from lingju.notify.models import Message
from lingju.site.tests.test_telling_cobuilding import carried

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]


def asked() -> tuple[Street, Duty, Duty, Swap]:
    """Let a unit ask another for its turn; both have a telephone."""
    found = asked_for()
    for number, unit in enumerate(Enrolment.objects.order_by("pk")):
        unit.phone = f"1390000{number:04d}"
        unit.save()
    carried()
    return found


def told(duty: Duty) -> int:
    """Return how often the unit of a duty was told that nothing came of it."""
    carried()
    duty.refresh_from_db()
    unit = Enrolment.objects.get(pk=duty.enrolment_id)
    return [one.address for one in Message.objects.filter(wording="swap_refused")].count(unit.phone)


def test_at_night_both_units_are_told_that_it_was_not_settled_in_time() -> None:
    _street, mine, theirs, _swap = asked()
    opens = Cycle.objects.get(pk=mine.cycle_id).opens_on
    assert opens is not None
    with time_machine.travel(on(opens.month, opens.day) - dt.timedelta(hours=14), tick=False):
        settling.end_due()
        sent = carried()
        settling.end_due()
        assert (told(mine), told(theirs)) == (1, 1)
    assert len(sent) == 2
    assert all("还是您单位来。到前一天还没有办好，照原来的来。" in one for one in sent)


def test_of_a_day_that_is_called_off_only_the_side_whose_day_stands_is_told() -> None:
    _street, mine, theirs, _swap = asked()
    Cycle.objects.filter(pk=theirs.cycle_id).update(state="cancelled")
    settling.end_due()
    assert (told(mine), told(theirs)) == (1, 0)


def test_a_withdrawal_is_told_to_the_other_unit_and_one_by_the_desk_to_both() -> None:
    street, mine, theirs, swap = asked()
    swapping.withdraw(swap, actor=bearer(mine))
    assert (told(mine), told(theirs)) == (0, 1)
    again = swapping.ask_swap(mine, theirs, actor=bearer(mine))
    swapping.withdraw(again, actor=street.leads)
    assert (told(mine), told(theirs)) == (1, 2)


def test_where_the_asked_unit_drops_out_the_asker_is_told_that_it_keeps_its_turn() -> None:
    _street, mine, theirs, _swap = asked()
    turns.drop_out(theirs, "临时有任务", actor=bearer(theirs))
    assert told(mine) == 1


def test_where_the_turn_was_done_before_anybody_answered_the_other_keeps_its_own() -> None:
    street, mine, theirs, _swap = asked()
    turns.finish(mine, actor=street.leads)
    assert (told(mine), told(theirs)) == (0, 1)
