"""The market tells a co-building day what it counted; it has told nobody of a market that was called off."""

import datetime as dt

import pytest

from lingju.cobuilding.queries import on_the_day
from lingju.kernel.clock import ZONE
from lingju.market.models import Market
from lingju.market.tests.builders import a_market, a_town
from lingju.site.beside_the_day import market_on

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-03T10:00:00+08:00", tick=False)]
DAY = dt.date(2026, 11, 6)
MORNING = dt.datetime(2026, 11, 6, 9, tzinfo=ZONE)


def test_the_wiring_lets_the_market_tell_what_it_counts() -> None:
    assert market_on in on_the_day.BESIDE


def test_a_market_of_the_day_is_told_in_words_with_where_it_stands() -> None:
    town = a_town()
    market = a_market(town, state="placing", starts_at=MORNING)
    (told,) = market_on(town.district.pk, DAY)
    assert (told.area_id, told.title) == (market.area_id, "十一月文明集市")
    assert told.words.startswith("摊位 1 个，摊位上 0 人次")
    assert told.href == f"/desk/markets/{market.pk}/"


def test_a_market_of_another_day_or_called_off_is_not_told() -> None:
    town = a_town()
    market = a_market(town, starts_at=MORNING)
    assert market_on(town.district.pk, DAY - dt.timedelta(days=1)) == []
    assert market_on(town.district.pk + 1, DAY) == []
    Market.objects.filter(pk=market.pk).update(state=Market.State.CANCELLED, state_reason="下雨")
    assert market_on(town.district.pk, DAY) == []
