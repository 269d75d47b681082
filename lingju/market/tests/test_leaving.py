"""What could not be finished at a stall becomes a need, once a press, with number and code to take away."""

import pytest

from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.market.models import Leftover, Stall
from lingju.market.queries import markets as queries
from lingju.market.rules import StallHelper
from lingju.market.services import leaving
from lingju.market.services.leaving import Leaving
from lingju.market.tests.builders import Quarter, a_key, a_kind, a_market, a_town, fresh, on_the_day
from lingju.needs.models import Need
from lingju.needs.services.saying import CallFirst

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Quarter:
    return a_town()


@pytest.fixture
def stall(town: Quarter) -> Stall:
    return fresh(a_market(town, state="announced").stalls.get())


def helper(stall: Stall) -> StallHelper:
    return StallHelper(stall.pk, stall.district_id)


def said(town: Quarter, text: str = "楼道灯还没修好", **changes: object) -> Leaving:
    return Leaving(a_kind(town), text, **changes)  # type: ignore[arg-type]


def test_it_becomes_a_need_at_the_station_with_a_code_of_its_own(town: Quarter, stall: Stall) -> None:
    with on_the_day(stall.market):
        receipt = leaving.leave_over(stall, said(town), key=a_key(), actor=helper(stall))
    need = receipt.need
    assert receipt.is_new
    assert len(receipt.code) == 6
    assert (need.station, need.text, need.channel) == (town.station, "楼道灯还没修好", "station")
    assert "磨剪刀" in need.place_note
    assert receipt.asker.account_id is None
    assert [one.need for one in queries.leftovers(stall.market)] == [need]


def test_the_same_press_makes_one_need_and_hands_the_same_receipt_out(town: Quarter, stall: Stall) -> None:
    key = a_key()
    with on_the_day(stall.market):
        first = leaving.leave_over(stall, said(town), key=key, actor=helper(stall))
        again = leaving.leave_over(stall, said(town), key=key, actor=helper(stall))
    assert (first.need, first.code) == (again.need, again.code)
    assert not again.is_new
    assert (Need.objects.count(), Leftover.objects.count()) == (1, 1)


def test_on_a_square_it_lies_in_the_community(town: Quarter) -> None:
    market = a_market(town, state="announced", station=None, place_words="小区南门广场")
    stall = fresh(market.stalls.get())
    with on_the_day(market):
        need = leaving.leave_over(stall, said(town), key=a_key(), actor=helper(stall)).need
    assert (need.station, need.area) == (None, town.area)


def test_gas_is_called_about_before_it_is_written(town: Quarter, stall: Stall) -> None:
    with on_the_day(stall.market):
        with pytest.raises(CallFirst):
            leaving.leave_over(stall, said(town, "家里有煤气味"), key=a_key(), actor=helper(stall))
        knows = said(town, "家里有煤气味", knows_whom_to_call=True)
        assert leaving.leave_over(stall, knows, key=a_key(), actor=helper(stall)).need.is_urgent


def test_nothing_at_all_is_not_written_down(town: Quarter, stall: Stall) -> None:
    with on_the_day(stall.market), pytest.raises(BadInput, match="什么事"):
        leaving.leave_over(stall, said(town, " "), key=a_key(), actor=helper(stall))
    assert not Need.objects.exists()


def test_it_is_left_on_the_day_and_by_the_card_of_the_stall(town: Quarter, stall: Stall) -> None:
    with pytest.raises(NotNow, match="还没到日子"):
        leaving.leave_over(stall, said(town), key=a_key(), actor=helper(stall))
    stranger = StallHelper(stall.pk + 1, stall.district_id)
    with on_the_day(stall.market), pytest.raises(NotAllowed):
        leaving.leave_over(stall, said(town), key=a_key(), actor=stranger)
