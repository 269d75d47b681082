"""Several hands at once, on real connections: one spot is given once, one press counts once."""

import pytest
from django.db import connection

from lingju.kernel.errors import SomeoneWasFaster
from lingju.kernel.tests.hands import HANDS, at_once
from lingju.market.models import Leftover, Stall, Tally
from lingju.market.services import layouts, leaving, tallying
from lingju.market.services.leaving import Leaving
from lingju.market.services.tallying import Press
from lingju.market.tests.builders import a_kind, a_market, a_spot, a_stall, a_town, fresh, on_the_day

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # SQLite lets one writer in at a time and keeps the tests' database in memory, for one connection.
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two writers at once"),
]


def test_six_clerks_place_six_stalls_on_one_spot_and_one_stands_there() -> None:
    town = a_town()
    market = a_market(town, state="placing")
    stalls = [a_stall(market, name=f"摊位{n}") for n in range(HANDS)]
    spot = a_spot(market, "A1")
    actor = town.clerk_actor
    results = at_once(lambda n: layouts.place_stall(fresh(stalls[n]), spot, actor=actor))
    assert len([one for one in results if isinstance(one, Stall)]) == 1
    assert len([one for one in results if isinstance(one, SomeoneWasFaster)]) == HANDS - 1
    assert Stall.objects.filter(spot=spot).count() == 1


def test_one_press_that_six_connections_bring_counts_once() -> None:
    town = a_town()
    market = a_market(town, state="announced")
    stall = fresh(market.stalls.get())
    actor = town.clerk_actor
    with on_the_day(market):
        at_once(lambda n: tallying.tally(fresh(stall), Press("the-same-press"), actor=actor))
    assert Tally.objects.count() == 1


def test_one_matter_that_six_connections_bring_is_left_over_once() -> None:
    town = a_town()
    market = a_market(town, state="announced")
    stall = fresh(market.stalls.get())
    said, actor = Leaving(a_kind(town), "楼道灯还没修好"), town.clerk_actor
    with on_the_day(market):
        at_once(lambda n: leaving.leave_over(fresh(stall), said, key="the-same-press", actor=actor))
    assert Leftover.objects.count() == 1
