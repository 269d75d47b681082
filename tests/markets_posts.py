"""What every address of the market is sent in the table of rights: what would be done if it were allowed."""

from collections.abc import Callable
from typing import Any

from tests.happenings import in_days
from tests.world import World

Post = Callable[[World], dict[str, Any]]


def market_typed(world: World) -> dict[str, Any]:
    """Return a market of the home quarter as the desk types it."""
    return {
        "title": "府后文明集市",
        "area": world.home.area.pk,
        "date": in_days(6).date(),
        "starts": "09:00",
        "ends": "12:00",
        "station": world.home.station.pk,
        "permit": "街道同意",
        "safety_plan": "通道留两米",
        "weather_fallback": "下雨挪到议事室",
        "zones": ["convenience", "medical"],
    }


def stall_typed(world: World) -> dict[str, Any]:
    """Return a stall of the home quarter as the desk types it."""
    return {
        "zone": world.home.marketed.market.zones.get(kind="convenience").pk,
        "organisation": world.home.organisation.pk,
        "name": "量血压",
        "service": "量血压、测血糖",
        "care": "none",
        "helpers": 2,
    }


MARKETS: dict[str, Post] = {
    "stall_tally(stall_token)": lambda w: {"what": "press", "nonce": "press-of-the-matrix", "change": 1},
    "stall_counts(stall_token)": lambda w: {},
    "stall_leave(stall_token)": lambda w: {
        "category": w.home.matters.category.code,
        "text": "楼道灯还没修好",
        "by": "paper",
        "present": "on",
        "key": "press-of-the-matrix",
    },
    "desk_market_new": lambda w: market_typed(w) | {"key": "press-of-the-matrix"},
    "desk_market_edit(market_id)": market_typed,
    "desk_market(market_id)": lambda w: {"step": "cancel", "why": "大风预警"},
    "desk_layout(market_id)": lambda w: {"do": "size", "rows": 4, "columns": 6},
    "desk_stall_new(market_id)": lambda w: stall_typed(w) | {"key": "press-of-the-matrix"},
    "desk_stall(market_id, stall_id)": lambda w: {"do": "withdraw", "why": "人手不够"},
}
