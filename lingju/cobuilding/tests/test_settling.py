"""A request to change turns that comes to nothing blocks nobody: the turn stands as it stood before."""

import datetime as dt

import pytest
import time_machine

from lingju.cobuilding.models import Cycle, Duty, Swap
from lingju.cobuilding.services import settling, swapping, turns
from lingju.cobuilding.tests.builders import Street
from lingju.cobuilding.tests.test_drawing_up import APRIL
from lingju.cobuilding.tests.test_swapping import a_pair
from lingju.cobuilding.tests.test_turns import a_published_street, bearer
from lingju.cobuilding.tests.test_turns_pages import body, the_duty
from lingju.kernel import clock
from lingju.kernel.errors import NotNow
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]


def asked_for() -> tuple[Street, Duty, Duty, Swap]:
    """Let a unit that accepted its turn of April ask for another's of May."""
    street = a_published_street()
    mine, theirs = a_pair()
    turns.accept(mine, actor=bearer(mine))
    swap = swapping.ask_swap(mine, theirs, "那天有年检", actor=bearer(mine))
    return street, mine, theirs, swap


def stands(duty: Duty) -> str:
    duty.refresh_from_db()
    return str(duty.state)


def on(month: int, day: int) -> dt.datetime:
    return dt.datetime(2026, month, day, 0, 30, tzinfo=clock.ZONE)


def test_what_is_not_settled_the_day_before_the_first_day_is_settled_at_night_once() -> None:
    _street, mine, theirs, swap = asked_for()
    opens = Cycle.objects.get(month=APRIL).opens_on
    assert opens is not None
    with time_machine.travel(on(opens.month, opens.day) - dt.timedelta(days=2), tick=False):
        assert settling.end_due() == 0
    with time_machine.travel(on(opens.month, opens.day) - dt.timedelta(days=1), tick=False):
        assert (settling.end_due(), settling.end_due()) == (1, 0)
    swap.refresh_from_db()
    assert (swap.state, swap.answer) == ("withdrawn", "到前一天还没有办好，照原来的来。")
    assert (stands(mine), stands(theirs)) == ("accepted", "published")


def test_a_swap_of_a_day_that_is_called_off_is_settled() -> None:
    _street, mine, theirs, _swap = asked_for()
    Cycle.objects.filter(pk=theirs.cycle_id).update(state="cancelled")
    assert settling.end_due() == 1
    assert stands(mine) == "accepted"


def test_whoever_accepted_has_accepted_still_after_a_refusal_or_a_withdrawal() -> None:
    _street, mine, theirs, swap = asked_for()
    swapping.refuse(swap, actor=bearer(theirs))
    assert stands(mine) == "accepted"
    again = swapping.ask_swap(mine, theirs, actor=bearer(mine))
    swapping.withdraw(again, actor=bearer(mine))
    assert stands(mine) == "accepted"


@pytest.mark.parametrize("came", [True, False])
def test_a_turn_under_discussion_is_noted_as_done_or_missed_all_the_same(came: bool) -> None:
    street, mine, _theirs, swap = asked_for()
    if came:
        turns.finish(mine, actor=street.leads)
    else:
        turns.miss(mine, "没有来，电话没接", actor=street.leads)
    swap.refresh_from_db()
    assert (stands(mine), swap.state) == ("done" if came else "not_done", "withdrawn")


def test_a_clerk_of_the_community_clears_a_request_that_stands_in_the_way() -> None:
    _street, mine, _theirs, swap = asked_for()
    clerk = cast.signed_in_client(cast.a_clerk(at=mine.area))
    assert 'value="withdraw"' in body(clerk, the_duty(mine))
    assert clerk.post(the_duty(mine), {"do": "withdraw", "row": swap.pk}).status_code == 302
    assert stands(mine) == "accepted"


def test_nothing_is_decided_on_turns_that_are_over() -> None:
    street, mine, theirs, swap = asked_for()
    date = Cycle.objects.get(month=APRIL).date
    assert date is not None
    with time_machine.travel(on(date.month, date.day) + dt.timedelta(days=1), tick=False):
        for press in (
            lambda: swapping.agree(swap, actor=bearer(theirs)),
            lambda: turns.drop_out(mine, "来不了", actor=bearer(mine)),
            lambda: swapping.ask_swap(theirs, mine, actor=bearer(theirs)),
        ):
            with pytest.raises(NotNow, match="已经过去"):
                press()
        Swap.objects.filter(pk=swap.pk).update(state="agreed")
        swap.refresh_from_db()
        with pytest.raises(NotNow, match="已经过去"):
            swapping.make(swap, actor=street.leads)
        other = Duty.objects.filter(cycle=mine.cycle, state="published").select_related(
            "cycle", "area", "role"
        )
        with pytest.raises(NotNow, match="已经过去"):
            turns.accept(other[0], actor=street.leads)


def test_of_a_day_that_is_called_off_the_sentence_says_so() -> None:
    _street, mine, _theirs, _swap = asked_for()
    Cycle.objects.filter(pk=mine.cycle_id).update(state="cancelled")
    found = Duty.objects.select_related("cycle", "area", "role").get(pk=mine.pk)
    with pytest.raises(NotNow, match="取消了"):
        turns.drop_out(found, "来不了", actor=bearer(found))
