"""Planning and changing a market: its session stands in the calendar, the same press plans one."""

from dataclasses import replace

import pytest

from lingju.activities.models import Session
from lingju.activities.tests.builders import at
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster
from lingju.market.models import Market, Zone
from lingju.market.services import markets
from lingju.market.tests.builders import a_key, a_market, a_market_plan, a_stall, a_town
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db


def test_a_market_is_a_session_of_its_community_with_its_zones_and_spots() -> None:
    town = a_town()
    market = a_market(town, state="planned")
    assert market.session.title == "十一月文明集市"
    assert market.session.state == Session.State.PLANNED
    assert market.session.station == town.station
    assert [zone.kind for zone in market.zones.all()] == Zone.Kind.values
    assert [zone.is_fixed for zone in market.zones.all()] == [False] * 5 + [True] * 5
    assert [spot.label for spot in market.spots.all()] == ["A1", "A2", "A3", "B1", "B2", "B3"]


def test_the_same_press_plans_one_market() -> None:
    town = a_town()
    plan, key = a_market_plan(town), a_key()
    first = markets.plan_market(plan, key=key, actor=town.clerk_actor)
    again = markets.plan_market(plan, key=key, actor=town.clerk_actor)
    assert first == again
    assert (Market.objects.count(), Session.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"zones": ()}, "zones"),
        ({"zones": ("food_street",)}, "zones"),
        ({"rows": 0}, "rows"),
        ({"columns": 13}, "columns"),
        ({"title": "集"}, "title"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_field(changes: dict[str, object], field: str) -> None:
    town = a_town()
    with pytest.raises(BadInput) as refused:
        markets.plan_market(a_market_plan(town, **changes), key=a_key(), actor=town.clerk_actor)
    assert field in refused.value.fields
    assert not Session.objects.exists()


def test_a_market_can_be_on_a_square_in_words() -> None:
    town = a_town()
    market = a_market(town, station=None, place_words="小区南门广场")
    assert market.session.where == "小区南门广场"


def test_moving_a_market_moves_its_session() -> None:
    town = a_town()
    market = a_market(town)
    plan = a_market_plan(town, starts_at=at(5, 9), weather_fallback="改到下个星期五")
    assert markets.edit_market(market, plan, actor=town.clerk_actor, version=market.version)
    market.refresh_from_db()
    market.session.refresh_from_db()
    assert market.session.starts_at == at(5, 9)
    assert market.weather_fallback == "改到下个星期五"
    assert not markets.edit_market(market, plan, actor=town.clerk_actor)


def test_of_two_hands_that_edit_the_second_is_told() -> None:
    town = a_town()
    market = a_market(town)
    seen = market.version
    markets.edit_market(market, a_market_plan(town, permit="街道同意"), actor=town.clerk_actor, version=seen)
    with pytest.raises(SomeoneWasFaster):
        markets.edit_market(
            market, a_market_plan(town, permit="区里同意"), actor=town.clerk_actor, version=seen
        )
    assert Market.objects.get().permit == "街道同意"


def test_a_zone_with_stalls_stays_and_an_empty_one_goes() -> None:
    town = a_town()
    market = a_market(town)
    a_stall(market, kind="convenience")
    with pytest.raises(BadInput, match="里有摊位"):
        markets.edit_market(market, a_market_plan(town, zones=("sport",)), actor=town.clerk_actor)
    markets.edit_market(market, a_market_plan(town, zones=("sport", "convenience")), actor=town.clerk_actor)
    assert {zone.kind for zone in market.zones.all()} == {"sport", "convenience"}


def test_what_was_told_keeps_its_permit_and_its_safety_plan() -> None:
    town = a_town()
    market = a_market(town, state="announced")
    with pytest.raises(NotNow, match="安全预案"):
        markets.edit_market(market, a_market_plan(town, safety_plan=""), actor=town.clerk_actor)


def test_a_market_that_was_called_off_is_not_changed() -> None:
    town = a_town()
    market = a_market(town)
    markets.cancel_market(market, "场地要修", actor=town.clerk_actor)
    plan = replace(a_market_plan(town), permit="再办")
    with pytest.raises(NotNow, match="取消"):
        markets.edit_market(market, plan, actor=the_system(town.district))
