"""The layout: no two stalls on one spot, power where it is needed, a paper before a place."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, NotThere, SomeoneWasFaster
from lingju.market.models import Spot, Stall
from lingju.market.services import layouts, markets
from lingju.market.tests.builders import a_market, a_spot, a_stall, a_town, fresh, placed

pytestmark = pytest.mark.django_db


def test_a_stall_is_placed_moved_and_taken_away() -> None:
    town = a_town()
    market = a_market(town, state="placing")
    stall = placed(market.stalls.get(), "A1")
    version = stall.version
    assert placed(stall, "A1").version == version
    placed(stall, "B3")
    assert fresh(stall).spot == a_spot(market, "B3")
    layouts.take_away(stall, actor=town.clerk_actor)
    layouts.take_away(stall, actor=town.clerk_actor)
    assert fresh(stall).spot is None


def test_two_clerks_who_place_two_stalls_on_one_spot_one_wins_and_one_is_told() -> None:
    town = a_town()
    market = a_market(town, state="placing")
    one, other = market.stalls.get(), a_stall(market, name="量血压")
    spot_seen_by_both = a_spot(market, "A1")
    layouts.place_stall(one, spot_seen_by_both, actor=town.clerk_actor)
    with pytest.raises(SomeoneWasFaster, match="A1 刚才已经排了别的摊位"):
        layouts.place_stall(other, spot_seen_by_both, actor=town.officer_actor)
    assert Stall.objects.get(spot=spot_seen_by_both) == one
    assert (other.spot, fresh(other).spot) == (None, None)


def test_two_clerks_who_place_one_stall_one_wins_and_one_is_told() -> None:
    town = a_town()
    market = a_market(town, state="placing")
    mine, theirs = fresh(market.stalls.get()), fresh(market.stalls.get())
    placed(mine, "A1")
    with pytest.raises(SomeoneWasFaster):
        placed(theirs, "A2")
    assert fresh(mine).spot == a_spot(market, "A1")


def test_the_database_itself_keeps_two_stalls_from_one_spot() -> None:
    market = a_market(a_town(), state="placing")
    placed(market.stalls.get(), "A1")
    other = a_stall(market)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stall.objects.filter(pk=other.pk).update(spot=a_spot(market, "A1"))


@pytest.mark.parametrize("care", ["medical", "food", "hair"])
def test_what_needs_a_paper_is_not_placed_without(care: str) -> None:
    market = a_market(a_town(), state="placing")
    stall = a_stall(market, care=care)
    with pytest.raises(BadInput, match="资质"):
        placed(stall, "A1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Stall.objects.filter(pk=stall.pk).update(spot=a_spot(market, "A1"))
    until = clock.today() + dt.timedelta(days=30)
    good = a_stall(market, care=care, qualification="示例证 001 号", qualified_until=until)
    assert placed(good, "A1").spot is not None


def test_who_needs_power_stands_where_there_is_some() -> None:
    town = a_town()
    market = a_market(town, state="placing")
    stall = a_stall(market, name="量血压", needs_power=True)
    with pytest.raises(BadInput, match="A1 没有电"):
        placed(stall, "A1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Stall.objects.filter(pk=stall.pk).update(spot=a_spot(market, "A1"))
    layouts.set_layout(market, 2, 3, ["A1"], actor=town.clerk_actor)
    assert placed(stall, "A1").is_on_power
    with pytest.raises(BadInput, match="要用电，先挪开"):
        layouts.set_layout(market, 2, 3, [], actor=town.clerk_actor)
    assert a_spot(market, "A1").has_power


def test_power_that_nobody_needs_comes_and_goes() -> None:
    town = a_town()
    market = a_market(town, state="placing")
    stall = placed(market.stalls.get(), "A1")
    layouts.set_layout(market, 2, 3, ["A1", "B2"], actor=town.clerk_actor)
    assert fresh(stall).is_on_power
    layouts.set_layout(market, 2, 3, ["B2"], actor=town.clerk_actor)
    assert not fresh(stall).is_on_power
    assert [spot.label for spot in market.spots.filter(has_power=True)] == ["B2"]


def test_a_layout_grows_and_shrinks_but_not_under_a_stall() -> None:
    town = a_town()
    market = a_market(town, state="placing")
    layouts.set_layout(market, 3, 4, [], actor=town.clerk_actor)
    assert market.spots.count() == 12
    placed(market.stalls.get(), "C4")
    with pytest.raises(BadInput, match="C4 上有摊位"):
        layouts.set_layout(market, 2, 4, [], actor=town.clerk_actor)
    placed(fresh(market.stalls.get()), "A1")
    layouts.set_layout(market, 1, 2, [], actor=town.clerk_actor)
    assert [spot.label for spot in market.spots.all()] == ["A1", "A2"]


@pytest.mark.parametrize("size", [(0, 3), (3, 0), (13, 3), (3, -1)])
def test_a_layout_fits_on_a_sheet(size: tuple[int, int]) -> None:
    town = a_town()
    with pytest.raises(BadInput, match="一张纸"):
        layouts.set_layout(a_market(town), *size, [], actor=town.clerk_actor)


def test_nothing_is_placed_while_stalls_are_still_invited_or_after_it_is_over() -> None:
    town = a_town()
    market = a_market(town)
    stall = a_stall(market)
    with pytest.raises(NotNow, match="开始排位"):
        placed(stall, "A1")
    markets.cancel_market(market, "场地要修", actor=town.clerk_actor)
    with pytest.raises(NotNow, match="不再挪"):
        placed(stall, "A1")


def test_a_spot_of_another_market_is_not_there() -> None:
    town = a_town()
    stall = a_market(town, state="placing").stalls.get()
    other = a_market(town, state="placing")
    with pytest.raises(NotThere):
        layouts.place_stall(stall, Spot.objects.filter(market=other)[0], actor=town.clerk_actor)
