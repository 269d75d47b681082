"""Who may do what with a market: one table of actor, step and verdict."""

from collections.abc import Callable
from typing import Any

import pytest

from lingju.kernel.errors import NotAllowed, NotSignedIn
from lingju.kernel.rules import Actor
from lingju.market.models import Market, Stall
from lingju.market.rules import StallHelper, counts_at_it, runs_it, works_at_it
from lingju.market.services import layouts, markets, stalls, tallying
from lingju.market.services.tallying import Press
from lingju.market.tests.builders import (
    Quarter,
    a_draft,
    a_key,
    a_market,
    a_market_plan,
    a_spot,
    a_town,
    fresh,
    on_the_day,
)
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db

ACTORS = ("resident", "clerk", "clerk elsewhere", "keeper", "street", "district", "card", "stranger")
# y: done; n: not with this office; s: asked to sign in first. In the order of ACTORS.
TABLE = """
plan       nynnyyns
edit       nynnyyns
invite     nynnyyns
stall      nynnyyns
change     nynnyyns
withdraw   nynnyyns
renew      nynnyyns
lay_out    nynnyyns
size       nynnyyns
place      nynnyyns
announce   nynnyyns
cancel     nynnyyns
hold       nynyyyns
count      nynyyyns
review     nynnyyns
tally      nynyyyys
correct    nynyyyys
"""
VERDICTS = {"y": None, "n": NotAllowed, "s": NotSignedIn}


def the_actor(name: str, town: Quarter, stall: Stall | None) -> Actor:
    district = town.district
    made: dict[str, Callable[[], Any]] = {
        "resident": lambda: cast.an_actor_of(cast.a_resident(district)),
        "clerk": lambda: town.clerk_actor,
        "clerk elsewhere": lambda: cast.an_actor_of(cast.a_clerk(at=town.neighbour, name="外社区社工")),
        "keeper": lambda: town.keeper_actor,
        "street": lambda: town.officer_actor,
        "district": lambda: cast.an_actor_of(cast.a_district_officer(district=district)),
        "card": lambda: StallHelper(stall.pk if stall is not None else 1, district.pk),
        "stranger": lambda: cast.a_stranger(district),
    }
    actor: Actor = made[name]()
    return actor


STATES = {
    "plan": "planned",
    "invite": "planned",
    "cancel": "planned",
    "edit": "planned",
    "stall": "placing",
    "lay_out": "inviting",
    "size": "placing",
    "place": "placing",
    "announce": "placing",
    "change": "placing",
    "withdraw": "placing",
    "renew": "placing",
}


def act(step: str, town: Quarter, market: Market, stall: Stall | None, by: Actor) -> object:
    assert stall is not None or step in ("plan", "edit", "invite", "cancel")
    one: Any = stall
    deeds: dict[str, Callable[[], object]] = {
        "plan": lambda: markets.plan_market(a_market_plan(town), key=a_key(), actor=by),
        "edit": lambda: markets.edit_market(market, a_market_plan(town, permit="改"), actor=by),
        "invite": lambda: markets.invite_stalls(market, actor=by),
        "cancel": lambda: markets.cancel_market(market, "下大雨", actor=by),
        "stall": lambda: stalls.invite_stall(market, a_draft(market), key=a_key(), actor=by),
        "change": lambda: stalls.edit_stall(one, a_draft(market, helpers=4), actor=by),
        "withdraw": lambda: stalls.withdraw_stall(one, "人手不够", actor=by),
        "renew": lambda: stalls.renew_card(one, actor=by),
        "lay_out": lambda: markets.lay_out(market, actor=by),
        "size": lambda: layouts.set_layout(market, 2, 2, [], actor=by),
        "place": lambda: layouts.place_stall(one, a_spot(market, "A2"), actor=by),
        "announce": lambda: markets.announce_market(market, actor=by),
        "hold": lambda: markets.hold_market(market, actor=by),
        "count": lambda: markets.finish_counting(market, actor=by),
        "review": lambda: markets.review_market(market, "来的人多，下次再办。", actor=by),
        "tally": lambda: tallying.tally(one, Press(a_key()), actor=by),
        "correct": lambda: tallying.correct(one, 3, "漏了三位", key=a_key(), actor=by),
    }
    return deeds[step]()


def prepared(step: str, town: Quarter) -> tuple[Market, Stall | None]:
    market = a_market(town, state=STATES.get(step, "announced"))
    if step == "lay_out":
        stalls.invite_stall(market, a_draft(market), key=a_key(), actor=town.clerk_actor)
    stall = market.stalls.first()
    if step == "announce" and stall is not None:
        layouts.place_stall(stall, a_spot(market, "A1"), actor=town.clerk_actor)
    return market, fresh(stall) if stall is not None else None


@pytest.mark.parametrize("line", TABLE.strip().splitlines(), ids=lambda line: line.split()[0])
def test_the_table_is_what_happens(line: str) -> None:
    step, letters = line.split()
    town = a_town()
    for name, letter in zip(ACTORS, letters, strict=True):
        market, stall = prepared(step, town)
        actor = the_actor(name, town, stall)
        refusal = VERDICTS[letter]
        with on_the_day(market, minutes=5 if step not in STATES else -2880):
            for before in {"count": ("hold",), "review": ("hold", "count")}.get(step, ()):
                act(before, town, market, stall, town.clerk_actor)
            if refusal is None:
                act(step, town, market, stall, actor)
            else:
                with pytest.raises(refusal):
                    act(step, town, market, stall, actor)


def test_asked_without_a_record_the_rules_say_whether_one_holds_such_an_office_anywhere() -> None:
    town = a_town()
    verdicts = {
        name: [rule.allows(the_actor(name, town, None)) for rule in (runs_it, works_at_it, counts_at_it)]
        for name in ("resident", "clerk", "keeper", "card", "stranger")
    }
    assert verdicts == {
        "resident": [False, False, False],
        "clerk": [True, True, True],
        "keeper": [False, True, True],
        "card": [False, False, False],
        "stranger": [False, False, False],
    }


def test_a_market_of_another_quarter_is_not_seen() -> None:
    town = a_town()
    market = a_market(town)
    elsewhere = cast.an_actor_of(cast.a_clerk(at=town.neighbour, name="外社区社工"))
    assert list(Market.objects.visible_to(town.clerk_actor)) == [market]
    assert list(Market.objects.visible_to(town.keeper_actor)) == [market]
    assert list(Market.objects.visible_to(elsewhere)) == []
    assert list(Market.objects.visible_to(cast.a_stranger(town.district))) == []
