"""Stalls: taken in once a press, changed, let go; a paper where the service needs one."""

import datetime as dt
from typing import Any

import pytest

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, NotThere, SomeoneWasFaster
from lingju.market import passes
from lingju.market.models import Stall
from lingju.market.services import markets, stalls
from lingju.market.tests.builders import a_draft, a_key, a_market, a_stall, a_town, fresh, placed

pytestmark = pytest.mark.django_db


def test_the_same_press_takes_one_stall_in() -> None:
    town = a_town()
    market = a_market(town)
    key = a_key()
    one = stalls.invite_stall(market, a_draft(market), key=key, actor=town.clerk_actor)
    assert stalls.invite_stall(market, a_draft(market), key=key, actor=town.clerk_actor) == one
    assert Stall.objects.count() == 1


def test_no_stall_comes_in_before_the_invitation() -> None:
    town = a_town()
    with pytest.raises(NotNow, match="策划"):
        a_stall(a_market(town, state="planned"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "磨"}, "name"),
        ({"service": "磨刀"}, "service"),
        ({"helpers": 0}, "helpers"),
        ({"helpers": 51}, "helpers"),
    ],
)
def test_a_stall_says_what_it_does_and_who_helps(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        a_stall(a_market(a_town()), **changes)
    assert set(refused.value.fields) == {field}


def test_a_zone_of_another_market_is_not_taken() -> None:
    town = a_town()
    one, other = a_market(town), a_market(town)
    with pytest.raises(BadInput, match="片区"):
        stalls.invite_stall(one, a_draft(other), key=a_key(), actor=town.clerk_actor)


def test_an_organisation_of_another_district_is_not_there() -> None:
    town = a_town()
    market = a_market(town)
    team = a_draft(market).organisation
    team.district_id += 1
    with pytest.raises(NotThere):
        a_stall(market, organisation=team)


def test_a_paper_must_be_good_on_the_day() -> None:
    market = a_market(a_town())
    day = market.session.starts_at.astimezone(clock.ZONE).date()
    paper: dict[str, Any] = {"care": "medical", "qualification": "医疗机构执业许可证"}
    assert not a_stall(market, care="medical").is_qualified
    assert not a_stall(market, **paper).is_qualified
    assert not a_stall(market, **paper, qualified_until=day - dt.timedelta(days=1)).is_qualified
    assert a_stall(market, **paper, qualified_until=day).is_qualified
    assert a_stall(market).is_qualified


def test_a_stall_that_stands_cannot_lose_what_lets_it_stand() -> None:
    town = a_town()
    market = a_market(town, state="placing")
    stall = placed(market.stalls.get(), "A1")
    with pytest.raises(BadInput, match="资质"):
        stalls.edit_stall(stall, a_draft(market, care="food"), actor=town.clerk_actor)
    with pytest.raises(BadInput, match="没有电"):
        stalls.edit_stall(stall, a_draft(market, needs_power=True), actor=town.clerk_actor)
    assert fresh(stall).care == "none"


def test_of_two_hands_that_change_a_stall_the_second_is_told() -> None:
    town = a_town()
    stall = a_stall(a_market(town))
    seen = stall.version
    stalls.edit_stall(stall, a_draft(stall.market, helpers=3), actor=town.clerk_actor, version=seen)
    with pytest.raises(SomeoneWasFaster):
        stalls.edit_stall(stall, a_draft(stall.market, helpers=4), actor=town.clerk_actor, version=seen)
    assert fresh(stall).helpers == 3


def test_a_stall_that_goes_says_why_and_gives_its_spot_back() -> None:
    town = a_town()
    stall = placed(a_market(town, state="placing").stalls.get(), "A1")
    with pytest.raises(BadInput, match="为什么"):
        stalls.withdraw_stall(stall, " ", actor=town.clerk_actor)
    stalls.withdraw_stall(stall, "人手不够", actor=town.clerk_actor)
    stalls.withdraw_stall(stall, "再按一次", actor=town.clerk_actor)
    assert (fresh(stall).spot, fresh(stall).withdrawn_why) == (None, "人手不够")
    with pytest.raises(NotNow):
        stalls.edit_stall(fresh(stall), a_draft(stall.market), actor=town.clerk_actor)


def test_no_stall_leaves_a_market_that_was_called_off() -> None:
    town = a_town()
    stall = a_stall(a_market(town))
    markets.cancel_market(stall.market, "下暴雨", actor=town.clerk_actor)
    with pytest.raises(NotNow):
        stalls.withdraw_stall(fresh(stall), "不来了", actor=town.clerk_actor)


def test_a_lost_card_opens_nothing_once_a_new_one_is_made() -> None:
    town = a_town()
    stall = a_stall(a_market(town))
    old = passes.token_of(stall)
    assert passes.read(old) == stall
    assert passes.read(old.lower()) == stall
    stalls.renew_card(stall, actor=town.clerk_actor)
    assert passes.read(old) is None
    assert passes.read(passes.token_of(stall)) == stall


@pytest.mark.parametrize(
    "text", ["", "x", "1-1-" + "0" * 24, "9" * 60, "FFFFFFFFFFFFFFFF-1-" + "A" * 24, "1-1-\u4e00"]
)
def test_a_made_up_card_opens_nothing(text: str) -> None:
    assert passes.read(text) is None


def test_one_changed_digit_opens_nothing() -> None:
    token = passes.token_of(a_stall(a_market(a_town())))
    for at in range(len(token)):
        other = token[:at] + ("1" if token[at] != "1" else "2") + token[at + 1 :]
        assert passes.read(other) is None
