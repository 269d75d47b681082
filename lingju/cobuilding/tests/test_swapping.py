"""Two units change turns: one asks, the other agrees, the street approves; no loose end is left."""

import pytest

from lingju.cobuilding.models import Cycle, Duty, Enrolment, Swap
from lingju.cobuilding.queries import turns_cell
from lingju.cobuilding.services import swapping, turns
from lingju.cobuilding.tests.test_drawing_up import APRIL, JUNE, MAY
from lingju.cobuilding.tests.test_turns import a_duty, a_published_street, bearer
from lingju.kernel.errors import NotAllowed, NotNow

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]


def a_pair() -> tuple[Duty, Duty]:
    """Return the leading duties of two units in April and May, each of which is free on the other's day."""
    mine, theirs = a_duty(APRIL), a_duty(MAY)
    busy = Duty.objects.filter(cycle__month=APRIL).values_list("enrolment_id", flat=True)
    free = Enrolment.objects.exclude(pk__in=list(busy)).get()
    in_may = Duty.objects.filter(cycle__month=MAY, enrolment_id__in=(mine.enrolment_id, free.pk))
    in_may.update(enrolment=None, state=Duty.State.OPEN)
    Duty.objects.filter(pk=theirs.pk).update(enrolment=free, state=Duty.State.PUBLISHED)
    theirs.refresh_from_db()
    return mine, theirs


def test_a_swap_that_both_want_and_the_street_approves_changes_two_turns() -> None:
    street = a_published_street()
    mine, theirs = a_pair()
    giver, taker = mine.enrolment_id, theirs.enrolment_id
    swap = swapping.ask_swap(mine, theirs, "那天有年检", actor=bearer(mine))
    assert swapping.ask_swap(mine, theirs, actor=bearer(mine)).pk == swap.pk
    assert swap.is_neutral
    with pytest.raises(NotNow, match="还没有同意"):
        swapping.make(swap, actor=street.leads)
    with pytest.raises(NotAllowed):
        swapping.agree(swap, actor=bearer(mine))
    swapping.agree(swap, actor=bearer(theirs))
    swapping.make(swap, actor=street.leads)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.enrolment_id, theirs.enrolment_id) == (taker, giver)
    assert {mine.state, theirs.state} == {"accepted"}


def test_a_refusal_and_a_withdrawal_leave_the_turn_as_it_was() -> None:
    a_published_street()
    mine, theirs = a_pair()
    swap = swapping.ask_swap(mine, theirs, actor=bearer(mine))
    swapping.refuse(swap, "我们那天也忙", actor=bearer(theirs))
    mine.refresh_from_db()
    assert (swap.state, swap.answer, mine.state) == ("refused", "我们那天也忙", "published")
    again = swapping.ask_swap(mine, theirs, actor=bearer(mine))
    with pytest.raises(NotAllowed):
        swapping.withdraw(again, actor=bearer(theirs))
    swapping.withdraw(again, actor=bearer(mine))
    mine.refresh_from_db()
    assert (again.state, mine.state) == ("withdrawn", "published")


def test_who_is_asked_and_drops_out_lets_the_asker_off() -> None:
    a_published_street()
    mine, theirs = a_pair()
    swap = swapping.ask_swap(mine, theirs, actor=bearer(mine))
    turns.drop_out(theirs, "临时有任务", actor=bearer(theirs))
    mine.refresh_from_db()
    swap.refresh_from_db()
    assert (swap.state, mine.state) == (Swap.State.WITHDRAWN, "published")


def test_a_duty_set_by_hand_ends_what_was_asked_for_it() -> None:
    street = a_published_street()
    mine, theirs = a_pair()
    swap = swapping.ask_swap(mine, theirs, actor=bearer(mine))
    turns.set_by_hand(mine, None, "这一期不设牵头", actor=street.leads)
    swap.refresh_from_db()
    assert swap.state == Swap.State.WITHDRAWN


def test_a_swap_that_sends_a_unit_to_two_days_in_a_row_is_not_marked_as_fair() -> None:
    a_published_street()
    mine, theirs = a_pair()
    assert swapping.ask_swap(mine, theirs, actor=bearer(mine)).is_neutral
    june = Cycle.objects.get(month=JUNE)
    Duty.objects.create(
        district=mine.district,
        cycle=june,
        area=mine.area,
        role=mine.role,
        enrolment=mine.enrolment,
        state=Duty.State.PUBLISHED,
    )
    swapping.withdraw(Swap.objects.get(), actor=bearer(mine))
    mine.refresh_from_db()
    # Its turn of June stays: with May instead of April it would come twice in a row.
    assert not swapping.ask_swap(mine, theirs, actor=bearer(mine)).is_neutral
    withdrawn = swapping.withdraw(Swap.objects.get(state="asked"), actor=bearer(mine))
    assert [one.is_neutral for one in turns_cell.options(withdrawn.mine) if one.duty.pk == theirs.pk] == [
        False
    ]
