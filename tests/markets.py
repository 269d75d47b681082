"""The civic market of the small district: announced, one stall on its spot, another still without one."""

from dataclasses import dataclass

from lingju.activities.services.planning import Plan
from lingju.kernel.rules import SystemActor
from lingju.market.models import Market, Stall
from lingju.market.services import layouts, markets, stalls
from lingju.market.services.markets import MarketPlan
from lingju.market.services.stalls import StallDraft
from lingju.people.models import Organisation
from lingju.places.models import Area, Station
from tests.happenings import in_days


@dataclass(frozen=True)
class Marketed:
    """One community's market and a stall of it."""

    market: Market
    stall: Stall


def the_market_of(area: Area, station: Station, organisation: Organisation, word: str) -> Marketed:
    """Tell one community's market; its title and its stall begin with its word."""
    actor = SystemActor(area.district_id)
    session = Plan(
        title=f"{word}文明集市",
        area=area,
        starts_at=in_days(5, 9),
        ends_at=in_days(5, 12),
        station=station,
    )
    plan = MarketPlan(session, "社区同意", "通道留两米", "下雨挪到议事室")
    market = markets.plan_market(plan, key=f"world-market-{word}", actor=actor)
    markets.invite_stalls(market, actor=actor)
    zone = market.zones.get(kind="convenience")
    draft = StallDraft(zone, organisation, f"{word}磨剪刀", "给剪刀、菜刀开刃")
    stall = stalls.invite_stall(market, draft, key=f"world-stall-{word}", actor=actor)
    markets.lay_out(market, actor=actor)
    layouts.place_stall(stall, market.spots.all()[0], actor=actor)
    return Marketed(markets.announce_market(market, actor=actor), stall)
