"""A market from the announcement to the calls afterwards, and called off; its session goes along."""

import datetime as dt

import pytest

from lingju.activities.models import Session
from lingju.activities.services import attendance, calling_off, running
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.market.models import Market
from lingju.market.queries import markets as queries
from lingju.market.services import markets
from lingju.market.tests.builders import a_key, a_market, a_stall, a_town, on_the_day, placed
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db
S, M = Session.State, Market.State


def test_an_announced_market_stands_in_the_calendar_with_who_has_a_stall() -> None:
    market = a_market(a_town(), state="announced")
    market.session.refresh_from_db()
    assert (market.state, market.session.state) == (M.ANNOUNCED, S.ANNOUNCED)
    assert [team.name for team in market.session.organisations.all()] == ["示例卫生院"]
    assert list(Session.objects.filter(district=market.district).public()) == [market.session]


@pytest.mark.parametrize(
    ("name", "words"), [("permit", "场地许可"), ("safety_plan", "安全预案"), ("weather_fallback", "遇雨")]
)
def test_nothing_is_told_before_it_is_permitted_and_safe(name: str, words: str) -> None:
    town = a_town()
    market = a_market(town, state="placing", **{name: " "})
    placed(market.stalls.get(), "A1")
    with pytest.raises(NotNow, match=words):
        markets.announce_market(market, actor=town.clerk_actor)
    market.session.refresh_from_db()
    assert market.session.state == S.PLANNED


def test_nothing_is_told_before_every_stall_stands() -> None:
    town = a_town()
    market = a_market(town, state="placing")
    with pytest.raises(NotNow, match="还没有排位：磨剪刀"):
        markets.announce_market(market, actor=town.clerk_actor)


def test_a_market_moved_beyond_a_paper_is_not_told() -> None:
    town = a_town()
    market = a_market(town, state="placing")
    placed(market.stalls.get(), "A1")
    day = market.session.starts_at.astimezone(clock.ZONE).date()
    stall = a_stall(market, name="理发", care="hair", qualification="技能证 1 号", qualified_until=day)
    placed(stall, "A2")
    Session.objects.filter(pk=market.session_id).update(
        starts_at=market.session.starts_at + dt.timedelta(days=2),
        ends_at=market.session.ends_at + dt.timedelta(days=2),
    )
    with pytest.raises(NotNow, match="有效期里：理发"):
        markets.announce_market(market, actor=town.clerk_actor)


def test_without_stalls_there_is_nothing_to_lay_out() -> None:
    town = a_town()
    with pytest.raises(NotNow, match="先招摊"):
        markets.lay_out(a_market(town), actor=town.clerk_actor)


def test_one_may_go_back_and_invite_again() -> None:
    town = a_town()
    market = a_market(town, state="placing")
    assert markets.invite_stalls(market, actor=town.clerk_actor).state == M.INVITING


def test_a_market_is_held_counted_and_looked_back_on_with_its_session() -> None:
    town = a_town()
    market = a_market(town, state="announced")
    with pytest.raises(NotNow, match="还没到时候"):
        markets.hold_market(market, actor=town.keeper_actor)
    with on_the_day(market):
        markets.hold_market(market, actor=town.keeper_actor)
        assert market.session.state == S.HELD
        attendance.count(market.session, "elder", 7, key=a_key(), actor=town.keeper_actor)
        markets.finish_counting(market, actor=town.keeper_actor)
        with pytest.raises(BadInput, match="一两句"):
            markets.review_market(market, "好", actor=town.clerk_actor)
        with pytest.raises(BadInput, match="不买卖"):
            markets.review_market(market, "大家都说下次要打折", actor=town.clerk_actor)
        markets.review_market(market, "来的老人多，下次多请两位理发的。", actor=town.clerk_actor)
    assert (market.state, market.session.state) == (M.REVIEWED, S.REVIEWED)
    assert queries.counted([market])[market.pk].door_visits == 7


def test_a_session_that_was_already_held_among_the_activities_does_not_stop_the_market() -> None:
    town = a_town()
    market = a_market(town, state="announced")
    with on_the_day(market):
        running.hold(market.session, actor=the_system(town.district))
        assert markets.hold_market(market, actor=town.clerk_actor).state == M.HELD


def test_calling_a_market_off_calls_its_session_off_and_stays_to_be_seen() -> None:
    town = a_town()
    market = a_market(town, state="announced")
    with pytest.raises(BadInput, match="为什么"):
        markets.cancel_market(market, "", actor=town.clerk_actor)
    markets.cancel_market(market, "大风预警", actor=town.clerk_actor)
    assert (market.state, market.session.state) == (M.CANCELLED, S.CANCELLED)
    assert market.session.state_reason == "大风预警"
    assert queries.public_market(town.district, market.pk) == market
    with pytest.raises(NotNow):
        markets.cancel_market(market, "再取消", actor=town.clerk_actor)


def test_a_session_called_off_among_the_activities_calls_the_market_off() -> None:
    town = a_town()
    market = a_market(town, state="announced")
    calling_off.cancel_session(market.session, "停电", actor=town.clerk_actor)
    market.refresh_from_db()
    assert (market.state, market.state_reason) == (M.CANCELLED, "停电")
