"""Builders: a market at any point of its life, a stall, the day itself, all through the real verbs."""

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import time_machine

from lingju.activities.services.planning import Plan
from lingju.activities.tests.builders import Quarter, a_quarter, at
from lingju.kernel.rules import Actor
from lingju.market.models import Market, Spot, Stall
from lingju.market.services import layouts, markets, stalls
from lingju.market.services.markets import MarketPlan
from lingju.market.services.stalls import StallDraft
from lingju.needs.models import Category
from lingju.needs.services import catalogue
from lingju.people.models import Organisation
from lingju.people.tests import cast
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system

_numbers = itertools.count(1)

__all__ = ["Quarter", "a_market", "a_stall", "a_town", "placed"]


def a_town() -> Quarter:
    """Found a district with a calendar, kinds of need, and one furnished community."""
    quarter = a_quarter(name="府后街社区幸福驿站")
    builders.a_calendar(quarter.district)
    catalogue.fill(quarter.district, actor=the_system(quarter.district))
    return quarter


def a_key() -> str:
    """Return the key of a press that never was before."""
    return f"press-{next(_numbers):08d}"


def a_market_plan(town: Quarter, **changes: Any) -> MarketPlan:
    """Describe a market before the station on Thursday morning, permitted and safe."""
    starts_at = changes.pop("starts_at", at(3, 9))
    names = ("title", "summary", "station", "place_words", "area", "ends_at", "signup")
    session = {name: changes.pop(name) for name in names if name in changes}
    plan = Plan(
        **{
            "title": "十一月文明集市",
            "area": town.area,
            "station": town.station,
            "starts_at": starts_at,
            "ends_at": starts_at + dt.timedelta(hours=3),
            **session,
        }
    )
    values = {
        "permit": "社区同意，11 月 2 日",
        "safety_plan": "通道留两米宽\n急救箱在 A1",
        "weather_fallback": "下雨挪到活动室",
        "rows": 2,
        "columns": 3,
        **changes,
    }
    return MarketPlan(session=plan, **values)


def a_market(town: Quarter, *, state: str = "inviting", **changes: Any) -> Market:
    """Plan a market and walk it on: planned, inviting, placing; announced with one stall on A1."""
    actor = the_system(town.district)
    market = markets.plan_market(a_market_plan(town, **changes), key=a_key(), actor=actor)
    if state != "planned":
        markets.invite_stalls(market, actor=actor)
    if state in ("placing", "announced"):
        a_stall(market, name="磨剪刀")
        markets.lay_out(market, actor=actor)
    if state == "announced":
        placed(market.stalls.get(), "A1")
        market = markets.announce_market(market, actor=actor)
    return market


def a_team(market: Market, name: str = "示例卫生院") -> Organisation:
    """Return an organisation that can have a stall."""
    known = Organisation.objects.filter(district_id=market.district_id, name=name).first()
    return known or cast.an_organisation(market.area, name=name)


def a_draft(market: Market, **changes: Any) -> StallDraft:
    """Describe a stall that needs nothing special."""
    zone = market.zones.get(kind=changes.pop("kind", "convenience"))
    values = {
        "zone": zone,
        "organisation": a_team(market),
        "name": "磨剪刀",
        "service": "给剪刀、菜刀开刃，免费",
        "helpers": 2,
        **changes,
    }
    return StallDraft(**values)


def a_stall(market: Market, *, actor: Actor | None = None, **changes: Any) -> Stall:
    """Invite a stall."""
    by = actor or the_system(market.district)
    return stalls.invite_stall(market, a_draft(market, **changes), key=a_key(), actor=by)


def a_spot(market: Market, label: str) -> Spot:
    """Return a spot by what is written on the ground."""
    return Spot.objects.get(market=market, row=ord(label[0]) - ord("A") + 1, column=int(label[1:]))


def placed(stall: Stall, label: str) -> Stall:
    """Put a stall on a spot."""
    actor = the_system(stall.market.district)
    return layouts.place_stall(stall, a_spot(stall.market, label), actor=actor)


def fresh(stall: Stall) -> Stall:
    """Return a stall as it stands in the database now."""
    return Stall.objects.select_related("market__session", "zone", "spot", "district").get(pk=stall.pk)


def a_kind(town: Quarter) -> Category:
    """Return a kind of need."""
    return Category.objects.filter(district=town.district).offered()[0]


@contextmanager
def on_the_day(market: Market, minutes: int = 5) -> Iterator[None]:
    """Be there some minutes after it began."""
    with time_machine.travel(market.session.starts_at + dt.timedelta(minutes=minutes), tick=True):
        yield
